"""The load that customers bring: agents who would be busy if there were always one who is free.

The number busy in a system of infinitely many servers is what staffing under a demand that changes with time
follows (the offered load of Jennings, Mandelbaum, Massey & Whitt 1996, Manag. Sci. 42). It is taken here from
the very sessions that are simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model import Scenario
from data.model.columns import FloatArray
from optimizer.requirement.appointments import Customers
from optimizer.requirement.frame import Frame
from simulation import Draws, Week

SAMPLE = 25
"""Replications from which the load is taken."""


@dataclass(frozen=True, eq=False)
class OfferedLoad:
    """Means over replications; shape (intervals, skills).

    Attributes:
        busy: agents busy with a skill in the mean of the interval.
        customers: who come in time, by the interval of appointment or arrival.
        occupation: minutes for which a customer who comes occupies an agent; shape (skills,).
    """

    busy: FloatArray
    customers: FloatArray
    occupation: FloatArray

    @classmethod
    def of(cls, frame: Frame, customers: Customers, scenario: Scenario, seed: int) -> OfferedLoad:
        """From SAMPLE replications."""
        busy, come = np.zeros(frame.shape), np.zeros(frame.shape)
        for replication in range(SAMPLE):
            week, draws = customers.draw(seed, replication)
            for begins, ends, appointed, skill, counts in _pieces(week, draws, scenario):
                overlap = _overlap(begins, ends, frame)
                for place in range(len(frame.skills)):
                    busy[:, place] += overlap[:, skill == place].sum(axis=1)
                interval = np.clip((appointed - frame.first) // frame.length, 0, frame.intervals - 1)
                np.add.at(come, (interval[counts].astype(np.int64), skill[counts]), 1.0)
        total = np.maximum(come.sum(axis=0), 1.0)
        return cls(
            busy=busy / (SAMPLE * frame.length),
            customers=come / SAMPLE,
            occupation=np.maximum(busy.sum(axis=0) / total, 1.0),
        )


def _pieces(week: Week, draws: Draws, scenario: Scenario):  # type: ignore[no-untyped-def]
    """Begin and end of the occupation, appointment, skill, and whether one comes; walk-ups apart."""
    comes = draws.arrival <= week.appointed + scenario.late_tolerance
    start = np.where(comes, np.maximum(week.appointed, draws.arrival), week.appointed)
    ends = np.where(comes, start + draws.service + week.wrap_up, start)
    yield start - week.set_up, ends, week.appointed, week.skill, comes
    more = draws.walk_ups
    if len(more):
        ends = more.arrival + week.set_up[more.like] + more.service + week.wrap_up[more.like]
        yield more.arrival, ends, more.arrival, week.skill[more.like], np.ones(len(more), dtype=np.bool_)


def _overlap(begins: FloatArray, ends: FloatArray, frame: Frame) -> FloatArray:
    """Minutes of each piece in each interval; shape (intervals, pieces)."""
    edges = np.append(frame.starts, frame.end)[:, np.newaxis].astype(np.float64)
    passed = np.clip(edges, begins, np.maximum(begins, ends)) - begins
    return np.asarray(np.diff(passed, axis=0))
