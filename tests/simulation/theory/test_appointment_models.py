"""The models of appointments against each other, closed formulas, brute force and differences."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.theory.adaptive_schedule import adaptive_schedule, last_gap
from simulation.theory.allowances import exponential_allowance, lognormal_allowance
from simulation.theory.due_dates import DueDates
from simulation.theory.lattice import Lattice, lognormal_sigma
from simulation.theory.local_search import compositions
from simulation.theory.overbooking import Turnout, UnitServiceDay
from simulation.theory.phase_type import PhaseType
from simulation.theory.pooled_schedule import PooledDay
from simulation.theory.slot_schedule import SlotDay, poisson_service
from simulation.theory.static_schedule import Prices, StaticDay, wait_level, wait_probability_level
from simulation.theory.unpunctual_day import UnpunctualDay, blocked_minutes

FAST = settings(derandomize=True, deadline=None, max_examples=25)
EQUAL = Prices(waiting=1.0, idle=1.0)
ONE = Lattice.constant(1.0, 0.5)


@FAST
@given(mean=st.floats(0.1, 50.0), squared=st.floats(0.06, 6.0))
def test_two_moment_fit(mean: float, squared: float) -> None:
    """The fit has the mean and the squared coefficient of variation that were asked for."""
    fit = PhaseType.two_moment_fit(mean, squared)
    assert fit.mean == pytest.approx(mean, rel=1e-9)
    assert fit.variance == pytest.approx(squared * mean**2, rel=1e-8)


@FAST
@given(
    gaps=st.lists(st.floats(0.0, 4.0), min_size=2, max_size=5),
    squared=st.lists(st.sampled_from((0.3, 0.5, 1.0, 1.7)), min_size=6, max_size=6),
    show=st.sampled_from((1.0, 0.8, 0.5)),
)
def test_gradient_of_a_schedule(gaps: list[float], squared: list[float], show: float) -> None:
    """The gradient agrees with differences of the cost, whatever the services and no-shows."""
    services = [PhaseType.two_moment_fit(1.0, v).if_present(show) for v in squared[: len(gaps) + 1]]
    day, prices, point = StaticDay(services), Prices(1.3, 0.7), np.array(gaps) + 0.01
    _, gradient = day._cost(point, prices)
    for place in range(len(gaps)):
        step = 1e-5 * np.eye(len(gaps))[place]
        change = (day._cost(point + step, prices)[0] - day._cost(point - step, prices)[0]) / 2e-5
        assert gradient[place] == pytest.approx(change, abs=1e-6)


@pytest.mark.parametrize("show", [0.3, 0.8, 1.0])
def test_no_shows_are_all_ways_to_come(show: float) -> None:
    """Waits with no-shows are the mean over who comes, each day of the others computed by itself."""
    times, count = np.array([0.0, 0.4, 1.5, 1.9]), 4
    plain = [PhaseType.two_moment_fit(1.0, v) for v in (0.4, 1.0, 1.6, 0.7)]
    found = StaticDay([service.if_present(show) for service in plain]).evaluate(times, EQUAL)
    waits, finish = np.zeros(count), 0.0
    for coming in product((True, False), repeat=count):
        chance = math.prod(show if comes else 1.0 - show for comes in coming)
        for who in range(count):
            before = [k for k in range(who) if coming[k]]
            if before:
                day = StaticDay([*(plain[k] for k in before), plain[who]])
                waits[who] += chance * day.expected_wait(times[[*before, who]], len(before))
        here = [k for k in range(count) if coming[k]]
        end = times[-1]
        if here:
            # An absent last customer is one who takes no time.
            last = [] if coming[-1] else [PhaseType(np.zeros(1), -np.eye(1))]
            rows = here if coming[-1] else [*here, count - 1]
            day = StaticDay([*(plain[k] for k in here), *last])
            end = times[rows[0]] + day.evaluate(times[rows], EQUAL).finish
        finish += chance * end
    assert found.waits == pytest.approx(waits, abs=1e-10)
    assert found.finish == pytest.approx(finish, abs=1e-10)


@FAST
@given(gaps=st.lists(st.floats(0.0, 3.0), min_size=1, max_size=8), show=st.floats(0.1, 1.0))
def test_a_pool_of_one_is_one_agent(gaps: list[float], show: float) -> None:
    """With one agent and exponential services the pool's model and the phase-type model agree."""
    times = np.concatenate([[0.0], np.cumsum(gaps)])
    one = StaticDay([PhaseType.exponential(1.0).if_present(show)] * len(times)).evaluate(times, EQUAL)
    pool = PooledDay(1, len(times), 1.0, show).evaluate(times)
    assert pool.waits == pytest.approx(one.waits, abs=1e-11)
    assert pool.finish == pytest.approx(one.finish, abs=1e-11)


