"""The reference cases that a day can express, for our engine: the day, and what is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.simulation.exact_cases import (
    HANGU_DEVIATION,
    HANGU_MEAN,
    best_pool,
    optimum,
    with_no_shows,
)
from benchmarks.simulation.played_week import Chance, Played, Service, TextbookDay
from benchmarks.simulation.reference_cases import ReferenceCase, flat
from data.model.columns import FloatArray
from simulation.distributions import exponential, lognormal_of_mean, normal_quantile
from simulation.random_streams import Cause
from simulation.theory.lattice import lognormal_sigma
from simulation.theory.phase_type import PhaseType
from simulation.theory.slot_schedule import poisson_service

Parameters = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """One number that a case gives and its share of the tolerance.

    Attributes:
        label: what it is.
        value: the reference value.
        half_width: the widest interval that counts as a reproduction.
        tolerance: what our mean may differ by where the reference value has an error of its own; else 0:
            the value must be in the interval.
    """

    label: str
    value: float
    half_width: float
    tolerance: float = 0.0


@dataclass(frozen=True, eq=False)
class PlayedCase:
    """A case for the engine.

    Attributes:
        days: one, or where figures come from unlike days one for each of them.
        figures: what the reference says.
        observe: from a replication of a day to independent observations of each of its figures; nan where a
            copy has none.
        controlled: whether there is an observation for each copy, so that `Player.controls` may help.
    """

    days: tuple[TextbookDay, ...]
    figures: tuple[Figure, ...]
    observe: Callable[[Played], list[FloatArray]]
    controlled: bool = True


def _exponential(mean: FloatArray, copies: int) -> Service:
    """Exponential, with a mean for each customer of a day."""
    every = np.tile(mean, copies)
    return Service(lambda chance: exponential(chance(Cause.DURATION, 0), 1.0) * every, mean, mean**2)


def _unit_exponential() -> Service:
    return Service(lambda chance: exponential(chance(Cause.DURATION, 0), 1.0), 1.0, 1.0)


def _phases(squared_variation: float) -> Service:
    """The two-moment fit: the number of phases or the branch first, then the phases."""
    fit = PhaseType.two_moment_fit(1.0, squared_variation)
    first = float(fit.initial[0])
    rates = -np.diag(fit.rates)

    def drawn(chance: Chance) -> FloatArray:
        at_first = chance(Cause.FAILURE, 0) < first
        each = [
            exponential(chance(Cause.DURATION, phase), 1.0) / rate
            for phase, rate in enumerate(rates.tolist())
        ]
        if squared_variation >= 1.0:
            return np.asarray(np.where(at_first, each[0], each[1]))
        return np.asarray(np.where(at_first, each[0], 0.0) + np.sum(each[1:], axis=0))

    return Service(drawn, 1.0, squared_variation)


def _discrete(chances: FloatArray) -> Service:
    below, minutes = np.cumsum(chances), np.arange(len(chances))
    mean = float(chances @ minutes)

    def drawn(chance: Chance) -> FloatArray:
        places = np.searchsorted(below, chance(Cause.DURATION, 0), side="right")
        return np.minimum(places, len(below) - 1).astype(np.float64)

    return Service(drawn, mean, float(chances @ minutes**2) - mean**2)


def _lognormal(mean: float, deviation: float) -> Service:
    sigma = lognormal_sigma(mean, deviation)
    return Service(
        lambda chance: lognormal_of_mean(chance(Cause.DURATION, 0), mean, sigma), mean, deviation**2
    )


def _fixed(durations: FloatArray) -> Service:
    """Every duration as given, whatever the chance; shape (copies, customers)."""
    return Service(
        lambda _: durations.ravel().astype(np.float64), durations.mean(axis=0), durations.var(axis=0)
    )


def _normal(mean: float, deviation: float) -> Callable[[Chance], FloatArray]:
    return lambda chance: mean + deviation * normal_quantile(chance(Cause.LATENESS, 0))


def _up_to(limit: float, mean: float, deviation: float) -> float:
    """P(normal <= limit)."""
    return 0.5 * math.erfc((mean - limit) / (deviation * math.sqrt(2.0)))


def _mean_up_to(limit: float, mean: float, deviation: float) -> float:
    """E(normal given that it is <= limit)."""
    depth = (limit - mean) / deviation
    density = math.exp(-0.5 * depth * depth) / math.sqrt(2.0 * math.pi)
    return mean - deviation * density / _up_to(limit, mean, deviation)


def _figures(case: ReferenceCase, *labels: str, values: Any = None) -> tuple[Figure, ...]:
    """Half-widths of one in a hundred of the value, or the tolerance where that is wider."""
    tolerance = float(case.tolerance)
    numbers = flat(case.value if values is None else values)
    return tuple(
        Figure(label, value, max(0.01 * abs(value), tolerance))
        for label, value in zip(labels, numbers, strict=True)
    )


def _static(case: ReferenceCase) -> PlayedCase:
    """Cost of a schedule by omega: given, or the best one."""
    p = case.parameters
    times = np.array(p["t"]) if "t" in p else optimum(p).times
    copies = 100
    if "SCV" in p:
        service = _phases(p["SCV"])
    else:
        rates = np.broadcast_to(np.asarray(p.get("mu", 1.0), dtype=np.float64), times.shape)
        service = _exponential(1.0 / rates, copies)
    weight = p["omega"]

    def observe(played: Played) -> list[FloatArray]:
        idle = played.free - played.service.sum(axis=1)
        return [weight * idle + (1.0 - weight) * played.wait.sum(axis=1)]

    return PlayedCase((TextbookDay(times, service, copies=copies),), _figures(case, "cost"), observe)


def _slots(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    best = tuple(case.value[0]) if case.id == "A26" else tuple(p["schedule"])
    chances = poisson_service(p["beta"]) if "beta" in p else np.array(p["s"])
    times = np.repeat(np.arange(len(best)) * float(p["d"]), best)
    show, end = 1.0 - p.get("q", 0.0), float(p["d"] * len(best))
    day = TextbookDay(times, _discrete(chances), show=show)

    def waits(played: Played) -> FloatArray:
        # The wait of who is absent is not seen; it does not depend on being absent.
        return np.asarray(np.nansum(played.wait, axis=1) / show)

    def late(played: Played) -> FloatArray:
        return np.asarray(np.maximum(played.free - end, 0.0))

    if case.id == "A26":
        weight = p["w"]
        return PlayedCase(
            (day,),
            _figures(case, "cost", values=case.value[1]),
            lambda played: [weight * waits(played) + (1.0 - weight) * late(played)],
        )
    if case.id == "A28":
        return PlayedCase(
            (day,), _figures(case, "waits", "spill-over"), lambda played: [waits(played), late(played)]
        )
    # The value was computed with a distribution cut off at 0.9999, which its tolerance allows for.
    tolerance = float(case.tolerance)
    figure = Figure("mean wait", case.value, tolerance / 4.0, tolerance)
    return PlayedCase((day,), (figure,), lambda played: [waits(played) / p["n"]])


def _no_shows(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    best, _ = with_no_shows(p)
    return PlayedCase(
        (TextbookDay(best.times, _unit_exponential(), show=p["p"]),),
        _figures(case, "cost", values=case.value[0]),
        lambda played: [p["cw"] * np.nansum(played.wait, axis=1) + p["cs"] * played.free],
    )


def _sample_average(case: ReferenceCase) -> PlayedCase:
    """All scenarios, each once, at the best allowances (3, 4, 3)."""
    p = case.parameters
    durations = np.array(p["scenarios"])
    day = TextbookDay(np.array([0.0, 3.0, 7.0, 10.0]), _fixed(durations), copies=len(durations))

    def observe(played: Played) -> list[FloatArray]:
        last = played.start[:, -1] + 10.0
        idle = last - played.service[:, :-1].sum(axis=1)
        over = np.maximum(played.free - p["T"], 0.0)
        return [p["ci"] * idle + p["cw"] * played.wait.sum(axis=1) + p["co"] * over]

    return PlayedCase((day,), (Figure("cost", case.value, 0.0),), observe, controlled=False)


def _due_dates(case: ReferenceCase) -> PlayedCase:
    """All outcomes, each as often as it is likely, at the best appointments."""
    p, (_, due) = case.parameters, case.value
    tenths = [np.rint(10.0 * np.array(d)).astype(np.int64) for d in p["durations"]]
    parts = [np.repeat(np.arange(len(t)), t // np.gcd.reduce(t)) for t in tenths]
    durations = np.stack([part.ravel() for part in np.meshgrid(*parts, indexing="ij")], axis=1)
    times = np.array(due[:-1], dtype=np.float64)
    day = TextbookDay(times, _fixed(durations), copies=len(durations))

    def observe(played: Played) -> list[FloatArray]:
        late = played.start + times + played.service - np.array(due[1:])
        return [np.where(late > 0.0, p["o"] * late, -p["u"] * late).sum(axis=1)]

    return PlayedCase((day,), (Figure("cost", case.value[0], 0.0),), observe, controlled=False)


def _rule(case: ReferenceCase) -> PlayedCase:
    day = TextbookDay(np.array(case.parameters["t"], dtype=np.float64), _unit_exponential())
    return PlayedCase(
        (day,), _figures(case, "waits", "end"), lambda played: [played.wait.sum(axis=1), played.free]
    )


def _pool(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    size = p["s"]
    times = np.repeat(np.arange(p["rounds"]) * p["x"], size)
    # One agent with a list is a pool of one.
    day = TextbookDay(times, _unit_exponential(), agents=0 if size == 1 else size, copies=max(1, 100 // size))
    return PlayedCase(
        (day,),
        _figures(case, "mean wait", "mean wait in the last round"),
        lambda played: [played.wait.mean(axis=1), played.wait[:, -size:].mean(axis=1)],
    )


def _best_pool(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    return PlayedCase(
        (TextbookDay(best_pool(p).times, _unit_exponential(), agents=p["s"]),),
        _figures(case, "cost", values=case.value[0]),
        lambda played: [p["cw"] * played.wait.sum(axis=1) + p["cs"] * p["s"] * played.free],
    )


def _unit_services(case: ReferenceCase) -> PlayedCase:
    p, booked = case.parameters, case.value[1]
    times = np.repeat(np.arange(len(booked), dtype=np.float64), booked)
    day = TextbookDay(times, _discrete(np.array([0.0, 1.0])), show=p["p"])

    def observe(played: Played) -> list[FloatArray]:
        late = np.sum(played.start + times > p["T"] - 0.5, axis=1)
        return [p["cw"] * np.nansum(played.wait, axis=1) + p["co"] * late]

    return PlayedCase((day,), _figures(case, "cost", values=case.value[0]), observe)


def _unpunctual(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    day = TextbookDay(
        np.arange(p["n"]) * float(p["x"]),
        _lognormal(p.get("mean", HANGU_MEAN), p.get("sd", HANGU_DEVIATION)),
        show=p["p"],
        lateness=_normal(*p["lateness"]),
        grace=float(p["grace"]),
        within_grace=_up_to(float(p["grace"]), *p["lateness"]),
        mean_lateness=_mean_up_to(float(p["grace"]), *p["lateness"]),
    )
    with_served = "sd" not in p

    def observe(played: Played) -> list[FloatArray]:
        last = played.start[:, -1]
        late = np.where(np.isnan(last), np.nan, (last > 5.0).astype(np.float64))
        served = [(~np.isnan(last)).astype(np.float64)] if with_served else []
        return [last, late, *served, played.free]

    labels = ["start of the last", "P(> 5)", *(["P(served)"] if with_served else []), "end"]
    return PlayedCase((day,), _figures(case, *labels), observe)


def _blocked(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    grace = float(p["grace"])
    day = TextbookDay(
        np.zeros(1), _unit_exponential(), show=p["p"], lateness=_normal(*p["lateness"]), grace=grace
    )

    def observe(played: Played) -> list[FloatArray]:
        start = played.start[:, 0]
        return [np.where(np.isnan(start), played.free, np.maximum(start, 0.0))]

    return PlayedCase((day,), _figures(case, "blocked"), observe)


def _nth_customer(case: ReferenceCase) -> PlayedCase:
    """Walk-ins: all appointed at 0, and late by a Poisson process."""
    p = case.parameters
    copies, customers = 100, p["n"]

    def arrivals(chance: Chance) -> FloatArray:
        gaps = exponential(chance(Cause.LATENESS, 0), 1.0 / p["lam"]).reshape(copies, customers)
        gaps[:, 0] = 0.0
        return np.asarray(np.cumsum(gaps, axis=1).ravel())

    day = TextbookDay(
        np.zeros(customers),
        _exponential(np.full(customers, 1.0 / p["mu"]), copies),
        lateness=arrivals,
        grace=1e5,
        copies=copies,
    )
    return PlayedCase((day,), _figures(case, "wait of the last"), lambda played: [played.wait[:, -1]])


def _knock_on(case: ReferenceCase) -> PlayedCase:
    p = case.parameters
    day = TextbookDay(np.arange(p["n"]) * float(p["slot"]), _lognormal(HANGU_MEAN, HANGU_DEVIATION))
    return PlayedCase(
        (day,),
        _figures(case, "wait of the last", "P(> 5)", "wait of the eighth"),
        lambda played: [
            played.wait[:, -1],
            (played.wait[:, -1] > 5.0).astype(np.float64),
            played.wait[:, 7],
        ],
    )


def _pool_sizes(case: ReferenceCase) -> PlayedCase:
    """Forty agents in pools of each size; a day of all of them is one observation."""
    p = case.parameters
    sizes, shares = (1, 2, 4, 8, 40), (0.1, 0.1, 0.1, 0.1, 0.4)
    days = tuple(
        TextbookDay(
            np.repeat(np.arange(p["M"]) * float(p["X"]), size),
            _lognormal(20.0, 8.0),
            agents=size,
            show=0.9,
            lateness=_normal(-1.0, 5.0),
            grace=10.0,
            within_grace=_up_to(10.0, -1.0, 5.0),
            copies=40 // size,
        )
        for size in sizes
    )
    figures = tuple(
        Figure(f"mean wait, pools of {size}", value, share * value / 2.0, share * value)
        for size, share, value in zip(sizes, shares, case.value, strict=True)
    )
    return PlayedCase(days, figures, lambda played: [np.array([np.nanmean(played.wait)])], controlled=False)


PLAYED_CASES: dict[str, Callable[[ReferenceCase], PlayedCase]] = {
    **dict.fromkeys(("A01", "A08", "A10", "A11", "A13", "A14", "A17", "A19", "A22"), _static),
    **dict.fromkeys(("A23", "A25", "A26", "A28"), _slots),
    **dict.fromkeys(("B06", "B07", "B09", "B10"), _no_shows),
    "B18": _sample_average,
    "B19": _due_dates,
    **dict.fromkeys(("B20", "B21"), _rule),
    **dict.fromkeys(("E01", "E02", "E04", "E05"), _pool),
    "E07": _best_pool,
    **dict.fromkeys(("E08", "E10"), _unit_services),
    **dict.fromkeys(("F02", "F03", "F08"), _unpunctual),
    **dict.fromkeys(("F05", "F06"), _blocked),
    "Q26": _nth_customer,
    **dict.fromkeys(("Q32", "Q33"), _knock_on),
    "R01": _pool_sizes,
}
"""Cases whose model is a day of appointments; the others are of the long run, or ask for a best schedule."""
