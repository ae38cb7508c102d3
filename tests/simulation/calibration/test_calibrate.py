"""Histories that leave something out: what is told is fitted, the rest is said to be kept, or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.files import SessionHistory
from data.model import Scenario
from simulation.calibration import LEAST_SESSIONS, Calibration, Estimate, TooShortError, calibrate
from tests.simulation.calibration.histories import TRUTH, played_history

LONG = 5000


def chosen(history: SessionHistory, rows: np.ndarray) -> SessionHistory:
    """Some rows of a history."""
    return SessionHistory(**{n: getattr(history, n)[rows] for n in SessionHistory.__dataclass_fields__})


def estimates(found: Calibration) -> dict[str, Estimate]:
    """By parameter."""
    return {estimate.parameter: estimate for estimate in found.estimates}


def near(estimate: Estimate, truth: float | None = None) -> bool:
    """Whether the truth is within twice the interval's half-width (4 standard errors)."""
    truth = getattr(TRUTH, estimate.parameter) if truth is None else truth
    return 2 * estimate.low - estimate.value <= truth <= 2 * estimate.high - estimate.value


def truth_with(**changes: Any) -> Scenario:
    """The known parameters with changes."""
    return TRUTH.model_copy(update=changes)


def test_every_parameter_is_either_fitted_or_kept() -> None:
    """A history of 250 sessions tells some parameters and says of each other one why not."""
    full = set(estimates(calibrate(played_history(TRUTH, LONG, 1))))
    found = calibrate(played_history(TRUTH, 250, 2))
    fitted, kept = set(estimates(found)), {k.parameter for k in found.kept}
    assert fitted | kept == full
    assert not fitted & kept
    assert {"failure_delay_low", "documents_check"} <= kept
    assert all("expected at least 20" in k.reason for k in found.kept)
    assert found.scenario().documents_check == Scenario().documents_check


def test_a_short_history_is_refused() -> None:
    """One row fewer than the least is too short; the least is not."""
    history = played_history(TRUTH, LEAST_SESSIONS, 3)
    calibrate(history)
    with pytest.raises(TooShortError, match="expected at least 200 good rows, found 199"):
        calibrate(chosen(history, np.arange(LEAST_SESSIONS - 1)))


def test_rare_events_are_counted_with_exact_intervals() -> None:
    """A failure a thousand sessions: its share is counted, and the interval holds it."""
    rare = truth_with(failure_rebook=0.001, failure_recoverable=0.001, documents_missing=0.0)
    found = estimates(calibrate(played_history(rare, LONG, 4)))
    for name in ("failure_rebook", "failure_recoverable", "documents_missing"):
        assert found[name].method == "counted"
        assert found[name].low <= getattr(rare, name) <= found[name].high
    assert found["documents_missing"].value == 0.0


def test_nobody_late_and_nobody_absent() -> None:
    """Without a late customer or a no-show, their shares are 0 and what describes them is kept."""
    punctual = truth_with(
        late_probability=0.0, no_show_single=0.0, no_show_joint=0.0, no_show_per_lead_day=0.0
    )
    found = calibrate(played_history(punctual, 1000, 5))
    told = estimates(found)
    for name in ("late_probability", "no_show_single", "no_show_joint", "no_show_per_lead_day"):
        assert told[name].value == told[name].low == 0.0
    assert {"late_median", "late_sigma"} <= {k.parameter for k in found.kept}
    assert near(told["early_mean"])


def test_no_shows_that_do_not_rise_with_the_lead_time() -> None:
    """The slope is never negative, and its interval holds 0."""
    level = truth_with(no_show_per_lead_day=0.0)
    zeros = 0
    for seed in range(10, 20):
        found = estimates(calibrate(played_history(level, 2000, seed)))
        slope = found["no_show_per_lead_day"]
        assert 0.0 <= slope.low <= slope.value <= slope.high
        zeros += slope.value == 0.0
        assert near(found["no_show_single"])
    assert 1 <= zeros <= 9


def test_no_lead_times() -> None:
    """Without the moments of booking, bases hold the mean no-shows, the slope is 0, and a note says so."""
    history = played_history(TRUTH, LONG, 6)
    found = calibrate(replace(history, booked_at=np.full(len(history), np.nan)))
    told = estimates(found)
    assert told["no_show_per_lead_day"].value == 0.0
    lead = float((history.appointed - history.booked_at).mean()) / 1440
    assert near(told["no_show_single"], TRUTH.no_show_single + TRUTH.no_show_per_lead_day * lead)
    assert any("no_show_per_lead_day" in note.text for note in found.notes)


def without_late_arrivals(history: SessionHistory) -> SessionHistory:
    """As an export has it that forgets when a no-show came after all."""
    return replace(history, arrived=np.where(history.outcome == "no_show", np.nan, history.arrived))


def test_no_shows_whose_arrival_is_not_kept() -> None:
    """Late no-shows and absent ones are told apart by the model; taking all for absent would be wrong."""
    later = truth_with(late_probability=0.4, late_median=10.0)
    off = []
    for seed in range(30, 36):
        history = without_late_arrivals(played_history(later, LONG, seed))
        assert not (np.isfinite(history.arrived) & (history.outcome == "no_show")).any()
        found = calibrate(history)
        told = estimates(found)
        for name in ("no_show_single", "no_show_joint", "late_probability", "late_median", "late_sigma"):
            assert near(told[name], getattr(later, name)), (seed, name, told[name])
        assert any("no arrival of a no-show is kept" in note.text for note in found.notes)
        single = history.participants == 1
        lead = float(((history.appointed - history.booked_at) / 1440)[single].mean())
        naive = float((history.outcome[single] == "no_show").mean()) - later.no_show_per_lead_day * lead
        off.append(naive - later.no_show_single)
    assert min(off) > 0.05


