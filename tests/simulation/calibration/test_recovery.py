"""Known parameters are found again: intervals of 95 % hold them about as often as they say."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from simulation.calibration import Estimate, calibrate
from tests.simulation.calibration.histories import TRUTH, played_history

SESSIONS = 5000
SPREAD = 1.96
PARAMETERS = {
    "no_show_single", "no_show_joint", "no_show_per_lead_day",
    "late_probability", "late_median", "late_sigma", "early_mean", "patience_median", "patience_sigma",
    "duration_mean", "joint_factor", "judicial_factor", "duration_sigma",
    "failure_rebook", "failure_recoverable", "failure_delay_low", "failure_delay_high",
    "documents_missing", "documents_check",
}  # fmt: skip
EXACT = {"documents_check"}
"""A constant of the model shows itself in every row: its interval is a point, and holds it always."""


def trials(seeds: range) -> dict[str, list[Estimate]]:
    """The estimates of each parameter, one from each history."""
    found: dict[str, list[Estimate]] = defaultdict(list)
    for seed in seeds:
        for estimate in calibrate(played_history(TRUTH, SESSIONS, seed)).estimates:
            found[estimate.parameter].append(estimate)
    return found


def holds(estimate: Estimate) -> bool:
    """Whether the interval holds the truth."""
    return estimate.low <= getattr(TRUTH, estimate.parameter) <= estimate.high


def test_estimates_lie_about_the_truth() -> None:
    """In 24 trials, no parameter is off on average, and the intervals of 19 hold the truth at least."""
    found = trials(range(100, 124))
    assert set(found) == PARAMETERS
    for name, estimates in found.items():
        truth = getattr(TRUTH, name)
        off = [SPREAD * (e.value - truth) / max((e.high - e.low) / 2, 1e-9) for e in estimates]
        assert abs(np.mean(off)) < 4 / np.sqrt(len(off)), (name, np.mean(off))
        assert sum(map(holds, estimates)) >= 19, name


@pytest.mark.soak
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 200 trials of 5,000 sessions, the interval of each parameter holds the truth in 90 to 98.5 %."""
    found = trials(range(20_000, 20_200))
    assert set(found) == PARAMETERS
    shares = {name: Counter(map(holds, estimates))[True] / 200 for name, estimates in found.items()}
    assert {shares.pop(name) for name in EXACT} == {1.0}
    assert {name: share for name, share in shares.items() if not 0.9 <= share <= 0.985} == {}, shares
