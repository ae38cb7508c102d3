"""Fit of no-shows and lateness."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, replace

import numpy as np

from data.files.past_sessions import SessionHistory
from data.model import Scenario
from data.model.columns import BoolArray
from simulation.calibration.arrivals import ArrivalFigures, Arrivals
from simulation.calibration.fitting import Fitted, Scale, fit, fit_what_is_told
from simulation.calibration.maximum import NotIdentifiedError
from simulation.calibration.results import LEAST_EVENTS, Estimate, Fit, Kept, Note, Part, evenness
from simulation.calibration.tails import chi_square_above, share_interval

_BASES = {"no_show_single": False, "no_show_joint": True}
_SLOPE = "no_show_per_lead_day"
_LATE = {
    "late_probability": Scale.SHARE,
    "late_median": Scale.POSITIVE,
    "late_sigma": Scale.POSITIVE,
}
_RETREATS = (
    ("no_show_single",),
    ("no_show_joint",),
    (_SLOPE,),
    tuple(_LATE),
    (_SLOPE, *_LATE),
    (*_BASES, _SLOPE),
    (*_LATE, "early_mean"),
)
"""What is held in turn where the likelihood has no maximum: bases of nought, lateness that is constant."""
_LIKELIHOOD = "likelihood"
_LEAST_EXPECTED = 5.0
"""Variance of the no-shows of a group, from which on they are nearly normal."""
_COUNTED = "counted"
_WHOLE = 1.0 - 1e-9


def fit_punctuality(history: SessionHistory, base: Scenario) -> Part:
    """No-shows by participants and lead time, lateness and earliness.

    Args:
        history: good rows.
        base: parameters that the history can't tell, the cap of lateness, and the tolerance.
    """
    arrivals = Arrivals.of_history(history, base)
    counts = {name: _counts(arrivals, joint) for name, joint in _BASES.items()}
    start = _start(arrivals, base, counts)
    fitted, free = fit_what_is_told(
        lambda left: _fit_rising(arrivals, start, left), start, _free(arrivals, counts), _RETREATS
    )
    notes = []
    if _SLOPE not in free:
        notes.append(Note("slope"))
    if np.isfinite(arrivals.limit):
        notes.append(Note("no_shows", arrivals.limit))
    estimates, kept = _estimates(arrivals, fitted, counts, free)
    figures = ArrivalFigures(**{name: fitted.values[name] for name in asdict(_figures(base))})
    figures = replace(figures, **{e.parameter: e.value for e in estimates})
    drawn = (arrivals.drawn(figures),) if set(_LATE) <= set(free) else ()
    return Part(tuple(estimates), tuple(kept), _fits(arrivals, figures, free), tuple(notes), drawn)


def _free(arrivals: Arrivals, counts: Mapping[str, tuple[int, int]]) -> dict[str, Scale]:
    """What there are enough rows to fit."""
    free = {
        name: Scale.SHARE
        for name, (events, trials) in counts.items()
        if min(events, trials - events) >= LEAST_EVENTS
    }
    if free and arrivals.leads_known and float(np.ptp(arrivals.lead)) > 0.0:
        free[_SLOPE] = Scale.PERCENT
    if arrivals.late >= LEAST_EVENTS:
        free |= _LATE
    if arrivals.early_known:
        free["early_mean"] = Scale.POSITIVE
    return free


def _figures(scenario: Scenario) -> ArrivalFigures:
    return ArrivalFigures(**{name: getattr(scenario, name) for name in ArrivalFigures.__dataclass_fields__})


def _counts(arrivals: Arrivals, joint: bool) -> tuple[int, int]:
    """No-shows, and sessions of which they are."""
    group = arrivals.joint == joint
    return int((group & ~arrivals.came).sum()), int(group.sum())


def _of_groups(arrivals: Arrivals, joint: set[bool]) -> Arrivals:
    """The same with the counted sessions of these groups alone."""
    chosen: BoolArray = np.isin(arrivals.joint, list(joint))
    alone = arrivals.alone | ~np.isin(arrivals.came_of >= 2, list(joint))
    columns = {name: getattr(arrivals, name)[chosen] for name in ("joint", "lead", "of", "came", "hour")}
    return replace(arrivals, alone=alone, **columns)


def _start(arrivals: Arrivals, base: Scenario, counts: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    """Rough figures to begin with."""
    x = arrivals.lateness
    start = asdict(_figures(base))
    for name, (events, trials) in counts.items():
        if trials:
            start[name] = min(events / trials, _WHOLE)
    start[_SLOPE] = 0.0
    start["late_probability"] = min(arrivals.late / max(int(arrivals.came_of.sum()), 1), 0.99)
    if arrivals.late >= LEAST_EVENTS:
        logs = np.log(x[x > 0])
        start["late_median"] = math.exp(float(logs.mean()))
        start["late_sigma"] = max(float(logs.std()), 0.05)
    if arrivals.early_known:
        start["early_mean"] = -float(x[x < 0].mean())
    return start


def _fit_rising(arrivals: Arrivals, start: Mapping[str, float], free: Mapping[str, Scale]) -> Fitted:
    """The fit in which no-shows do not fall with the lead time; of the groups whose base is free."""
    groups = {joint for name, joint in _BASES.items() if name in free}
    if _SLOPE in free and not groups:
        raise NotIdentifiedError("no group of no-shows is left to tell the lead time's part")
    used = _of_groups(arrivals, groups)

    def log_likelihood(values: Mapping[str, float]) -> float:
        return used.log_likelihood(ArrivalFigures(**values))

    found = fit(log_likelihood, start, free)
    if found.values[_SLOPE] >= 0.0:
        return _floored(found)
    held = fit(log_likelihood, start, {name: scale for name, scale in free.items() if name != _SLOPE})
    return _floored(Fitted(held.values, {**held.intervals, _SLOPE: found.intervals[_SLOPE]}))


def _floored(found: Fitted) -> Fitted:
    if _SLOPE not in found.intervals:
        return found
    low, high = found.intervals[_SLOPE]
    return Fitted(found.values, {**found.intervals, _SLOPE: (max(low, 0.0), max(high, 0.0))})


def _estimates(
    arrivals: Arrivals, fitted: Fitted, counts: Mapping[str, tuple[int, int]], free: Mapping[str, Scale]
) -> tuple[list[Estimate], list[Kept]]:
    estimates, kept = [], []
    missed, all_counted = int((~arrivals.came).sum()), len(arrivals.came)
    early = int((arrivals.lateness < 0).sum())
    came = len(arrivals.lateness)
    rows = {**counts, _SLOPE: (missed, all_counted), "early_mean": (early, came)}
    rows |= dict.fromkeys(_LATE, (arrivals.late, came))
    for name, (events, trials) in rows.items():
        if name in free:
            low, high = fitted.intervals[name]
            estimates.append(Estimate(name, fitted.values[name], low, high, events, trials, _LIKELIHOOD))
        elif name == _SLOPE:
            estimates.append(Estimate(name, 0.0, 0.0, 0.0, events, trials, "set"))
        elif name in _BASES and trials >= LEAST_EVENTS:
            group = arrivals.joint == _BASES[name]
            otherwise = fitted.values[_SLOPE] * arrivals.lead
            otherwise = otherwise + arrivals.too_late(ArrivalFigures(**fitted.values))
            estimates.append(_counted(name, events, trials, float(otherwise[group].mean())))
        elif name == "late_probability" and came >= LEAST_EVENTS:
            estimates.append(_counted(name, events, int(arrivals.came_of.sum()), 0.0))
        else:
            kept.append(Kept(name, events))
    return estimates, kept


def _counted(name: str, events: int, trials: int, less: float) -> Estimate:
    """A share too rare for the likelihood's curvature, less what another parameter explains."""
    value, (low, high) = events / trials, share_interval(events, trials)
    value, low, high = (max(share - less, 0.0) for share in (value, low, high))
    return Estimate(name, value, low, high, events, trials, _COUNTED)


