"""What chance brings, against the figures that a scenario states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.model import Case, Scenario
from data.model.columns import FloatArray
from simulation import Cause, Outcome, Week, draw, stable_keys, uniform
from simulation.distributions import exponential, lognormal
from simulation.draws import no_show_probability, quantised
from simulation.random_streams import KeyArray, streams, uniform_at
from tests.simulation.weeks import certain, random_week, scheduled


@pytest.fixture(scope="module")
def week() -> Week:
    """1,000 single sessions planned at 25 minutes, booked three days before minute 600."""
    sessions = [(f"B{n}", "A1", 600, 25) for n in range(1000)]
    return Week.of(scheduled(sessions, [("A1", 540, 1080)], booked_at=600 - 3 * 1440))


def drawn(week: Week, scenario: Scenario, attribute: str) -> np.ndarray:
    """An attribute of the draws of 100 replications, side by side."""
    return np.concatenate([getattr(draw(week, scenario, 1, r), attribute) for r in range(100)])


def test_lateness(week: Week) -> None:
    """15 % are late, by 5 minutes in the median and 60 at most; the others early by 3 minutes on average."""
    arrival = drawn(week, Scenario(no_show_single=0, no_show_per_lead_day=0), "arrival") - 600
    late = arrival[arrival > 0]
    assert len(late) / len(arrival) == pytest.approx(0.15, abs=0.004)
    assert np.median(late) == pytest.approx(5.0, rel=0.03)
    assert late.max() <= 60
    assert -arrival[arrival <= 0].mean() == pytest.approx(3.0, rel=0.02)


def test_no_shows_rise_with_the_lead_time(week: Week) -> None:
    """8 %, and one per cent more for three days of lead time."""
    assert np.mean(np.isinf(drawn(week, Scenario(), "arrival"))) == pytest.approx(0.09, abs=0.003)
    assert np.isinf(drawn(week, Scenario(no_show_per_lead_day=1.0), "arrival")).all()


def test_joint_sessions_wait_for_the_last() -> None:
    """With three participants P(late) is 1 - 0.85 cubed (R20), and no-shows are those of joint sessions."""
    names = [f"B{n}" for n in range(1000)]
    week = Week.of(
        scheduled(
            [(name, "A1", 600, 25) for name in names],
            [("A1", 540, 1080)],
            persons={name: [f"{name}-{letter}" for letter in "abc"] for name in names},
        )
    )
    assert set(week.kind) == {"joint"}
    scenario = Scenario(no_show_per_lead_day=0)
    arrival = drawn(week, scenario, "arrival")
    comes = np.isfinite(arrival)
    assert 1 - np.mean(comes) == pytest.approx(0.12, abs=0.004)
    assert np.mean(arrival[comes] > 600) == pytest.approx(1 - 0.85**3, abs=0.006)


def test_results_of_started_sessions(week: Week) -> None:
    """4 % fail technically before documents are looked at, 5 % lack documents; the check takes 5 minutes."""
    result, service = drawn(week, Scenario(), "result"), drawn(week, Scenario(), "service")
    undocumented = result == Outcome.FAILED_DOCUMENTS
    assert np.mean(undocumented) == pytest.approx(0.05, abs=0.003)
    assert np.mean(result == Outcome.FAILED_TECHNICAL) == pytest.approx(0.04, abs=0.003)
    assert np.max(service[undocumented]) == 5.0
    technical = drawn(week, Scenario(documents_missing=0), "service")[result == Outcome.FAILED_TECHNICAL]
    assert np.mean(technical) == pytest.approx(11.0, rel=0.03)


def test_recoverable_failures_only_delay(week: Week) -> None:
    """With every session hit, each lasts 3 to 8 minutes longer, and all are fulfilled."""
    calm = Scenario(failure_rebook=0, failure_recoverable=0, documents_missing=0)
    hit = calm.model_copy(update={"failure_recoverable": 1.0})
    longer = drawn(week, hit, "service") - drawn(week, calm, "service")
    assert 3.0 - 1e-6 <= longer.min() < 3.1
    assert 7.9 < longer.max() <= 8.0 + 1e-6
    assert longer.mean() == pytest.approx(5.5, abs=0.02)
    assert set(drawn(week, hit, "result")) == {Outcome.FULFILLED}


@pytest.mark.parametrize(
    ("kind", "planned", "mean"),
    [("single", 25, 22.0), ("single", 15, 13.2), ("joint", 35, 29.7), ("judicial", 40, 33.0)],
)
def test_mean_durations_follow_kind_and_plan(kind: str, planned: float, mean: float) -> None:
    """At the kind's reference the mean is that of DOMAIN 6.4; it is proportional to the planned minutes."""
    assert Scenario().mean_duration(kind, planned) == pytest.approx(mean)


