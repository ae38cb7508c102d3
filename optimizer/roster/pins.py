"""Pinned duties: which a new roster must keep."""

from __future__ import annotations

from dataclasses import replace

from data.model import Case, Duty

Pins = tuple[tuple[Duty, ...], ...]
"""For each agent, in the order of the table, the pinned duties in order of time."""


def pinned_duties(case: Case) -> Pins:
    """The duties that a case pins; no other duty is looked at.

    Raises:
        KeyError: when a pinned duty names an agent that the case does not have.
    """
    kept: list[list[Duty]] = [[] for _ in range(len(case.agents))]
    if case.duties.pinned.any():
        for duty in case.roster.duties:
            if duty.pinned:
                inside = tuple(b for b in duty.breaks if b.start < duty.end and b.end > duty.start)
                kept[case.agents.position[duty.agent_id]].append(replace(duty, breaks=inside))
    return tuple(tuple(listed) for listed in kept)
