"""Column generation: tours that improve the mixture are found and added, until the bound meets its cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from optimizer.roster.columns.choices import Choices, Column
from optimizer.roster.columns.master import Master, Prices

SMOOTHING = 0.7
"""Weight of the best prices so far beside the newest: smoothing, as by Pessoa, Sadykov, Uchoa & Vanderbeck
2018, *Automation and combination of linear-programming based stabilization techniques*."""

LEAST_SMOOTHING = 0.1

IMPROVES = 1e-6
"""Reduced cost from which a tour counts as an improvement."""

WORK_AN_ARC = 4e-9
"""Deterministic work of pricing: about seconds."""


ROUNDS_OF_A_DIVE = 30
"""Most rounds of generation after each choice of a dive."""

LEAST_SHARE = 1e-6
NEARLY_ALL = 0.95
"""Shares of a tour from which it may be chosen, and is chosen together with others."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """The outcome of column generation.

    Attributes:
        prices: of the last mixture.
        bound: cost below which no choice of tours can be.
        worth: the prices that prove the bound; shape (cells,).
        reduced: for each agent, the least reduced cost at those prices; the bound is made of these.
        penalties: of types, for each agent at those prices.
    """

    prices: Prices
    bound: float
    worth: FloatArray
    reduced: dict[int, float]
    penalties: dict[int, FloatArray]


def generate(
    master: Master, enough: float, checkpoint: Callable[[float], None], rounds: int | None = None
) -> Mixture:
    """Add tours until the bound is within `enough` of the mixture's cost, or no tour improves it.

    Args:
        master: the program; tours are added to it.
        enough: difference of cost and bound at which to stop.
        checkpoint: told the deterministic work done since it was last called; may raise to give up.
        rounds: most rounds; None for no limit.
    """
    smoothing, best = SMOOTHING, None
    demand, done = master.demand, 0
    while True:
        prices = master.solve()
        worth = prices.worth
        if best is not None and smoothing:
            worth = smoothing * best.worth + (1.0 - smoothing) * prices.worth
        worth = np.clip(worth, -demand.over, demand.under)
        bound = float((worth * np.where(demand.asked, demand.required, 0)).sum())
        reduced: dict[int, float] = {}
        penalties: dict[int, FloatArray] = {}
        added = False
        for agent, choices in master.agents.items():
            penalty = np.zeros(choices.types)
            for of_type, most in choices.late_limits:
                penalty[of_type] = prices.penalties.get((agent, of_type), 0.0)
                bound -= penalty[of_type] * most
            penalties[agent] = penalty
            if agent in master.fixed:
                value: float = -reduced_cost(choices, master.fixed[agent], worth, penalty)
            else:
                value, column = choices.best(worth, penalty)
                if column is not None:
                    own = reduced_cost(choices, column, prices.worth, penalty) - prices.agents[agent]
                    added |= own < -IMPROVES and master.add(column)
                    if smoothing and best is not None:
                        _, other = choices.best(prices.worth, penalty)
                        if other is not None:
                            own = reduced_cost(choices, other, prices.worth, penalty) - prices.agents[agent]
                            added |= own < -IMPROVES and master.add(other)
                master.work += WORK_AN_ARC * len(choices.graph.option)
            reduced[agent] = -value
            bound -= value
        done += 1
        if best is None or bound > best.bound:
            best = Mixture(prices, bound, worth, reduced, penalties)
        checkpoint(master.work)
        master.work = 0.0
        close = prices.cost - best.bound <= enough
        if close or (not added and not smoothing) or (rounds is not None and done >= rounds):
            return Mixture(prices, best.bound, best.worth, best.reduced, best.penalties)
        if not added:
            smoothing = smoothing / 2 if smoothing > LEAST_SMOOTHING else 0.0


def reduced_cost(choices: Choices, column: Column, worth: FloatArray, penalty: FloatArray) -> float:
    """What a tour costs at these prices, its duties' worth taken off."""
    cells = np.array(column.cells, dtype=np.int64)
    return column.cost - float(worth[cells].sum()) + float(penalty[cells % choices.types].sum())


def dive(
    master: Master,
    enough: float,
    checkpoint: Callable[[float], None],
    lot: Callable[[int], FloatArray],
    first: Mixture | None = None,
) -> dict[int, Column] | None:
    """Choose a tour for every agent: the one with the largest share, then generate anew, and so on.

    Tours that have nearly all the share of their agents are chosen together. None when nothing fits.

    Args:
        master: the program; its choices are fixed.
        enough: as for `generate`.
        checkpoint: as for `generate`.
        lot: random numbers, added to the shares.
        first: the mixture to begin with, when it is known.
    """
    mixture = first
    while True:
        if mixture is None:
            mixture = generate(master, enough, checkpoint, ROUNDS_OF_A_DIVE if master.fixed else None)
        if len(master.fixed) == len(master.agents):
            return dict(master.fixed)
        share = mixture.prices.mixture
        order = np.argsort(-(share + lot(len(share))), kind="stable")
        chosen = 0
        for place in order.tolist():
            column = master.columns[place]
            if share[place] < LEAST_SHARE or column.agent in master.fixed:
                continue
            if master.agents[column.agent].keeps_limits(column) and (not chosen or share[place] > NEARLY_ALL):
                master.fix(place)
                chosen += 1
        if not chosen:
            return None
        mixture = None
