"""One agent, customers in order of appointment who may be early, late, too late or absent; any service time.

The agent serves customer i from the later of being free and the customer's arrival, before the appointment,
too, if both are there. A customer who has not arrived a grace period after the appointment is given up: until
then the agent waits. The time at which the agent is free has an exact recursion (Lindley 1952; with lateness
and grace as in Klassen & Yoogalingam 2014, Decis. Sci. 45, and Jouini, Benjaafar, Lu, Li & Legros 2022),
carried out on a lattice here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
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


@dataclass(frozen=True, eq=False)
class UnpunctualDay:
    """The appointments of one agent.

    Attributes:
        times: shape (n,): appointments, rising; whole steps of the lattice.
        services: one for each customer, if served; >= 0.
        lateness: arrival relative to the appointment of those who arrive within the grace period: its mass is
            the share of these among those who intend to come (`Lattice.normal` with a limit).
        show_probability: that a customer intends to come.
        grace: how long after the appointment a customer is waited for; whole steps.

    Raises:
        ValueError: when there is no customer, steps differ, times fall, or something is not whole steps.
    """

    times: FloatArray
    services: Sequence[Lattice]
    lateness: Lattice
    show_probability: float
    grace: float

    def __post_init__(self) -> None:
        if not len(self.times) or len(self.services) != len(self.times):
            raise ValueError(f"expected a customer or more and as many services, got {len(self.services)}")
        if np.any(np.diff(self.times) < 0):
            raise ValueError(f"expected rising appointments, got {self.times}")
        step = self.lateness.step
        if any(service.step != step for service in self.services):
            raise ValueError("expected services and lateness on the same lattice")
        steps = np.append(self.times, self.grace) / step
        if np.any(np.abs(steps - np.rint(steps)) > 1e-6):
            raise ValueError(f"expected appointments and grace of whole steps of {step}")

    def play(self) -> tuple[list[ServedCustomer], float]:
        """The customers in turn, and the expected end: when the agent is free after the last.

        The agent is there long before the first appointment.
        """
        step = self.lateness.step
        served = self.show_probability * self.lateness.mass
        given_up = Lattice(step, round(self.grace / step), _ONE)
        places = np.rint(self.times / step).astype(np.int64)
        # Before every arrival: the first customer never waits for the agent.
        free = Lattice(step, min(self.lateness.first, given_up.first) + int(places[0]), _ONE)
        found = []
        for place, service in zip(places.tolist(), self.services, strict=True):
            relative = free.shifted(-place)
            start = relative.later_of(self.lateness).trimmed()
            found.append(ServedCustomer(served, start))
            ended = start.scaled(self.show_probability).plus(service)
            stays = relative.later_of(given_up).scaled(1.0 - served)
            free = ended.mixed(stays).trimmed().shifted(place)
        return found, free.mean


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
