"""Parameters proposed from the events of days whose parameters are known."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest

from data.model import Scenario
from simulation.review import DayFacts, Recalibration
from simulation.review.comparable import leads_tell, with_interruptions, with_lead_days
from simulation.review.past import past_sessions
from simulation.review.recalibration import TOGETHER, holm, recalibrated
from tests.simulation.calibration.histories import played_history
from tests.simulation.review.days import facts, played_days, two_agents

TRUTH = Scenario(
    duration_mean=24.5,
    no_show_single=0.16,
    late_probability=0.22,
    agent_absence=0.09,
    login_late_probability=0.08,
    cancellation_probability=0.03,
)
BASE = Scenario()
DIFFERENT = {"duration_mean", "no_show_single", "late_probability", "agent_absence", "login_late_probability"}
"""Parameters that differ so much that some 3,800 sessions show it; cancellations too."""


def true_value(name: str) -> float:
    """At the lead times of these days, which vary by hours only: 1.5 days."""
    return float(getattr(with_lead_days(TRUTH, 1.5), name))


@pytest.fixture(scope="module")
def proposal() -> Recalibration:
    """Eight days of 60 agents."""
    case, days = played_days(TRUTH, range(8))
    return recalibrated(case, days, BASE)


def test_what_differs_is_found(proposal: Recalibration) -> None:
    """Each parameter that differs is said to, none that does not, and its interval holds the truth."""
    found = {change.estimate.parameter: change for change in proposal.changes}
    differing = {name for name, change in found.items() if change.differs}
    assert differing == DIFFERENT | {"cancellation_probability"}
    for name in differing:
        estimate = found[name].estimate
        assert estimate.low <= true_value(name) <= estimate.high, name


def test_most_intervals_hold_the_truth(proposal: Recalibration) -> None:
    """Of 95 % intervals, at most two of these miss it."""
    missed = [
        change.estimate.parameter
        for change in proposal.changes
        if not change.estimate.low - 1e-3
        <= true_value(change.estimate.parameter)
        <= change.estimate.high + 1e-3
    ]
    assert len(proposal.changes) >= 15
    assert len(missed) <= 2, missed


def test_what_was_fitted_together_is_proposed_together(proposal: Recalibration) -> None:
    """The scenario takes whole groups, and keeps the rest as it was."""
    proposed = {change.estimate.parameter for change in proposal.changes if change.proposed}
    for group in TOGETHER:
        told = {change.estimate.parameter for change in proposal.changes} & set(group)
        assert told <= proposed or not told & proposed
    scenario = proposal.scenario()
    assert scenario.duration_mean == pytest.approx(24.5, abs=0.6)
    assert scenario.patience_median == BASE.patience_median
    assert scenario.failure_rebook == BASE.failure_rebook
    assert proposal.interruptions_told
    assert proposal.ends_told


def test_nothing_differs_where_nothing_does() -> None:
    """Days that are as the scenario has them: no change is proposed, and the scenario stays."""
    case, days = played_days(BASE, range(100, 104))
    proposal = recalibrated(case, days, BASE)
    assert not any(change.differs or change.proposed for change in proposal.changes)
    assert proposal.scenario() == BASE
    assert proposal.parameters() == {}


def test_too_few_sessions() -> None:
    """A day of six sessions proposes nothing, and says how many it takes."""
    planned = two_agents()
    proposal = recalibrated(planned, [facts(planned, (4, "customer_left", {"booking_id": "B1"}))], BASE)
    assert proposal.calibration is None
    assert proposal.changes == ()
    assert "expected at least 200 good rows" in proposal.why_not


def with_ends_untold(day: DayFacts) -> DayFacts:
    def untold(outcome: str) -> str:
        return "ended" if outcome in ("fulfilled", "failed_technical", "failed_documents") else outcome

    return replace(day, sessions={n: replace(s, outcome=untold(s.outcome)) for n, s in day.sessions.items()})


def test_ends_that_are_not_told() -> None:
    """Then nothing is said about durations, failures and documents; arrivals and patience are fitted."""
    case, days = played_days(TRUTH, range(2))
    proposal = recalibrated(case, [with_ends_untold(day) for day in days], BASE)
    told = {change.estimate.parameter for change in proposal.changes}
    assert not proposal.ends_told
    assert "no_show_single" in told
    assert told.isdisjoint({"duration_mean", "duration_sigma", "failure_rebook", "documents_missing"})
    assert {"duration_mean", "failure_rebook"} <= {kept.parameter for kept in proposal.kept}


def test_interruptions_that_are_not_told() -> None:
    """Durations then hold them, and are held against durations that do: nothing differs."""
    case, days = played_days(BASE, range(100, 104))
    silent = [
        replace(day, sessions={n: replace(s, interrupted_minutes=0.0) for n, s in day.sessions.items()})
        for day in days
    ]
    proposal = recalibrated(case, silent, BASE)
    assert not proposal.interruptions_told
    assert not any(change.differs for change in proposal.changes)
    assert {c.estimate.parameter: c.base for c in proposal.changes}["duration_mean"] == pytest.approx(
        22.34, abs=0.01
    )


def test_durations_with_interruptions_have_their_moments() -> None:
    """Mean and deviation of durations with the delays in them, against many drawn ones."""
    scenario = Scenario(failure_recoverable=0.3, failure_delay_low=4.0, failure_delay_high=20.0)
    lasted = played_history(scenario, 20_000, seed=5)
    at_reference = (lasted.kind == "single") & (lasted.planned == scenario.duration_reference)
    minutes = (lasted.ended - lasted.started)[at_reference & (lasted.outcome == "fulfilled")]
    assert len(minutes) > 1000
    found = with_interruptions(scenario)
    deviation = found.duration_mean * math.expm1(found.duration_sigma**2) ** 0.5
    assert minutes.mean() == pytest.approx(found.duration_mean, rel=0.01)
    assert minutes.std() == pytest.approx(deviation, rel=0.03)


def test_lead_times_that_hardly_vary() -> None:
    """All bookings were made within hours of each other: the shares of no-shows hold the lead time's part,
    and are held against shares that do."""
    case, days = played_days(BASE, range(100, 104))
    proposal = recalibrated(case, days, BASE)
    sessions = [session for day in days for session in day.sessions.values()]
    assert not leads_tell(sessions)
    assert not proposal.leads_told
    mean = sum((s.promised - s.booked_at) / 1440 for s in sessions) / len(sessions)
    changes = {change.estimate.parameter: change for change in proposal.changes}
    assert "no_show_per_lead_day" not in changes
    assert changes["no_show_single"].base == pytest.approx(0.08 + 0.01 / 3 * mean, abs=1e-3)
    spread = [replace(s, booked_at=s.booked_at - 1440 * (n % 15)) for n, s in enumerate(sessions)]
    assert leads_tell(spread)
    assert with_lead_days(BASE, 3.0).no_show_joint == pytest.approx(0.13)


def test_holm_by_hand() -> None:
    """Four p-values: the smallest times four, the next times three at least as large, and so on."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_history_of_a_day() -> None:
    """Sessions that events tell the end of become rows that a calibration reads."""
    case, days = played_days(TRUTH, range(1))
    rows = past_sessions(case.axis, days)
    outcomes = Counter(session.outcome for session in days[0].sessions.values())
    del outcomes["cancelled"]
    assert Counter(rows.outcome.tolist()) == outcomes


@pytest.mark.soak
def test_errors_are_as_rare_as_promised() -> None:
    """Of 60 reviews of days that are as assumed, some 5 % at most say that anything differs."""
    wrong = 0
    for first in range(1000, 1240, 4):
        case, days = played_days(BASE, range(first, first + 4), agents=40)
        wrong += any(change.differs for change in recalibrated(case, days, BASE).changes)
    assert wrong <= 7