def test_unknown_kinds_and_impossible_failures_are_refused() -> None:
    """A kind that does not exist, shares over 1 and a reversed interval are errors."""
    with pytest.raises(LookupError, match="no kind"):
        Scenario().mean_duration("triple", 25)
    with pytest.raises(ValueError, match="exclude each other"):
        Scenario(failure_rebook=0.6, failure_recoverable=0.6)
    with pytest.raises(ValueError, match="failure_delay_low"):
        Scenario(failure_delay_low=9, failure_delay_high=8)


def test_draws_do_not_depend_on_staffing_or_schedule() -> None:
    """Without two agents and half the sessions, those that are left meet the same chance."""
    whole = random_week(3, agents=6)
    fewer = _half(whole)
    a, b = Week.of(whole), Week.of(fewer)
    place = [list(a.booking_id).index(name) for name in b.booking_id]
    scenario = Scenario(login_late_probability=0.5, cancellation_probability=0.2, same_day_return=0.5)
    scenario = scenario.model_copy(update={"walk_ups_per_hour": 6.0})
    first, second = draw(a, scenario, 9, 4), draw(b, scenario, 9, 4)
    assert np.isfinite(first.cancelled_at).any()
    assert np.isfinite(first.return_after).any()
    for name in ("arrival", "cancelled_at", "return_after", "patience", "service", "result"):
        assert np.array_equal(getattr(first, name)[place], getattr(second, name))
    assert first.login_delay.any()
    assert len(first.walk_ups) > 30
    for name in ("arrival", "patience"):
        assert np.array_equal(getattr(first.walk_ups, name), getattr(second.walk_ups, name))
    staying = [n for n, duty in enumerate(a.duties) if duty.agent_id in {d.agent_id for d in b.duties}]
    assert np.array_equal(first.absent[staying], second.absent)
    assert np.array_equal(first.login_delay[staying], second.login_delay)


def test_walk_ups_are_a_poisson_process_of_the_open_hours() -> None:
    """Numbers by hour have the rate as mean and variance; arrivals spread evenly, none in closed hours."""
    week = Week.of(random_week(3))
    rate = 4.0
    by_hour = tuple(0.5 if hour < 12 else 2.0 for hour in range(24))
    scenario = Scenario(walk_ups_per_hour=rate, walk_ups_by_hour=by_hour)
    days = [draw(week, scenario, 3, replication).walk_ups for replication in range(2000)]
    counts = np.array([np.bincount((d.arrival // 60).astype(int), minlength=24) for d in days])
    assert not counts[:, :8].any()
    assert not counts[:, 20:].any()
    for hour in range(8, 20):
        expected = rate * by_hour[hour]
        mean, variance = counts[:, hour].mean(), counts[:, hour].var(ddof=1)
        assert mean == pytest.approx(expected, abs=4.5 * np.sqrt(expected / len(days)))
        assert variance == pytest.approx(expected, rel=4.5 * np.sqrt((2 + 1 / expected) / len(days)))
    minutes = np.concatenate([d.arrival for d in days]) % 60
    assert np.histogram(minutes, bins=6)[0] == pytest.approx(len(minutes) / 6, rel=0.03)
    assert all(np.all(np.diff(d.arrival) >= 0) for d in days)
    assert len(draw(week, Scenario(), 3, 0).walk_ups) == 0


def test_walk_ups_are_like_the_sessions_of_the_week() -> None:
    """Each session is as likely as any other to be resembled; durations are those of its kind."""
    week = Week.of(random_week(3))
    scenario = Scenario(walk_ups_per_hour=60.0, documents_missing=0.0, failure_rebook=0.0)
    scenario = scenario.model_copy(update={"failure_recoverable": 0.0})
    days = [draw(week, scenario, 3, replication).walk_ups for replication in range(100)]
    like = np.concatenate([d.like for d in days])
    share = np.bincount(like, minlength=len(week)) / len(like)
    error = np.sqrt(1 / len(week) / len(like))
    assert np.abs(share - 1 / len(week)).max() < 4.5 * error
    mean = [scenario.mean_duration(week.kind[n], week.planned[n]) for n in like]
    assert np.concatenate([d.service for d in days]).sum() == pytest.approx(sum(mean), rel=0.02)


def test_returns_after_a_rebooking(week: Week) -> None:
    """30 % would come back, evenly between 15 and 120 minutes later; by default nobody."""
    after = drawn(week, Scenario(same_day_return=0.3), "return_after")
    back = after[np.isfinite(after)]
    assert len(back) / len(after) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / len(after)))
    assert 15.0 <= back.min() <= back.max() <= 120.0
    assert back.mean() == pytest.approx(67.5, rel=0.01)
    assert np.isinf(drawn(week, Scenario(), "return_after")).all()


def test_late_logins() -> None:
    """A quarter of the agents log in late, by 5 minutes in the median and 8 at most; by default nobody."""
    week = Week.of(scheduled([("B1", "A0", 600, 25)], [(f"A{n}", 540, 1080) for n in range(400)]))
    delay = drawn(week, Scenario(login_late_probability=0.25, login_late_cap=8.0), "login_delay")
    late = delay[delay > 0]
    assert len(late) / len(delay) == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / len(delay)))
    assert np.median(late) == pytest.approx(5.0, rel=0.04)
    assert late.max() == 8.0
    assert not drawn(week, Scenario(), "login_delay").any()


