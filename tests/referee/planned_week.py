"""A planned case looked at by a plain eye: who holds what, and what another roster or start would break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from data.eligibility import evaluate, occupations
from data.model import MISSING, Case, Duty, tokens
from tests.referee.plain import in_local_hours, in_window, open_for
from tests.referee.plain_roster import credential_valid, in_service, roster_faults


@dataclass(frozen=True)
class Held:
    """A session of the plan and when it occupies its agent, from `begins` until `until`."""

    booking_id: str
    agent_id: str
    start: int
    minutes: int
    begins: int
    until: int


class PlannedWeek:
    """What searches for a place of the plan where one edit breaks one rule need to know."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def agents(self) -> dict[str, dict[str, Any]]:
        """Rows of agents by name."""
        return {row["agent_id"]: row for row in self.case.agents.rows()}

    @cached_property
    def bookings(self) -> dict[str, dict[str, Any]]:
        """Rows of bookings by surrogate."""
        return {row["booking_id"]: row for row in self.case.bookings.rows()}

    @cached_property
    def occupied(self) -> dict[str, tuple[int, int]]:
        """Set-up and minutes of occupation of each booking."""
        found = occupations(self.case, evaluate(self.case))
        pairs = zip(found.set_up.tolist(), found.occupied.tolist(), strict=True)
        return dict(zip(self.case.bookings.booking_id.tolist(), pairs, strict=True))

    @cached_property
    def people(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of those who must attend, by booking."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.case.participants.take(np.flatnonzero(evaluate(self.case).required)).rows():
            found.setdefault(row["booking_id"], []).append(row)
        return found

    @cached_property
    def sessions(self) -> list[Held]:
        """All sessions, in the order of the table."""
        found = []
        for row in self.case.sessions.rows():
            set_up, occupied = self.occupied[row["booking_id"]]
            begins = row["starts_at"] - set_up
            found.append(
                Held(
                    row["booking_id"],
                    row["agent_id"],
                    row["starts_at"],
                    row["duration_minutes"],
                    begins,
                    begins + occupied,
                )
            )
        return found

    @cached_property
    def held_by(self) -> dict[str, list[Held]]:
        """Each agent's sessions in order of time."""
        found: dict[str, list[Held]] = {name: [] for name in self.agents}
        for held in sorted(self.sessions, key=lambda held: held.start):
            found[held.agent_id].append(held)
        return found

    @cached_property
    def attended_by(self) -> dict[str, list[Held]]:
        """Each person's sessions."""
        found: dict[str, list[Held]] = {}
        for held in self.sessions:
            for person in self.people[held.booking_id]:
                found.setdefault(person["participant_id"], []).append(held)
        return found

    @cached_property
    def alternatives(self) -> list[int]:
        """Starts that the plan offers to somebody: edits stay away from them, for they must stay free."""
        return [start for cell in self.case.unplaced.alternatives.tolist() for start in cell]

    def is_offered(self, begin: int, end: int) -> bool:
        """Whether an alternative may need a time between `begin` and `end`."""
        return any(begin - 60 < start < end + 60 for start in self.alternatives)

    def duties_of(self, agent_id: str) -> tuple[Duty, ...]:
        """The agent's duties in order of time."""
        return self.case.roster.by_agent.get(agent_id, ())

    def roster_faults(self, agent_id: str, duties: Sequence[Duty]) -> set[str]:
        """Codes of the rules that break when the agent has these duties instead."""
        return roster_faults(self.case, self.agents[agent_id], duties)

    def keeps_sessions(self, agent_id: str, duties: Sequence[Duty]) -> bool:
        """Whether these duties of the agent still hold the agent's sessions, and what is offered."""
        pieces = sorted(piece for duty in duties for piece in in_service(duty))
        for held in self.held_by[agent_id]:
            if not any(start <= held.begins and held.until <= end for start, end in pieces):
                return False
        before = [piece for duty in self.duties_of(agent_id) for piece in in_service(duty)]
        changed = [piece for piece in before if not any(s <= piece[0] and piece[1] <= e for s, e in pieces)]
        return not any(self.is_offered(*piece) for piece in changed)

    def agent_faults(self, agent_id: str, begins: int, until: int, besides: Held | None = None) -> set[str]:
        """What an occupation of the agent would break; a session that it replaces is left aside."""
        duties = self.duties_of(agent_id)
        faults = set()
        if not any(duty.start <= begins and until <= duty.end for duty in duties):
            faults.add("DUTY")
        if any(b.start < until and begins < b.end for duty in duties for b in duty.breaks):
            faults.add("BREAK-CROSSED")
        others = (held for held in self.held_by[agent_id] if held is not besides)
        if any(held.begins < until and begins < held.until for held in others):
            faults.add("AGENT-OVERLAP")
        if not credential_valid(self.agents[agent_id], self.case.axis.day_of(begins)):
            faults.add("CAR-SESSION")
        return faults

    def start_faults(self, booking_id: str, start: int, besides: Held | None = None) -> set[str]:
        """What another start of a booking's session would break, whoever holds it."""
        case, booking = self.case, self.bookings[booking_id]
        end = start + booking["duration_minutes"]
        people = self.people[booking_id]
        faults = set()
        if start % case.plan.grid_minutes:
            faults.add("GRID")
        if start < 0 or end > case.axis.end:
            faults.add("HORIZON")
        if not all(in_window(person, start, end) for person in people):
            faults.add("WINDOW")
        if not all(in_local_hours(case, person, start, end) for person in people):
            faults.add("LOCAL-HOURS")
        if not open_for(case, start, end):
            faults.add("OPENING")
        fixed = booking["pin"] == "fixed"
        asked = max(booking["booked_at"], case.plan.as_of_minute)
        if not fixed and start < asked + case.plan.policy.lead_minutes:
            faults.add("R2")
        if fixed and start != booking["pinned_start"]:
            faults.add("PIN")
        issued = booking["proxy_issued_on"]
        age = case.axis.day_of(start) - issued
        limited = issued != MISSING and not booking["holder_is_deceased"]
        if limited and not 0 <= age <= case.plan.policy.proxy_longest_days:
            faults.add("R23")
        for person in people:
            others = (h for h in self.attended_by.get(person["participant_id"], ()) if h is not besides)
            if any(held.start < end and start < held.start + held.minutes for held in others):
                faults.add("PARTICIPANT-OVERLAP")
        return faults

    def session_faults(
        self, booking_id: str, agent_id: str, start: int, besides: Held | None = None
    ) -> set[str]:
        """What a session of the booking, with this agent at this start, would break."""
        set_up, occupied = self.occupied[booking_id]
        booking, begins = self.bookings[booking_id], start - set_up
        faults = self.agent_faults(agent_id, begins, begins + occupied, besides)
        if booking["skill"] not in tokens(self.agents[agent_id]["skills"]):
            faults.add("SKILL")
        if booking["pin"] == "fixed" and booking["pinned_agent"] not in ("", agent_id):
            faults.add("PIN-AGENT")
        return faults | self.start_faults(booking_id, start, besides)


@lru_cache(maxsize=4)
def week_of(case: Case) -> PlannedWeek:
    """The plain eye's look at a case: the same one again for the same case."""
    return PlannedWeek(case)