@pytest.mark.parametrize(("servers", "show"), [(1, 1.0), (2, 0.7), (3, 1.0)])
def test_gradient_of_a_pool(servers: int, show: float) -> None:
    """The gradient agrees with differences of the cost."""
    day, point = PooledDay(servers, 6, 1.4, show), np.array([0.2, 0.6, 0.1, 0.9, 0.3])
    _, gradient = day._cost(point, 1.0, 0.4)
    for place in range(5):
        step = 1e-5 * np.eye(5)[place]
        change = (day._cost(point + step, 1.0, 0.4)[0] - day._cost(point - step, 1.0, 0.4)[0]) / 2e-5
        assert gradient[place] == pytest.approx(change, abs=1e-6)


def test_larger_pools_wait_less() -> None:
    """At the same load a larger pool waits less in the mean."""
    waits = [
        PooledDay(size, 12 * size).evaluate(np.repeat(np.arange(12) / 0.85, size)).waits.mean()
        for size in (1, 2, 4, 8)
    ]
    assert waits == sorted(waits, reverse=True)


def test_small_variance_first() -> None:
    """The best schedule of rising variances costs a sixth less than that of the reverse order."""
    services = [PhaseType.exponential(1.0 / rate) for rate in np.linspace(1.5, 0.5, 15)]
    rising = StaticDay(services).optimise(EQUAL).cost
    falling = StaticDay(services[::-1]).optimise(EQUAL).cost
    assert rising < 0.83 * falling


@FAST
@given(idle=st.floats(0.05, 0.95), rate=st.floats(0.2, 5.0))
def test_two_customers_in_closed_form(idle: float, rate: float) -> None:
    """Static, adaptive and closed form agree where there are two customers."""
    prices = Prices(1.0 - idle, idle)
    static = StaticDay([PhaseType.exponential(1.0 / rate)] * 2).optimise(prices)
    exact = last_gap(prices.waiting, prices.idle, rate)
    assert static.times[1] == pytest.approx(exact, rel=1e-6)
    adaptive = adaptive_schedule(2, prices.waiting, prices.idle, rate)
    assert adaptive.gaps[0, 0] == pytest.approx(exact, rel=1e-5)
    assert adaptive.cost == pytest.approx(static.cost, rel=1e-9)


def test_adaptive_beats_static() -> None:
    """Replanning at every arrival costs a fifth less with 15 customers, and gaps grow with who is present."""
    adaptive = adaptive_schedule(15, 0.5, 0.5)
    static = StaticDay([PhaseType.exponential(1.0)] * 15).optimise(Prices(0.5, 0.5))
    assert adaptive.cost == pytest.approx(6.0503, abs=5e-5)
    assert 0.80 < adaptive.cost / static.cost < 0.803
    assert np.all(np.diff(adaptive.gaps[9, :10]) > 0)


@pytest.mark.parametrize(("waiting", "agent", "show"), [(1, 1, 0.8), (1, 0.2, 0.5), (1, 1, 0.5), (3, 2, 1.0)])
def test_closed_form_with_no_shows(waiting: float, agent: float, show: float) -> None:
    """The formula for two customers is the optimum; where it is 0 both are booked together."""
    day = StaticDay([PhaseType.exponential(1.0).if_present(show)] * 2)
    best = day.optimise(Prices(waiting, agent)).times[1]
    assert best == pytest.approx(exponential_allowance(waiting, agent, 1.0, show), abs=1e-7)


def test_service_levels() -> None:
    """Each customer's wait is at its level; the first gap of a probability is known in closed form."""
    day = StaticDay([PhaseType.exponential(1.0)] * 8)
    times = day.earliest(wait_level(0.3))
    assert day.evaluate(times, EQUAL).waits[1:] == pytest.approx(np.full(7, 0.3), abs=1e-9)
    times = day.earliest(wait_probability_level(0.5, 0.1))
    assert times[1] == pytest.approx(math.log(10.0) - 0.5, abs=1e-9)
    assert [day.wait_exceeds(times, who, 0.5) for who in range(1, 8)] == pytest.approx([0.1] * 7, abs=1e-9)
    assert np.all(day.earliest(wait_level(100.0)) == 0.0)


