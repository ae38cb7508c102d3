"""How well lognormal durations describe each kind of session, beside other shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from data.model import SESSION_KINDS
from data.model.columns import FloatArray
from simulation.calibration.fitting import SPREAD, Scale, fit
from simulation.calibration.maximum import NotIdentifiedError
from simulation.calibration.results import LEAST_EVENTS, Fit
from simulation.calibration.rounding import spread
from simulation.calibration.service import Service
from simulation.calibration.tails import chi_square_above, normal_below

_CONSTANT = 1e-6
"""Durations whose logarithms deviate less are constant: no shape can be told."""

_LEAST_MINUTES = 1e-3
"""A second of a session rounded to a minute may be spread to nothing; its logarithm must exist."""


@dataclass(frozen=True)
class KindShape:
    """Durations of one kind, by themselves.

    Attributes:
        sessions: fulfilled ones.
        mean: minutes, less those lost to failures that were overcome.
        share_of_planned: mean of the minutes over those planned, at the kind's reference.
        sigma, sigma_low, sigma_high: of the kind alone, with its 95 % interval.
        overrun: share of sessions that lasted longer than planned.
        akaike: Akaike's criterion of each shape, less that of the best; empty where durations are constant.
    """

    kind: str
    sessions: int
    mean: float
    share_of_planned: float
    sigma: float
    sigma_low: float
    sigma_high: float
    overrun: float
    akaike: dict[str, float]


def kind_shapes(service: Service, reference: FloatArray) -> tuple[KindShape, ...]:
    """Each kind that has enough sessions."""
    found = []
    for number, kind in enumerate(SESSION_KINDS):
        chosen = service.kind == number
        count = int(chosen.sum())
        if count < LEAST_EVENTS:
            continue
        relative = service.net[chosen] / service.scale[chosen]
        sigma = float(np.log(relative).std(ddof=1))
        error = 1.0 / math.sqrt(2.0 * (count - 1))
        found.append(
            KindShape(
                kind=kind,
                sessions=count,
                mean=float(service.net[chosen].mean()),
                share_of_planned=float(relative.mean() / reference[number]),
                sigma=sigma,
                sigma_low=sigma * math.exp(-SPREAD * error),
                sigma_high=sigma * math.exp(SPREAD * error),
                overrun=float((relative > reference[number]).mean()),
                akaike=_akaike(relative),
            )
        )
    return tuple(found)


def shape_fits(service: Service) -> tuple[Fit, ...]:
    """Tests of what the simulation takes for granted about durations."""
    service = replace(service, net=np.maximum(spread(service.net), _LEAST_MINUTES))
    logs = {
        kind: np.log(service.net[service.kind == number] / service.scale[service.kind == number])
        for number, kind in enumerate(SESSION_KINDS)
        if int((service.kind == number).sum()) >= LEAST_EVENTS
    }
    logs = {kind: of for kind, of in logs.items() if float(of.std()) > _CONSTANT}
    fits = [anderson_darling(f"lognormal durations, {kind}", of) for kind, of in logs.items()]
    if len(logs) > 1:
        fits.append(_one_sigma(list(logs.values())))
    proportional = _proportional(service)
    return (*fits, proportional) if proportional is not None else tuple(fits)


def anderson_darling(about: str, sample: FloatArray) -> Fit:
    """Whether a sample is normal, mean and deviation estimated (D'Agostino & Stephens 1986, table 4.9)."""
    count = len(sample)
    scores = np.sort((sample - sample.mean()) / sample.std(ddof=1))
    weights = 2.0 * np.arange(1, count + 1) - 1.0
    tails = np.log(np.maximum(normal_below(scores), 1e-300)) + np.log(
        np.maximum(normal_below(-scores[::-1]), 1e-300)
    )
    raw = -count - float((weights * tails).sum()) / count
    a = raw * (1.0 + 0.75 / count + 2.25 / count**2)
    if a < 0.2:
        p_value = 1.0 - math.exp(-13.436 + 101.14 * a - 223.73 * a * a)
    elif a < 0.34:
        p_value = 1.0 - math.exp(-8.318 + 42.796 * a - 59.938 * a * a)
    elif a < 0.6:
        p_value = math.exp(0.9177 - 4.279 * a - 1.38 * a * a)
    else:
        p_value = math.exp(1.2937 - 5.709 * min(a, 150.0) + 0.0186 * min(a, 150.0) ** 2)
    return Fit(about, "Anderson-Darling", count, a, p_value)


def _one_sigma(logs: list[FloatArray]) -> Fit:
    """Whether one sigma serves all kinds: the likelihood ratio with Bartlett's correction (1937)."""
    freedom = np.array([len(of) - 1 for of in logs], dtype=np.float64)
    variance = np.array([float(of.var(ddof=1)) for of in logs])
    pooled = float((freedom * variance).sum() / freedom.sum())
    ratio = freedom.sum() * math.log(pooled) - float((freedom * np.log(variance)).sum())
    correction = 1.0 + (float((1.0 / freedom).sum()) - 1.0 / freedom.sum()) / (3.0 * (len(logs) - 1))
    statistic = float(ratio / correction)
    sample = sum(len(of) for of in logs)
    return Fit(
        "one sigma for all kinds", "Bartlett", sample, statistic, chi_square_above(statistic, len(logs) - 1)
    )


def _proportional(service: Service) -> Fit | None:
    """Whether durations grow in proportion to the planned minutes; None where those hardly vary."""
    logs, planned = np.log(service.net / service.scale), np.log(service.scale)
    for number in range(len(SESSION_KINDS)):
        chosen = service.kind == number
        if chosen.any():
            logs[chosen] -= logs[chosen].mean()
            planned[chosen] -= planned[chosen].mean()
    square = float((planned**2).sum())
    if len(planned) < LEAST_EVENTS or square < 1e-3 * len(planned):
        return None
    slope = float((planned * logs).sum()) / square
    variance = float(((logs - slope * planned) ** 2).sum()) / (len(logs) - len(SESSION_KINDS) - 1)
    if variance <= 0.0:
        return None
    statistic = slope**2 * square / variance
    return Fit(
        "durations in proportion to planned minutes",
        "regression",
        len(logs),
        statistic,
        chi_square_above(statistic, 1),
    )


def _of_values(likelihood: Callable[[float, float], float], values: Mapping[str, float]) -> float:
    return likelihood(values["shape"], values["scale"])


def _akaike(sample: FloatArray) -> dict[str, float]:
    """Twice the parameters less twice the log-likelihood, of each shape with two parameters."""
    logs = np.log(sample)
    count, total, mean_log = len(sample), float(sample.sum()), float(logs.mean())
    sigma = float(logs.std())
    if sigma < _CONSTANT:
        return {}
    normal = -count * (math.log(sigma * math.sqrt(2.0 * math.pi)) + 0.5 + mean_log)

    def gamma(shape: float, scale: float) -> float:
        return (
            count * ((shape - 1.0) * mean_log - shape * math.log(scale) - math.lgamma(shape)) - total / scale
        )

    def weibull(shape: float, scale: float) -> float:
        highest = shape * (float(logs.max()) - math.log(scale))
        if highest > 700.0:
            return -math.inf
        powers = float(np.exp(shape * (logs - math.log(scale))).sum())
        return count * (math.log(shape / scale) + (shape - 1.0) * (mean_log - math.log(scale))) - powers

    criteria = {"lognormal": 4.0 - 2.0 * normal}
    squared = float(sample.mean()) ** 2 / float(sample.var())
    starts = {
        "gamma": (gamma, squared, float(sample.mean()) / squared),
        "weibull": (weibull, 1.2 / sigma, math.exp(mean_log + 0.577 * sigma)),
    }
    for name, (likelihood, shape, scale) in starts.items():
        try:
            found = fit(
                partial(_of_values, likelihood),
                {"shape": shape, "scale": scale},
                {"shape": Scale.POSITIVE, "scale": Scale.POSITIVE},
            )
        except (NotIdentifiedError, OverflowError):
            continue
        criteria[name] = 4.0 - 2.0 * likelihood(found.values["shape"], found.values["scale"])
    best = min(criteria.values())
    return {name: value - best for name, value in criteria.items()}
