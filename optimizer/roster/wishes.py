"""Wishes of agents, as the search sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from data.model import Case, Duty
from data.model.columns import FloatArray
from optimizer.roster.menu import DayMenu
from optimizer.roster.shift_types import ShiftTypes

MINUTES_OF_A_DAY = 1440

Span = tuple[int, int, int | None]
"""Start and end of a duty, minutes on the planning axis, and the number of its shift type."""

Spans = Sequence[Span]
"""An agent's duties."""


@dataclass(frozen=True)
class Wish:
    """A wish of one agent: to work at some time in an interval, or to be off during all of it.

    With a shift type, duties of other types are as none.
    """

    start: int
    end: int
    work: bool
    weight: int
    type: int | None = None

    def touches(self, start: int, end: int, kind: int | None) -> bool:
        """Whether a duty shares a minute with the interval, and is of the type named, if one is."""
        return start < self.end and self.start < end and self.type in {None, kind}

    @property
    def is_long(self) -> bool:
        """Whether the duties of several days may touch the interval."""
        return self.end - self.start > MINUTES_OF_A_DAY

    def met(self, spans: Spans) -> bool:
        """Whether these duties, all of the agent's, meet the wish."""
        return any(self.touches(*span) for span in spans) == self.work


AgentWishes = tuple[Wish, ...]


def wishes_of_agents(case: Case) -> list[AgentWishes]:
    """The wishes of every agent, in the order of the table."""
    listed: dict[str, list[Wish]] = {}
    types = ShiftTypes(case)
    for row in case.wishes.rows():
        kind = types.number[row["shift_type"]] if row["shift_type"] else None
        wish = Wish(row["starts_at"], row["ends_at"], row["kind"] == "work", row["weight"], kind)
        listed.setdefault(row["agent_id"], []).append(wish)
    return [tuple(listed.get(name, ())) for name in case.agents.agent_id.tolist()]


def spans_of(types: ShiftTypes, duties: Iterable[Duty]) -> list[Span]:
    """Start, end and shift type of duties."""
    return [(duty.start, duty.end, types.of(duty.start, duty.end)) for duty in duties]


def not_met(wishes: Iterable[Wish], spans: Spans) -> int:
    """Sum of the weights of the wishes that these duties do not meet."""
    return sum(wish.weight for wish in wishes if not wish.met(spans))


def unit(wishes: AgentWishes) -> float:
    """A worth for one unit of weight by which all of an agent's wishes together are worth less than 1.

    A wish over several days may be counted once for each.
    """
    common = gcd(*(wish.weight for wish in wishes))
    total = sum(wish.weight // common * ((wish.end - wish.start) // MINUTES_OF_A_DAY + 2) for wish in wishes)
    return 0.9 / ((total + 1) * max(common, 1))


def worth_of_shifts(menu: DayMenu, wishes: AgentWishes, shares: Sequence[float]) -> FloatArray:
    """What each shift of a menu adds to the weight of wishes met; shape (shifts,).

    Exact for wishes that concern one duty only. Wishes that several duties may touch are counted for each,
    with a share of their weight: `shares` has one for each wish.
    """
    starts = np.array([shift.start for shift in menu.shifts], dtype=np.int64)
    ends = np.array([shift.end for shift in menu.shifts], dtype=np.int64)
    worth = np.zeros(len(starts))
    for wish, share in zip(wishes, shares, strict=True):
        touched = (starts < wish.end) & (wish.start < ends)
        if wish.type is not None:
            touched &= menu.types == wish.type
        worth[touched] += share * (wish.weight if wish.work else -wish.weight)
    return worth


def surely_lost(case: Case, pins: Sequence[Sequence[Duty]]) -> list[list[Wish]]:
    """For each agent, in the order of the table, the wishes that no roster can meet.

    To be off while a pinned duty lasts; to work during an absence, or outside the horizon.
    """
    absences: dict[str, list[tuple[int, int]]] = {}
    for row in case.absences.rows():
        absences.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"]))
    lost: list[list[Wish]] = []
    names, types = case.agents.agent_id.tolist(), ShiftTypes(case)
    for name, wishes, pinned in zip(names, wishes_of_agents(case), pins, strict=True):
        barred = [(-(2**40), 0), (case.axis.end, 2**40), *absences.get(name, ())]
        lost.append(
            [
                wish
                for wish in wishes
                if (
                    any(s <= wish.start and wish.end <= e for s, e in barred)
                    if wish.work
                    else any(wish.touches(*span) for span in spans_of(types, pinned))
                )
            ]
        )
    return lost


def wishes_bound(case: Case, pins: Sequence[Sequence[Duty]]) -> int:
    """Weight of the wishes that no roster can meet."""
    return sum(wish.weight for listed in surely_lost(case, pins) for wish in listed)
