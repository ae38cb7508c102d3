"""Tours: the ways in which an agent's days can follow each other without breaking a rule.

The rules are compiled into a layered graph, one layer a day: a node is what the rules remember, an arc is a
day off or a kind of duty. States from which the same days can follow are merged, so the graph is as small as
the rules allow. Any path is a legal tour, and the best one for given values of the arcs is found by one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray, IntArray
from optimizer.roster.rules import SequenceRule, Shift, Terms

OFF = -1
"""Label of an arc that is a day off."""

States = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """The arcs of one day, ordered by the node that they leave.

    Attributes:
        first: position of the first arc of each node, and the number of arcs at the end; shape (nodes + 1,).
        label: position of the kind of duty in the day's list, or OFF; shape (arcs,).
        target: node of the next layer; shape (arcs,).
    """

    first: IntArray
    label: IntArray
    target: IntArray


@dataclass(frozen=True, eq=False)
class TourGraph:
    """All legal tours of an agent over the horizon; node 0 of the first layer is the start."""

    layers: tuple[Layer, ...]

    def best(self, values: Sequence[FloatArray]) -> list[int]:
        """The tour of the highest total value: a label for each day.

        `values` gives, for each day, the value of each kind of duty; a day off is worth 0.
        """
        to_go = np.zeros(1)
        worth: list[FloatArray] = []
        for layer, value in zip(reversed(self.layers), reversed(values), strict=True):
            total = np.append(value, 0.0)[layer.label] + to_go[layer.target]
            worth.append(total)
            to_go = np.maximum.reduceat(total, layer.first[:-1])
        node, tour = 0, []
        for layer, total in zip(self.layers, reversed(worth), strict=True):
            low, high = int(layer.first[node]), int(layer.first[node + 1])
            arc = low + int(np.argmax(total[low:high]))
            tour.append(int(layer.label[arc]))
            node = int(layer.target[arc])
        return tour

    def allows(self, tour: Sequence[int]) -> bool:
        """Whether a tour, a label for each day, is legal."""
        node = 0
        for layer, label in zip(self.layers, tour, strict=True):
            low, high = int(layer.first[node]), int(layer.first[node + 1])
            (found,) = np.nonzero(layer.label[low:high] == label)
            if not len(found):
                return False
            node = int(layer.target[low + int(found[0])])
        return True


def tour_graph(
    terms: Terms, kinds: Sequence[Sequence[Shift]], must_work: Sequence[bool], rules: Sequence[SequenceRule]
) -> TourGraph | None:
    """Compile the rules for an agent; None when no tour is legal.

    Args:
        terms: what binds the agent.
        kinds: for each day, the kinds of duty to choose from; each obeys the rules on single duties.
        must_work: for each day, whether a day off is ruled out (a pinned duty).
        rules: the rules to obey.
    """
    reached: dict[States, int] = {tuple(rule.begin(terms) for rule in rules): 0}
    forward: list[list[list[tuple[int, int]]]] = []
    for day, listed in enumerate(kinds):
        following: dict[States, int] = {}
        arcs: list[list[tuple[int, int]]] = []
        options: list[tuple[int, Shift | None]] = [] if must_work[day] else [(OFF, None)]
        options += list(enumerate(listed))
        for states in reached:
            leaving = []
            for label, shift in options:
                after = _after(rules, terms, states, day, shift)
                if after is not None:
                    leaving.append((label, following.setdefault(after, len(following))))
            arcs.append(leaving)
        forward.append(arcs)
        reached = following
    return _merged(forward)


def _after(
    rules: Sequence[SequenceRule], terms: Terms, states: States, day: int, shift: Shift | None
) -> States | None:
    after = []
    for rule, state in zip(rules, states, strict=True):
        moved = rule.step(terms, state, day, shift)
        if moved is None:
            return None
        after.append(moved)
    return tuple(after)


def _merged(forward: list[list[list[tuple[int, int]]]]) -> TourGraph | None:
    """Merge, from the last day back, nodes that the same arcs leave; drop nodes that lead nowhere."""
    layers: list[Layer] = []
    merged: list[int | None] | None = None
    for arcs in reversed(forward):
        places: dict[tuple[tuple[int, int], ...], int] = {}
        renamed: list[int | None] = []
        for leaving in arcs:
            kept: list[tuple[int, int]] = []
            for label, target in leaving:
                place = 0 if merged is None else merged[target]
                if place is not None:
                    kept.append((label, place))
            renamed.append(places.setdefault(tuple(kept), len(places)) if kept else None)
        counts = [len(kept) for kept in places]
        flat = [arc for kept in places for arc in kept]
        layers.append(
            Layer(
                first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                label=np.array([label for label, _ in flat], dtype=np.int64),
                target=np.array([target for _, target in flat], dtype=np.int64),
            )
        )
        merged = renamed
    if merged is None or merged[0] is None:
        return None
    return TourGraph(tuple(reversed(layers)))
