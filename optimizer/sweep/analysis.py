"""What a sweep shows: the best scenario, ranks, what matters, and the frontier of cost and service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray
from optimizer.sweep.playing import FIGURES, PLAYED
from optimizer.sweep.ranking import More, Ranks, Selection, ranks, select_best, surely_dominated, undominated
from optimizer.sweep.run import SweepRun
from optimizer.sweep.sensitivity import Sensitivity, sensitivity
from simulation import KPIS, Kpi
from simulation.distributions import student_t_quantile

COST = "cost"
SERVICE = "wait_over_10"

MORE_IS_BETTER = frozenset(
    (
        "on_time_share",
        "served",
        "fulfilled",
        "occupancy",
        "rebooked_same_day",
        "sessions_per_agent_hour",
        "walk_ups_served",
    )
)
"""Figures of which more is better; of all others less is."""

SHARE_ZONE, RELATIVE_ZONE = 0.005, 0.02
"""Differences that don't matter unless something else is said: half a percentage point of a share; of other
figures so much of today's."""


@dataclass(frozen=True)
class Question:
    """What is asked of a sweep.

    Attributes:
        figure: by which scenarios are ranked.
        indifference: a difference of it that does not matter, above 0; None: SHARE_ZONE or RELATIVE_ZONE.
        most_blocks: of replications of a scenario, in choosing the best.
    """

    figure: str = SERVICE
    indifference: float | None = None
    most_blocks: int = 1

    def __post_init__(self) -> None:
        if self.figure not in FIGURES:
            raise ValueError(f"no key figure is called {self.figure}: expected one of {', '.join(FIGURES)}")

    @property
    def sign(self) -> float:
        """-1 where more is better: then the least of the negated figure is the best."""
        return -1.0 if self.figure in MORE_IS_BETTER else 1.0

    @property
    def service(self) -> str:
        """The figure beside the cost."""
        return SERVICE if self.figure == COST else self.figure


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a sweep shows; arrays run over `ranked`.

    Attributes:
        ranked: numbers of the scenarios that have figures, in order of the sweep.
        selection: the best; positions in `ranked`. None where no scenario has figures.
        indifference: the difference that does not matter.
        ranks: 1 is the best.
        on_frontier: by means, nothing costs less and serves as well, or serves better and costs as little.
        dominated: another scenario surely does.
        effects: sensitivity by figure; empty without a design, None where it can't be told.
    """

    ranked: tuple[int, ...]
    selection: Selection | None
    indifference: float
    ranks: Ranks | None
    on_frontier: BoolArray
    dominated: BoolArray
    effects: Mapping[str, Sensitivity | None]


def analyse(run: SweepRun, question: Question) -> Analysis:
    """Answer a question from what was played; to choose the best, those not dropped are played on.

    Raises:
        ValueError: when the indifference zone is not above 0.
    """
    names = (question.figure, COST, question.service)
    ranked = tuple(
        number for number in range(len(run.specification.scenarios)) if _has_figures(run, number, names)
    )
    nothing = np.zeros(0, dtype=np.bool_)
    if not ranked:
        return Analysis(ranked, None, question.indifference or SHARE_ZONE, None, nothing, nothing, {})
    values = question.sign * values_of(run, ranked, question.figure)
    zone = question.indifference or _usual_zone(question.figure, float(np.abs(values[0].mean())))
    selection = select_best(values, _more(run, ranked, question), zone, question.most_blocks)
    cost = values_of(run, ranked, COST)
    service = values_of(run, ranked, question.service)
    service = -service if question.service in MORE_IS_BETTER else service
    return Analysis(
        ranked=ranked,
        selection=selection,
        indifference=zone,
        ranks=ranks(values),
        on_frontier=undominated(cost.mean(axis=1), service.mean(axis=1)),
        dominated=surely_dominated(cost, service),
        effects=_effects(run, ranked, question),
    )


def values_of(run: SweepRun, numbers: tuple[int, ...], figure: str, block: int = 0) -> FloatArray:
    """A figure of some scenarios in a block; shape (scenarios, replications)."""
    place = FIGURES.index(figure)
    return np.array([run.blocks[number, block].values[:, place] for number in numbers])


def mean_with_interval(values: FloatArray) -> Kpi:
    """The mean of the replications that have a value, with its 95 % interval (Student's t)."""
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return Kpi(float(known[0]) if len(known) else np.nan, np.nan, np.nan)
    reach = student_t_quantile(0.975, len(known) - 1) * float(known.std(ddof=1)) / np.sqrt(len(known))
    mean = float(known.mean())
    return Kpi(mean, mean - reach, mean + reach)


def _has_figures(run: SweepRun, number: int, names: tuple[str, ...]) -> bool:
    played = run.blocks[number, 0]
    places = [FIGURES.index(name) for name in names]
    return played.status == PLAYED and not np.isnan(played.values[:, places]).any()


def _usual_zone(figure: str, today: float) -> float:
    if figure in KPIS and KPIS[figure].unit == "share":
        return SHARE_ZONE
    return RELATIVE_ZONE * today or RELATIVE_ZONE


def _more(run: SweepRun, ranked: tuple[int, ...], question: Question) -> More:
    def more(positions: Sequence[int], block: int) -> FloatArray:
        numbers = tuple(ranked[position] for position in positions)
        run.play(numbers, block)
        return question.sign * values_of(run, numbers, question.figure, block)

    return more


def _effects(run: SweepRun, ranked: tuple[int, ...], question: Question) -> dict[str, Sensitivity | None]:
    """Of the figure asked for, and of the cost."""
    scenarios = run.specification.scenarios
    numbers = tuple(number for number in ranked if scenarios[number].of_design)
    if not run.specification.design or len(numbers) < 2:
        return {}
    points = [dict(scenarios[number].changes) for number in numbers]
    return {
        figure: sensitivity(run.specification.design, points, values_of(run, numbers, figure))
        for figure in dict.fromkeys((question.figure, COST))
    }
