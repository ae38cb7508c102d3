"""Lines in, lines out: events as JSON, and what each led to as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.day import Decision, Reception
from data.day.minutes import instant_of
from data.day.snapshots import snapshot_of
from data.files import Problem
from data.files.day_events import read_event_line
from data.model import PlanningAxis
from optimizer.live.anomalies import anomaly_document
from optimizer.live.live_day import LiveDay, Output

LONGEST_LINE = 100_000_000
"""Bytes of an event; a snapshot of a national day has some ten million."""

SOURCE = "events"
"""How errors name the stream."""


class BadLineError(Exception):
    """A line is no event, or one that can't be taken in."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


class Lines:
    """Takes lines of a stream in, in order.

    Attributes:
        bad: lines that were no events, so far.
        taken: lines that were, those that came again counted.
    """

    def __init__(self, live: LiveDay) -> None:
        self._live = live
        self._row = 0
        self.bad = 0
        self.taken = 0

    def take(self, line: bytes) -> Output | None:
        """Take a line in; None for the heading of a file of events.

        Raises:
            BadLineError: when it is no event, with everything that is wrong with it. It is not taken in.
        """
        self._row += 1
        try:
            return self._take(line)
        except BadLineError:
            self.bad += 1
            raise

    def _take(self, line: bytes) -> Output | None:
        if len(line) > LONGEST_LINE:
            expected = f"expected a line of at most {LONGEST_LINE:,} bytes"
            raise BadLineError([Problem(SOURCE, self._row, "", "", expected)])
        event = read_event_line(SOURCE, self._row, line, self._live.case)
        if isinstance(event, list):
            raise BadLineError(event)
        if event is None:
            return None
        output = self._live.take(event)
        self.taken += 1
        return output


def output_document(axis: PlanningAxis, output: Output, *, with_gaps: bool) -> dict[str, Any] | None:
    """What an event led to, with instants; None when there is nothing to tell.

    `with_gaps` says that the events that are missing are others than before.
    """
    told = output.decisions or output.contacts or output.anomalies or with_gaps
    if not told and output.reception is not Reception.CONFLICTING:
        return None
    return {
        "after": output.number,
        "reception": output.reception.value,
        "decisions": [decision_document(axis, decision) for decision in output.decisions],
        "contacts": list(output.contacts),
        "anomalies": [anomaly_document(odd) for odd in output.anomalies],
        "missing_events": [list(gap) for gap in output.gaps],
    }


def decision_document(axis: PlanningAxis, decision: Decision) -> dict[str, Any]:
    """A decision with instants instead of minutes."""
    fields: dict[str, Any] = decision.model_dump()
    return {
        name: instant_of(axis, value).isoformat() if name in ("start", "end") else value
        for name, value in fields.items()
    }


def final_document(live: LiveDay, lines: Lines) -> dict[str, Any]:
    """The day as it stands when the input has ended."""
    state, axis = live.stream.state, live.case.axis
    counts: dict[str, int] = {}
    for session in state.sessions.values():
        counts[session.status.value] = counts.get(session.status.value, 0) + 1
    snapshot: Mapping[str, Any] = snapshot_of(axis, state, live.stream.last_number + 1).model_dump(
        mode="json"
    )
    return {
        "schema": "pontual/live@1.0",
        "day": axis.date_of(live.day).isoformat(),
        "events": len(live.stream.events),
        "lines": lines.taken,
        "bad_lines": lines.bad,
        "missing_events": [list(gap) for gap in live.stream.gaps()],
        "sessions": dict(sorted(counts.items())),
        "snapshot": snapshot,
    }


def line_of(document: Mapping[str, Any]) -> bytes:
    """A document as one line."""
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
