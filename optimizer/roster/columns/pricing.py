"""The best tours of an agent for given values of each day's choices: a pass over the graph of legal tours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from data.model.columns import FloatArray, IntArray
from optimizer.roster.tours import TourGraph

IMPOSSIBLE = -1e15
"""Less than this is the value of tours that take a forbidden choice."""


@dataclass(frozen=True, eq=False)
class FlatGraph:
    """A graph of legal tours as flat arrays; nodes are numbered through the days, the end comes last.

    Attributes:
        days: first node of each day, and the end; shape (days + 1,).
        first: first arc of each node, and the number of arcs; shape (nodes + 1,).
        option: of each arc: 0 for a day off, else the kind of duty + 1; shape (arcs,).
        target: node that each arc leads to; shape (arcs,).
    """

    days: IntArray
    first: IntArray
    option: IntArray
    target: IntArray

    @classmethod
    def of(cls, graph: TourGraph) -> FlatGraph:
        """Flatten a graph."""
        nodes = np.cumsum([0, *(len(layer.first) - 1 for layer in graph.layers)])
        arcs = np.cumsum([0, *(len(layer.label) for layer in graph.layers)])
        first = [layer.first[:-1] + begun for layer, begun in zip(graph.layers, arcs, strict=False)]
        return cls(
            days=nodes.astype(np.int64),
            first=np.concatenate([*first, arcs[-1:]]).astype(np.int64),
            option=np.concatenate([layer.label + 1 for layer in graph.layers]).astype(np.int32),
            target=np.concatenate(
                [layer.target + after for layer, after in zip(graph.layers, nodes[1:], strict=True)]
            ).astype(np.int32),
        )

    def best(self, values: FloatArray) -> tuple[float, IntArray]:
        """The highest total value of a tour, and its option on each day.

        `values` gives the value of each option of each day, -inf for a forbidden one; shape (days, options).
        """
        total, options = _best(self.days, self.first, self.option, self.target, values)
        return float(total), options

    def within(self, values: FloatArray, least: float, most: int) -> IntArray | None:
        """Every tour worth at least `least`, its options as a row; None when there are more than `most`."""
        count, found = _within(self.days, self.first, self.option, self.target, values, least, most)
        return None if count < 0 else found[:count]


@njit(cache=True, nogil=True)
def _to_go(days, first, option, target, values):  # type: ignore[no-untyped-def]
    to_go = np.zeros(len(first))
    for day in range(len(days) - 2, -1, -1):
        for node in range(days[day], days[day + 1]):
            best = -np.inf
            for arc in range(first[node], first[node + 1]):
                worth = values[day, option[arc]] + to_go[target[arc]]
                if worth > best:
                    best = worth
            to_go[node] = best
    return to_go


@njit(cache=True, nogil=True)
def _best(days, first, option, target, values):  # type: ignore[no-untyped-def]
    to_go = _to_go(days, first, option, target, values)
    options = np.zeros(len(days) - 1, dtype=np.int64)
    node = 0
    for day in range(len(days) - 1):
        chosen, best = -1, -np.inf
        for arc in range(first[node], first[node + 1]):
            worth = values[day, option[arc]] + to_go[target[arc]]
            if chosen < 0 or worth > best:
                chosen, best = arc, worth
        options[day] = option[chosen]
        node = target[chosen]
    return to_go[0], options


@njit(cache=True, nogil=True)
def _within(days, first, option, target, values, least, most):  # type: ignore[no-untyped-def]
    """Depth first; what can still be won is known exactly, so no step is in vain."""
    to_go = _to_go(days, first, option, target, values)
    length = len(days) - 1
    found = np.zeros((most, length), dtype=np.int64)
    count = 0
    if to_go[0] < least:
        return count, found
    arcs = np.zeros(length, dtype=np.int64)
    worth = np.zeros(length + 1)
    nodes = np.zeros(length + 1, dtype=np.int64)
    arcs[0] = first[0]
    day = 0
    while day >= 0:
        node = nodes[day]
        arc = arcs[day]
        while arc < first[node + 1]:
            if worth[day] + values[day, option[arc]] + to_go[target[arc]] >= least:
                break
            arc += 1
        if arc == first[node + 1]:
            day -= 1
            if day >= 0:
                arcs[day] += 1
            continue
        arcs[day] = arc
        if day == length - 1:
            if count == most:
                return -1, found
            for past in range(length):
                found[count, past] = option[arcs[past]]
            count += 1
            arcs[day] += 1
            continue
        worth[day + 1] = worth[day] + values[day, option[arc]]
        nodes[day + 1] = target[arc]
        day += 1
        arcs[day] = first[nodes[day]]
    return count, found