def test_cancellations(week: Week) -> None:
    """6 % cancel, 240 minutes ahead in the median, and do not come; of the others 9 % are no-shows."""
    scenario = Scenario(cancellation_probability=0.06)
    moment, arrival = drawn(week, scenario, "cancelled_at"), drawn(week, scenario, "arrival")
    cancelled = np.isfinite(moment)
    assert np.mean(cancelled) == pytest.approx(0.06, abs=4 * np.sqrt(0.06 * 0.94 / len(moment)))
    assert np.median(600 - moment[cancelled]) == pytest.approx(240.0, rel=0.06)
    assert np.isinf(arrival[cancelled]).all()
    assert np.mean(np.isinf(arrival[~cancelled])) == pytest.approx(0.09, abs=0.003)
    assert np.isinf(drawn(week, Scenario(), "cancelled_at")).all()


RISING = tuple(0.25 + hour / 12 for hour in range(24))
"""Factors from 0.25 at midnight to 2.17 at 23 hours."""


def binomial_tail(count: int, trials: int, probability: float) -> float:
    """The smaller of P(X <= count) and P(X >= count) of a binomial X, exact."""
    logs = np.cumsum(np.log(np.arange(1, trials + 1)))
    factorial = np.concatenate([[0.0], logs])
    numbers = np.arange(trials + 1)
    terms = np.exp(
        factorial[trials] - factorial - factorial[::-1]
        + numbers * np.log(probability) + (trials - numbers) * np.log1p(-probability)
    )  # fmt: skip
    return min(float(terms[: count + 1].sum()), float(terms[count:].sum()))


