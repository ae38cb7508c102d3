"""The engine against an independent recursion (Lindley 1952, with unpunctual and impatient customers)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Scenario
from simulation import OwnList, SimpyEngine, Week, draw
from simulation.records import Outcome
from tests.simulation.weeks import scheduled


def plain_recursion(week: Week, draws: object, scenario: Scenario) -> list[tuple[float, float, int]]:
    """(start, end, outcome) of the sessions of one agent who has no breaks, one after the other."""
    free, found = week.duties[0].start, []
    for n in week.duties[0].own_list:
        appointed, set_up, wrap_up = week.appointed[n], week.set_up[n], week.wrap_up[n]
        arrival, patience, service = (getattr(draws, a)[n] for a in ("arrival", "patience", "service"))
        limit = appointed + scenario.late_tolerance
        if arrival > limit:
            if free < limit:
                free = max(limit, max(free, appointed - set_up) + set_up)
            found.append((math.nan, limit, Outcome.NO_SHOW))
            continue
        base = max(appointed, arrival)
        gives_up = base + min(patience, scenario.rebooking_after)
        why = Outcome.LEFT if patience <= scenario.rebooking_after else Outcome.REBOOKED_BY_ISSUER
        opens = min(appointed - set_up, arrival) if scenario.allow_early_start else appointed - set_up
        begins = max(free, opens)
        start = max(begins + set_up, arrival)
        if not scenario.allow_early_start:
            start = max(start, appointed)
        if begins > gives_up:
            found.append((math.nan, gives_up, why))
        elif arrival <= begins and begins + set_up > base + scenario.rebooking_after:
            found.append((math.nan, begins, Outcome.REBOOKED_BY_ISSUER))
        elif start > gives_up:
            free = begins + set_up
            found.append((math.nan, gives_up, why))
        else:
            free = start + service + wrap_up
            found.append((start, start + service, int(draws.result[n])))  # type: ignore[attr-defined]
    return found


def one_agents_week(gaps: list[tuple[int, int]]) -> Week:
    """Sessions of one agent from (planned minutes, idle minutes before) pairs."""
    at, sessions = 540, []
    for number, (minutes, idle) in enumerate(gaps):
        at += idle
        sessions.append((f"B{number}", "A1", at + 5, minutes))
        at += -(-(minutes + 8) // 5) * 5
    return Week.of(scheduled(sessions, [("A1", 540, at)], days=8))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    gaps=st.lists(
        st.tuples(st.sampled_from((15, 20, 25, 30)), st.sampled_from((0, 0, 0, 5, 20))),
        min_size=1,
        max_size=40,
    ),
    seed=st.integers(0, 2**32),
    early=st.booleans(),
    mean=st.floats(15, 40),
    tolerance=st.sampled_from((0.0, 5.0, 15.0, 60.0)),
    patience=st.sampled_from((5.0, 20.0, 1000.0)),
    limit=st.sampled_from((0.0, 7.25, 15.0, 10_000.0)),
)
def test_own_list_is_the_recursion_exactly(
    gaps: list[tuple[int, int]],
    seed: int,
    early: bool,
    mean: float,
    tolerance: float,
    patience: float,
    limit: float,
) -> None:
    """Starts, ends and outcomes equal the recursion to the last bit, under-loaded and over-loaded."""
    week = one_agents_week(gaps)
    scenario = Scenario(
        duration_mean=mean,
        allow_early_start=early,
        late_tolerance=tolerance,
        patience_median=patience,
        rebooking_after=limit,
        agent_absence=0.0,
    )
    draws = draw(week, scenario, seed, 0)
    log = SimpyEngine().run(week, scenario, draws, OwnList())
    found = list(zip(log.begun, log.ended, log.outcome, strict=True))
    expected = plain_recursion(week, draws, scenario)
    assert np.array_equal(np.array(found), np.array(expected), equal_nan=True)


def test_lindley_waits_of_punctual_customers() -> None:
    """Punctual and patient customers, no set-up to speak of: W' = max(0, W + B - gap), as Lindley has it."""
    week = one_agents_week([(20, 0)] * 200)
    scenario = Scenario(
        duration_mean=24.0, late_probability=0, early_mean=0, no_show_single=0, no_show_per_lead_day=0,
        patience_median=1e7, rebooking_after=1e7, agent_absence=0, allow_early_start=False,
    )  # fmt: skip
    draws = draw(week, scenario, 11, 0)
    log = SimpyEngine().run(week, scenario, draws, OwnList())
    wait, waits = 0.0, []
    for service in draws.service:
        waits.append(wait)
        wait = max(0.0, wait + float(service) + 3 + 5 - 30)
    assert log.wait == waits
    assert max(waits) > 0


def test_exact_mean_wait_of_two_sessions() -> None:
    """D/G/1 with two customers: the second waits E max(0, X - 22), in closed form for the lognormal."""
    week = one_agents_week([(20, 0), (20, 0)])
    scenario = Scenario(
        late_probability=0, early_mean=0, no_show_single=0, no_show_per_lead_day=0, failure_rebook=0,
        failure_recoverable=0, documents_missing=0, patience_median=1e7, rebooking_after=1e7, agent_absence=0,
    )  # fmt: skip
    waits = [
        SimpyEngine().run(week, scenario, draw(week, scenario, 5, r), OwnList()).wait[1] for r in range(2000)
    ]
    mean, sigma, slack = 22.0 * 20 / 25, 0.2704, 22.0
    depth = (math.log(mean / slack) + sigma**2 / 2) / sigma
    expected = mean * _normal(depth) - slack * _normal(depth - sigma)
    error = float(np.std(waits)) / math.sqrt(len(waits))
    assert np.mean(waits) == pytest.approx(expected, abs=3.5 * error)
    assert 3.5 * error < expected / 3


def _normal(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2))
