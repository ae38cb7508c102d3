"""One agent, a session cut into equal slots, so many customers at the start of each: Kaandorp & Koole 2007.

Kaandorp & Koole 2007, Health Care Manag. Sci. 10, for exponential services; Koeleman & Koole 2012, IIE
Trans. Healthc. Syst. Eng. 2, for any service time. Service times are whole minutes here, so that the work
left at the start of each slot has an exact distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.theory.local_search import Vector, compositions, descend, shifted
from simulation.theory.uniformisation import poisson_probabilities


@dataclass(frozen=True)
class SlotFigures:
    """What a slot schedule brings; minutes.

    Attributes:
        waits: sum of the expected waits of all customers booked, as if each of them came.
        tardiness: expected work left when the last slot ends.
        idle: expected idle time of the agent until the end of the last slot, or of the work.
    """

    waits: float
    tardiness: float
    idle: float


class SlotDay:
    """Slots of equal length and customers who are alike.

    Args:
        slots: how many, >= 1.
        slot_minutes: length of each, whole minutes >= 1.
        service: shape (m,): P(service takes 0, 1, ... minutes) of a customer who comes.
        no_show: probability that a customer does not come.

    Raises:
        ValueError: when the probabilities don't add up to 1, or another argument is out of its range.
    """

    def __init__(self, slots: int, slot_minutes: int, service: FloatArray, no_show: float = 0.0) -> None:
        service = np.asarray(service, dtype=np.float64)
        if slots < 1 or slot_minutes < 1 or not 0.0 <= no_show <= 1.0:
            raise ValueError("expected a slot or more of a minute or more, and a probability of no-show")
        if np.any(service < 0) or abs(service.sum() - 1.0) > 1e-9:
            raise ValueError(f"expected probabilities with the sum 1, got the sum {service.sum()}")
        self.slots, self.slot_minutes = slots, slot_minutes
        self._service = service * (1.0 - no_show)
        self._service[0] += no_show

    def evaluate(self, schedule: Vector) -> SlotFigures:
        """Waits, tardiness and idle time of a schedule.

        Args:
            schedule: customers by slot.

        Raises:
            ValueError: when it has too few or many slots, or a negative number.
        """
        if len(schedule) != self.slots or min(schedule) < 0:
            raise ValueError(f"expected {self.slots} numbers of customers, got {schedule}")
        work, waits = np.ones(1), 0.0
        for customers in schedule:
            for _ in range(customers):
                waits += _mean(work)
                work = np.convolve(work, self._service)
            done = self.slot_minutes
            left = work[done:] if len(work) > done else np.zeros(1)
            left = left.copy()
            left[0] += float(work[:done].sum())
            work = left
        tardiness = _mean(work)
        busy = sum(schedule) * _mean(self._service)
        return SlotFigures(waits, tardiness, self.slots * self.slot_minutes + tardiness - busy)

    def optimise(self, customers: int, cost: Callable[[SlotFigures], float]) -> tuple[Vector, float]:
        """The schedule of least cost, by the neighbourhood of Kaandorp & Koole, and its cost.

        The neighbours shift one customer to the slot before, in any set of slots, in a circle. A sum of
        waits, tardiness and idle time with weights >= 0 is multimodular, and the local minimum is the
        minimum. The neighbourhood has 2^slots members: for up to about 20 slots.

        Args:
            customers: to be booked, all of them.
            cost: of the figures of a schedule.
        """
        even = [customers // self.slots + (place < customers % self.slots) for place in range(self.slots)]
        return descend(lambda schedule: cost(self.evaluate(schedule)), tuple(even), shifted)

    def enumerate_all(self, customers: int, cost: Callable[[SlotFigures], float]) -> tuple[Vector, float]:
        """The same by looking at every schedule: for small cases."""
        found = min(compositions(customers, self.slots), key=lambda schedule: cost(self.evaluate(schedule)))
        return found, cost(self.evaluate(found))


def poisson_service(mean: float) -> FloatArray:
    """P(0), P(1), ... minutes of a Poisson service time of this mean."""
    found = poisson_probabilities(mean)
    return np.asarray(found / found.sum())


def _mean(chances: FloatArray) -> float:
    return float(chances @ np.arange(len(chances)))
