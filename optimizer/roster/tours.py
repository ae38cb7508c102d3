"""Tours: the ways in which an agent's days can follow each other without breaking a rule.

The rules are compiled into a layered graph, one layer a day: a node is what the rules remember, an arc is a
day off or a kind of duty. States from which the same days can follow are merged, so the graph is as small as
the rules allow. Any path is a legal tour, and the best one for given values of the arcs is found by one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.model.columns import FloatArray, IntArray
from optimizer.roster.rules import SequenceRule, Shift, Terms

OFF = -1
"""Label of an arc that is a day off."""

NOWHERE = -1
"""Stands for the node after a step that breaks a rule."""


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

    Every rule is tabulated by itself, from what it remembers and the kind of duty to what it remembers next;
    then the tables are followed side by side, from one day's states to the next.

    Args:
        terms: what binds the agent.
        kinds: for each day, the kinds of duty to choose from; each obeys the rules on single duties.
        must_work: for each day, whether a day off is ruled out (a pinned duty).
        rules: the rules to obey.
    """
    tables = [_tables(rule, terms, kinds) for rule in rules]
    states = np.zeros((len(rules), 1), dtype=np.int64)
    forward: list[IntArray] = []
    for day, listed in enumerate(kinds):
        sizes = [int(table[day].max(initial=0)) + 1 for table in tables]
        key = np.zeros((states.shape[1], len(listed) + 1), dtype=np.int64)
        legal = np.ones(key.shape, dtype=np.bool_)
        legal[:, 0] = not must_work[day]
        for table, size, remembered in zip(tables, sizes, states, strict=True):
            after = table[day][remembered]
            legal &= after >= 0
            key = key * size + after
        place, reached = pd.factorize(key[legal])
        target = np.full(key.shape, NOWHERE, dtype=np.int64)
        target[legal] = place
        forward.append(target)
        following = np.zeros((len(rules), len(reached)), dtype=np.int64)
        for row in range(len(rules) - 1, -1, -1):
            reached, following[row] = np.divmod(reached, sizes[row])
        states = following
    return _merged(forward)


def _tables(rule: SequenceRule, terms: Terms, kinds: Sequence[Sequence[Shift]]) -> list[IntArray]:
    """For each day, what a rule remembers after a day off (first column) and after each kind of duty.

    What it remembers is numbered anew each day; NOWHERE where the rule is broken.
    """
    known: list[int] = [rule.begin(terms)]
    tables = []
    for day, listed in enumerate(kinds):
        following: dict[int, int] = {}
        seen = [tuple(getattr(shift, name) for name in rule.reads) for shift in listed]
        alike = dict(zip(reversed(seen), reversed(listed), strict=True))
        shown = {what: n for n, what in enumerate(alike, start=1)}
        table = np.full((len(known), len(shown) + 1), NOWHERE, dtype=np.int64)
        for row, state in enumerate(known):
            for column, shift in enumerate((None, *alike.values())):
                after = rule.step(terms, state, day, shift)
                if after is not None:
                    table[row, column] = following.setdefault(after, len(following))
        tables.append(table[:, [0, *(shown[what] for what in seen)]])
        known = list(following)
    return tables


def _merged(forward: Sequence[IntArray]) -> TourGraph | None:
    """Merge, from the last day back, nodes that the same arcs leave; drop nodes that lead nowhere.

    `forward` gives for each day, node and option (first a day off, then each kind of duty) the node reached.
    """
    layers: list[Layer] = []
    merged = np.zeros(int(forward[-1].max(initial=NOWHERE)) + 1, dtype=np.int64)
    for reached in reversed(forward):
        target = np.append(merged, NOWHERE)[reached]
        alive = (target != NOWHERE).any(axis=1)
        kept, place = _distinct_rows(target[alive])
        node, option = np.nonzero(kept != NOWHERE)
        layers.append(
            Layer(
                first=np.concatenate([[0], np.cumsum((kept != NOWHERE).sum(axis=1))]).astype(np.int64),
                label=option - 1,
                target=kept[node, option],
            )
        )
        merged = np.full(len(target), NOWHERE, dtype=np.int64)
        merged[alive] = place
    if merged[0] == NOWHERE:
        return None
    return TourGraph(tuple(reversed(layers)))


def _distinct_rows(rows: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct rows in the order in which they come, and which of them each row is."""
    place: dict[bytes, int] = {}
    which = [place.setdefault(row.tobytes(), len(place)) for row in rows]
    first = np.unique(np.array(which, dtype=np.int64), return_index=True)[1]
    return rows[first], np.array(which, dtype=np.int64)
