"""Booking more than can be served, because not everybody comes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.local_search import Vector, compositions, descend, shifted


@dataclass(frozen=True)
class Turnout:
    """Who comes when more are booked than there are places: Bernoulli customers.

    Attributes:
        turned_away: E (X - places)+, X the customers who come.
        empty: E (places - X)+.
    """

    turned_away: float
    empty: float

    @classmethod
    def of(cls, booked: int, places: int, show_probability: float) -> Turnout:
        """The binomial sums; their difference is booked * show_probability - places."""
        come = binomial(booked, show_probability)
        spare = places - np.arange(booked + 1)
        return cls(float(come @ np.maximum(-spare, 0)), float(come @ np.maximum(spare, 0)))


class UnitServiceDay:
    """Slots in each of which so many customers can be served, one slot each; not everybody comes.

    Zacharias & Pinedo 2017, M&SOM 19(4). Customers who can't be served wait for the next slot.

    Args:
        slots: >= 1.
        servers: customers who can be served in a slot.
        show_probability: of each customer.

    Raises:
        ValueError: when an argument is out of its range.
    """

    def __init__(self, slots: int, servers: int, show_probability: float) -> None:
        if slots < 1 or servers < 1 or not 0.0 <= show_probability <= 1.0:
            raise ValueError("expected a slot and a server or more, and a probability")
        self.slots, self.servers, self.show_probability = slots, servers, show_probability

    def cost(self, booked: Vector, waiting: float, overtime: float) -> float:
        """Expected cost of the numbers booked in each slot.

        Args:
            booked: customers by slot.
            waiting: price of a slot that a customer waits, in the slots needed after the last, too.
            overtime: price of a customer who has not been served when the last slot ends.
        """
        if len(booked) != self.slots or min(booked) < 0:
            raise ValueError(f"expected {self.slots} numbers of customers, got {booked}")
        left, total = np.ones(1), 0.0
        for number in booked:
            present = np.convolve(left, binomial(number, self.show_probability))
            left = present[self.servers :].copy() if len(present) > self.servers else np.zeros(1)
            left[0] += float(present[: self.servers].sum())
            total += waiting * float(left @ np.arange(len(left)))
        late = np.arange(len(left))
        total += overtime * float(left @ late)
        while np.any(late > self.servers):
            late = np.maximum(late - self.servers, 0)
            total += waiting * float(left @ late)
        return total

    def optimise(self, customers: int, waiting: float, overtime: float) -> tuple[Vector, float]:
        """The numbers to book in each slot, by local search from an even start, and their cost.

        The cost is multimodular (Zacharias & Pinedo 2017), so that the local minimum in the
        neighbourhood of Kaandorp & Koole is the minimum. For up to about 20 slots.
        """
        even = [customers // self.slots + (place < customers % self.slots) for place in range(self.slots)]
        return descend(lambda booked: self.cost(booked, waiting, overtime), tuple(even), shifted)

    def enumerate_all(self, customers: int, waiting: float, overtime: float) -> tuple[Vector, float]:
        """The same by looking at every way to book: for small cases."""
        found = min(compositions(customers, self.slots), key=lambda b: self.cost(b, waiting, overtime))
        return found, self.cost(found, waiting, overtime)


def binomial(trials: int, probability: float) -> FloatArray:
    """Shape (trials + 1,): P(so many successes)."""
    return np.array(
        [
            math.comb(trials, n) * probability**n * (1.0 - probability) ** (trials - n)
            for n in range(trials + 1)
        ]
    )
