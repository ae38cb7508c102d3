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
    return tour_graphs([terms], kinds, must_work, rules)[0]


def tour_graphs(
    alike: Sequence[Terms],
    kinds: Sequence[Sequence[Shift]],
    must_work: Sequence[bool],
    rules: Sequence[SequenceRule],
) -> list[TourGraph | None]:
    """Compile the rules once for agents whose terms differ only in where the rules begin, in their history.

    The graphs share all layers but the first. For each agent a graph, or None when no tour is legal.
    """
    begins = [tuple(rule.begin(terms) for rule in rules) for terms in alike]
    nodes = {states: node for node, states in enumerate(dict.fromkeys(begins))}
    reached: IntArray = np.array(list(nodes), dtype=np.int64).reshape(len(nodes), len(rules))
    forward: list[_Arcs] = []
    for day, listed in enumerate(kinds):
        options: list[tuple[int, Shift | None]] = [] if must_work[day] else [(OFF, None)]
        options += list(enumerate(listed))
        arcs, reached = _expanded(rules, alike[0], reached, day, options)
        forward.append(arcs)
    merged = _merged(forward, len(reached))
    if merged is None:
        return [None] * len(alike)
    layers, places = merged
    return [_begun(layers, int(places[nodes[states]])) for states in begins]


@dataclass(frozen=True, eq=False)
class _Arcs:
    """The arcs of one day before nodes are merged, ordered by the node that they leave; arrays over arcs."""

    nodes: int
    source: IntArray
    label: IntArray
    target: IntArray


def _expanded(
    rules: Sequence[SequenceRule],
    terms: Terms,
    reached: IntArray,
    day: int,
    options: Sequence[tuple[int, Shift | None]],
) -> tuple[_Arcs, IntArray]:
    """All that may follow on a day, and the states after it; shapes of states: (nodes, rules)."""
    legal = np.ones((len(reached), len(options)), dtype=np.bool_)
    moved: list[IntArray] = []
    for column, rule in enumerate(rules):
        states, place = np.unique(reached[:, column], return_inverse=True)
        after = [[rule.step(terms, state, day, shift) for _, shift in options] for state in states.tolist()]
        barred = np.array([[state is None for state in row] for row in after], dtype=np.bool_)
        table = np.array([[0 if state is None else state for state in row] for row in after], dtype=np.int64)
        shape = (len(states), len(options))
        legal &= ~barred.reshape(shape)[place]
        moved.append(table.reshape(shape)[place])
    source, option = np.nonzero(legal)
    following: IntArray = np.stack([each[source, option] for each in moved], axis=1)
    first, target = _numbered(following)
    labels = np.array([label for label, _ in options], dtype=np.int64)
    return _Arcs(len(reached), source.astype(np.int64), labels[option], target), following[first]


def _numbered(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Number the distinct rows in the order in which they first come: where, and the number of each row."""
    code = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        if len(values) > 1:
            _, code = np.unique(code * len(values) + place, return_inverse=True)
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return first[order].astype(np.int64), number[place]


def _merged(forward: Sequence[_Arcs], ends: int) -> tuple[list[Layer], IntArray] | None:
    """Merge, from the last day back, nodes that the same arcs leave; drop nodes that lead nowhere.

    The layers, and where each node of the first day went, OFF for nodes that lead nowhere; None when all do.
    """
    layers: list[Layer] = []
    places = np.zeros(ends, dtype=np.int64)
    for arcs in reversed(forward):
        target = places[arcs.target]
        kept = target != OFF
        source, label, target = arcs.source[kept], arcs.label[kept], target[kept]
        first = np.searchsorted(source, np.arange(arcs.nodes + 1))
        both = np.stack([label, target], axis=1)
        known: dict[bytes, int] = {}
        places = np.full(arcs.nodes, OFF, dtype=np.int64)
        chosen: list[tuple[int, int]] = []
        for node, (low, high) in enumerate(zip(first[:-1].tolist(), first[1:].tolist(), strict=True)):
            if low < high:
                place = known.setdefault(both[low:high].tobytes(), len(known))
                if place == len(chosen):
                    chosen.append((low, high))
                places[node] = place
        if not chosen:
            return None
        rows = np.concatenate([np.arange(low, high) for low, high in chosen])
        counts = [high - low for low, high in chosen]
        layers.append(Layer(np.concatenate([[0], np.cumsum(counts)]), label[rows], target[rows]))
    return layers[::-1], places


def _begun(layers: Sequence[Layer], node: int) -> TourGraph | None:
    """The graph that begins at a node of the first layer; None for a node that leads nowhere."""
    if node == OFF or not layers:
        return None
    low, high = int(layers[0].first[node]), int(layers[0].first[node + 1])
    begun = Layer(np.array([0, high - low]), layers[0].label[low:high], layers[0].target[low:high])
    return TourGraph((begun, *layers[1:]))
