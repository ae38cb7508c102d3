"""Plan against reality: the days that were planned, what happened on them, and what follows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from data.model import SESSION_KINDS, Case, Scenario
from data.progress import Progress, no_progress
from simulation.kpis import LONG_WAIT_MINUTES
from simulation.review.adherence import Adherence, adherence
from simulation.review.causes import CAUSES, Cause, Day, cause_of
from simulation.review.demand_error import DemandError, demand_errors
from simulation.review.events_of_day import EventsOfDay
from simulation.review.expected import Expected, expected_figures
from simulation.review.facts import DayFacts, SessionFact
from simulation.review.figures import FIGURES, day_figures
from simulation.review.happened import day_facts
from simulation.review.recalibration import Recalibration, recalibrated

HARMS = ("rebooked", "left", "waited")
"""What a wait that we caused led to: a rebooking, a customer who left, or a wait of more than 10 minutes."""


class Harm(NamedTuple):
    """A session whose customer had to wait for us, what it led to, and why."""

    day: int
    session: SessionFact
    harm: str
    cause: Cause


class Figure(NamedTuple):
    """A figure as it was, and as the simulation expects it; None: of no day that is told whole."""

    happened: float
    expected: Expected | None

    @property
    def is_usual(self) -> bool:
        """Whether it lies in the range in which 95 % of simulated days lie."""
        return self.expected is None or math.isnan(self.expected.mean) or self.expected.holds(self.happened)


@dataclass(frozen=True)
class Review:
    """What the review of some days found.

    Attributes:
        days: what became of each, in order.
        figures: of all days together; their expectation only where all days are told whole.
        by_day: of each day.
        harms: every customer whom we let wait for long, or sent away.
        demand: errors by interval; empty where the demand expects no bookings.
        agents: adherence.
        proposal: what to recalibrate.
        scenario: what was expected.
        replications: played for it.
    """

    days: tuple[DayFacts, ...]
    figures: Mapping[str, Figure]
    by_day: tuple[Mapping[str, Figure], ...]
    harms: tuple[Harm, ...]
    demand: tuple[DemandError, ...]
    agents: tuple[Adherence, ...]
    proposal: Recalibration
    scenario: Scenario
    replications: int

    def count(self, cause: str, harm: str) -> int:
        """How many customers were harmed so by a cause."""
        return sum(one.cause.name == cause and one.harm == harm for one in self.harms)

    @property
    def causes(self) -> list[str]:
        """Those that occur, the most frequent first."""
        totals = {name: sum(self.count(name, harm) for harm in HARMS) for name in CAUSES}
        return sorted((name for name in CAUSES if totals[name]), key=lambda name: -totals[name])


def review(
    case: Case,
    told: Sequence[EventsOfDay],
    scenario: Scenario,
    replications: int,
    progress: Progress = no_progress,
) -> Review:
    """Hold days against their plan.

    Args:
        case: with roster and schedule.
        told: the events of each day, a day once.
        scenario: what was expected of the days.
        replications: how often the plan is played for it.

    Raises:
        ValueError: when there is no day, or one comes twice.
    """
    numbers = [one.day for one in told]
    if not told or len(set(numbers)) < len(numbers):
        raise ValueError("expected one day or more, each once")
    days = tuple(
        day_facts(case, one, scenario.rebooking_after) for one in sorted(told, key=lambda one: one.day)
    )
    whole = [day.day for day in days if day.complete and _is_planned(case, day.day)]
    together: Mapping[str, Expected] = {}
    each: dict[int, Mapping[str, Expected]] = {}
    if whole:
        of_all, of_each = expected_figures(case, scenario, whole, replications, progress=progress)
        together = of_all if len(whole) == len(days) else {}
        each = dict(zip(whole, of_each, strict=True))
    return Review(
        days=days,
        figures=_figures(days, together),
        by_day=tuple(_figures([day], each.get(day.day, {})) for day in days),
        harms=tuple(harm for day in days for harm in harms(case, day)),
        demand=demand_errors(case, days),
        agents=adherence(days),
        proposal=recalibrated(case, days, scenario),
        scenario=scenario,
        replications=replications if whole else 0,
    )


def harms(case: Case, day: DayFacts) -> list[Harm]:
    """Every customer of a day who was there and whom we let wait for long, or sent away, in order."""
    kinds = {name: case.plan.policy.kind(name) for name in SESSION_KINDS}
    at = Day(
        day,
        set_up={name: float(kind.set_up_minutes) for name, kind in kinds.items()},
        wrap_up={name: float(kind.wrap_up_minutes) for name, kind in kinds.items()},
    )
    found = ((session, _harm(session)) for session in day.sessions.values())
    return [Harm(day.day, session, harm, cause_of(at, session)) for session, harm in found if harm]


def _harm(session: SessionFact) -> str:
    if session.outcome == "rebooked_by_issuer":
        return "rebooked"
    if session.outcome == "left":
        return "left"
    return "waited" if session.wait > LONG_WAIT_MINUTES else ""


def _is_planned(case: Case, day: int) -> bool:
    first, end = case.axis.day_starts[day], case.axis.day_starts[day + 1]
    return bool(((case.sessions.starts_at >= first) & (case.sessions.starts_at < end)).any())


def _figures(days: Sequence[DayFacts], expected: Mapping[str, Expected]) -> dict[str, Figure]:
    happened = day_figures(days)
    return {name: Figure(happened[name], expected.get(name)) for name in FIGURES}
