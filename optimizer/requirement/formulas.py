"""What formulas of walk-in queues ask for, beside the simulation: Erlang C, Erlang A, the square-root rule.

All take the offered load of each interval (`load`) for that of a stationary queue of agents who can do all,
as if customers came at random and waited in line. Appointments come more evenly, and nobody can be sent
away in the middle of a session: the formulas are for orientation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model import Scenario
from data.model.columns import IntArray
from optimizer.requirement.load import OfferedLoad
from optimizer.requirement.service import ServiceTarget
from simulation.kpis import ON_TIME_MINUTES
from simulation.theory.erlang import ErlangAbandonment, fewest_servers, square_root_delay

LEAST_SHARE = 1e-3
"""Asked of the formulas where a target is stricter: no number of agents serves everybody there."""


@dataclass(frozen=True, eq=False)
class FormulaStaffing:
    """Agents by interval; shape (intervals,) each."""

    erlang_c: IntArray
    erlang_a: IntArray
    square_root: IntArray

    @classmethod
    def of(cls, load: OfferedLoad, targets: tuple[ServiceTarget, ...], scenario: Scenario) -> FormulaStaffing:
        """The most that any of the targets asks for."""
        busy = load.busy.sum(axis=1)
        total = float(load.busy.sum())
        minutes = float((load.occupation * load.busy.sum(axis=0)).sum()) / total if total else 1.0
        patience = scenario.patience_median * math.exp(scenario.patience_sigma**2 / 2.0)
        limits = [(_longest_wait(target, scenario), max(target.most_bad, LEAST_SHARE)) for target in targets]

        def most(formula: Callable[[float, float, float], int]) -> IntArray:
            return np.array(
                [
                    max(formula(each, *limit) for limit in limits) if each > 1e-9 else 0
                    for each in busy.tolist()
                ],
                dtype=np.int64,
            )

        return cls(
            erlang_c=most(lambda each, longest, share: erlang_c(each / minutes, minutes, longest, share)),
            erlang_a=most(
                lambda each, longest, share: erlang_a(each / minutes, minutes, patience, longest, share)
            ),
            square_root=most(lambda each, longest, share: square_root(each, minutes, longest, share)),
        )


def _longest_wait(target: ServiceTarget, scenario: Scenario) -> float:
    if target.figure == "wait":
        return target.minutes
    return ON_TIME_MINUTES if target.figure == "on_time_share" else scenario.rebooking_after


def erlang_c(rate: float, minutes: float, longest: float, share: float) -> int:
    """Fewest agents of M/M/c with P(wait > longest) <= share; customers come at `rate` for `minutes` each."""
    return fewest_servers(rate, 1.0 / minutes, lambda queue: queue.wait_exceeds(longest) <= share)


def erlang_a(rate: float, minutes: float, patience: float, longest: float, share: float) -> int:
    """Fewest agents of M/M/c+M with P(wait > longest) <= share; mean patience `patience`."""

    def exceeds(servers: int) -> bool:
        queue = ErlangAbandonment(servers, rate, 1.0 / minutes, 1.0 / patience)
        return queue.wait_exceeds(longest) > share

    too_few, enough = 0, 1
    while exceeds(enough):
        too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (middle, enough) if exceeds(middle) else (too_few, middle)
    return enough


def square_root(load: float, minutes: float, longest: float, share: float) -> int:
    """Load and a multiple of its root: P(wait > t) = P(wait > 0) exp(-spare sqrt(load) t / minutes).

    Halfin & Whitt 1981, Oper. Res. 29; Borst, Mandelbaum & Reiman 2004, Oper. Res. 52.
    """
    root = math.sqrt(load)

    def exceeds(spare: float) -> float:
        return square_root_delay(spare) * math.exp(-spare * root * longest / minutes)

    low, high = 0.0, 1e-6
    while exceeds(high) > share and high < 100.0:
        low, high = high, 2.0 * high
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (middle, high) if exceeds(middle) > share else (low, middle)
    return max(math.ceil(load + high * root), math.floor(load) + 1)
