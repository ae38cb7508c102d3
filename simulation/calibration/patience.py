"""How long customers wait before they leave, from those who left and from those who were served or rebooked.

The model is the simulation's (`simulation.draws`): a customer's patience is lognormal, and counts from the
later of appointment and arrival. Who leaves after a wait of t shows it; of whom an agent, or the issuer's
rebooking, takes out of the queue after t it is only known to be longer. With z = ln(t / median) / sigma the
log-likelihood is (Cox & Oakes, Analysis of Survival Data, 1984, chapter 3)

    sum over those who left of ln(phi(z) / (sigma t)) + sum over the others of ln Phi(-z).

Means of the waits of those who left alone would be too short, for the patient are served before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.files.past_sessions import STARTED, SessionHistory
from data.model import Scenario
from data.model.columns import FloatArray
from simulation.calibration.fitting import Scale, fit, fit_what_is_told
from simulation.calibration.pictures import Picture, class_edges
from simulation.calibration.results import LEAST_EVENTS, Estimate, Fit, Kept, Part
from simulation.calibration.rounding import resolution, spread
from simulation.calibration.tails import chi_square_above, normal_below

_MEDIAN, _SIGMA = "patience_median", "patience_sigma"
_SHORTEST = 1.0 / 120.0
"""Half a second: records are kept to the second at best, and nobody's patience is nought."""
_LEAST = 1e-300
_LEAST_EXPECTED = 5
"""Leavers expected in a class of the test of fit."""
_MOST_CLASSES = 20


@dataclass(frozen=True, eq=False)
class Waits:
    """Minutes of waiting beyond the later of appointment and arrival.

    Attributes:
        left: of customers who left.
        stayed: of those who waited at all and were served, or rebooked by the issuer.
    """

    left: FloatArray
    stayed: FloatArray

    @classmethod
    def of_history(cls, history: SessionHistory) -> Waits:
        """Rows whose customers came; those of no-shows waited for nobody."""
        ready = np.maximum(history.appointed, history.arrived)
        began = np.isin(history.outcome, STARTED)
        wait = np.where(began, history.started, history.ended) - ready
        gone = (history.outcome == "left") & np.isfinite(wait)
        others = (began | (history.outcome == "rebooked_by_issuer")) & (wait > 0.0)
        return cls(wait[gone], wait[others])

    def log_likelihood(self, median: float, sigma: float) -> float:
        """Of these figures; a wait that was rounded to nought is taken for half a step."""
        left = np.maximum(self.left, max(resolution(self.left) / 2.0, _SHORTEST))
        score = np.log(left / median) / sigma
        events = -0.5 * score**2 - math.log(math.sqrt(2.0 * math.pi) * sigma) - np.log(left)
        longer = normal_below(-np.log(self.stayed / median) / sigma)
        return float(events.sum()) + float(np.log(np.maximum(longer, _LEAST)).sum())

    def spread(self) -> Waits:
        """Rounded records spread within their step, for a test that would take the heaps for a bad fit."""
        left, stayed = np.abs(spread(self.left)), np.abs(spread(self.stayed))
        return Waits(np.maximum(left, _SHORTEST), np.maximum(stayed, _SHORTEST))


def fit_patience(history: SessionHistory, base: Scenario) -> Part:
    """Median and sigma of patience; what the history can't tell stays as in the base."""
    waits = Waits.of_history(history)
    free = {_MEDIAN: Scale.POSITIVE, _SIGMA: Scale.POSITIVE} if len(waits.left) >= LEAST_EVENTS else {}
    start = {_MEDIAN: base.patience_median, _SIGMA: base.patience_sigma}
    if free:
        logs = np.log(np.maximum(waits.left, _SHORTEST))
        start = {_MEDIAN: math.exp(float(logs.mean())), _SIGMA: max(float(logs.std()), 0.05)}

    def log_likelihood(values: Mapping[str, float]) -> float:
        return waits.log_likelihood(values[_MEDIAN], values[_SIGMA])

    fitted, told = fit_what_is_told(
        lambda left: fit(log_likelihood, start, left), start, free, ((_MEDIAN, _SIGMA),)
    )
    events = len(waits.left)
    if not told:
        return Part(kept=tuple(Kept(name, events) for name in (_MEDIAN, _SIGMA)))
    estimates = tuple(
        Estimate(
            name,
            fitted.values[name],
            *fitted.intervals[name],
            events,
            events + len(waits.stayed),
            "likelihood",
        )
        for name in told
    )
    test = leaving_test(waits.spread(), fitted.values[_MEDIAN], fitted.values[_SIGMA])
    drawn = drawn_waits(waits, fitted.values[_MEDIAN], fitted.values[_SIGMA])
    return Part(estimates, fits=() if test is None else (test,), pictures=(drawn,))


def drawn_waits(waits: Waits, median: float, sigma: float) -> Picture:
    """Patience up to the longest wait that is known, by the estimate of Kaplan & Meier (1958)."""
    everybody = np.concatenate([waits.left, waits.stayed])
    edges = class_edges(waits.left)
    known = int((edges <= everybody.max()).sum())
    edges = edges[: max(known, 2)]
    lasting = np.array([1.0, *staying(waits, everybody)])
    beyond = lasting[np.searchsorted(np.sort(everybody), edges, side="right")]
    model = normal_below(np.log(np.maximum(edges, _LEAST) / median) / sigma)
    return Picture("patience", edges, -np.diff(beyond), np.diff(model), len(everybody))


def staying(waits: Waits, everybody: FloatArray) -> FloatArray:
    """P(patience > wait) by Kaplan & Meier after each of all waits in order; who leaves goes first."""
    gone = np.arange(len(everybody)) < len(waits.left)
    order = np.lexsort((~gone, everybody))
    at_risk = np.arange(len(everybody), 0, -1)
    return np.asarray(np.cumprod(np.where(gone[order], 1.0 - 1.0 / at_risk, 1.0)))


def hazard(waits: FloatArray, median: float, sigma: float) -> FloatArray:
    """Cumulative: -ln P(patience > wait)."""
    return np.asarray(-np.log(np.maximum(normal_below(-np.log(waits / median) / sigma), _LEAST)))


def leaving_test(waits: Waits, median: float, sigma: float) -> Fit | None:
    """Whether as many left in each class of waits as the model expects of all who waited so long.

    Of customers who wait from a to b, the hazard there adds up to the expected leavers; what is over is a
    martingale, uncorrelated between classes (Hjort 1990, Ann. Statist. 18(3)). Pearson's test over classes of
    equal expectation; each of the two fitted parameters takes a degree of freedom (`results.evenness`).

    Returns:
        None with too few leavers for a test.
    """
    classes = min(_MOST_CLASSES, len(waits.left) // _LEAST_EXPECTED)
    freedom = classes - 2
    if freedom < 1:
        return None
    everybody = np.sort(np.concatenate([waits.left, waits.stayed]))
    each = hazard(everybody, median, sigma)
    remaining = np.arange(len(each), 0, -1)
    steps = np.diff(each, prepend=0.0) * remaining
    expected = np.cumsum(steps)
    whole = float(expected[-1])
    inner = np.interp(np.linspace(0.0, whole, classes + 1)[1:-1], expected, everybody)
    counts = np.bincount(np.searchsorted(inner, waits.left), minlength=classes)
    statistic = float(((counts - whole / classes) ** 2).sum() / (whole / classes))
    return Fit(
        "leaving by time waited", "chi-square", len(each), statistic, chi_square_above(statistic, freedom)
    )
