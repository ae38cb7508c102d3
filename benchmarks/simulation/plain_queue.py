"""The busy day stripped to what every simulator can express, and the smallest SimPy model of it.

Customers come when they are ready, wait in one queue, first come first served, and each is with one of the
agents for set-up, session and wrap-up together. No breaks, skills, patience, rebookings or early starts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heapify, heapreplace
from typing import Any, NamedTuple

import numpy as np
import simpy

from data.model.columns import FloatArray
from simulation import Draws, Week


class PlainDay(NamedTuple):
    """One replication: customers in order of coming, and how long each keeps an agent; minutes."""

    ready: FloatArray
    service: FloatArray
    agents: int


def plain_day(week: Week, draws: Draws, tolerance: float) -> PlainDay:
    """Those who come in time, at the later of appointment and arrival."""
    comes = draws.arrival <= week.appointed + tolerance
    ready = np.maximum(week.appointed, draws.arrival)[comes]
    service = (week.set_up + draws.service + week.wrap_up)[comes]
    order = np.argsort(ready, kind="stable")
    return PlainDay(ready[order], service[order], int((~draws.absent).sum()))


def waits_by_recursion(day: PlainDay) -> FloatArray:
    """By the recursion of Kiefer & Wolfowitz (1955): whoever comes next gets the agent who is free first."""
    free = [0.0] * day.agents
    heapify(free)
    waits = np.empty(len(day.ready))
    for number, (ready, service) in enumerate(zip(day.ready.tolist(), day.service.tolist(), strict=True)):
        begins = max(ready, free[0])
        waits[number] = begins - ready
        heapreplace(free, begins + service)
    return waits


def waits_by_simpy(day: PlainDay) -> FloatArray:
    """One process for each agent, one for all arrivals: the fewest events that SimPy needs."""
    env = simpy.Environment()
    timeout, event = env.timeout, env.event
    ready, service = day.ready.tolist(), day.service.tolist()
    waiting: deque[int] = deque()
    idle: deque[simpy.Event] = deque()
    waits = [0.0] * len(ready)

    def arrivals() -> Iterator[Any]:
        before = 0.0
        for customer, moment in enumerate(ready):
            if moment > before:
                yield timeout(moment - before)
                before = moment
            if idle:
                idle.popleft().succeed(customer)
            else:
                waiting.append(customer)

    def agent() -> Iterator[Any]:
        free = 0.0
        while True:
            if waiting:
                customer = waiting.popleft()
                waits[customer] = free - ready[customer]
            else:
                called = event()
                idle.append(called)
                customer = yield called
                free = ready[customer]
            yield timeout(service[customer])
            free += service[customer]

    env.process(arrivals())
    for _ in range(day.agents):
        env.process(agent())
    env.run()
    return np.array(waits)


def timeout_loop(events: int) -> None:
    """What SimPy can do at best: one process that does nothing but let time pass."""
    env = simpy.Environment()

    def idler() -> Iterator[Any]:
        for _ in range(events):
            yield env.timeout(1.0)

    env.process(idler())
    env.run()
