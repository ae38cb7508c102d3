"""Wishes of agents that a roster does not meet, counted from the tables alone."""

from __future__ import annotations

from data.model import Case


def wishes_not_met(case: Case) -> int:
    """Sum of the weights of the wishes not met.

    A duty counts from its start to its end, breaks included. A wish to work needs a duty of the agent that
    shares a minute with the interval; a wish to be off is broken by one.
    """
    on_duty: dict[str, list[tuple[int, int]]] = {}
    duties, wishes = case.duties, case.wishes
    for who, starts, ends in zip(
        duties.agent_id.tolist(), duties.starts_at.tolist(), duties.ends_at.tolist(), strict=True
    ):
        on_duty.setdefault(who, []).append((starts, ends))
    lost = 0
    for row in wishes.rows():
        shared = [
            min(ends, row["ends_at"]) - max(starts, row["starts_at"])
            for starts, ends in on_duty.get(row["agent_id"], [])
        ]
        works = any(minutes > 0 for minutes in shared)
        lost += row["weight"] if works != (row["kind"] == "work") else 0
    return lost
