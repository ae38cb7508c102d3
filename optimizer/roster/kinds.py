"""Kinds of duty: what the rules tell apart of the shifts of a day, so that tours have few to choose from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from optimizer.roster.rules import NEVER, Shift, Terms

MOST_KINDS = 120
"""Kinds of duty that the tours tell apart on a day; with more, times are rounded, on the safe side."""

ROUNDINGS = (5, 30, 60, 120, 240)
"""Minutes to which starts are rounded down, to have fewer kinds of duty."""

HEREAFTER = 2**40
"""Later than any horizon: an end after which no duty can follow."""


def group_shifts(real: Sequence[Sequence[Shift]], terms: Terms) -> list[list[Shift]]:
    """For each shift of each day, one that stands for all to which the rules say the same.

    Shift types are told apart where a rule on the sequence of days speaks of them. Times of day matter only
    to the rest between duties, and to that around a day off. A start that no rest can reach is as good as the
    latest, and an end as good as the last one from which both rests are over by the same starts. If many
    kinds remain, starts are rounded down, which can only rule out tours.
    """
    shown: list[list[Shift]] = []
    for minutes in ROUNDINGS:
        shown = _rounded(real, terms, minutes)
        if max((len(set(listed)) for listed in shown), default=0) <= MOST_KINDS:
            break
    return shown


def _rounded(real: Sequence[Sequence[Shift]], terms: Terms, minutes: int) -> list[list[Shift]]:
    rest, weekly_rest = terms.longest_rest, terms.longest_weekly_rest
    ended = ended_before = NEVER if terms.last_duty_end is None else terms.last_duty_end
    starts: list[list[int]] = []
    for listed in real:
        earliest = min((shift.start for shift in listed), default=0)
        early = [max(shift.start // minutes * minutes, earliest) for shift in listed]
        reached = max(ended + rest, ended_before + weekly_rest)
        latest = max(early, default=0)
        starts.append([start if start < reached else latest for start in early])
        ended_before = ended
        ended = max([ended, *(shift.end for shift in listed)])
    shown: list[list[Shift]] = []
    later: list[int] = []
    later_still: list[int] = []
    for listed, own in zip(reversed(real), reversed(starts), strict=True):
        kinds = []
        for shift, start in zip(listed, own, strict=True):
            end = min(
                _last_end(shift.end, rest, later),
                _last_end(shift.end, weekly_rest, later_still) if weekly_rest else HEREAFTER,
            )
            kind = shift.type if shift.type in terms.types_told_apart else None
            uncertain = shift.uncertain if terms.min_horizon_minutes else 0
            kinds.append(Shift(shift.day, start, end, shift.work, kind, uncertain))
        shown.append(kinds)
        later_still, later = later, sorted({*later, *own})
    return shown[::-1]


def _last_end(end: int, rest: int, starts: Sequence[int]) -> int:
    """The last end from which the rest is over by the same of these starts as from `end`."""
    place = bisect_left(starts, end + rest)
    return starts[place] - rest if place < len(starts) else HEREAFTER
