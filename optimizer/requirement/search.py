"""The search for the fewest agents of one day: staffing raised and lowered until no agent can be spared.

Intervals depend on each other through sessions that straddle and backlog that carries over, so all are judged
on the whole day. First the staffing follows the shares found interval by interval (the iterative staffing
algorithm of Feldman, Mandelbaum, Massey & Whitt 2008, Manag. Sci. 54, for shares of long waits). Then agents
are taken away one by one, wherever the targets are kept without, on common random numbers. Intervals far
apart in time don't disturb each other, and are tried in one and the same day.

Service gets no better without an agent. So an agent who can't be spared is not tried again while others
leave, and a staffing from which none can leave has no staffing below it that keeps the targets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.requirement.frame import Frame
from optimizer.requirement.load import OfferedLoad
from optimizer.requirement.played_day import DayPlayer, Stretches
from optimizer.requirement.service import Counts, Periods, ServiceTarget, shares

COARSE, FINE = 25, 100
"""Replications in which an agent fewer is tried, and in which a staffing is judged, at least."""

CUSTOMERS, MOST_TIMES = 150_000, 4
"""Where few customers come, replications are so many times more that about so many are judged by."""

SEARCHING_FROM, CHECKING_FROM, CONFIRMING_FROM = 0, 100_000, 1_000_000
"""First replications of the search, of the check that raises what chance made look better than it is, and of
what is told: these had no part in any choice."""

AFTERMATH_MINUTES = 90
"""Longer than this after an interval, an agent fewer there is no longer felt."""

BLOCK_MINUTES = 60
"""Agents first leave for as long as this: for less, hardly a session less is held."""

_ITERATIONS, _ROUNDS = 8, 12
_BY_ONE_AGENT = math.log(1.0 / 0.6)
"""An agent more leaves about this part of the long waits; only where the search begins depends on it."""


class OutOfReachError(Exception):
    """No number of agents keeps a target.

    Attributes:
        missed: target, period, and share of customers served badly with agents in plenty.
    """

    def __init__(self, missed: Sequence[tuple[int, int, float]]) -> None:
        super().__init__("no number of agents keeps the target")
        self.missed = tuple(missed)


class Block(NamedTuple):
    """Some intervals in a row."""

    first: int
    length: int

    @property
    def intervals(self) -> slice:
        """Where it is in a staffing."""
        return slice(self.first, self.first + self.length)


class Trial(NamedTuple):
    """Blocks whose agents are changed by one at once: far enough apart."""

    blocks: tuple[Block, ...]


class DaySearch:
    """Searches the staffing of one day.

    Args:
        player: of the day.
        targets: to keep, in every period.
        load: that customers bring.
        effort: so many times the replications.
        watch: called often; may raise to stop.
    """

    def __init__(
        self,
        player: DayPlayer,
        targets: Sequence[ServiceTarget],
        load: OfferedLoad,
        effort: int = 1,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self._player, self._targets, self._load, self._watch = player, tuple(targets), load, watch
        self.frame: Frame = player.frame
        self.periods = Periods.of(load.customers.sum(axis=1))
        self.limits = np.array([target.most_bad for target in targets])
        longest = float(load.occupation.max())
        self.window = max(1, math.ceil(longest / self.frame.length))
        self.apart = self.window + math.ceil(AFTERMATH_MINUTES / self.frame.length)
        times = CUSTOMERS / (FINE * max(float(load.customers.sum()), 1.0))
        self.times = effort * max(1, min(MOST_TIMES, round(times)))
        self.coarse, self.fine = COARSE * self.times, FINE * self.times
        self.played = 0
        self._judged: tuple[bytes, int, Counts] | None = None

    def measure(self, staffing: IntArray, begin: int, replications: int) -> Counts:
        """Play a staffing."""
        stretches = Stretches.of(staffing, self.frame)
        days = []
        for replication in range(begin, begin + replications):
            days.append(self._player.play(stretches, replication))
            self._watch()
        self.played += replications
        return Counts.of(days, self._targets, self.frame)

    def judged(self, staffing: IntArray, begin: int) -> Counts:
        """Play a staffing as often as it is judged by; the one judged last is not played again."""
        key = staffing.tobytes()
        if self._judged is None or self._judged[:2] != (key, begin):
            self._judged = key, begin, self.measure(staffing, begin, self.fine)
        return self._judged[2]

    def shares(self, counts: Counts) -> FloatArray:
        """Share of customers served badly; shape (targets, periods)."""
        bad, whole = counts.bad.sum(axis=0), counts.whole.sum(axis=0)
        return shares(self.periods.sums(bad), self.periods.sums(whole))

    def fewest(self, start: IntArray) -> IntArray:
        """The staffing that keeps the targets and spares nobody, as far as the replications tell.

        Raises:
            OutOfReachError: when agents in plenty don't keep the targets.
        """
        self._must_be_in_reach()
        staffing = self._iterated(start)
        staffing = self._raised(staffing, SEARCHING_FROM)
        staffing = self._lowered(staffing)
        return self._raised(staffing, CHECKING_FROM)

    def plenty(self) -> IntArray:
        """More agents than anybody needs: of each skill, too."""
        busy = _widest(self._load.busy, self.window)
        holders = np.ceil(busy + 7.0 * np.sqrt(busy) + 4.0)
        return np.asarray(np.ceil(holders / self.frame.team.holding).max(axis=1), dtype=np.int64)

    def _must_be_in_reach(self) -> None:
        counts = self.measure(self.plenty(), SEARCHING_FROM, self.coarse)
        found = self.shares(counts)
        missed = np.argwhere(found > self.limits[:, np.newaxis])
        if len(missed):
            raise OutOfReachError(
                [(target, period, float(found[target, period])) for target, period in missed.tolist()]
            )

    def _iterated(self, start: IntArray) -> IntArray:
        """The staffing that follows the shares."""
        staffing = start.copy()
        for _ in range(_ITERATIONS):
            counts = self.measure(staffing, SEARCHING_FROM, self.coarse)
            bad, whole = (self.periods.sums(values.sum(axis=0)) for values in (counts.bad, counts.whole))
            least = np.maximum(self.limits[:, np.newaxis], 0.5 / np.maximum(whole, 1.0))
            ratio = np.maximum((bad + 0.3) / np.maximum(whole, 1.0), 1e-12) / least
            wanted = (np.log(ratio) / _BY_ONE_AGENT).max(axis=0)[self.periods.number]
            # Who is appointed in an interval is served in it and in those just after it.
            padded = np.pad(wanted, (self.window - 1, 0), mode="edge")
            wanted = np.max([padded[s : s + len(wanted)] for s in range(self.window)], axis=0)
            most = np.maximum(2.0, 0.1 * staffing)
            change = np.where(wanted > 0.0, np.ceil(wanted), np.ceil(0.5 * wanted))
            changed = np.maximum(staffing + np.clip(change, -most, most).astype(np.int64), 0)
            if np.array_equal(changed, staffing):
                break
            staffing = changed
        return staffing

    def _raised(self, staffing: IntArray, begin: int) -> IntArray:
        """One more agent where most customers of a period that misses a target are served badly, until none
        does."""
        staffing = staffing.copy()
        for _ in range(_ROUNDS):
            counts = self.judged(staffing, begin)
            found = self.shares(counts)
            missing = np.flatnonzero((found > self.limits[:, np.newaxis]).any(axis=0))
            if not len(missing):
                break
            bad = counts.bad.sum(axis=(0, 1, 3))
            raised = np.zeros_like(staffing)
            for period in missing.tolist():
                interval = int(np.argmax(np.where(self.periods.number == period, bad, -1.0)))
                raised[interval : interval + self.window] = 1
            staffing += raised
        return staffing

    def _lowered(self, staffing: IntArray) -> IntArray:
        """Agents leave for as long as a session and more, and then for single intervals, until none can."""
        for length in (BLOCK_MINUTES // self.frame.length, 1):
            staffing = self._lowered_by(staffing, max(1, length))
        return staffing

    def _lowered_by(self, staffing: IntArray, length: int) -> IntArray:
        staffing = staffing.copy()
        blocks = -(-self.frame.intervals // length)
        tried = np.ones(blocks, dtype=np.bool_)
        while tried.any():
            ledger = _Ledger(self, self.judged(staffing, SEARCHING_FROM))
            left = np.zeros_like(tried)
            for trial in self.trials(tried & self._can_leave(staffing, length), length):
                lowered = staffing.copy()
                for block in trial.blocks:
                    lowered[block.intervals] -= 1
                counts = self.measure(lowered, SEARCHING_FROM, self.coarse)
                for block in ledger.spared(trial, counts):
                    staffing[block.intervals] -= 1
                    left[block.first // length] = True
            tried = left
        return staffing

    def _can_leave(self, staffing: IntArray, length: int) -> BoolArray:
        """Blocks with an agent in each interval; shape (blocks,)."""
        padded = np.pad(staffing, (0, -len(staffing) % length), constant_values=1)
        return np.asarray((padded.reshape(-1, length) > 0).all(axis=1))

    def trials(self, blocks: BoolArray, length: int) -> Iterator[Trial]:
        """All blocks of so many intervals, those together that don't disturb each other."""
        batches: list[list[int]] = []
        for first in (np.flatnonzero(blocks) * length).tolist():
            batch = next((b for b in batches if b[-1] + length - 1 + self.apart <= first), None)
            if batch is None:
                batches.append([first])
            else:
                batch.append(first)
        for batch in batches:
            yield Trial(tuple(Block(first, min(length, self.frame.intervals - first)) for first in batch))

    def zone(self, block: Block) -> IntArray:
        """Intervals whose customers feel a change of the staffing in a block."""
        last = block.first + block.length + self.apart - self.window - 1
        return np.arange(max(0, block.first - self.window), min(last, self.frame.intervals))


