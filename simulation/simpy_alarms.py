"""Alarms of the SimPy engine: what happens at a given moment, in a given order of the same minute."""

from __future__ import annotations

from collections.abc import Callable

import simpy
from simpy.events import EventPriority

BY_NATURE, ARRIVING, GIVING_UP = EventPriority(1), EventPriority(2), EventPriority(3)
"""Priorities of alarms at the same minute; SimPy's own events, agents' time-outs among them, have 0 and 1."""


class Alarm(simpy.Event):
    """An event that happens at a time, after others of the same minute that have a lower priority number."""

    def __init__(
        self,
        env: simpy.Environment,
        moment: float,
        priority: EventPriority,
        act: Callable[[int], None],
        subject: int,
    ) -> None:
        super().__init__(env)
        self._ok = True
        self._value = subject
        self.callbacks.append(lambda _event: act(subject))
        env.schedule(self, priority, moment - env.now)
