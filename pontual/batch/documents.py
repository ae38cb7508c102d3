"""Result documents from what came of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from data.batch import results
from data.batch.reading import ResolvedRequest
from data.files.instants import format_instant
from data.identity import masked
from data.model import PlanningAxis, Unplaced, tokens
from optimizer.planning.sold_starts import SoldStart
from optimizer.solve_result import SolveResult
from pontual import __version__
from pontual.batch.steps import Steps
from pontual.exit_codes import ExitCode

Change = results.Change


@cache
def solver_version() -> str:
    """What finds the answers, with versions."""
    return f"pontual {__version__}, or-tools {version('ortools')}"


def run_id_of(key: str) -> str:
    """The id of the run that answers the request with this key."""
    return f"batch/{key}"


def result_text(
    resolved: ResolvedRequest, steps: Steps, now: datetime, revision: int | None, **fields: Any
) -> str:
    """The result document of a request that was carried out, as one line of JSON."""
    request = resolved.request
    shared: dict[str, Any] = {
        "outcome": "done",
        "exit_code": int(ExitCode.OK),
        "key": request.key,
        "mode": request.mode,
        "plan": request.plan,
        "input_hash": resolved.input_hash,
        "now": now.isoformat(),
        "solver_version": solver_version(),
        "run_id": run_id_of(request.key),
        "revision": revision,
    }
    return text_of(shared | fields, steps)


def text_of(fields: Mapping[str, Any], steps: Steps) -> str:
    """A result document as one line of JSON; the timings come last."""
    total = round(sum(steps.seconds.values()), 4)
    timings = results.Timings(total=total, steps=dict(steps.seconds))
    return results.BatchResult(**fields, timings=timings).model_dump_json(by_alias=True, exclude_none=True)


def session_changes(
    before: Mapping[str, SoldStart | None],
    after: Mapping[str, SoldStart | None],
    why: Mapping[str, str],
    axis: PlanningAxis,
) -> list[results.SessionChanged]:
    """What became of sessions, by booking."""
    return [
        results.SessionChanged(
            booking=name,
            change=_change(before.get(name), now),
            before=_session(before.get(name), axis),
            after=_session(now, axis),
            why=masked(why[name]),
        )
        for name, now in sorted(after.items())
    ]


def _change(before: SoldStart | None, after: SoldStart | None) -> Change:
    if before is None:
        return "placed"
    if after is None:
        return "removed"
    if before.start != after.start:
        return "moved"
    return "agent_changed" if before.agent_id != after.agent_id else "length_changed"


def _session(at: SoldStart | None, axis: PlanningAxis) -> results.SessionState | None:
    if at is None:
        return None
    return results.SessionState(
        start=format_instant(at.start, axis), agent_id=at.agent_id, duration_minutes=at.duration_minutes
    )


def unplaced_bookings(unplaced: Unplaced, axis: PlanningAxis) -> list[results.UnplacedBooking]:
    """Bookings left out, by booking."""
    return [
        results.UnplacedBooking(
            booking=row["booking_id"],
            reason=row["reason"],
            rules=sorted(tokens(row["rules"])),
            alternatives=[format_instant(minute, axis) for minute in row["alternatives"]],
        )
        for row in sorted(unplaced.rows(), key=lambda row: str(row["booking_id"]))
    ]


def search_of(result: SolveResult[Any]) -> results.Search:
    """How a search went."""
    levels = [
        results.Level(name=n.name, sense=n.sense, objective=n.objective, bound=n.bound, gap=n.gap)
        for n in result.levels
    ]
    return results.Search(
        status=result.status.value,
        engine=result.engine,
        limited_by=result.limited_by,
        levels=levels,
        clashes=[masked(sentence) for sentence in result.clash],
    )


def clash_of(bookings: Sequence[str]) -> results.Search:
    """Why nothing is sold beside sessions that the roster cannot hold."""
    names = ", ".join(bookings)
    return results.Search(
        status="infeasible",
        engine="binding",
        limited_by="",
        levels=[],
        clashes=[f"the roster cannot hold what is sold: {names}; reoptimise moves it"],
    )