class _Ledger:
    """What is known of a staffing while agents leave it.

    The shares come from the fine replications, and the changes, on common random numbers, from the coarse
    ones, which are the first of them.
    """

    def __init__(self, search: DaySearch, base: Counts) -> None:
        self._search = search
        self._bad, self._whole = base.bad.mean(axis=0), base.whole.mean(axis=0)
        self._coarse_bad = base.bad[: search.coarse].mean(axis=0)
        self._coarse_whole = base.whole[: search.coarse].mean(axis=0)

    def spared(self, trial: Trial, counts: Counts) -> Iterator[Block]:
        """The blocks of a trial whose agents can leave; they have left then."""
        bad, whole = counts.bad.mean(axis=0), counts.whole.mean(axis=0)
        change = (bad - self._coarse_bad).sum(axis=(0, 2))
        harm = {block: float(change[self._search.zone(block)].sum()) for block in trial.blocks}
        for block in sorted(trial.blocks, key=lambda each: (harm[each], each)):
            place = (slice(None), self._search.zone(block))
            after_bad, after_whole = self._bad.copy(), self._whole.copy()
            after_bad[place] += bad[place] - self._coarse_bad[place]
            after_whole[place] += whole[place] - self._coarse_whole[place]
            if self._keeps(after_bad, after_whole, block):
                self._bad, self._whole = after_bad, after_whole
                self._coarse_bad[place], self._coarse_whole[place] = bad[place], whole[place]
                yield block

    def _keeps(self, bad: FloatArray, whole: FloatArray, block: Block) -> bool:
        periods = self._search.periods
        seen = np.unique(periods.number[self._search.zone(block)])
        found = shares(periods.sums(bad), periods.sums(whole))[:, seen]
        return bool((found <= self._search.limits[:, np.newaxis]).all())


def _widest(by_interval: FloatArray, window: int) -> FloatArray:
    """The largest value of a few intervals around; shape as given, (intervals, skills)."""
    padded = np.pad(by_interval, ((window, window), (0, 0)))
    return np.asarray(np.max([padded[s : s + len(by_interval)] for s in range(2 * window + 1)], axis=0))
