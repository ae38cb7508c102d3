"""Histories at the limits of the model: never a crash, a nan or an interval without its estimate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.files import SessionHistory
from data.model import Scenario
from simulation.calibration import LEAST_SESSIONS, TooShortError, calibrate
from tests.simulation.calibration.histories import TRUTH, played_history

MINUTES = ("arrived", "started", "ended", "interrupted")
ALL = {estimate.parameter for estimate in calibrate(played_history(TRUTH, 5000, 1)).estimates}


def strange_scenario(rng: np.random.Generator) -> Scenario:
    """Each parameter at a limit, or anywhere."""

    def one_of(*values: float) -> float:
        return float(rng.choice(values))

    return Scenario(
        duration_mean=rng.uniform(5, 60),
        duration_sigma=one_of(0.0, 1e-4, rng.uniform(0.01, 1.2), 0.3),
        joint_factor=rng.uniform(0.5, 3),
        no_show_single=one_of(0.0, 1.0, rng.uniform(0, 0.6), 0.08),
        no_show_joint=one_of(0.0, rng.uniform(0, 0.9)),
        no_show_per_lead_day=one_of(0.0, rng.uniform(0, 0.05)),
        late_probability=one_of(0.0, 1.0, rng.uniform(0, 1)),
        late_median=one_of(rng.uniform(0.01, 50), 200.0),
        late_sigma=one_of(0.0, rng.uniform(0.05, 2)),
        early_mean=one_of(0.0, rng.uniform(0.1, 30)),
        failure_rebook=one_of(0.0, rng.uniform(0, 0.9)),
        failure_recoverable=one_of(0.0, 0.05),
        documents_missing=one_of(0.0, 1.0, rng.uniform(0, 0.9)),
        documents_check=one_of(0.0, rng.uniform(0, 40)),
        late_tolerance=one_of(0.0, 15.0, 90.0),
        patience_median=one_of(0.01, rng.uniform(0.5, 40), 20.0),
        patience_sigma=one_of(0.0, rng.uniform(0.05, 2), 0.6),
        rebooking_after=one_of(0.0, 15.0, 120.0),
    )


def strange_history(seed: int) -> SessionHistory:
    """A history of a strange scenario, at times with gaps or in whole minutes."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([300, 600, 1500]))
    history = played_history(strange_scenario(rng), count, seed)
    if rng.random() < 0.3:
        unknown = rng.random(count) < rng.choice([0.3, 1.0])
        history = replace(history, booked_at=np.where(unknown, np.nan, history.booked_at))
    if rng.random() < 0.3:
        history = replace(history, **{name: np.rint(getattr(history, name)) for name in MINUTES})
    if rng.random() < 0.3:
        arrived = np.where(history.outcome == "no_show", np.nan, history.arrived)
        history = replace(history, arrived=arrived)
    lasted = history.ended - history.started
    good = ~((lasted <= 0.0) | (history.interrupted >= lasted))
    return SessionHistory(**{n: getattr(history, n)[good] for n in SessionHistory.__dataclass_fields__})


def check(seeds: range) -> int:
    """How many histories were calibrated; the others must be too short."""
    calibrated = 0
    for seed in seeds:
        history = strange_history(seed)
        try:
            found = calibrate(history)
        except TooShortError:
            assert len(history) < LEAST_SESSIONS
            continue
        calibrated += 1
        found.scenario()
        for e in found.estimates:
            assert np.isfinite([e.value, e.low, e.high]).all(), (seed, e)
            assert e.low - 1e-9 <= e.value <= e.high + 1e-9, (seed, e)
        assert all(0.0 <= fit.p_value <= 1.0 for fit in found.fits), (seed, found.fits)
        told = [e.parameter for e in found.estimates] + [k.parameter for k in found.kept]
        assert len(told) == len(set(told))
        assert set(told) <= ALL
    return calibrated


def test_strange_histories() -> None:
    """Of 40 strange histories, most are calibrated, with finite figures that a scenario takes."""
    assert check(range(40)) > 25


@pytest.mark.soak
def test_many_strange_histories() -> None:
    """The same for 100 others."""
    assert check(range(1000, 1100)) > 60
