"""Everything that rules look up about one case, worked out once and only when a rule asks."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from data.model import Case, Plan
from data.model.columns import BoolArray, IntArray
from data.referee.booking_facts import SINGLE, BookingFacts, positions_of
from data.referee.calendar import ServiceCalendar
from data.referee.eligibility import ELIGIBILITY
from data.referee.intervals import NONE, Intervals, cut
from data.referee.openings import Openings
from data.referee.roster_facts import RosterFacts
from data.referee.service_starts import Pieces, ServiceStarts
from data.referee.start_windows import StartWindows
from data.referee.violation import Clock


class SessionFacts:
    """The sessions as numbers; arrays over sessions unless said. Unknown bookings and agents are `NONE`.

    A session of an unknown booking occupies its agent as a single session does.
    """

    def __init__(self, case: Case, bookings: BookingFacts, clock: Clock) -> None:
        self.table = case.sessions
        self.bookings = bookings
        self.agents = case.agents
        self.axis = case.axis
        self.clock = clock

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def booking(self) -> IntArray:
        """Booking of each session."""
        return positions_of(self.table.booking_id, self.bookings.table.position)

    @cached_property
    def agent(self) -> IntArray:
        """Nominal agent of each session."""
        return positions_of(self.table.agent_id, self.agents.position)

    @cached_property
    def known(self) -> IntArray:
        """Positions of the sessions whose booking is known."""
        return np.flatnonzero(self.booking != NONE)

    @property
    def start(self) -> IntArray:
        """Start that the customer is told."""
        return self.table.starts_at

    @cached_property
    def end(self) -> IntArray:
        """Until when the customers are held."""
        return self.table.starts_at + self.table.duration_minutes

    @cached_property
    def day(self) -> IntArray:
        """Day on which each session starts."""
        return self.axis.days_of(self.start)

    @cached_property
    def kind(self) -> IntArray:
        """Position in `SESSION_KINDS`."""
        kinds = np.full(len(self.table), SINGLE, dtype=np.int64)
        kinds[self.known] = self.bookings.kind[self.booking[self.known]]
        return kinds

    @cached_property
    def occupied_from(self) -> IntArray:
        """When the agent's set-up begins."""
        return self.start - self.bookings.by_kind("set_up_minutes")[self.kind]

    @cached_property
    def occupied_until(self) -> IntArray:
        """When the agent is free again."""
        return self.occupied_from + self.bookings.occupied(self.kind, self.table.duration_minutes)

    @cached_property
    def occupations(self) -> Intervals:
        """The occupations as intervals of agents."""
        return Intervals(self.agent, self.occupied_from, self.occupied_until)

    def rows_of_bookings(self, mask: BoolArray) -> list[int]:
        """Positions of the sessions of these bookings (a mask over bookings)."""
        rows: list[int] = self.known[mask[self.booking[self.known]]].tolist()
        return rows

    def name(self, row: int) -> str:
        """The session's booking; rows of unknown bookings are named by place: their text may be anything."""
        if self.booking[row] == NONE:
            return f"row {row + 1} of sessions"
        return f"booking {self.table.booking_id[row]}"

    def where(self, row: int) -> str:
        """Booking, agent and start of a session."""
        return f"{self.name(row)}, agent {self.table.agent_id[row]}, {self.clock.moment(self.start[row])}"


class Facts:
    """A case, and what the rules need to know about it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.plan: Plan = case.plan
        self.axis = case.axis
        self.clock = Clock(case.axis)
        self.bookings = BookingFacts(case)
        self.roster = RosterFacts(case)
        self.sessions = SessionFacts(case, self.bookings, self.clock)
        self.calendar = ServiceCalendar(case.plan)
        self.windows = StartWindows(case.plan, self.bookings, self.calendar)

    @cached_property
    def broken(self) -> dict[str, BoolArray]:
        """Which bookings break each rule of eligibility, by the rule's number."""
        return {code: rule.mask(self.bookings, self.plan) for code, rule in ELIGIBILITY.items()}

    @cached_property
    def eligible(self) -> BoolArray:
        """Which bookings break no rule of eligibility."""
        return np.asarray(~np.logical_or.reduce(list(self.broken.values())), dtype=np.bool_)

    def rules_broken_by(self, booking: int) -> list[str]:
        """Numbers of the rules of eligibility that a booking breaks."""
        return [code for code, mask in self.broken.items() if mask[booking]]

    @cached_property
    def absences(self) -> Intervals:
        """The absences as intervals of agents."""
        table = self.case.absences
        agent = positions_of(table.agent_id, self.case.agents.position)
        return Intervals(agent, table.starts_at, table.ends_at)

    @cached_property
    def breaks(self) -> Intervals:
        """The breaks as intervals of agents."""
        table = self.case.breaks
        return Intervals(self.roster.break_agent, table.starts_at, table.ends_at)

    @cached_property
    def unplaced_booking(self) -> IntArray:
        """Booking of each row of unplaced, or `NONE`."""
        return positions_of(self.case.unplaced.booking_id, self.case.bookings.position)

    @cached_property
    def openings(self) -> Openings:
        """What starts the unplaced, eligible bookings have."""
        rows = np.unique(self.unplaced_booking[self.unplaced_booking != NONE])
        duty, start, end = self.roster.segments
        known = self.roster.agent[duty] != NONE
        segments = Pieces(self.roster.agent[duty[known]], start[known], end[known])
        service = ServiceStarts(self.roster, segments)
        return Openings(rows[self.eligible[rows]], self.bookings, self.windows, service)

    @cached_property
    def free_starts(self) -> ServiceStarts:
        """Where agents could hold one more session: their segments without the sessions that they hold."""
        duty, start, end = self.roster.segments
        agent = self.roster.agent[duty]
        sessions = self.sessions
        held = Intervals(agent, start, end).containing(
            sessions.agent, sessions.occupied_from, sessions.occupied_until
        )
        inside = np.flatnonzero(held != NONE)
        piece, start, end = cut(
            start, end, held[inside], sessions.occupied_from[inside], sessions.occupied_until[inside]
        )
        known = agent[piece] != NONE
        return ServiceStarts(self.roster, Pieces(agent[piece[known]], start[known], end[known]))

    def duty(self, row: int) -> str:
        """Agent and span of a duty."""
        table = self.case.duties
        return (
            f"agent {table.agent_id[row]}, duty {self.clock.span(table.starts_at[row], table.ends_at[row])}"
        )

    def break_of(self, row: int) -> str:
        """Agent and span of a break."""
        table = self.case.breaks
        span = self.clock.span(table.starts_at[row], table.ends_at[row])
        return f"agent {table.agent_id[row]}, {table.kind[row]} {span}"
