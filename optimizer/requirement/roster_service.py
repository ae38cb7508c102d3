"""How well a roster serves the customers of a requirement: shares of each period, and what they prove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.model import Case, Scenario
from optimizer.requirement.frame import Frame
from optimizer.requirement.requirement import DayRequirement, DayTask, shares_with_intervals
from optimizer.requirement.rostered_day import RosteredDay, RosterPlayer
from optimizer.requirement.service import Counts, Periods, ServiceTarget
from simulation import Kpi


@dataclass(frozen=True, eq=False)
class DayService:
    """What the customers of a day, or of a team of a day, are served.

    Attributes:
        frame: of the day.
        periods: over which targets are judged.
        served_badly: by target and period, the share of customers, with an interval. The intervals of all
            days, targets and periods hold together with 95 % (Bonferroni).
        worst_intervals: by target and period, the interval in which most customers are served badly.
        worst_skills: by target and period, the number of the skill of most of these customers.
    """

    frame: Frame
    periods: Periods
    served_badly: tuple[tuple[Kpi, ...], ...]
    worst_intervals: tuple[tuple[int, ...], ...]
    worst_skills: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class RosterService:
    """What the customers of a horizon are served by a roster.

    Attributes:
        targets: that it is judged by.
        days: in order.
        overall: by target, the share of all customers served badly, with a 95 % interval.
        worst_skill: of which most customers are served badly in periods that miss a target; "" if none does.
    """

    targets: tuple[ServiceTarget, ...]
    days: tuple[DayService, ...]
    overall: tuple[Kpi, ...]
    worst_skill: str = ""

    def _cells(self) -> list[tuple[Kpi, float]]:
        return [
            (figure, target.most_bad)
            for day in self.days
            for target, figures in zip(self.targets, day.served_badly, strict=True)
            for figure in figures
        ]

    @property
    def periods(self) -> int:
        """Periods of all targets."""
        return len(self._cells())

    @property
    def missed(self) -> int:
        """Of these, how many miss their target in the mean."""
        return sum(figure.mean > limit for figure, limit in self._cells())

    @property
    def surely_missed(self) -> int:
        """And how many by the whole of their interval."""
        return sum(figure.low > limit for figure, limit in self._cells())

    @property
    def is_kept(self) -> bool:
        """Whether all customers together keep the targets in the mean, and no period misses beyond chance.

        Some of some hundred periods miss in the mean by chance alone, whatever the roster.
        """
        return not self.surely_missed and all(
            figure.mean <= target.most_bad for figure, target in zip(self.overall, self.targets, strict=True)
        )

    @property
    def is_missed(self) -> bool:
        """Whether some period, or all customers together, miss the target beyond chance."""
        return self.surely_missed > 0 or any(
            figure.low > target.most_bad for figure, target in zip(self.overall, self.targets, strict=True)
        )


class RosterJudge:
    """Plays rosters before the customers of a requirement, all on the same chance.

    Args:
        tasks: the days of the requirement.
        days: what was found for them, for the periods over which they are judged.
        absence: probability that an agent does not come to a duty: what the requirement allows for.
    """

    def __init__(self, tasks: Sequence[DayTask], days: Sequence[DayRequirement], absence: float) -> None:
        self._days = list(zip(tasks, days, strict=True))
        self.targets = tasks[0].request.targets
        self._players = [
            RosterPlayer(task.frame, task.customers, _with_absence(task.scenario, absence), task.request.seed)
            for task in tasks
        ]

    def judge(
        self, case: Case, first: int, replications: int, watch: Callable[[], None] = lambda: None
    ) -> RosterService:
        """Play the roster of a case in replications from a first one on.

        Args:
            case: with duties.
            first: number of the first replication.
            replications: how many, >= 2.
            watch: called often; may raise to stop.
        """
        counted: list[Counts] = []
        for player in self._players:
            day = RosteredDay.of(case, player.frame)
            played = []
            for replication in range(first, first + replications):
                played.append(player.play(day, replication))
                watch()
            counted.append(Counts.of(played, self.targets, player.frame))
        cells = len(self.targets) * sum(day.periods.count for _, day in self._days)
        days = [
            DayService(
                day.frame,
                day.periods,
                shares_with_intervals(day.periods.sums(counts.bad), day.periods.sums(counts.whole), cells),
                *_worst(counts, day.periods),
            )
            for (_, day), counts in zip(self._days, counted, strict=True)
        ]
        bad = np.sum([counts.bad.sum(axis=(2, 3)) for counts in counted], axis=0)
        whole = np.sum([counts.whole.sum(axis=(2, 3)) for counts in counted], axis=0)
        overall = shares_with_intervals(bad[:, :, np.newaxis], whole[:, :, np.newaxis], 1)
        worst_skill = _worst_skill(self.targets, days, counted)
        return RosterService(self.targets, tuple(days), tuple(figures[0] for figures in overall), worst_skill)


def _with_absence(scenario: Scenario, absence: float) -> Scenario:
    return scenario.model_copy(update={"agent_absence": absence})


def _worst(
    counts: Counts, periods: Periods
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """By target and period, the interval and the skill of most customers served badly."""
    bad = counts.bad.sum(axis=0)
    inside = [periods.number == period for period in range(periods.count)]
    intervals = tuple(
        tuple(int(np.argmax(np.where(within, of_target.sum(axis=1), -1.0))) for within in inside)
        for of_target in bad
    )
    skills = tuple(
        tuple(int(np.argmax(of_target[within].sum(axis=0))) for within in inside) for of_target in bad
    )
    return intervals, skills


def _worst_skill(
    targets: Sequence[ServiceTarget], days: Sequence[DayService], counted: Sequence[Counts]
) -> str:
    bad: dict[str, float] = {}
    for day, counts in zip(days, counted, strict=True):
        for place, target in enumerate(targets):
            missed = np.array([figure.mean > target.most_bad for figure in day.served_badly[place]])
            by_skill = counts.bad[:, place, missed[day.periods.number], :].sum(axis=(0, 1))
            for skill, customers in zip(day.frame.skills, by_skill.tolist(), strict=True):
                bad[skill] = bad.get(skill, 0.0) + customers
    worst = max(bad, key=lambda skill: (bad[skill], skill))
    return worst if bad[worst] else ""
