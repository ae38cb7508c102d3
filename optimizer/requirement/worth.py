"""What one agent more, and one fewer, is worth in each interval, on common random numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.requirement.search import CONFIRMING_FROM, Block, DaySearch, Trial
from optimizer.requirement.service import Counts, shares

SAMPLE = 50
"""Replications in which each change is played."""


@dataclass(frozen=True, eq=False)
class Worth:
    """Customers a day, by the first target; shape (intervals,) each.

    Attributes:
        one_more: fewer customers served badly with one agent more from the interval on, for as many intervals
            as a session takes: an agent who is there for less can hardly serve anybody.
        one_fewer: more customers served badly with one agent fewer in the interval; nan where nobody is.
        breaks: whether one agent fewer breaks a target in some period.
    """

    one_more: FloatArray
    one_fewer: FloatArray
    breaks: BoolArray


def worth_of(search: DaySearch, staffing: IntArray, confirmed: Counts, begin: int = CONFIRMING_FROM) -> Worth:
    """Change each interval by one agent; intervals far apart are changed at once.

    Args:
        search: of the day.
        staffing: found; shape (intervals,).
        confirmed: its counts in the replications from `begin` on.
        begin: number of the first replication.
    """
    sample = min(SAMPLE, len(confirmed.bad))
    base = Counts(confirmed.bad[:sample], confirmed.whole[:sample])
    fewer = np.full(staffing.shape, np.nan)
    breaks = np.zeros(staffing.shape, dtype=np.bool_)
    for trial in search.trials(staffing > 0, 1):
        change, whole = _changed(search, staffing, (base, begin), trial, -1, 1)
        for block in trial.blocks:
            place = block.first
            zone = search.zone(block)
            fewer[place] = change[0, zone].sum()
            bad_after, whole_after = confirmed.bad.mean(axis=0), confirmed.whole.mean(axis=0)
            bad_after[:, zone] += change[:, zone]
            whole_after[:, zone] += whole[:, zone]
            found = shares(search.periods.sums(bad_after), search.periods.sums(whole_after))
            seen = np.unique(search.periods.number[zone])
            breaks[place] = bool((found[:, seen] > search.limits[:, np.newaxis]).any())
    more = np.zeros(staffing.shape)
    for trial in search.trials(np.ones(staffing.shape, dtype=np.bool_), 1):
        change, _ = _changed(search, staffing, (base, begin), trial, 1, search.window)
        for block in trial.blocks:
            more[block.first] = -change[0, search.zone(block)].sum()
    return Worth(more, fewer, breaks)


def _changed(
    search: DaySearch, staffing: IntArray, base: tuple[Counts, int], trial: Trial, by: int, length: int
) -> tuple[FloatArray, FloatArray]:
    """Customers more served badly, and who count; shape (targets, intervals, skills) each."""
    changed = staffing.copy()
    for block in trial.blocks:
        changed[Block(block.first, length).intervals] += by
    before, begin = base
    counts = search.measure(changed, begin, len(before.bad))
    return (counts.bad - before.bad).mean(axis=0), (counts.whole - before.whole).mean(axis=0)
