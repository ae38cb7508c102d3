"""A sample of the waits of a run whose number of replications need not be known beforehand."""

from __future__ import annotations

import numpy as np

from data.model.columns import FloatArray, IntArray
from simulation.outcome_log import OutcomeLog
from simulation.random_streams import Cause, uniform
from simulation.week import Week


class WaitSample:
    """Equally many attending customers of each replication, picked at random, `size` at most in all.

    Each replication's customers are kept in the order of their lots, so that as replications come in, all
    can be cut short to the same length; with more replications than `size`, one of each of the first is left.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: list[tuple[IntArray, FloatArray]] = []
        self._replications = 0
        self._held = 0

    def add(self, week: Week, log: OutcomeLog, seed: int, replication: int) -> None:
        """Count one replication."""
        self._replications += 1
        if len(self._kept) >= self._size:
            return
        wait = log.waits()
        attending = np.flatnonzero(~np.isnan(wait))
        lots = uniform(seed, replication, Cause.WAIT_SAMPLE, week.key[attending])
        picked: IntArray = attending[np.argsort(lots, kind="stable")[: self._each]]
        self._kept.append((picked, wait[picked]))
        self._held += len(picked)
        if self._held > 2 * self._size:
            self._kept = [(places[: self._each], waits[: self._each]) for places, waits in self._kept]
            self._held = sum(len(places) for places, _ in self._kept)

    @property
    def _each(self) -> int:
        return max(1, self._size // self._replications)

    def waits(self) -> FloatArray:
        """In the order of replications and sessions."""
        each = self._each
        return np.concatenate(
            [waits[:each][np.argsort(places[:each])] for places, waits in self._kept] or [np.zeros(0)]
        )
