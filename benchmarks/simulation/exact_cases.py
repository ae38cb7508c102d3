"""What our exact models say in each reference case."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.allowances import DayPrices, sample_average_allowances
from simulation.theory import (
    adaptive_schedule,
    allowances,
    constant_service,
    due_dates,
    erlang,
    general_service,
    overbooking,
    pooled_schedule,
    renewal_arrivals,
    slot_schedule,
    static_schedule,
    transient,
    unpunctual_day,
)
from simulation.theory.general_service import ServiceMoments
from simulation.theory.lattice import Lattice
from simulation.theory.phase_type import PhaseType
from simulation.theory.static_schedule import EvaluatedSchedule, Prices, StaticDay

Parameters = dict[str, Any]
HANGU_MEAN, HANGU_DEVIATION = 13.3652, 13.3652 * 0.2163**0.5
STEP = 0.02
"""Minutes between two points of the lattice."""


@dataclass(frozen=True)
class ExactCase:
    """How a case is solved.

    Attributes:
        module: that solves it.
        solve: from the parameters to what stands beside the reference value.
    """

    module: str
    solve: Callable[[Parameters], Any]


def static_day(p: Parameters) -> StaticDay:
    """The customers of a case with a fixed schedule."""
    if "SCV" in p:
        return StaticDay([PhaseType.two_moment_fit(1.0, p["SCV"])] * p["n"])
    rates = p["mu"] if isinstance(p.get("mu"), list) else [p.get("mu", 1.0)] * p.get("n", len(p.get("t", ())))
    return StaticDay([PhaseType.exponential(1.0 / rate).if_present(p.get("p", 1.0)) for rate in rates])


def optimum(p: Parameters) -> EvaluatedSchedule:
    """The best schedule of a case whose prices are omega for idle time and 1 - omega for waiting."""
    return static_day(p).optimise(Prices(1.0 - p["omega"], p["omega"]))


def with_no_shows(p: Parameters) -> tuple[EvaluatedSchedule, float]:
    """The best schedule when the agent is paid until the end, and its cost."""
    best = static_day(p).optimise(Prices(p["cw"], p["cs"]))
    return best, p["cw"] * p["p"] * float(best.waits.sum()) + p["cs"] * best.finish


def slot_day(p: Parameters) -> slot_schedule.SlotDay:
    """The slots of a case of Kaandorp & Koole."""
    service = slot_schedule.poisson_service(p["beta"]) if "beta" in p else np.array(p["s"])
    slots = len(p["schedule"]) if "schedule" in p else p["T"]
    return slot_schedule.SlotDay(slots, p["d"], service, p.get("q", 0.0))


def pooled_rounds(p: Parameters) -> pooled_schedule.PooledSchedule:
    """Rounds of as many customers as there are agents."""
    times = np.repeat(np.arange(p["rounds"]) * p["x"], p["s"])
    return pooled_schedule.PooledDay(p["s"], len(times)).evaluate(times)


def unpunctual(p: Parameters) -> tuple[list[unpunctual_day.ServedCustomer], float]:
    """A day of one agent on the lattice."""
    mean, deviation = p.get("mean", HANGU_MEAN), p.get("sd", HANGU_DEVIATION)
    grace = float(p.get("grace", 0.0))
    lateness = Lattice.normal(*p["lateness"], STEP, grace) if "lateness" in p else Lattice.constant(0.0, STEP)
    times = np.arange(p["n"]) * float(p.get("x", p.get("slot")))
    services = [Lattice.lognormal(mean, deviation, STEP)] * p["n"]
    return unpunctual_day.UnpunctualDay(times, services, lateness, p["p"], grace).play()


def _slots(p: Parameters) -> Any:
    figures = slot_day(p).evaluate(tuple(p["schedule"]))
    return figures.waits / p["n"] if "n" in p else [figures.waits, figures.tardiness]


def _best_slots(p: Parameters) -> Any:
    day, weight = slot_day(p), p["w"]
    found = day.optimise(p["N"], lambda f: weight * f.waits + (1.0 - weight) * f.tardiness)
    return list(found)


def _plateau(p: Parameters) -> Any:
    return renewal_arrivals.plateau_gap(1.0 - p["omega"], p["omega"], p["mu"])


def _sample_average(p: Parameters) -> Any:
    found = sample_average_allowances(
        np.array(p["scenarios"]), DayPrices(p["cw"], p["ci"], p["co"]), float(p["T"])
    )
    return math.nan if found is None else found.cost


def _due_dates(p: Parameters) -> Any:
    found, cost = due_dates.DueDates([np.array(d) for d in p["durations"]], p["u"], p["o"]).optimise()
    return [cost, [0, *found]]


def _delay(p: Parameters) -> Any:
    if "lam_per_h" in p:
        queue = erlang.ErlangDelay(p["c"], p["lam_per_h"] / 60.0, 1.0 / p["mean_service_min"])
        return [queue.delayed, queue.mean_wait, queue.wait_exceeds(5.0)]
    queue = erlang.ErlangDelay(p["c"], p["lam"], p["mu"])
    if "tau" in p:
        return [queue.delayed, 1.0 - queue.wait_exceeds(p["tau"]), queue.occupancy]
    return 60.0 * queue.mean_wait


def _abandonment(p: Parameters) -> Any:
    queue = erlang.ErlangAbandonment(p["c"], p["lam"], p["mu"], p["theta"])
    return [queue.abandoning, 60.0 * queue.mean_wait]


def _renewal(p: Parameters) -> Any:
    servers = p.get("c", 1)
    gaps = renewal_arrivals.ConstantGaps(1.0 / (servers * p["rho"]))
    return renewal_arrivals.RenewalArrivals(servers, gaps, 1.0).long_run()


def _erlang_gaps(p: Parameters) -> Any:
    return renewal_arrivals.RenewalArrivals(
        1, renewal_arrivals.ErlangGaps(1.0 / p["rho"], 2), 1.0
    ).long_run()[1]


def _nth_customer(p: Parameters) -> Any:
    gaps = renewal_arrivals.ErlangGaps(1.0 / p["lam"])
    return renewal_arrivals.RenewalArrivals(1, gaps, p["mu"]).of_customer(p["n"])[1]


def _constant_service(p: Parameters) -> Any:
    return constant_service.ConstantService(p["c"], p["c"] * p["rho"], 1.0).mean_wait


def _changing_rate(p: Parameters) -> Any:
    found = transient.moments(
        p["c"], lambda t: 1.7 * (1.0 + 0.5 * math.sin(2.0 * math.pi * t / p["T"])), 0.05, [180, 360, 720], 200
    )
    return [[moment.mean_present, moment.all_busy] for moment in found]


def _busy_period(p: Parameters) -> Any:
    found = general_service.BusyPeriod.of(p["lam"], ServiceMoments.of_gamma(1.0 / p["mu"], 1.0))
    return [found.mean, found.variance, found.customers]


def _pool(p: Parameters) -> Any:
    waits = pooled_rounds(p).waits
    return [waits.mean(), waits[-p["s"] :].mean()]


def best_pool(p: Parameters) -> pooled_schedule.PooledSchedule:
    """The best appointments of a pool."""
    return pooled_schedule.PooledDay(p["s"], p["n"]).optimise(p["cw"], p["cs"])


def _best_pool(p: Parameters) -> Any:
    best = best_pool(p)
    return [best.cost, np.diff(best.times)]


def _unit_services(p: Parameters) -> Any:
    found, cost = overbooking.UnitServiceDay(p["T"], p["M"], p["p"]).optimise(p["N"], p["cw"], p["co"])
    return [cost, found]


def _turnout(p: Parameters) -> Any:
    found = overbooking.Turnout.of(p["N"], p["K"], p["p"])
    return [found.turned_away, found.empty]


def _knock_on(p: Parameters) -> Any:
    found, _ = unpunctual(p)
    return [found[23].start.mean, found[23].start.exceeds(5.0), found[7].start.mean]


def _unpunctual(p: Parameters) -> Any:
    found, end = unpunctual(p)
    last = found[-1]
    served = [] if "sd" in p else [last.served]
    return [last.start.mean, last.start.exceeds(5.0), *served, end]


def _best_with_no_shows(p: Parameters) -> Any:
    best, cost = with_no_shows(p)
    return [cost, np.diff(best.times)]


def _appointment_rule(p: Parameters) -> Any:
    found = static_day(p).evaluate(np.array(p["t"], dtype=np.float64), Prices(1.0, 1.0))
    return [found.waits.sum(), found.finish]


def _service_level(p: Parameters) -> Any:
    times = static_day(p).earliest(static_schedule.wait_level(p["threshold"]))
    return [np.diff(times)[:7], renewal_arrivals.constant_gap_for_wait(p["threshold"])]


def _given(p: Parameters) -> Any:
    return static_day(p).evaluate(np.array(p["t"]), Prices(1.0 - p["omega"], p["omega"])).cost


def _adaptive(p: Parameters) -> adaptive_schedule.AdaptiveSchedule:
    return adaptive_schedule.adaptive_schedule(p["n"], 1.0 - p["omega"], p["omega"])


STATIC_COST = ExactCase("static_schedule", lambda p: optimum(p).cost)
STATIC_TIMES = ExactCase("static_schedule", lambda p: optimum(p).times)
SLOTS = ExactCase("slot_schedule", _slots)
TWO_CUSTOMERS = ExactCase(
    "allowances",
    lambda p: allowances.exponential_allowance(p["cw"], p["cs"], p.get("mu", 1.0), p.get("p", 1.0)),
)
NO_SHOWS = ExactCase("static_schedule", _best_with_no_shows)
LOGNORMAL = ExactCase(
    "allowances",
    lambda p: allowances.lognormal_allowance(p["mean"], p["sd"], 1.0 - p["omega"], p["omega"]),
)
PLATEAU = ExactCase("renewal_arrivals", _plateau)
LOSS = ExactCase("erlang", lambda p: erlang.loss_probability(p["c"], p["a"]))
DELAY = ExactCase("erlang", _delay)
RENEWAL = ExactCase("renewal_arrivals", _renewal)
CONSTANT = ExactCase("constant_service", _constant_service)
POOL = ExactCase("pooled_schedule", _pool)
UNIT = ExactCase("overbooking", _unit_services)
UNPUNCTUAL = ExactCase("unpunctual_day", _unpunctual)
KNOCK_ON = ExactCase("unpunctual_day", _knock_on)
BLOCKED = ExactCase(
    "unpunctual_day", lambda p: unpunctual_day.blocked_minutes(*p["lateness"], p["grace"], p["p"])
)
RULE = ExactCase("static_schedule", _appointment_rule)

EXACT_CASES: dict[str, ExactCase] = {
    **dict.fromkeys(("A01", "A08", "A10", "A11", "A14", "A17", "A19", "A22"), STATIC_COST),
    **dict.fromkeys(("A02", "A16", "A20"), STATIC_TIMES),
    "A04": ExactCase("adaptive_schedule", lambda p: _adaptive(p).cost),
    "A05": ExactCase("adaptive_schedule", lambda p: _adaptive(p).gaps[p["i"] - 1, : len(p["k"])]),
    "A07": ExactCase(
        "adaptive_schedule", lambda p: adaptive_schedule.last_gap(1.0 - p["omega"], p["omega"], p["mu"])
    ),
    "A13": ExactCase("static_schedule", _given),
    **dict.fromkeys(("A23", "A25", "A28"), SLOTS),
    "A26": ExactCase("slot_schedule", _best_slots),
    **dict.fromkeys(("B01", "B03", "B04"), TWO_CUSTOMERS),
    **dict.fromkeys(("B06", "B07", "B09", "B10"), NO_SHOWS),
    **dict.fromkeys(("B12", "B13"), LOGNORMAL),
    **dict.fromkeys(("B15", "B16"), PLATEAU),
    "B18": ExactCase("optimizer.allowances", _sample_average),
    "B19": ExactCase("due_dates", _due_dates),
    **dict.fromkeys(("B20", "B21"), RULE),
    **dict.fromkeys(("E01", "E02", "E04", "E05"), POOL),
    "E07": ExactCase("pooled_schedule", _best_pool),
    **dict.fromkeys(("E08", "E10"), UNIT),
    "E11": ExactCase("overbooking", _turnout),
    **dict.fromkeys(("F02", "F03", "F08"), UNPUNCTUAL),
    **dict.fromkeys(("F05", "F06"), BLOCKED),
    "H02": ExactCase("static_schedule", _service_level),
    **dict.fromkeys(("Q02", "Q03"), LOSS),
    **dict.fromkeys(("Q05", "Q06", "Q09"), DELAY),
    "Q08": ExactCase("erlang", _abandonment),
    **dict.fromkeys(
        ("Q11", "Q12"),
        ExactCase(
            "general_service",
            lambda p: general_service.mean_wait(
                p["rho"] / p["mean_service"], ServiceMoments.of_lognormal(p["mean_service"], p["scv"])
            ),
        ),
    ),
    "Q14": ExactCase(
        "constant_service",
        lambda p: constant_service.ConstantService(1, p["rho"] / p["D"], p["D"]).wait_exceeds(p["t"]),
    ),
    "Q15": ExactCase(
        "general_service",
        lambda p: math.sqrt(
            general_service.wait_variance(p["rho"], ServiceMoments.of_lognormal(1.0, p["scv"]))
        ),
    ),
    **dict.fromkeys(("Q17", "Q20", "Q21"), RENEWAL),
    "Q18": ExactCase("renewal_arrivals", _erlang_gaps),
    **dict.fromkeys(("Q23", "Q24"), CONSTANT),
    "Q26": ExactCase("renewal_arrivals", _nth_customer),
    "Q27": ExactCase("transient", _changing_rate),
    "Q29": ExactCase("general_service", _busy_period),
    "Q30": ExactCase(
        "general_service", lambda p: [general_service.knock_on_length(p["rho"], k) for k in (1, 2, 3)]
    ),
    **dict.fromkeys(("Q32", "Q33"), KNOCK_ON),
}
"""Every case but those of kind `simulation`."""