def _fits(arrivals: Arrivals, figures: ArrivalFigures, free: Mapping[str, Scale]) -> tuple[Fit, ...]:
    listed: list[Fit | None] = []
    if set(_LATE) <= set(free):
        fitted = len(_LATE) + ("early_mean" in free)
        listed.append(evenness("lateness of sessions", arrivals.ranks(figures), fitted))
    if np.isinf(arrivals.limit):
        listed.append(_by_group("no-shows by hour of the day", arrivals, figures, arrivals.hour))
        listed.append(_by_group("no-shows by lead time", arrivals, figures, _fifths(arrivals)))
    return tuple(found for found in listed if found is not None)


def _fifths(arrivals: Arrivals) -> np.ndarray:
    """The fifth of all lead times to which each belongs."""
    return np.searchsorted(np.quantile(arrivals.lead, [0.2, 0.4, 0.6, 0.8]), arrivals.lead, side="right")


def _by_group(about: str, arrivals: Arrivals, figures: ArrivalFigures, group: np.ndarray) -> Fit | None:
    """Whether no-shows are as many in each group as the model says: Pearson's test over large groups."""
    chance = arrivals.absence(figures)
    statistic, groups, rows = 0.0, 0, 0
    for number in np.unique(group):
        chosen = group == number
        expected = float(chance[chosen].sum())
        variance = float((chance[chosen] * (1.0 - chance[chosen])).sum())
        if variance >= _LEAST_EXPECTED:
            statistic += (int((~arrivals.came[chosen]).sum()) - expected) ** 2 / variance
            groups, rows = groups + 1, rows + int(chosen.sum())
    if groups < 3:
        return None
    return Fit(about, "chi-square", rows, statistic, chi_square_above(statistic, groups - 1))
