"""Classes of customers, the more urgent first, nobody interrupted: mean waits in the long run."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.theory.erlang import delay_probability
from simulation.theory.general_service import ServiceMoments


def one_agent(arrival_rates: Sequence[float], services: Sequence[ServiceMoments]) -> list[float]:
    """Mean waits in M/G/1 by class, the most urgent first (Cobham 1954, Oper. Res. 2).

    E W_k = W0 / ((1 - s_(k-1)) (1 - s_k)), W0 the sum of lambda E B^2 / 2, s_k the occupancy of
    classes 1 to k.

    Raises:
        ValueError: when the queue of some class would grow for ever.
    """
    rest = sum(rate * one.second / 2.0 for rate, one in zip(arrival_rates, services, strict=True))
    occupancies = [rate * one.first for rate, one in zip(arrival_rates, services, strict=True)]
    return _waits(rest, occupancies)


def several_agents(servers: int, arrival_rates: Sequence[float], service_rate: float) -> list[float]:
    """Mean waits in M/M/c by class, the most urgent first, the same exponential service for all.

    Cobham 1954; Kella & Yechiali 1985, Stoch. Models 1: as for one agent with W0 = C(c, a) / (c mu).
    """
    load = sum(arrival_rates) / service_rate
    rest = delay_probability(servers, load) / (servers * service_rate)
    return _waits(rest, [rate / (servers * service_rate) for rate in arrival_rates])


def _waits(rest: float, occupancies: Sequence[float]) -> list[float]:
    waits, before = [], 0.0
    for occupancy in occupancies:
        upto = before + occupancy
        if upto >= 1.0:
            raise ValueError(f"expected an occupancy below 1, got {upto}")
        waits.append(rest / ((1.0 - before) * (1.0 - upto)))
        before = upto
    return waits
