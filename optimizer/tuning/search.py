"""The levers of a week, chosen by simulation: the frontier of waits against hours on duty, and a choice.

For each capacity three races on common random numbers, each on top of the winners of the one before: planned
minutes by kind; order and times within runs; pools and standby. Plans are made by the constructive heuristic
there (`plans`). The winner's plan is made anew by the real engine and played on replications that had no part
in any choice; these figures alone are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from data.model import Case, Scenario
from data.progress import Progress, no_progress
from optimizer.solve_result import SolveLimits
from optimizer.tuning.capacity import with_pools_of
from optimizer.tuning.levers import Levers
from optimizer.tuning.plans import (
    CannotServeError,
    TunedPlan,
    engine_schedule,
    finished_plan,
    missed_wishes,
    screening_plan,
)
from optimizer.tuning.playing import (
    AGENT_HOURS,
    RACING_FROM,
    VALIDATING_FROM,
    PlanPlayer,
    mean_with_interval,
    paired,
)
from optimizer.tuning.racing import race
from optimizer.tuning.settings import Setting
from optimizer.tuning.targets import Target, are_met, scores
from optimizer.tuning.workload import Workload
from simulation import Kpi

ON = 2
"""Winners of a race that go on to the next."""

TRIES = 3
"""Settings of a capacity for which the engine is asked for a plan, if it finds none for those before."""

MEETING = 32
"""Replications of the race by which a plan is said to meet the targets there."""

SHOWN = ("wait_over_10", "wait_mean", "rebooked_by_issuer", "overtime_minutes", "served", AGENT_HOURS)
"""Figures told of every plan, besides those of targets."""


@dataclass(frozen=True, eq=False)
class FrontierPlan:
    """A plan on the frontier, out of sample.

    Attributes:
        plan: with the setting.
        figures: mean and 95 % interval of each figure.
        against_today: likewise of the paired difference from the plan of today.
        meets: whether the interval of each target's figure keeps its limit.
    """

    plan: TunedPlan
    figures: dict[str, Kpi]
    against_today: dict[str, Kpi]
    meets: bool


@dataclass(frozen=True, eq=False)
class Tuning:
    """What was found.

    Attributes:
        bookings: that every plan serves.
        targets: asked for.
        today: the plan of today.
        frontier: one plan for each capacity at which the bookings can be served, the largest first.
        chosen: of the plans that meet the targets the one of fewest hours on duty; None: no plan does.
        not_served: capacities at which no setting serves the bookings.
        settings: tried in all.
        played: replications in all.
        replications: of the figures that are told.
    """

    bookings: int
    targets: tuple[Target, ...]
    today: FrontierPlan
    frontier: tuple[FrontierPlan, ...]
    chosen: FrontierPlan | None
    not_served: tuple[float, ...]
    settings: int
    played: int
    replications: int


def tune(
    case: Case,
    scenario: Scenario,
    targets: Sequence[Target],
    levers: Levers,
    limits: SolveLimits,
    replications: int = 100,
    progress: Progress = no_progress,
) -> Tuning:
    """Search the levers for the plan that meets the targets with the fewest hours on duty.

    A pure function of the arguments, unless the clock or several threads decide in `limits`.

    Args:
        case: with duties and sessions: the bookings with a session are those to serve.
        scenario: what happens on the day.
        targets: one or more.
        levers: what may be set.
        limits: of the engine, for each plan that it makes; the seed is that of all chance, too.
        replications: out of sample, >= 2.
        progress: told after each step; may raise to stop.

    Raises:
        ValueError: when the case has no sessions, there is no target, or fewer than two replications.
        RefereeDisagreesError: when the referee finds a fault in a plan.
    """
    if not targets or replications < 2:
        raise ValueError("expected a target or more, and two replications or more")
    search = _Search(Workload.of(case, scenario, limits.seed), tuple(targets), levers, limits, replications)
    today = search.today()
    frontier, not_served = [], []
    capacities = sorted(levers.capacities, reverse=True)
    for place, capacity in enumerate(capacities):
        begin, share = place / len(capacities), 1.0 / len(capacities)

        def tell(done: float, what: str, begin: float = begin, share: float = share) -> None:
            progress(begin + share * done, what)

        found = search.best_at(capacity, tell)
        if found is None:
            not_served.append(capacity)
        else:
            frontier.append(found)
    progress(1.0, "done")
    meeting = [found for found in frontier if found.meets]
    return Tuning(
        bookings=len(search.workload),
        targets=search.targets,
        today=today,
        frontier=tuple(frontier),
        chosen=min(meeting, key=_hours_first, default=None),
        not_served=tuple(not_served),
        settings=search.settings,
        played=search.played,
        replications=replications,
    )


def _hours_first(found: FrontierPlan) -> tuple[float, int, int]:
    return (
        round(found.figures[AGENT_HOURS].mean, 6),
        found.plan.setting.standby,
        found.plan.beyond,
    )


@dataclass
class _Search:
    """One search, with what it has tried."""

    workload: Workload
    targets: tuple[Target, ...]
    levers: Levers
    limits: SolveLimits
    replications: int
    settings: int = 0
    played: int = 0
    _today: PlanPlayer = field(init=False)

    def __post_init__(self) -> None:
        case = self.workload.case
        self._today = PlanPlayer(self.workload, TunedPlan(Setting(), case, 0, missed_wishes(case)))

    def today(self) -> FrontierPlan:
        """The plan of the case."""
        return self._out_of_sample(self._today)

    def best_at(self, capacity: float, progress: Progress) -> FrontierPlan | None:
        """The best plan at a capacity; None where no setting serves the bookings."""
        start = Setting(capacity=capacity)
        watch = _at(progress, 0.0, f"capacity {capacity:.0%}: planned minutes")
        minutes = self._planned(
            (
                replace(start, single=single, joint=joint, judicial=joint)
                for single, joint in self.levers.minutes_by_kind()
            ),
            watch,
        )
        first = self._race(minutes, watch)
        watch = _at(progress, 0.2, f"capacity {capacity:.0%}: order and times")
        moved = self._planned(
            (
                replace(player.plan.setting, single_first=single_first, overtime_price=price)
                for player in first
                for single_first, price in self.levers.orders_and_times()
                if single_first or price is not None
            ),
            watch,
        )
        second = self._race([*first, *moved], watch)
        watch = _at(progress, 0.5, f"capacity {capacity:.0%}: pools and standby")
        others = [
            self._with_others(player, size, standby)
            for player in second
            for size, standby in self.levers.pools_and_standby()
            if size is not None or standby
        ]
        third = self._fewest_hours_first(self._race([*second, *others], watch, keep=None), watch)[:TRIES]
        watch = _at(progress, 0.7, f"capacity {capacity:.0%}: the engine's plan")
        for player in third:
            plan = self._by_the_engine(player.plan.setting, watch)
            if plan is not None:
                return self._out_of_sample(PlanPlayer(self.workload, plan))
        return None

    def _by_the_engine(self, setting: Setting, watch: Callable[[], None]) -> TunedPlan | None:
        """The engine's plan, with no more overbooking than it needs; None where it needs too much."""
        try:
            schedule = engine_schedule(self.workload, setting, self.limits, lambda _done, _what: watch())
        except CannotServeError:
            return None
        for overbooking in sorted(self.levers.overbooking):
            try:
                return finished_plan(
                    self.workload, replace(setting, overbooking=overbooking), schedule, watch
                )
            except CannotServeError:
                continue
        return None

    def _planned(self, settings: Iterable[Setting], watch: Callable[[], None]) -> list[PlanPlayer]:
        """The settings that serve the bookings, each with the least overbooking that does."""
        found = []
        for setting in dict.fromkeys(settings):
            self.settings += 1
            for overbooking in sorted(self.levers.overbooking):
                try:
                    plan = screening_plan(self.workload, replace(setting, overbooking=overbooking), watch)
                except CannotServeError:
                    continue
                found.append(PlanPlayer(self.workload, plan))
                break
        return found

    def _with_others(self, player: PlanPlayer, size: int | None, standby: int) -> PlanPlayer:
        """The same starts with other pools and standby."""
        self.settings += 1
        setting = replace(player.plan.setting, pool_size=size, standby=standby)
        plan = replace(player.plan, setting=setting, case=with_pools_of(player.plan.case, size))
        return PlanPlayer(self.workload, plan)

    def _race(
        self, players: list[PlanPlayer], watch: Callable[[], None], keep: int | None = ON
    ) -> list[PlanPlayer]:
        """The best of the players, or all of them, the best first."""
        if not players:
            return []
        outcome = race(
            players,
            lambda player, replications: scores(self.targets, player, replications),
            RACING_FROM,
            watch=watch,
        )
        self.played += outcome.played
        return list(outcome.ranking[:keep])

    def _fewest_hours_first(self, ranking: list[PlanPlayer], watch: Callable[[], None]) -> list[PlanPlayer]:
        """Those that meet the targets in the race, by hours on duty; then the others as they are ranked."""
        racing = range(RACING_FROM, RACING_FROM + MEETING)
        if not ranking or not are_met(self.targets, ranking[0], racing):
            return ranking
        meeting = []
        for player in ranking:
            watch()
            if are_met(self.targets, player, racing):
                meeting.append(player)
        meeting.sort(key=lambda player: round(float(player.values(AGENT_HOURS, racing).mean()), 6))
        return [*meeting, *(player for player in ranking if player not in meeting)]

    def _out_of_sample(self, player: PlanPlayer) -> FrontierPlan:
        replications = range(VALIDATING_FROM, VALIDATING_FROM + self.replications)
        names = dict.fromkeys((*SHOWN, *(target.kpi for target in self.targets)))
        self.played += self.replications
        return FrontierPlan(
            plan=player.plan,
            figures={name: mean_with_interval(player.values(name, replications)) for name in names},
            against_today={
                name: paired(self._today, player, name, replications).difference for name in names
            },
            meets=are_met(self.targets, player, replications),
        )


def _at(progress: Progress, fraction: float, what: str) -> Callable[[], None]:
    """Tells the same again and again, so that a wish to stop is heard."""
    return lambda: progress(fraction, what)