@FAST
@given(
    weights=st.lists(st.integers(0, 9), min_size=3, max_size=6).filter(any),
    no_show=st.sampled_from((0.0, 0.2)),
    weight=st.sampled_from((0.1, 0.5, 0.9)),
    customers=st.integers(1, 6),
)
def test_slot_search_finds_the_best(
    weights: list[int], no_show: float, weight: float, customers: int
) -> None:
    """The neighbourhood search ends at the best of all schedules."""
    day = SlotDay(4, 2, np.array(weights) / sum(weights), no_show)
    best, cost = day.optimise(customers, lambda f: weight * f.waits + (1 - weight) * f.tardiness)
    _, least = day.enumerate_all(customers, lambda f: weight * f.waits + (1 - weight) * f.tardiness)
    assert cost == pytest.approx(least, abs=1e-12)
    assert sum(best) == customers


def test_idle_time_of_slots() -> None:
    """One customer of three minutes in two slots of five: seven minutes idle."""
    figures = SlotDay(2, 5, np.eye(4)[3]).evaluate((1, 0))
    assert (figures.waits, figures.tardiness, figures.idle) == (0.0, 0.0, 7.0)
    late = SlotDay(1, 2, np.eye(4)[3]).evaluate((2,))
    assert (late.waits, late.tardiness, late.idle) == (3.0, 4.0, 0.0)


@FAST
@given(
    slots=st.integers(2, 5), servers=st.integers(1, 2), show=st.floats(0.3, 1.0), customers=st.integers(1, 7)
)
def test_overbooking_search_finds_the_best(slots: int, servers: int, show: float, customers: int) -> None:
    """The neighbourhood search ends at the best of all ways to book."""
    day = UnitServiceDay(slots, servers, show)
    _, cost = day.optimise(customers, 1.0, 1.5)
    assert cost == pytest.approx(day.enumerate_all(customers, 1.0, 1.5)[1], abs=1e-12)


def test_waits_go_on_after_the_last_slot() -> None:
    """Three sure customers in the only slot of one agent: waits 1 + 2, and two are late."""
    assert UnitServiceDay(1, 1, 1.0).cost((3,), waiting=1.0, overtime=10.0) == 3.0 + 20.0


def test_turnout() -> None:
    """By hand: three booked, two places, each comes with a half."""
    found = Turnout.of(3, 2, 0.5)
    assert found.turned_away == pytest.approx(1 / 8)
    assert found.empty == pytest.approx((2 + 3) / 8)


@FAST
@given(
    pmfs=st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=4).filter(any), min_size=1, max_size=3),
    late=st.sampled_from((0.5, 1.0, 3.0)),
)
def test_due_dates_are_the_best(pmfs: list[list[int]], late: float) -> None:
    """Descent over sets of appointments ends at the best of all rising vectors."""
    days = DueDates([np.array(pmf) / sum(pmf) for pmf in pmfs], early=1.0, late=late)
    most = sum(len(pmf) for pmf in pmfs)
    everything = [
        tuple(v) for v in product(range(most), repeat=len(pmfs)) if all(a <= b for a, b in pairwise(v))
    ]
    _, cost = days.optimise()
    assert cost == pytest.approx(min(days.cost(v) for v in everything), abs=1e-12)


def test_compositions_are_all() -> None:
    """Every way to write 3 as a sum of two numbers, once."""
    assert sorted(compositions(3, 2)) == [(0, 3), (1, 2), (2, 1), (3, 0)]


def test_lattice_keeps_means() -> None:
    """Means of lognormal, constant and truncated normal times are exact, whatever the step."""
    for step in (0.5, 0.05):
        assert Lattice.lognormal(13.0, 6.0, step).mean == pytest.approx(13.0, abs=1e-9)
        assert Lattice.constant(0.73, step).mean == pytest.approx(0.73, abs=1e-12)
        part = Lattice.normal(-3.0, 6.0, step, 5.0)
        share = 0.5 * math.erfc(-(5 + 3) / (6 * math.sqrt(2)))
        density = math.exp(-0.5 * (8 / 6) ** 2) / math.sqrt(2 * math.pi)
        assert part.mass == pytest.approx(share, abs=1e-9)
        assert part.mean == pytest.approx(-3.0 - 6.0 * density / share, abs=1e-8)
    assert Lattice.lognormal(13.0, 6.0, 0.05).exceeds(13.0) == pytest.approx(
        0.5 * math.erfc(lognormal_sigma(13.0, 6.0) / 2 / math.sqrt(2)), abs=1e-5
    )


