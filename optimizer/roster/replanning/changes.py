"""The differences between a published roster and a new one, agent by agent and day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.model import MISSING, Case, Changes, Duty, Roster

Duties = tuple[Duty, ...]


def changes_of(case: Case, published: Roster, planned: Roster) -> Changes:
    """Every day of an agent on which the duty differs, in the order of agents and days.

    `case` says who is absent, and what the notice period is; its own duties are not read. Of several duties
    of a day, which no legal roster has, the first is shown.
    """
    before, after = _by_day(case, published), _by_day(case, planned)
    notice_ends = case.axis.day_of(case.plan.as_of_minute) + case.plan.notice_days
    absences: dict[str, list[tuple[int, int]]] = {}
    for row in case.absences.rows():
        absences.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"]))
    rows: list[dict[str, Any]] = []
    for agent, day in sorted(before.keys() | after.keys()):
        old, new = before.get((agent, day), ()), after.get((agent, day), ())
        if _plain(old) == _plain(new):
            continue
        rows.append(
            {
                "agent_id": agent,
                "day": day,
                "change": _kind(old, new),
                "before_starts_at": old[0].start if old else MISSING,
                "before_ends_at": old[0].end if old else MISSING,
                "after_starts_at": new[0].start if new else MISSING,
                "after_ends_at": new[0].end if new else MISSING,
                "by_absence": any(touches(duty, absences.get(agent, ())) for duty in old),
                "within_notice": day < notice_ends,
            }
        )
    return Changes.from_rows(rows)


def counted(changes: Changes) -> int:
    """Days of agents that changed, those not counted whose duty an absence rules out."""
    return int((~changes.by_absence).sum())


def touches(duty: Duty, absences: Sequence[tuple[int, int]]) -> bool:
    """Whether a duty shares a minute with one of these absences of its agent."""
    return any(start < duty.end and duty.start < end for start, end in absences)


def _by_day(case: Case, roster: Roster) -> dict[tuple[str, int], Duties]:
    found: dict[tuple[str, int], Duties] = {}
    for duty in roster.duties:
        key = (duty.agent_id, case.axis.day_of(duty.start))
        found[key] = (*found.get(key, ()), duty)
    return found


def _plain(duties: Duties) -> list[tuple[Any, ...]]:
    """What makes duties the same: whether they are pinned does not matter."""
    return [(duty.start, duty.end, duty.breaks) for duty in duties]


def _kind(old: Duties, new: Duties) -> str:
    if not old:
        return "new"
    if not new:
        return "cancelled"
    same = [(duty.start, duty.end) for duty in old] == [(duty.start, duty.end) for duty in new]
    return "breaks" if same else "moved"
