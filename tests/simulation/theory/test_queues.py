"""The models of queues against each other and against sums that are written out anew."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.theory import general_service, priorities, transient
from simulation.theory.constant_service import ConstantService
from simulation.theory.erlang import (
    ErlangAbandonment,
    ErlangDelay,
    delay_probability,
    fewest_servers,
    loss_probability,
    square_root_delay,
    square_root_staffing,
)
from simulation.theory.general_service import BusyPeriod, ServiceMoments, knock_on_length
from simulation.theory.minimise import falling_root, minimise_convex, minimise_on_line
from simulation.theory.renewal_arrivals import ConstantGaps, ErlangGaps, RenewalArrivals
from simulation.theory.uniformisation import (
    advanced,
    advanced_column,
    poisson_probabilities,
)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (3, 2.9), (14, 10.0), (200, 180.0)])
def test_erlang_formulas_are_the_birth_death_sums(servers: int, load: float) -> None:
    """B and C from the stationary distribution, in logarithms."""
    weights = np.exp([k * math.log(load) - math.lgamma(k + 1) - load for k in range(servers + 1)])
    assert loss_probability(servers, load) == pytest.approx(weights[-1] / weights.sum(), rel=1e-10)
    busy = weights[-1] / (1.0 - load / servers)
    assert delay_probability(servers, load) == pytest.approx(busy / (weights[:-1].sum() + busy), rel=1e-10)


def test_abandonment_tends_to_patience_and_to_loss() -> None:
    """With very long patience Erlang A is Erlang C, with none it is Erlang B; written out it is a sum."""
    patient = ErlangAbandonment(10, 8.0, 1.0, 1e-7)
    assert patient.mean_wait == pytest.approx(ErlangDelay(10, 8.0, 1.0).mean_wait, rel=1e-4)
    hasty = ErlangAbandonment(10, 8.0, 1.0, 1e9)
    assert hasty.abandoning == pytest.approx(loss_probability(10, 8.0), rel=1e-6)
    states = np.arange(400)
    ratio = 12.0 / (np.minimum(states[1:], 10) + 0.5 * np.maximum(states[1:] - 10, 0))
    chances = np.concatenate([[1.0], np.cumprod(ratio)])
    chances /= chances.sum()
    overloaded = ErlangAbandonment(10, 12.0, 1.0, 0.5)
    assert overloaded.delayed == pytest.approx(chances[10:].sum(), rel=1e-10)
    assert overloaded.mean_queue == pytest.approx(chances @ np.maximum(states - 10, 0), rel=1e-10)


@pytest.mark.parametrize(
    ("servers", "arrival", "patience"), [(1, 0.9, 0.3), (10, 12.0, 0.5), (40, 36.0, 2.0), (100, 80.0, 0.1)]
)
def test_waits_of_impatient_customers(servers: int, arrival: float, patience: float) -> None:
    """P(W > 0) is P(all agents busy), and P(W > t) over all t gives the mean wait: both from the chain."""
    queue = ErlangAbandonment(servers, arrival, 1.0, patience)
    assert queue.wait_exceeds(0.0) == pytest.approx(queue.delayed, rel=1e-8)
    nodes, weights = np.polynomial.legendre.leggauss(4)
    mean = math.fsum(
        0.05 * weight * queue.wait_exceeds(0.1 * place + 0.05 * (1.0 + node))
        for place in range(400)
        for node, weight in zip(nodes.tolist(), weights.tolist(), strict=True)
    )
    assert mean == pytest.approx(queue.mean_wait, rel=1e-6)
    assert ErlangAbandonment(0, arrival, 1.0, patience).wait_exceeds(1.0) == pytest.approx(
        math.exp(-patience)
    )
    patient = ErlangAbandonment(servers, 0.8 * servers, 1.0, 1e-9)
    assert patient.wait_exceeds(0.3) == pytest.approx(
        ErlangDelay(servers, 0.8 * servers, 1.0).wait_exceeds(0.3), rel=1e-5
    )


def test_square_root_staffing_is_close() -> None:
    """For a load of 100 the rule is within an agent of the exact number; the formula is near Erlang C."""
    for share in (0.05, 0.2, 0.5):
        exact = fewest_servers(100.0, 1.0, lambda queue, share=share: queue.delayed <= share)
        assert abs(square_root_staffing(100.0, share) - exact) <= 1
        assert delay_probability(exact, 100.0) <= share < delay_probability(exact - 1, 100.0)
    assert square_root_delay(1.0) == pytest.approx(delay_probability(10100, 10000.0), abs=0.002)


def test_fewest_servers_of_a_service_level() -> None:
    """One agent fewer misses the level."""
    found = fewest_servers(2.0, 0.05, lambda queue: queue.wait_exceeds(5.0) <= 0.02)
    assert ErlangDelay(found, 2.0, 0.05).wait_exceeds(5.0) <= 0.02
    assert ErlangDelay(found - 1, 2.0, 0.05).wait_exceeds(5.0) > 0.02


def test_one_agent_agrees_across_models() -> None:
    """M/M/1 by Erlang, Pollaczek-Khinchine, GI/M/1 and priorities of one class; M/D/1 two ways."""
    erlang = ErlangDelay(1, 0.8, 1.0).mean_wait
    exponential = ServiceMoments.of_gamma(1.0, 1.0)
    assert general_service.mean_wait(0.8, exponential) == pytest.approx(erlang)
    assert RenewalArrivals(1, ErlangGaps(1.25), 1.0).long_run()[1] == pytest.approx(erlang, rel=1e-9)
    assert priorities.one_agent([0.8], [exponential]) == pytest.approx([erlang])
    assert priorities.several_agents(1, [0.8], 1.0) == pytest.approx([erlang])
    constant = general_service.mean_wait(0.8, ServiceMoments.of_constant(1.0))
    assert ConstantService(1, 0.8, 1.0).mean_wait == pytest.approx(constant, rel=1e-9)
    # Var W of M/M/1: rho (2 - rho) / (1 - rho)^2.
    assert general_service.wait_variance(0.8, exponential) == pytest.approx(0.8 * 1.2 / 0.04)


@pytest.mark.parametrize("servers", [2, 5, 12])
def test_poisson_arrivals_are_a_renewal_process(servers: int) -> None:
    """GI/M/c with exponential gaps is Erlang C."""
    waits = RenewalArrivals(servers, ErlangGaps(1.0 / (0.8 * servers)), 1.0).long_run()
    erlang = ErlangDelay(servers, 0.8 * servers, 1.0)
    assert waits == pytest.approx((erlang.delayed, erlang.mean_wait), rel=1e-8)


def test_many_phases_are_constant_gaps() -> None:
    """Erlang gaps of ever more phases tend to constant ones; the hundredth customer to the long run."""
    constant = RenewalArrivals(3, ConstantGaps(0.5), 1.0).long_run()
    waits = [RenewalArrivals(3, ErlangGaps(0.5, phases), 1.0).long_run()[1] for phases in (1, 4, 64, 1024)]
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] == pytest.approx(constant[1], rel=0.01)
    assert RenewalArrivals(3, ConstantGaps(0.5), 1.0).of_customer(100) == pytest.approx(constant, rel=1e-4)
    assert RenewalArrivals(3, ConstantGaps(0.5), 1.0).of_customer(3) == (0.0, 0.0)


@pytest.mark.parametrize(("servers", "rate"), [(1, 0.7), (3, 2.6), (8, 7.0)])
def test_waits_of_constant_service_add_up(servers: int, rate: float) -> None:
    """The integral of P(W > t) is E W; P(W > 0) is that all agents are busy."""
    queue = ConstantService(servers, rate, 1.0)
    points = np.linspace(0.0, 60.0 / servers, 6001)
    tail = np.array([queue.wait_exceeds(t) for t in points.tolist()])
    assert np.trapezoid(tail, points) == pytest.approx(queue.mean_wait, rel=1e-3)
    assert tail[0] == pytest.approx(queue.present[servers:].sum(), abs=1e-9)
    assert np.all(np.diff(tail) <= 1e-12)
    if servers == 1:
        assert tail[0] == pytest.approx(rate, abs=1e-9)


def test_busy_periods() -> None:
    """The Borel distribution adds up, to the mean number of customers of a busy period."""
    chances = np.array([knock_on_length(0.6, k) for k in range(1, 400)])
    assert chances.sum() == pytest.approx(1.0, abs=1e-9)
    period = BusyPeriod.of(0.6, ServiceMoments.of_constant(1.0))
    assert chances @ np.arange(1, 400) == pytest.approx(period.customers, rel=1e-8)
    # M/D/1 takes as many units of time as it serves customers.
    assert period.mean == pytest.approx(period.customers)
    assert chances @ np.arange(1, 400) ** 2 - period.mean**2 == pytest.approx(period.variance, rel=1e-6)
    assert knock_on_length(0.0, 1) == 1.0


def test_priorities_keep_work() -> None:
    """Waits weighted by occupancy are those in order of arrival (Kleinrock's law); the urgent wait less."""
    services = [ServiceMoments.of_lognormal(1.0, 0.5), ServiceMoments.of_gamma(2.0, 1.0)]
    rates = [0.3, 0.2]
    waits = priorities.one_agent(rates, services)
    total = sum(rates)
    mixed = ServiceMoments(
        *(
            sum(r * getattr(s, name) for r, s in zip(rates, services, strict=True)) / total
            for name in ("first", "second", "third")
        )
    )
    occupancies = [0.3, 0.4]
    assert sum(o * w for o, w in zip(occupancies, waits, strict=True)) == pytest.approx(
        0.7 * general_service.mean_wait(total, mixed)
    )
    assert waits[0] < waits[1]
    classes = priorities.several_agents(5, [1.0, 2.0, 1.0], 1.0)
    assert sum(r * w for r, w in zip([1.0, 2.0, 1.0], classes, strict=True)) == pytest.approx(
        4.0 * ErlangDelay(5, 4.0, 1.0).mean_wait
    )


def test_a_long_day_is_the_long_run() -> None:
    """The forward equations at a constant rate tend to Erlang; the start is empty."""
    first, later = transient.moments(4, lambda _: 3.0, 1.0, [0.0, 200.0], 300)
    assert (first.mean_present, first.all_busy) == (0.0, 0.0)
    erlang = ErlangDelay(4, 3.0, 1.0)
    assert later.mean_present == pytest.approx(3.0 + 3.0 * erlang.mean_wait, rel=1e-8)
    assert later.all_busy == pytest.approx(erlang.delayed, rel=1e-8)
    assert later.at_capacity < 1e-15
    finer = transient.moments(4, lambda t: 3.0 + t / 10, 1.0, [5.0], 60, steps_per_event=64)
    coarse = transient.moments(4, lambda t: 3.0 + t / 10, 1.0, [5.0], 60)
    assert coarse[0].mean_present == pytest.approx(finer[0].mean_present, abs=1e-6)


def test_uniformisation_by_hand() -> None:
    """A pure death process of two customers, in closed form; from the left and from the right."""
    generator = np.array([[0.0, 0.0, 0.0], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])
    after = advanced(np.array([0.0, 0.0, 1.0]), generator, 0.7)
    gone = math.exp(-0.7)
    assert after == pytest.approx([1 - gone - 0.7 * gone, 0.7 * gone, gone], abs=1e-14)
    expected = advanced_column(np.array([0.0, 1.0, 2.0]), generator, 0.7)
    assert expected[2] == pytest.approx(0.7 * gone + 2 * gone, abs=1e-14)
    assert poisson_probabilities(700.0).sum() == pytest.approx(1.0, abs=1e-11)


def test_minima_and_roots() -> None:
    """A quadratic with a bound that binds; a minimum on a line; roots before and beyond the first guess."""
    matrix, target = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, -1.0])

    def quadratic(x: np.ndarray) -> tuple[float, np.ndarray]:
        return float(0.5 * x @ matrix @ x - target @ x), matrix @ x - target

    assert minimise_convex(quadratic, np.array([3.0, 3.0])) == pytest.approx([0.5, 0.0], abs=1e-9)
    assert minimise_on_line(lambda x: (x - 0.3) ** 2, 0.0, 1.0, 1e-8) == pytest.approx(0.3, abs=1e-7)
    assert falling_root(lambda x: 20.0 - x) == pytest.approx(20.0)
    assert falling_root(lambda _: -1.0) == 0.0
    with pytest.raises(ArithmeticError, match="falls"):
        falling_root(lambda _: 1.0)
    with pytest.raises(ArithmeticError, match="gradient"):
        minimise_convex(quadratic, np.array([3.0, 3.0]), iterations=1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: loss_probability(-1, 1.0),
        lambda: ErlangDelay(2, 2.0, 1.0),
        lambda: ErlangAbandonment(2, 2.0, 1.0, 0.0),
        lambda: square_root_delay(0.0),
        lambda: square_root_staffing(10.0, 1.0),
        lambda: general_service.mean_wait(1.0, ServiceMoments.of_constant(1.0)),
        lambda: knock_on_length(0.5, 0),
        lambda: ConstantService(2, 2.0, 1.0),
        lambda: RenewalArrivals(2, ConstantGaps(0.5), 1.0).long_run(),
        lambda: RenewalArrivals(2, ConstantGaps(0.5), 1.0).of_customer(0),
        lambda: priorities.one_agent([1.0], [ServiceMoments.of_constant(1.0)]),
        lambda: transient.moments(1, lambda _: 1.0, 1.0, [2.0, 1.0], 10),
        lambda: poisson_probabilities(-1.0),
    ],
)
def test_bad_arguments_are_refused(wrong: object) -> None:
    """Each is named with what was expected."""
    with pytest.raises(ValueError, match="expected"):
        wrong()  # type: ignore[operator]