def test_the_tolerance_is_the_bases() -> None:
    """With unrecorded late arrivals, the base's tolerance says up to when customers counted as there."""
    strict = truth_with(late_tolerance=8.0)
    history = without_late_arrivals(played_history(strict, LONG, 37))
    told = estimates(calibrate(history, Scenario(late_tolerance=8.0)))
    assert near(told["late_median"])
    assert near(told["no_show_single"])


def test_no_arrivals_before_the_appointment() -> None:
    """Where logging in early is kept as punctual, earliness stays as it was and lateness is found."""
    history = played_history(TRUTH, LONG, 38)
    found = calibrate(replace(history, arrived=np.maximum(history.arrived, history.appointed)))
    told = estimates(found)
    assert "early_mean" in {k.parameter for k in found.kept}
    assert all(near(told[name]) for name in ("late_probability", "late_median", "late_sigma"))


def test_no_interruptions_recorded() -> None:
    """Without them, durations hold the delays: as long on average, and no delay is added twice."""
    history = played_history(TRUTH, LONG, 39)
    found = calibrate(replace(history, interrupted=np.full(len(history), np.nan)))
    told = estimates(found)
    assert told["failure_recoverable"].value == 0.0
    assert any("interruptions are not recorded" in note.text for note in found.notes)
    delay = (TRUTH.failure_delay_low + TRUTH.failure_delay_high) / 2
    longer = TRUTH.failure_recoverable / (1 - TRUTH.failure_rebook) * delay
    assert told["duration_mean"].value == pytest.approx(TRUTH.duration_mean + longer, rel=0.02)


def test_a_kind_that_hardly_occurs_is_kept() -> None:
    """Ten judicial sessions leave their factor as it was and disturb no other parameter."""
    history = played_history(TRUTH, LONG, 40)
    judicial = np.flatnonzero(history.kind == "judicial")
    history = chosen(history, np.setdiff1d(np.arange(len(history)), judicial[10:]))
    history = replace(history, ended=history.ended + np.where(history.kind == "judicial", 200.0, 0.0))
    found = calibrate(history)
    assert "judicial_factor" in {k.parameter for k in found.kept}
    assert [kind.kind for kind in found.kinds] == ["single", "joint"]
    assert all(near(estimates(found)[name]) for name in ("duration_mean", "joint_factor", "duration_sigma"))


def test_what_the_simulation_cannot_play_is_pointed_out() -> None:
    """Another shape, a sigma by kind, and no-shows by hour each make the test about them doubtful."""
    history = played_history(TRUTH, LONG, 41)
    assert not [fit.about for fit in calibrate(history).fits if fit.p_value < 1e-4]
    rng = np.random.default_rng(1)
    even = history.planned * rng.uniform(0.5, 1.5, LONG)
    wide = history.planned * np.exp(rng.normal(0, np.where(history.kind == "joint", 0.5, 0.2)))
    fulfilled = history.outcome == "fulfilled"
    nothing = np.full(LONG, np.nan)

    def doubts(ended: np.ndarray) -> set[str]:
        bent = replace(history, ended=np.where(fulfilled, ended, history.ended), interrupted=nothing)
        return {fit.about for fit in calibrate(bent).fits if fit.doubtful}

    assert "lognormal durations, single" in doubts(history.started + even)
    assert "one sigma for all kinds" in doubts(history.started + wide)
    early = (history.hour <= 9) & (rng.random(LONG) < 0.15) & np.isfinite(history.arrived)
    absent = replace(
        history,
        arrived=np.where(early, np.nan, history.arrived),
        started=np.where(early, np.nan, history.started),
        outcome=np.where(early, "no_show", history.outcome),
    )
    assert "no-shows by hour of the day" in {fit.about for fit in calibrate(absent).fits if fit.doubtful}


def test_whole_minutes() -> None:
    """Rounded to minutes, a history tells nearly the same, and no test takes the heaps for a bad fit."""
    off, doubtful = [], 0
    for seed in range(60, 68):
        history = played_history(TRUTH, LONG, seed)
        columns = {n: np.rint(getattr(history, n)) for n in ("arrived", "started", "ended", "interrupted")}
        history = replace(history, **columns)
        begun = history.ended <= history.started
        found = calibrate(chosen(history, ~begun))
        assert all(near(e) for e in found.estimates)
        off.append([e.value / getattr(TRUTH, e.parameter) - 1 for e in found.estimates])
        doubtful += sum(fit.doubtful for fit in found.fits)
    assert np.abs(np.mean(off, axis=0)).max() < 0.2
    assert doubtful <= 6


def test_the_best_shape_is_named() -> None:
    """Akaike's criterion prefers the shape that durations were drawn from."""
    history = played_history(TRUTH, LONG, 42)
    rng = np.random.default_rng(2)
    drawn = {"gamma": rng.gamma(4.0, 0.25, LONG), "weibull": rng.weibull(3.0, LONG)}
    for shape, relative in drawn.items():
        bent = replace(
            history,
            ended=history.started + history.planned * relative,
            interrupted=np.full(LONG, np.nan),
        )
        for kind in calibrate(bent).kinds:
            assert min(kind.akaike, key=kind.akaike.__getitem__) == shape
    for kind in calibrate(history).kinds:
        assert kind.akaike["lognormal"] == 0.0