def test_lattice_arithmetic_by_hand() -> None:
    """Sum, maximum and mixture of small distributions, worked out by hand."""
    die, coin = Lattice(1.0, 1, np.array([0.5, 0.5])), Lattice(1.0, 0, np.array([0.25, 0.0, 0.75]))
    assert die.plus(coin).chances == pytest.approx([0.125, 0.125, 0.375, 0.375])
    assert die.plus(coin).first == 1
    later = die.later_of(coin)
    assert (later.first, later.chances.tolist()) == (1, [0.125, 0.875])
    mixed = die.scaled(0.5).mixed(coin.shifted(3).scaled(0.5))
    assert (mixed.first, mixed.chances.tolist()) == (1, [0.25, 0.25, 0.125, 0.0, 0.375])


def test_punctual_day_on_the_lattice_is_the_exact_one() -> None:
    """Exponential services on the lattice meet the phase-type model."""
    step = 0.01
    service = Lattice.of_excess(lambda x: math.exp(-x) if x > 0 else 1.0 - x, 0.0, 40.0, step)
    times = np.array([0.0, 0.0, 1.2, 2.0, 3.7, 4.0, 4.4, 6.0])
    served, end = UnpunctualDay(times, [service] * 8, Lattice.constant(0.0, step), 0.8, 0.0).play()
    exact = StaticDay([PhaseType.exponential(1.0).if_present(0.8)] * 8).evaluate(times, EQUAL)
    assert [one.start.mean for one in served] == pytest.approx(exact.waits, abs=1e-4)
    assert end == pytest.approx(exact.finish, abs=1e-4)


def test_blocked_minutes_of_the_first_customer() -> None:
    """An agent who is there since long is blocked as the formula has it; lateness on the lattice."""
    lateness = Lattice.normal(-1.0, 5.0, 0.01, 10.0)
    waited = 0.9 * float(lateness.chances @ np.maximum(lateness.points, 0.0))
    given_up = (1.0 - 0.9 * lateness.mass) * 10.0
    assert blocked_minutes(-1.0, 5.0, 10.0, 0.9) == pytest.approx(waited + given_up, abs=1e-4)


def test_news_vendor_quantile() -> None:
    """The allowance leaves the share idle / (waiting + idle) of services too long."""
    allowance = lognormal_allowance(20.0, 8.0, waiting=3.0, idle=1.0)
    assert Lattice.lognormal(20.0, 8.0, 0.01).exceeds(allowance) == pytest.approx(0.25, abs=1e-5)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: PhaseType.exponential(0.0),
        lambda: PhaseType.two_moment_fit(1.0, 0.0),
        lambda: PhaseType.exponential(1.0).if_present(1.1),
        lambda: PhaseType(np.ones(2), -np.eye(2)),
        lambda: PhaseType(np.ones(1), np.ones((1, 1))),
        lambda: PhaseType(np.ones(1), -np.eye(2)),
        lambda: StaticDay([]),
        lambda: StaticDay([PhaseType.exponential(1.0)] * 2).evaluate(np.array([1.0, 0.0]), EQUAL),
        lambda: PooledDay(0, 3),
        lambda: PooledDay(2, 3).evaluate(np.zeros(2)),
        lambda: adaptive_schedule(0, 1.0, 1.0),
        lambda: SlotDay(2, 5, np.array([0.5, 0.4])),
        lambda: SlotDay(0, 5, poisson_service(9.0)),
        lambda: SlotDay(2, 5, poisson_service(9.0)).evaluate((1, 1, 1)),
        lambda: UnitServiceDay(1, 1, 1.1),
        lambda: UnitServiceDay(2, 1, 1.0).cost((1,), 1.0, 1.0),
        lambda: DueDates([], 1.0, 1.0),
        lambda: lognormal_allowance(1.0, 0.0, 1.0, 1.0),
        lambda: exponential_allowance(1.0, 0.0),
        lambda: Lattice.constant(1.0, 0.0),
        lambda: UnpunctualDay(np.zeros(1), [ONE], Lattice.constant(0.0, 0.5), 1.0, 0.3),
        lambda: UnpunctualDay(np.zeros(1), [ONE], Lattice.constant(0.0, 0.1), 1.0, 0.5),
        lambda: UnpunctualDay(np.zeros(2), [ONE], Lattice.constant(0.0, 0.5), 1.0, 0.5),
        lambda: UnpunctualDay(np.array([1.0, 0.0]), [ONE, ONE], Lattice.constant(0.0, 0.5), 1.0, 0.5),
    ],
)
def test_bad_arguments_are_refused(wrong: object) -> None:
    """Each is named with what was expected."""
    with pytest.raises(ValueError, match="expected"):
        wrong()  # type: ignore[operator]
