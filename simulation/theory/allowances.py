"""How long to plan a session of random length: the news-vendor's quantile; two customers."""

from __future__ import annotations

import math

import numpy as np

from simulation.distributions import normal_quantile
from simulation.theory.lattice import lognormal_sigma


def lognormal_allowance(mean: float, deviation: float, waiting: float, idle: float) -> float:
    """The best time until a second and last customer, for a lognormal first service.

    The news-vendor's quantile (Weiss 1990, IIE Trans. 22): P(service > allowance) = idle / (waiting + idle).

    Args:
        mean, deviation: of the service, in one unit of time, > 0.
        waiting: price of a unit of time of the second customer.
        idle: price of a unit of time of the agent before the second customer.

    Raises:
        ValueError: when an argument is not positive.
    """
    if not min(mean, deviation, waiting, idle) > 0.0:
        raise ValueError("expected a mean, a deviation and prices above 0")
    sigma = lognormal_sigma(mean, deviation)
    normal = float(normal_quantile(np.array([waiting / (waiting + idle)]))[0])
    return mean * math.exp(sigma * normal - sigma**2 / 2.0)


def exponential_allowance(
    waiting: float, agent: float, service_rate: float = 1.0, show_probability: float = 1.0
) -> float:
    """The best time until a second and last customer, each of whom comes with some probability.

    The cost is waiting * p^2 exp(-x) + agent * (x + p + p exp(-x)) at rate 1: the agent stays until the last
    customer has left, and at least until the second appointment. Its minimum is
    max(0, ln(p (p waiting + agent) / agent)) / rate (Hassin & Mendel 2008, Manag. Sci. 54; with p = 1
    Pegden & Rosenshine 1990, Comput. Oper. Res. 17). At 0 both are booked together: overbooking.

    Args:
        waiting: price of a customer's unit of time.
        agent: price of the agent's unit of time until the end, idle or not.
        service_rate: exponential services.
        show_probability: p, > 0.

    Raises:
        ValueError: when an argument is not positive.
    """
    if not min(waiting, agent, service_rate, show_probability) > 0.0:
        raise ValueError("expected prices, a rate and a probability above 0")
    ratio = show_probability * (show_probability * waiting + agent) / agent
    return max(0.0, math.log(ratio)) / service_rate
