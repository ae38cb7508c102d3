"""The domain model: immutable and typed; it knows nothing of solvers, files or screens."""

from data.model.agents import REGIMES, STATES, Absences, Agents, Contracts, Standby
from data.model.bookings import (
    CUSTOMER_ZONES,
    DOCUMENTS,
    HOLDER_TYPES,
    ORDER_STATUSES,
    PINS,
    PRODUCTS,
    ROLES,
    Bookings,
    Participants,
)
from data.model.case import INPUT_TABLES, REPORT_TABLES, REQUIRED_TABLES, RESULT_TABLES, Case
from data.model.changes import CHANGE_KINDS, Changes
from data.model.columns import MISSING, Column, Table, joined, tokens
from data.model.contacts import (
    CONTACT_CHANGES,
    CONTACT_CHANNELS,
    CONTACT_DEADLINES,
    NO_ALTERNATIVE_REASONS,
    Contacts,
)
from data.model.demand import MOST_DEMANDED_SKILLS, Demand, History
from data.model.fixed_tasks import NO_WORKER, FixedTasks, TaskAssignment
from data.model.labour import BreakRule, LabourRegime, regime_on
from data.model.plan import Calendar, DateException, HolidayOverride, OpeningHours, Plan, default_as_of
from data.model.planning_axis import BRASILIA, PlanningAxis
from data.model.promises import PROMISE_STATUSES, Promise, PromiseStatus
from data.model.roster import BREAK_KINDS, Break, Breaks, Duties, Duty, Roster
from data.model.scenario import Scenario
from data.model.schedule import UNPLACED_REASONS, Schedule, Sessions, Unplaced
from data.model.service_policy import SESSION_KINDS, KindPolicy, ServicePolicy, SessionKind, policy_on
from data.model.shift_types import MOST_PRICE, ShiftDemand, ShiftLimits, ShiftTypes
from data.model.understaffing import REASONS, VERDICTS, Understaffing
from data.model.wishes import WISH_KINDS, Wishes

__all__ = [
    "BRASILIA",
    "BREAK_KINDS",
    "CHANGE_KINDS",
    "CONTACT_CHANGES",
    "CONTACT_CHANNELS",
    "CONTACT_DEADLINES",
    "CUSTOMER_ZONES",
    "DOCUMENTS",
    "HOLDER_TYPES",
    "INPUT_TABLES",
    "MISSING",
    "MOST_DEMANDED_SKILLS",
    "MOST_PRICE",
    "NO_ALTERNATIVE_REASONS",
    "NO_WORKER",
    "ORDER_STATUSES",
    "PINS",
    "PRODUCTS",
    "PROMISE_STATUSES",
    "REASONS",
    "REGIMES",
    "REPORT_TABLES",
    "REQUIRED_TABLES",
    "RESULT_TABLES",
    "ROLES",
    "SESSION_KINDS",
    "STATES",
    "UNPLACED_REASONS",
    "VERDICTS",
    "WISH_KINDS",
    "Absences",
    "Agents",
    "Bookings",
    "Break",
    "BreakRule",
    "Breaks",
    "Calendar",
    "Case",
    "Changes",
    "Column",
    "Contacts",
    "Contracts",
    "DateException",
    "Demand",
    "Duties",
    "Duty",
    "FixedTasks",
    "History",
    "HolidayOverride",
    "KindPolicy",
    "LabourRegime",
    "OpeningHours",
    "Participants",
    "Plan",
    "PlanningAxis",
    "Promise",
    "PromiseStatus",
    "Roster",
    "Scenario",
    "Schedule",
    "ServicePolicy",
    "SessionKind",
    "Sessions",
    "ShiftDemand",
    "ShiftLimits",
    "ShiftTypes",
    "Standby",
    "Table",
    "TaskAssignment",
    "Understaffing",
    "Unplaced",
    "Wishes",
    "default_as_of",
    "joined",
    "policy_on",
    "regime_on",
    "tokens",
]
