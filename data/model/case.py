"""A planning case: everything that one plan folder holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast

from data.model.agents import Absences, Agents, Contracts, Standby
from data.model.bookings import Bookings, Participants
from data.model.changes import Changes
from data.model.columns import Table
from data.model.demand import Demand, History
from data.model.plan import Plan
from data.model.planning_axis import PlanningAxis
from data.model.roster import Breaks, Duties, Roster
from data.model.schedule import Schedule, Sessions, Unplaced
from data.model.shift_types import ShiftDemand, ShiftLimits, ShiftTypes
from data.model.wishes import Wishes

TableKind = TypeVar("TableKind", bound=Table)

INPUT_TABLES: tuple[type[Table], ...] = (
    Agents,
    Contracts,
    ShiftTypes,
    ShiftLimits,
    Absences,
    Standby,
    Wishes,
    Bookings,
    Participants,
    Demand,
    ShiftDemand,
    History,
)
"""Tables that come from outside; commands read them from the root of the plan folder."""

RESULT_TABLES: tuple[type[Table], ...] = (Duties, Breaks, Sessions, Unplaced)
"""Tables that commands write; they are read from the current run, or from the root when there is none."""

REPORT_TABLES: tuple[type[Table], ...] = (Changes,)
"""Tables for people that commands write into the run besides; no command reads them."""

REQUIRED_TABLES: tuple[type[Table], ...] = (Agents, Contracts, Bookings, Participants, Demand)


@dataclass(frozen=True, eq=False)
class Case:
    """One planning case.

    `duties` with `breaks` may be empty (no roster yet), and so may `sessions` with `unplaced`.
    """

    plan: Plan
    agents: Agents
    contracts: Contracts
    bookings: Bookings
    participants: Participants
    demand: Demand
    absences: Absences = field(default_factory=Absences.empty)
    standby: Standby = field(default_factory=Standby.empty)
    wishes: Wishes = field(default_factory=Wishes.empty)
    history: History = field(default_factory=History.empty)
    shift_types: ShiftTypes = field(default_factory=ShiftTypes.empty)
    shift_limits: ShiftLimits = field(default_factory=ShiftLimits.empty)
    shift_demand: ShiftDemand = field(default_factory=ShiftDemand.empty)
    duties: Duties = field(default_factory=Duties.empty)
    breaks: Breaks = field(default_factory=Breaks.empty)
    sessions: Sessions = field(default_factory=Sessions.empty)
    unplaced: Unplaced = field(default_factory=Unplaced.empty)

    @cached_property
    def axis(self) -> PlanningAxis:
        """The planning axis of the horizon."""
        return self.plan.axis

    @cached_property
    def roster(self) -> Roster:
        """The duties with their breaks."""
        return Roster.from_tables(self.duties, self.breaks)

    @property
    def schedule(self) -> Schedule:
        """The sessions and the unplaced bookings."""
        return Schedule(self.sessions, self.unplaced)

    @property
    def is_priced(self) -> bool:
        """Whether anything but agents missing and in excess, each at the price 1, counts in staffing."""
        demand = self.demand
        return bool(
            self.plan.wish_price
            or (self.plan.overtime_price and self.contracts.overtime_minutes.any())
            or len(self.shift_demand)
            or (demand.under_price != 1).any()
            or (demand.over_price != 1).any()
        )

    def table(self, kind: type[TableKind]) -> TableKind:
        """The table of this type."""
        return cast("TableKind", getattr(self, kind.TABLE))

    def with_roster(self, roster: Roster) -> Case:
        """The case with another roster, and without a schedule, which the old roster carried."""
        duties, breaks = roster.to_tables()
        return replace(
            self, duties=duties, breaks=breaks, sessions=Sessions.empty(), unplaced=Unplaced.empty()
        )

    def with_schedule(self, schedule: Schedule) -> Case:
        """The case with another schedule."""
        return replace(self, sessions=schedule.sessions, unplaced=schedule.unplaced)