@pytest.fixture(scope="module")
def around_the_clock() -> Week:
    """A hundred sessions in each hour of a day, booked at that moment."""
    names = [(f"B{n}", "A1", 60 * (n // 100) + 30, 25) for n in range(2400)]
    week = Week.of(scheduled(names, [("A1", 0, 1440)]))
    return replace(week, lead_days=np.zeros(len(week)))


def test_no_shows_and_lateness_by_hour(around_the_clock: Week) -> None:
    """In every hour both are binomial with the probability of the day times the factor of the hour."""
    week, replications = around_the_clock, 40
    scenario = Scenario(no_show_by_hour=RISING, late_by_hour=RISING)
    arrival = np.array([draw(week, scenario, 7, r).arrival for r in range(replications)])
    for hour, factor in enumerate(RISING):
        here = arrival[:, week.hour == hour]
        come = np.isfinite(here)
        assert binomial_tail(int(np.sum(~come)), here.size, 0.08 * factor) > 1e-5
        late = int(np.sum(here[come] > 60 * hour + 30))
        assert binomial_tail(late, int(come.sum()), 0.15 * factor) > 1e-5


def test_hourly_factors_above_certainty_are_cut(around_the_clock: Week) -> None:
    """A factor that makes a probability over 1 makes the event certain."""
    hours = (1.0,) * 9 + (100.0,) + (1.0,) * 14
    arrival = draw(around_the_clock, Scenario(no_show_by_hour=hours), 7, 0).arrival
    assert np.isinf(arrival[around_the_clock.hour == 9]).all()
    late = draw(around_the_clock, Scenario(late_by_hour=hours, no_show_single=0.0), 7, 0).arrival
    assert (late > around_the_clock.appointed)[around_the_clock.hour == 9].all()


def test_durations_by_hour(around_the_clock: Week) -> None:
    """Each session lasts as long as without factors, times the factor of its hour, to the quantum."""
    plain = {"failure_recoverable": 0.0, "documents_missing": 0.0, "failure_rebook": 0.0}
    usual = draw(around_the_clock, Scenario(**plain), 7, 0).service
    found = draw(around_the_clock, Scenario(duration_by_hour=RISING, **plain), 7, 0).service
    assert found == pytest.approx(usual * np.array(RISING)[around_the_clock.hour], abs=2.0**-18)


def test_seeds_and_replications_differ() -> None:
    """Another replication or another seed is another day."""
    week = Week.of(random_week(3))
    days = [draw(week, Scenario(), *pair).service.tolist() for pair in ((1, 0), (1, 1), (2, 0))]
    assert days[0] != days[1] != days[2] != days[0]


def test_certain_scenario_draws_the_plan(week: Week) -> None:
    """Without chance, arrivals are the appointments and durations the planned ones."""
    draws = draw(week, certain(), 1, 0)
    assert np.array_equal(draws.arrival, week.appointed)
    assert np.array_equal(draws.service, week.planned)
    assert not draws.absent.any()


def test_sessions_of_unknown_bookings_are_refused() -> None:
    """A schedule that names a booking or an agent outside the case is an error; so is an empty one."""
    whole = random_week(3)
    with pytest.raises(ValueError, match="booking that is not in the case"):
        Week.of(replace(whole, bookings=whole.bookings.take(np.arange(1))))
    with pytest.raises(ValueError, match="agent that is not in the case"):
        Week.of(replace(whole, agents=whole.agents.take(np.arange(1))))
    with pytest.raises(ValueError, match="no sessions"):
        Week.of(replace(whole, sessions=whole.sessions.take(np.arange(0))))


def _half(whole: Case) -> Case:
    duties = whole.duties.take(np.arange(len(whole.duties)) >= 2)
    kept = np.isin(whole.sessions.agent_id, duties.agent_id) & (np.arange(len(whole.sessions)) % 2 == 0)
    return replace(whole, duties=duties, sessions=whole.sessions.take(np.flatnonzero(kept)[::-1]))


def test_compiled_uniforms_are_those_of_the_arrays() -> None:
    """The generator in compiled code gives the same bits as the one over arrays, for every cause."""
    keys = stable_keys((number,) for number in range(500))
    for seed, replication in ((0, 0), (-7, 3), (2**70 + 5, 10**6)):
        constants = streams(seed, replication)
        for cause in Cause:
            each = [uniform_at(constants[cause], key) for key in keys]
            assert np.array_equal(each, uniform(seed, replication, cause, keys))


def test_draws_are_those_of_the_formulas_over_arrays() -> None:
    """Patience, absence and arrivals of single sessions, restated with whole arrays."""
    week = Week.of(random_week(5, agents=12))
    scenario = Scenario(agent_absence=0.3)
    for replication in range(20):
        drawn = draw(week, scenario, 9, replication)

        def chance(cause: Cause, keys: KeyArray, replication: int = replication) -> FloatArray:
            return uniform(9, replication, cause, keys)

        patience = lognormal(chance(Cause.PATIENCE, week.key), 20.0, 0.6)
        assert np.array_equal(drawn.patience, quantised(patience))
        assert np.array_equal(drawn.absent, chance(Cause.ABSENCE, week.duty_key) < 0.3)
        keys = week.attendance_key
        late = np.minimum(lognormal(chance(Cause.LATENESS, keys), 5.0, 0.8), 60.0)
        early = exponential(chance(Cause.EARLINESS, keys), 3.0)
        each = np.where(chance(Cause.LATE, keys) < 0.15, late, -early)
        latest = np.full(len(week), -np.inf)
        np.maximum.at(latest, week.attendance_session, each)
        comes = np.isfinite(drawn.arrival)
        assert np.array_equal(drawn.arrival[comes], quantised(week.appointed + latest)[comes])
        stays_away = chance(Cause.NO_SHOW, week.key) < no_show_probability(week, scenario)
        assert np.array_equal(comes, ~stays_away)
