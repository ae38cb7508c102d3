"""One agent, customers in order of appointment who may be early, late, too late or absent; any service time.

The agent serves customer i from the later of being free and the customer's arrival, before the appointment,
too, if both are there. A customer who has not arrived a grace period after the appointment is given up: until
then the agent waits. The time at which the agent is free has an exact recursion (Lindley 1952; with lateness
and grace as in Klassen & Yoogalingam 2014, Decis. Sci. 45, and Jouini, Benjaafar, Lu, Li & Legros 2022),
carried out on a lattice here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.theory.lattice import Lattice, normal_excess

_ONE = np.ones(1)


@dataclass(frozen=True)
class ServedCustomer:
    """What one customer meets.

    Attributes:
        served: P(the customer comes within the grace period).
        start: the start relative to the appointment of a customer who is served.
    """

    served: float
    start: Lattice


@dataclass(frozen=True)
class UnpunctualDay:
    """Appointments at equal distances, customers who are alike.

    Attributes:
        service: of a customer who is served, >= 0.
        lateness: arrival relative to the appointment of those who arrive within the grace period: its mass is
            the share of these among those who intend to come (`Lattice.normal` with a limit).
        show_probability: that a customer intends to come.
        grace: how long after the appointment a customer is waited for; whole steps of the lattice.
        distance: between two appointments; whole steps.

    Raises:
        ValueError: when steps differ, or grace or distance are not whole steps.
    """

    service: Lattice
    lateness: Lattice
    show_probability: float
    grace: float
    distance: float

    def __post_init__(self) -> None:
        if self.service.step != self.lateness.step:
            raise ValueError("expected service and lateness on the same lattice")
        for value in (self.grace, self.distance):
            if abs(value / self._step - round(value / self._step)) > 1e-9:
                raise ValueError(f"expected whole steps of {self._step}, got {value}")

    @property
    def _step(self) -> float:
        return self.service.step

    def play(self, customers: int) -> tuple[list[ServedCustomer], float]:
        """The customers in turn, and the expected end: when the agent is free after the last.

        The agent is there long before the first appointment, which is at 0.
        """
        served = self.show_probability * self.lateness.mass
        given_up = Lattice(self._step, round(self.grace / self._step), _ONE)
        distance = round(self.distance / self._step)
        # Before every arrival: the first customer never waits for the agent.
        free = Lattice(self._step, min(self.lateness.first, given_up.first), _ONE)
        found = []
        for customer in range(customers):
            if customer:
                free = free.shifted(-distance)
            start = free.later_of(self.lateness).trimmed()
            found.append(ServedCustomer(served, start))
            ended = start.scaled(self.show_probability).plus(self.service)
            free = ended.mixed(free.later_of(given_up).scaled(1.0 - served)).trimmed()
        return found, free.mean + (customers - 1) * self.distance


def blocked_minutes(mean: float, deviation: float, grace: float, show_probability: float) -> float:
    """How long an agent who is idle at an appointment waits, until the customer comes or is given up.

    Lateness is normal: p E min(L+, g) + (1 - p) g, with E min(L+, g) = E L+ - E (L - g)+.

    Args:
        mean, deviation: of the lateness, minutes.
        grace: g, minutes >= 0.
        show_probability: p.
    """
    late = normal_excess(mean, deviation, 0.0) - normal_excess(mean, deviation, grace)
    return show_probability * late + (1.0 - show_probability) * grace
