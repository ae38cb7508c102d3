"""Predictions: exact where a closed form is known, calibrated where none is."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from data.day import EventStream, Status, planned_day
from data.day.events import BookingAdded
from data.day.minutes import instant_of
from data.model import Case, Scenario
from simulation import PoolLateBinding
from simulation.distributions import normal_quantile_at
from simulation.policies import OwnList, Step
from simulation.prediction import Predictor, predicted
from tests.simulation.prediction.days import ROUGH, Seen, days_seen, middle_of_day, reliability
from tests.simulation.prediction.test_conditional import with_session
from tests.simulation.weeks import certain, random_week, scheduled
from tests.support.planned_days import planned_day_case

PATIENT = {"patience_median": 1e6, "rebooking_after": 1000.0}
PUNCTUAL = certain(duration_sigma=0.35, duration_mean=25.0, **PATIENT)
"""Only the length of sessions is left to chance."""


def two_sessions() -> Case:
    """One agent; 25 minutes at 600 and at 640."""
    return scheduled([("B1", "A1", 600, 25), ("B2", "A1", 640, 25)], [("A1", 540, 900)])


def conditional_quantile(probability: float, lasted: float) -> float:
    """Of the lognormal length given that it is longer than `lasted`: closed form."""
    sigma = PUNCTUAL.duration_sigma
    median = PUNCTUAL.duration_mean * math.exp(-sigma * sigma / 2)
    below = 0.5 * math.erfc(-math.log(lasted / median) / (sigma * math.sqrt(2)))
    return median * math.exp(sigma * float(normal_quantile_at(below + probability * (1 - below))))


@pytest.mark.parametrize("lasted", [1.0, 15.0, 30.0, 50.0])
def test_the_end_of_a_running_session_is_the_conditional_lognormal(lasted: float) -> None:
    """One agent, one running session: quantiles of its end, and of the start that waits for it."""
    state = with_session(
        two_sessions(), status=Status.RUNNING, started_at=600.0, connected=("P-B1",), connected_at=600.0
    )
    if lasted > 40:  # the second customer, who is never late, is there
        there = {"status": Status.CONNECTED, "connected": ("P-B2",), "connected_at": 640.0}
        state.put(replace(state.sessions["B2"], **there))
    count = 4000
    found = predicted(two_sessions(), state, 600.0 + lasted, PUNCTUAL, replications=count, tolerance=15.0)
    assert found.is_running.tolist() == [True, False]
    width = 4 * math.sqrt(0.25 / count)
    for level, end, start in (
        (0.1, found.end_p10[0], found.start_p10[1]),
        (0.5, found.end_p50[0], found.start_p50[1]),
        (0.9, found.end_p90[0], found.start_p90[1]),
    ):
        low, high = (600 + conditional_quantile(level + side * width, lasted) for side in (-1, 1))
        assert low <= end <= high
        assert max(640.0, low + 3 + 5) <= start + 1e-6
        assert start - 1e-6 <= max(640.0, high + 3 + 5)
    exact = [600 + conditional_quantile((n + 0.5) / count, lasted) for n in range(count)]
    assert found.end_mean[0] == pytest.approx(np.mean(exact), abs=5 * np.std(exact) / math.sqrt(count))
    late = np.mean([end + 8 > 655 for end in exact])
    assert found.late[1] == pytest.approx(late, abs=4 * math.sqrt(max(late, 1e-4) / count))
    assert found.held[1] == 1.0


def starts_predicted_and_true(seed: int, moment: float) -> tuple[np.ndarray, np.ndarray]:
    """Of the sessions that are open at a moment of a day on which nothing is left to chance."""
    case, scenario = random_week(seed, agents=5, pools=2), certain(duration_mean=28.0)
    state, log = middle_of_day(case, scenario, PoolLateBinding(), seed, moment)
    found = Predictor(case, scenario).predict(state, replications=2)
    number = {name: n for n, name in enumerate(case.sessions.booking_id.tolist())}
    begun = np.array([log.begun[number[name]] for name in found.booking_id])
    return found.start_p50[~found.is_running], begun[~found.is_running]


def test_a_certain_day_is_predicted_exactly_before_it_begins() -> None:
    """Certain lengths and customers: each start is that of the day that is played."""
    for seed in range(8):
        np.testing.assert_allclose(*starts_predicted_and_true(seed, 470.0), atol=1e-3)


def test_in_the_middle_of_a_certain_day_only_set_ups_are_guessed() -> None:
    """Nobody tells who has set up for whom: nine starts in ten are exact, the others off by less than one
    set-up."""
    errors = []
    for seed in range(12):
        told, true = starts_predicted_and_true(seed, 640.0)
        assert np.array_equal(np.isnan(told), np.isnan(true))
        errors += np.abs(told - true)[~np.isnan(true)].tolist()
    assert max(errors) < 5.0
    assert np.mean(np.array(errors) < 1e-3) > 0.9


def check_calibration(found: list[Seen]) -> None:
    """Predicted probabilities against what came, by bin; and the ranks of true starts, by tenth."""
    for mean, observed, count, low, high in reliability(found):
        assert low <= observed <= high, (mean, observed, count)
    held, was_held = (np.array([getattr(s, name) for s in found], float) for name in ("held", "was_held"))
    assert abs(np.mean(was_held - held)) < 3.5 * math.sqrt(np.sum(held * (1 - held))) / len(found)
    ranks = np.array([s.rank for s in found if not math.isnan(s.rank)])
    tenths = np.histogram(ranks, bins=10, range=(0.0, 1.0))[0]
    expected = len(ranks) / 10
    assert float(((tenths - expected) ** 2 / expected).sum()) < 29.67, tenths  # chi2(9), 1 in 2,000


def test_predictions_are_calibrated() -> None:
    """150 independent days: shares of late starts in each bin, of sessions held, and ranks of starts."""
    check_calibration(list(days_seen(150)))


@pytest.mark.soak
def test_predictions_are_calibrated_over_many_days() -> None:
    """4,000 independent days."""
    check_calibration(list(days_seen(4000, first_seed=10_000)))


def test_a_prediction_is_a_pure_function() -> None:
    """The same state gives the same figures, and is left as it was; another seed gives others."""
    case = random_week(3, agents=5)
    state, _ = middle_of_day(case, ROUGH, PoolLateBinding(), 3, 650.0)
    before = state.copy()
    one, two = (Predictor(case, ROUGH).predict(state, replications=30) for _ in range(2))
    assert one.frame().equals(two.frame())
    assert state == before
    assert not one.frame().equals(Predictor(case, ROUGH).predict(state, replications=30, seed=2).frame())


def test_agents_who_are_gone_are_waited_for_until_they_are_back() -> None:
    """An agent who is to be back at 660 starts then; one of whom nothing is known never does."""
    case = two_sessions()
    for until, held in ((660.0, 1.0), (None, 0.0)):
        state = planned_day(case, 0)
        state.agents["A1"] = replace(state.agents["A1"], gone_since=590.0, gone_until=until)
        found = predicted(case, state, 590.0, certain(pooled=False, **PATIENT), replications=5)
        assert found.held.tolist() == [held, held]
        if until:
            assert found.start_p10[0] == until + 5


def test_an_agent_who_has_not_come_is_absent_or_late() -> None:
    """Of those missing after ten minutes, the share who still come is that of late ones among them."""
    case = two_sessions()
    scenario = certain(
        agent_absence=0.2,
        login_late_probability=0.5,
        login_late_median=10.0,
        pooled=False,
        **PATIENT,
    )
    state = planned_day(case, 0)
    state.agents["A1"] = replace(state.agents["A1"], gone_since=540.0)
    found = predicted(case, state, 550.0, scenario, replications=4000)
    late = 0.8 * 0.5 * 0.5
    assert found.held[0] == pytest.approx(late / (late + 0.2), abs=0.04)


def test_nothing_starts_while_the_platform_is_down() -> None:
    """Until 620, as told; for twenty minutes, when nobody knows."""
    case = two_sessions()
    for until, first in ((620.0, 625.0), (None, 615.0)):
        state = planned_day(case, 0)
        state.platform_down_since, state.platform_down_until = 588.0, until
        found = predicted(case, state, 590.0, certain(**PATIENT), replications=3)
        assert found.start_p10[0] == first


def test_added_bookings_are_predicted_too() -> None:
    """A booking that the plan does not have, for whoever is free."""
    case = planned_day_case(agents=3)
    stream = EventStream(case.axis, planned_day(case, 0))
    row = {"booking_id": "NEW", "skill": "pf", "duration_minutes": 25}
    at = instant_of(case.axis, 480)
    stream.receive(
        BookingAdded(
            kind="booking_added",
            number=1,
            at=at,
            booking=row,
            participants=({"participant_id": "P-NEW"},),
            start=instant_of(case.axis, 700),
            agent_id="A001",
        )
    )
    found = predicted(case, stream.state, scenario=certain(), replications=3)
    place = found.booking_id.tolist().index("NEW")
    assert (found.start[place], found.held[place], found.agent_id[place]) == (700.0, 1.0, "A001")


def test_a_break_in_progress_is_waited_for() -> None:
    """The agent is on the pause of 590 to 600 since 597, and begins to set up at 607."""
    case = scheduled([("B1", "A1", 605, 25)], [("A1", 540, 800)], [("A1", 590, 600, "pause")])
    state = planned_day(case, 0)
    state.agents["A1"] = replace(state.agents["A1"], breaks_taken=1, on_break_since=597.0)
    found = predicted(case, state, 603.0, certain(), replications=2)
    assert found.start_p10[0] == 612.0


def test_the_document_has_instants_and_nulls() -> None:
    """For machines: a schema, instants with their zone, and null where there is nothing to say."""
    case = two_sessions()
    state = with_session(
        case, status=Status.RUNNING, started_at=600.0, connected=("P-B1",), connected_at=600.0
    )
    found = predicted(case, state, 610.0, PUNCTUAL, replications=10)
    document = json.loads(json.dumps(found.document(case.axis), allow_nan=False))
    assert document["schema"] == "pontual/day-prediction@1.0"
    running, coming = document["sessions"]
    assert running["start_p50"] is None
    assert running["end_p50"].endswith("-03:00")
    assert coming["late"] == found.late[1]
    assert len(document["sessions"]) == len(found) == len(found.frame()) == 2


def test_a_day_that_is_over_has_nothing_to_predict() -> None:
    """No session is open: an empty prediction."""
    case = two_sessions()
    state = planned_day(case, 0)
    for name, session in state.sessions.items():
        state.sessions[name] = replace(session, status=Status.ENDED, started_at=600.0, ended_at=620.0)
    assert len(predicted(case, state, 900.0, replications=3)) == 0


class Other(OwnList):
    """A policy of somebody else."""

    def next_step(self, floor: object, duty: int) -> Step | int:
        return Step.WAIT


def test_what_cannot_be_predicted_is_an_error() -> None:
    """No replications, a moment before the state, a policy that the twin does not know."""
    case = two_sessions()
    state = planned_day(case, 0)
    state.now = 700.0
    with pytest.raises(ValueError, match="expected one replication or more"):
        predicted(case, state, replications=0)
    with pytest.raises(ValueError, match="the state is of 700 already"):
        predicted(case, state, 690.0)
    with pytest.raises(ValueError, match="cannot predict under it"):
        Predictor(case, Scenario(), Other())
