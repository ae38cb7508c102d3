"""Wishes of agents that a roster does not meet, counted from the tables alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from data.model import Case
from data.referee.intervals import NONE
from data.referee.roster_facts import RosterFacts


def wishes_not_met(case: Case, roster: RosterFacts) -> int:
    """Sum of the weights of the wishes not met."""
    return sum(row["weight"] for row in wishes_lost(case, roster))


def wishes_lost(case: Case, roster: RosterFacts) -> Iterator[dict[str, Any]]:
    """The rows of the wishes not met.

    A duty counts from its start to its end, breaks included. A wish to work needs a duty of the agent that
    shares a minute with the interval; a wish to be off is broken by one. Where a wish names a shift type,
    only duties of that type count.
    """
    on_duty: dict[str, list[tuple[int, int, str]]] = {}
    duties, wishes = case.duties, case.wishes
    names = case.shift_types.shift_type
    types = ["" if number == NONE else names[number] for number in roster.shift_type.tolist()]
    for who, starts, ends, kind in zip(
        duties.agent_id.tolist(), duties.starts_at.tolist(), duties.ends_at.tolist(), types, strict=True
    ):
        on_duty.setdefault(who, []).append((starts, ends, kind))
    for row in wishes.rows():
        shared = [
            min(ends, row["ends_at"]) - max(starts, row["starts_at"])
            for starts, ends, kind in on_duty.get(row["agent_id"], [])
            if row["shift_type"] in ("", kind)
        ]
        works = any(minutes > 0 for minutes in shared)
        if works != (row["kind"] == "work"):
            yield row
