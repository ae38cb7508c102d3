"""The likelihoods are probabilities: they add up to one, and agree with plain integration."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from data.model import Scenario
from data.model.columns import FloatArray
from simulation.calibration.arrivals import ArrivalFigures, Arrivals, last_by
from simulation.calibration.service import Service, ServiceFigures, cut_after, integral_of_inverse
from tests.simulation.calibration.histories import TRUTH, played_history

ARRIVING = ArrivalFigures(**{name: getattr(TRUTH, name) for name in ArrivalFigures.__dataclass_fields__})
SERVING = ServiceFigures(**{name: getattr(TRUTH, name) for name in ServiceFigures.__dataclass_fields__})


def middles(low: float, high: float, count: int) -> tuple[FloatArray, float]:
    """The middles of equal steps, and the step."""
    step = (high - low) / count
    return low + step * (np.arange(count) + 0.5), step


def lognormal_density(at: FloatArray, centre: float, sigma: float) -> FloatArray:
    """Written out."""
    return np.exp(-(((np.log(at) - centre) / sigma) ** 2) / 2) / (at * sigma * math.sqrt(2 * math.pi))


@pytest.mark.parametrize("at", [0.5, 5.0, 20.0, 60.0])
@pytest.mark.parametrize("sigma", [0.1, 0.3, 0.9])
def test_the_closed_form_of_cut_offs(at: float, sigma: float) -> None:
    """The integral of p(d)/d, and the chance to be cut after a moment, agree with plain sums."""
    centre = 3.0
    d, step = middles(at, at + 2000.0, 2_000_000)
    density = lognormal_density(d, centre, sigma)
    expected = float((density / d).sum()) * step
    assert integral_of_inverse(at, np.array(centre), sigma) == pytest.approx(expected, abs=1e-7)
    later = float((density * (1 - at / d)).sum()) * step
    assert cut_after(at, np.array(centre), sigma) == pytest.approx(later, abs=1e-6)


def one_arrival(lateness: FloatArray, of: int, **changes: object) -> Arrivals:
    """Arrivals of sessions of so many participants."""
    nothing = np.zeros(1, dtype=np.int64)
    arrivals = Arrivals(
        lateness=lateness, came_of=np.full(len(lateness), of),
        alone=np.zeros(len(lateness), dtype=np.bool_), cap=60.0, limit=math.inf,
        joint=np.zeros(1, dtype=np.bool_), lead=np.zeros(1), of=nothing + 1, came=np.ones(1, dtype=np.bool_),
        hour=nothing, leads_known=True, early_known=True,
    )  # fmt: skip
    return replace(arrivals, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("of", [1, 2, 4])
def test_lateness_adds_up_to_one(of: int) -> None:
    """The density of the last arrival, with the mass at the cap, adds up to 1 and to its function."""
    x, step = middles(-120.0, 60.0, 600_000)
    density = np.exp(one_arrival(x, of)._log_density(ARRIVING))
    at_cap = float(np.exp(one_arrival(np.array([60.0]), of)._log_density(ARRIVING))[0])
    assert float(density.sum()) * step + at_cap == pytest.approx(1.0, abs=1e-4)
    by = np.cumsum(density) * step
    expected = last_by(x + step / 2, np.full(len(x), of), ARRIVING, math.inf)
    assert np.abs(by - expected).max() < 1e-4


def test_without_early_arrivals_their_mass_stays() -> None:
    """Where arrivals before the appointment are not kept, the chance of being in time is a mass."""
    on_time = float(np.exp(one_arrival(np.array([0.0]), 3, early_known=False)._log_density(ARRIVING))[0])
    assert on_time == pytest.approx((1 - ARRIVING.late_probability) ** 3)


def test_outcomes_of_sessions_add_up_to_one() -> None:
    """Over every outcome and minute of a session that begins, the likelihood has the integral 1."""
    check, scale = 6.0, 1.2
    nobody = np.zeros(0, dtype=np.int64)
    empty = Service(
        kind=nobody, scale=np.zeros(0), net=np.zeros(0), hour=nobody, delays=np.zeros(0), cut_kind=nobody,
        cut_scale=np.zeros(0), cut=np.zeros(0), unready_kind=nobody, unready_scale=np.zeros(0),
        unready=np.zeros(0), check=check, delays_kept=True,
    )  # fmt: skip
    one, of_scale = np.zeros(1, dtype=np.int64), np.array([scale])
    to_density = math.log(math.sqrt(2 * math.pi))  # constants that the likelihood leaves out

    def likelihood(**columns: object) -> float:
        return math.exp(replace(empty, **columns).log_likelihood(SERVING))  # type: ignore[arg-type]

    t, step = middles(0.0, 300.0, 6000)
    whole = delayed = cut = 0.0
    for minute in t.tolist():
        row = {"kind": one, "scale": of_scale, "net": np.array([minute])}
        density = math.exp(-to_density) / minute * step
        whole += likelihood(**row) * density
        delayed += likelihood(**row, delays=np.array([3.0])) * density
        cut += likelihood(cut_kind=one, cut_scale=of_scale, cut=np.array([minute])) * step
    unready = likelihood(unready_kind=one, unready_scale=of_scale, unready=np.array([check]))
    assert whole + delayed + cut + unready == pytest.approx(1.0, abs=1e-3)


def test_outcomes_are_as_frequent_as_the_model_says() -> None:
    """Of 40,000 played sessions, cut-offs by the check and after it, and missing documents, are as many."""
    history = played_history(TRUTH, 40_000, 7)
    began = np.isfinite(history.started)
    reference = {"single": TRUTH.duration_reference, "joint": TRUTH.joint_reference}
    reference["judicial"] = TRUTH.judicial_reference
    mean = [TRUTH.mean_duration(k, p) for k, p in zip(history.kind, history.planned, strict=True)]
    centre = np.log(np.array(mean)[began]) - TRUTH.duration_sigma**2 / 2
    after = cut_after(TRUTH.documents_check, centre, TRUTH.duration_sigma)
    f, w = TRUTH.failure_rebook, TRUTH.documents_missing
    outcome, lasted = history.outcome[began], (history.ended - history.started)[began]
    cut = outcome == "failed_technical"
    for seen, chance in (
        (cut & (lasted <= TRUTH.documents_check), f * (1 - after)),
        (cut & (lasted > TRUTH.documents_check), f * (1 - w) * after),
        (outcome == "failed_documents", w * (1 - f + f * after)),
    ):
        expected, deviation = chance.sum(), math.sqrt((chance * (1 - chance)).sum())
        assert abs(seen.sum() - expected) < 4 * deviation


def test_arrivals_are_distributed_as_the_model_says() -> None:
    """Among 40,000 played sessions, the ranks of lateness are even within Kolmogorov's bound of 0.1 %."""
    arrivals = Arrivals.of_history(played_history(TRUTH, 40_000, 8), Scenario())
    ranks = np.sort(arrivals.ranks(ARRIVING))
    steps = np.arange(1, len(ranks) + 1) / len(ranks)
    distance = max(float((steps - ranks).max()), float((ranks - steps + 1 / len(ranks)).max()))
    assert distance < 1.95 / math.sqrt(len(ranks))
    absence = arrivals.absence(ARRIVING)
    missed = int((~arrivals.came).sum())
    assert abs(missed - absence.sum()) < 4 * math.sqrt((absence * (1 - absence)).sum())


def test_no_neighbour_is_likelier() -> None:
    """The fit of a small history is at least as likely as every point of a grid around it."""
    from simulation.calibration.punctuality import fit_punctuality

    history = played_history(TRUTH, 1500, 9)
    found = {e.parameter: e for e in fit_punctuality(history, Scenario()).estimates}
    arrivals = Arrivals.of_history(history, Scenario())
    best = ArrivalFigures(**{name: e.value for name, e in found.items()})
    value = arrivals.log_likelihood(best)
    for first in found:
        for second in found:
            for ahead in (-1.0, 0.0, 1.0):
                for aside in (-1.0, 0.0, 1.0):
                    moved = asdict(best)
                    for name, share in ((first, ahead), (second, aside)):
                        half = (found[name].high - found[name].low) / 2
                        moved[name] += 0.3 * share * half
                    assert arrivals.log_likelihood(ArrivalFigures(**moved)) <= value + 1e-9
