"""Kinds of duty: what the rules tell apart of the shifts of a day, so that tours have few to choose from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.model.columns import BoolArray, IntArray
from optimizer.roster.rules import NEVER, Shift, Terms

MOST_KINDS = 120
"""Kinds of duty that the tours tell apart on a day; with more, times are rounded, on the safe side."""

ROUNDINGS = (5, 30, 60, 120, 240)
"""Minutes to which starts are rounded down, to have fewer kinds of duty."""

HEREAFTER = 2**40
"""Later than any horizon: an end after which no duty can follow."""

START, END, WORK, TYPE, UNCERTAIN = range(5)
"""Columns of a table of shifts; the type is -1 for none."""

NO_TYPE = -1

Kinds = tuple[tuple[Shift, ...], IntArray]
"""The kinds of a day, and the kind of each of its shifts; shape (shifts,)."""


def table_of(shifts: Sequence[Shift]) -> IntArray:
    """Shifts as numbers; shape (shifts, 5)."""
    rows = [(s.start, s.end, s.work, NO_TYPE if s.type is None else s.type, s.uncertain) for s in shifts]
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


def kinds_of(real: Sequence[IntArray], terms: Terms) -> list[Kinds]:
    """For each day's table of shifts, kinds that each stand for all shifts to which the rules say the same.

    Shift types are told apart where a rule on the sequence of days speaks of them. Times of day matter only
    to the rest between duties, and to that around a day off. A start that no rest can reach is as good as the
    latest, and an end as good as the last one from which both rests are over by the same starts. If many
    kinds remain, starts are rounded down, which can only rule out tours.
    """
    grouped: list[tuple[IntArray, IntArray]] = []
    for minutes in ROUNDINGS:
        grouped = [_distinct(table) for table in _rounded(real, terms, minutes)]
        if max((len(kinds) for kinds, _ in grouped), default=0) <= MOST_KINDS:
            break
    return [
        (
            tuple(
                Shift(day, start, end, work, None if kind == NO_TYPE else kind, uncertain)
                for start, end, work, kind, uncertain in kinds.tolist()
            ),
            which,
        )
        for day, (kinds, which) in enumerate(grouped)
    ]


def _distinct(table: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct rows in the order in which they come, and which of them each row is."""
    order = np.lexsort(table.T[::-1])
    new: BoolArray = np.ones(len(order), dtype=np.bool_)
    new[1:] = (table[order][1:] != table[order][:-1]).any(axis=1)
    of_sorted = np.cumsum(new) - 1
    first = order[new]  # lexsort is stable: the first of its likes
    rank = np.argsort(np.argsort(first))
    which = np.empty(len(order), dtype=np.int64)
    which[order] = rank[of_sorted]
    return table[np.sort(first)], which


def _rounded(real: Sequence[IntArray], terms: Terms, minutes: int) -> list[IntArray]:
    rest, weekly_rest = terms.longest_rest, terms.longest_weekly_rest
    ended = ended_before = NEVER if terms.last_duty_end is None else terms.last_duty_end
    starts: list[IntArray] = []
    for table in real:
        begins = table[:, START]
        early = np.maximum(begins // minutes * minutes, begins.min(initial=HEREAFTER))
        reached = max(ended + rest, ended_before + weekly_rest)
        starts.append(np.where(early < reached, early, early.max(initial=0)))
        ended_before, ended = ended, max(ended, int(table[:, END].max(initial=NEVER)))
    told_apart = list(terms.types_told_apart)
    later = later_still = np.empty(0, dtype=np.int64)
    shown: list[IntArray] = []
    for table, own in zip(reversed(real), reversed(starts), strict=True):
        shifts = table.copy()
        shifts[:, START] = own
        shifts[:, END] = _last_ends(table[:, END], rest, later)
        if weekly_rest:
            of_week = _last_ends(table[:, END], weekly_rest, later_still)
            shifts[:, END] = np.minimum(shifts[:, END], of_week)
        shifts[~np.isin(shifts[:, TYPE], told_apart), TYPE] = NO_TYPE
        if not terms.min_horizon_minutes:
            shifts[:, UNCERTAIN] = 0
        shown.append(shifts)
        later_still, later = later, np.union1d(later, own)
    return shown[::-1]


def _last_ends(ends: IntArray, rest: int, starts: IntArray) -> IntArray:
    """The last ends from which the rest is over by the same of these starts as from `ends`."""
    following = np.append(starts, HEREAFTER + rest)
    return following[np.searchsorted(starts, ends + rest)] - rest
