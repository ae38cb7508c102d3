"""Which of several what-ifs to take: what service costs, and the cheapest that surely keeps a target.

Some levers are decisions, others are circumstances that nobody chooses. What is cheap because fewer customers
come is no choice, so only scenarios under the same circumstances are held against each other; and one that
leaves bookings without a session has cheap agents and short waits, so it is not on offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.planning.what_if import Figures
from optimizer.sweep.analysis import COST, SERVICE, SHARE_ZONE
from optimizer.sweep.levers import Path
from optimizer.sweep.playing import NOT_PLACED
from optimizer.sweep.ranking import surely_dominated, undominated
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting

DECISIONS = frozenset(
    (
        "allow_early_start",
        "break_shifting",
        "buffer_minutes",
        "contracts",
        "hired",
        "late_tolerance",
        "opening",
        "overbooking_by_hour",
        "overbooking_risk",
        "overbooking_share",
        "plan",
        "pool_size",
        "pooled",
        "rebooking_after",
        "requirement",
        "service",
        "standby_agents",
        "standby_minutes",
        "standby_threshold",
        "training",
        "walk_up_limit",
    )
)
"""Levers that the issuer sets; all others are circumstances."""

REQUIREMENT = ("requirement",)
STEPS = (-0.15, -0.1, -0.05, 0.05, 0.1, 0.15)
"""Agents required more or fewer, by which the frontier of a scenario is drawn."""

Circumstances = tuple[tuple[Path, Setting], ...]


@dataclass(frozen=True)
class Choice:
    """Scenarios under the same circumstances; positions are those in the sequence given.

    Attributes:
        circumstances: levers that nobody chooses.
        members: of the scenarios.
        on_offer: those that leave hardly more bookings without a session than the first.
        on_frontier: of those on offer, by means: nothing costs less and serves as well.
        dominated: of those on offer, those to which another is surely preferable.
        recommended: the cheapest on offer whose customers who wait too long are surely within the target;
            None where that is none.
    """

    circumstances: Circumstances
    members: tuple[int, ...]
    on_offer: tuple[int, ...]
    on_frontier: tuple[int, ...]
    dominated: tuple[int, ...]
    recommended: int | None


def circumstances_of(scenario: SweepScenario) -> Circumstances:
    """The levers moved that nobody chooses, in order."""
    return tuple(
        sorted((change for change in scenario.changes if change[0][0] not in DECISIONS), key=_by_path)
    )


def choices(figures: Sequence[Figures], most_long_waits: float) -> list[Choice]:
    """The scenarios with figures by circumstances, in order of appearance.

    Args:
        figures: of scenarios, all on plans made anew or all on the same plan.
        most_long_waits: share of the attending customers who may wait over 10 minutes.
    """
    groups: dict[Circumstances, list[int]] = {}
    for place, each in enumerate(figures):
        if each.has_figures and not any(np.isnan(each.of(name)).any() for name in (COST, SERVICE)):
            groups.setdefault(circumstances_of(each.scenario), []).append(place)
    return [_choice(shared, members, figures, most_long_waits) for shared, members in groups.items()]


def requirement_steps(scenario: SweepScenario) -> list[SweepScenario]:
    """The scenario with fewer agents required, and with more: what service costs, step by step.

    A scenario that moves this lever itself has none.
    """
    if any(path[0] == REQUIREMENT[0] for path, _ in scenario.changes):
        return []
    settings = [Setting("relative", step) for step in STEPS]
    return [
        SweepScenario(f"{scenario.name} {setting}", (*scenario.changes, (REQUIREMENT, setting)))
        for setting in settings
    ]


def _choice(
    shared: Circumstances, members: list[int], figures: Sequence[Figures], most_long_waits: float
) -> Choice:
    usual = _reference(members, shared, figures)
    most = figures[usual].kpi(NOT_PLACED).mean + SHARE_ZONE * figures[usual].bookings
    on_offer = [place for place in members if figures[place].kpi(NOT_PLACED).mean <= most]
    cost, service = (np.array([figures[place].of(name) for place in on_offer]) for name in (COST, SERVICE))
    frontier = undominated(cost.mean(axis=1), service.mean(axis=1))
    worse = surely_dominated(cost, service)
    kept = [place for place in on_offer if figures[place].kpi(SERVICE).high <= most_long_waits]
    return Choice(
        circumstances=shared,
        members=tuple(members),
        on_offer=tuple(on_offer),
        on_frontier=tuple(place for place, on in zip(on_offer, frontier, strict=True) if on),
        dominated=tuple(place for place, is_worse in zip(on_offer, worse, strict=True) if is_worse),
        recommended=min(kept, key=lambda place: (figures[place].kpi(COST).mean, place), default=None),
    )


def _reference(members: list[int], shared: Circumstances, figures: Sequence[Figures]) -> int:
    """The scenario in which nothing is decided otherwise than today, or the first."""
    undecided = (place for place in members if len(figures[place].scenario.changes) == len(shared))
    return next(undecided, members[0])


def _by_path(change: tuple[Path, Setting]) -> tuple[Path, str]:
    return change[0], repr(change[1])
