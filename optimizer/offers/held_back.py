"""Capacity held back for walk-ups and rebookings, which ordinary bookings must leave free.

**What is guaranteed.** Take an hour of the planning axis and the occupation, inside this hour, of all
ordinary sessions sold (priority 2 to 9), in minutes by skill. These minutes can be spread over the agents in
service with the skill such that every set of agents with the same skills keeps at least the share of its
minutes in service in this hour free of ordinary sessions. Whatever they keep is there for priority 1.

By Hall's theorem for transport (Gale 1957) this spreading exists exactly when, for every set of skills, the
minutes sold of these skills are at most (1 - share) times the minutes in service of all agents who have at
least one of them. So it suffices to add up, and no binding of sessions to agents is needed. Only sets of
skills that cannot grow without reaching further agents need to be looked at. The spreading is by minutes:
that a walk-up fits in one piece is not promised, and is checked when it comes.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.binding import Session, Team

ORDINARY_FROM = 2
"""Priorities from this one on must leave the share free."""

TOLERANCE = 1e-9
"""Slots; for the rounding of (1 - share) times a whole number."""


class HeldBack:
    """Counts ordinary sessions by hour against what they may use.

    Attributes:
        hour_of: for each slot, the number of its hour.
    """

    def __init__(self, team: Team, share: float, slots_an_hour: int) -> None:
        self.share = share
        self.hour_of = [slot // slots_an_hour for slot in range(team.slots)]
        hours = -(-team.slots // slots_an_hour)
        self._sets_of = _closed_sets(team.skills)
        self._limit: dict[frozenset[int], list[float]] = {}
        self._used: dict[frozenset[int], list[int]] = {}
        for skills in {skills for listed in self._sets_of for skills in listed}:
            agents = 0
            for skill in skills:
                agents |= team.skills[skill]
            limit = [0.0] * hours
            for slot, on_duty in enumerate(team.on_duty):
                limit[self.hour_of[slot]] += (1 - share) * (on_duty & agents).bit_count()
            self._limit[skills], self._used[skills] = limit, [0] * hours

    def room(self, session: Session) -> int:
        """How many ordinary sessions like this one may still be sold, as far as the share goes."""
        rooms = [
            int((self._limit[skills][hour] - self._used[skills][hour] + TOLERANCE) // slots)
            for skills in self._sets(session)
            for hour, slots in self._hours(session).items()
        ]
        return max(0, min(rooms, default=0))

    def count(self, session: Session, sign: int) -> None:
        """Count an ordinary session in (+1) or out (-1)."""
        for hour, slots in self._hours(session).items():
            for skills in self._sets(session):
                self._used[skills][hour] += sign * slots

    def _sets(self, session: Session) -> Sequence[frozenset[int]]:
        skill = session.kind.skill
        return self._sets_of[skill] if 0 <= skill < len(self._sets_of) else ()

    def _hours(self, session: Session) -> dict[int, int]:
        """Slots of the occupation in each hour that it touches."""
        touched: dict[int, int] = {}
        for slot in range(session.begin, session.end):
            hour = self.hour_of[slot]
            touched[hour] = touched.get(hour, 0) + 1
        return touched


def _closed_sets(agents_of: Sequence[int]) -> list[list[frozenset[int]]]:
    """For each skill, the sets of skills with it that no further skill can join without further agents.

    Args:
        agents_of: for each skill, the set of agents who have it.
    """
    unions = {0}
    for agents in agents_of:
        unions |= {union | agents for union in unions}
    closed = {
        frozenset(skill for skill, agents in enumerate(agents_of) if not agents & ~union)
        for union in unions
        if union
    }
    ordered = sorted(closed, key=lambda skills: (len(skills), sorted(skills)))
    return [[skills for skills in ordered if skill in skills] for skill in range(len(agents_of))]
