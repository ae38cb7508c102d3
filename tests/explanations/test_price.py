"""What a wish or a place would cost, against differences of brute-force optima."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from data.model import Bookings, Case, Schedule, Sessions, Unplaced
from data.policies import default_service_policies
from data.referee import judge_schedule
from optimizer.allocation import allocate
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.reasons import reason
from optimizer.allocation.size import is_small
from optimizer.budget import Budget
from optimizer.explanations import Explanation, Standing, explain, explanation_document, overview
from optimizer.explanations.price import Price, must_displace
from optimizer.solve_result import SolveLimits
from tests.allocation.brute_force import best_value, value_of
from tests.allocation.random_cases import random_day, tiny_random_case
from tests.explanations.forced import best_value_with, can_place, less, starts_of
from tests.support.cases import agent, booking, case, participant

WORK = SolveLimits(work=20.0)


def _solved(of: Case, work: float = 60.0) -> Case:
    result = allocate(of, SolveLimits(work=work))
    assert result.answer is not None
    return of.with_schedule(result.answer)


def _with_early_wishes(tiny: Case) -> Case:
    """The case with the wish of every other booking at the beginning of its windows, where many meet."""
    rows = tiny.bookings.rows()
    for row in range(0, len(rows), 2):
        starts = starts_of(tiny, row)
        if starts:
            rows[row] |= {"preferred_start": starts[0] + 5 * (row % 3)}
    return replace(tiny, bookings=Bookings.from_rows(rows))


def _asked(seeds: range) -> Iterator[tuple[int, Case, Standing, int, Explanation]]:
    """Explanations with a price, or that have none, of bookings without pins in small cases."""
    for seed in seeds:
        solved = _solved(_with_early_wishes(tiny_random_case(seed)))
        standing = Standing.of(solved)
        for row in np.flatnonzero(standing.problem.eligible).tolist():
            if solved.bookings.pin[row] == "":
                yield seed, solved, standing, row, explain(standing, row, Budget(WORK))


def _check_prices(seeds: range) -> tuple[int, int, int]:
    """Check every price; returns how many wishes and places were priced, and displacements proven."""
    wishes = places = displacements = 0
    for seed, solved, standing, row, found in _asked(seeds):
        if found.price is None:
            assert not found.displaces
            continue
        assert found.price.whole_plan
        assert found.price.proven
        targets = (
            starts_of(solved, row) if found.reason else [standing.wished_slot(row) * standing.problem.grid]
        )
        optimum = best_value(solved)[:3]
        # A start at which no plan has the booking leaves the empty plan as the best value.
        forced = max(best_value_with(solved, row, start) for start in targets)
        assert found.price.worth == less(forced, optimum), (seed, row)
        placed = sorted(standing.plan.sessions)
        wanted = [row, *(other for other in placed if other != row)]
        at = {} if found.reason else {row: targets[0]}
        possible = can_place(solved, wanted, at)
        assert found.displaces is not possible, (seed, row)
        displacements += found.displaces
        places += bool(found.reason)
        wishes += not found.reason
    return wishes, places, displacements


@pytest.mark.parametrize("block", range(2))
def test_price_is_the_difference_of_optima(block: int) -> None:
    """In random tiny cases the price equals the best plan with the booking forced less the best plan."""
    wishes, places, displacements = _check_prices(range(20 * block, 20 * (block + 1)))
    assert wishes > 0
    assert places > 0
    assert displacements > 0


@pytest.mark.soak
def test_price_is_the_difference_of_optima_on_many() -> None:
    """The same in 1,000 other cases."""
    _check_prices(range(2_000, 3_000))


def test_no_price_means_no_plan() -> None:
    """A placed booking off its wish without a price has a lasting cause: no plan has it there."""
    checked = 0
    for seed, solved, standing, row, found in _asked(range(60)):
        if found.reason or not standing.misses_wish(row) or found.price is not None:
            continue
        assert any(cause.lasting for cause in found.causes)
        forced = best_value_with(solved, row, standing.wished_slot(row) * 5)
        assert sum(forced[0]) == 0, (seed, row)
        checked += 1
    assert checked > 10


def _applied(solved: Case, standing: Standing, price: Price) -> Case:
    """The case with the price's moves made."""
    sessions = dict(standing.plan.sessions)
    for move in price.moves:
        assert sessions.pop(move.booking, None) == move.before
        if move.after is not None:
            sessions[move.booking] = move.after
    rows = [
        {
            "booking_id": standing.name(row),
            "agent_id": standing.agent(who),
            "starts_at": slot * 5,
            "duration_minutes": int(solved.bookings.duration_minutes[row]),
        }
        for row, (slot, who) in sessions.items()
    ]
    left = [row for row in range(len(solved.bookings)) if row not in sessions]
    unplaced = [
        {
            "booking_id": standing.name(row),
            "reason": reason(standing.problem, row),
            "rules": standing.problem.broken[row],
        }
        for row in left
    ]
    return solved.with_schedule(Schedule(Sessions.from_rows(rows), Unplaced.from_rows(unplaced)))


def test_moves_of_a_neighbourhood_are_lawful_and_cost_what_is_said() -> None:
    """On a day too large for one model, the moves give a lawful plan with the wish, at the stated price."""
    solved = _solved(random_day(1, agents=12, load=0.95), work=1.0)
    standing = Standing.of(solved)
    assert not is_small(standing.problem)
    asked = 0
    rows = [row for row in range(standing.problem.bookings) if standing.misses_wish(row)]
    out = [row for row in range(standing.problem.bookings) if row not in standing.plan.sessions]
    unplaced = [row for row in out if reason(standing.problem, row) == "capacity_full"]
    for row in rows[:: max(1, len(rows) // 8)] + unplaced[:1]:
        found = explain(standing, row, Budget(SolveLimits(work=1.0)))
        price = found.price
        if price is None:
            continue
        asked += 1
        assert not price.whole_plan
        changed = _applied(solved, standing, price)
        assert judge_schedule(changed) == []
        assert price.worth == less(value_of(changed)[:3], value_of(solved)[:3])
        after = next(move.after for move in price.moves if move.booking == row)
        assert after is not None
        if not found.reason:
            assert after[0] == standing.wished_slot(row)
    assert asked >= 3


def test_a_plan_that_is_not_the_best_is_called_so() -> None:
    """A booking put away from a free wish, and one left out beside a free agent: both are told."""
    rows = [booking("B1", preferred_start=600), booking("B2", preferred_start=660)]
    day = case(
        agents=[agent("A1")],
        bookings=rows,
        participants=[participant(f"B{n}", f"P{n}", 540, 720) for n in (1, 2)],
        duties=[{"agent_id": "A1", "starts_at": 540, "ends_at": 780}],
    )
    poor = day.with_schedule(
        Schedule(
            Sessions.from_rows(
                [{"booking_id": "B1", "agent_id": "A1", "starts_at": 560, "duration_minutes": 20}]
            ),
            Unplaced.from_rows([{"booking_id": "B2", "reason": "capacity_full"}]),
        )
    )
    standing = Standing.of(poor)
    first, second = (explain(standing, row, Budget(WORK)) for row in (0, 1))
    assert first.causes == ()
    assert first.price is not None
    assert first.price.is_gain
    assert second.free_place == (132, 0)
    assert second.price is not None
    assert second.price.is_gain
    assert not second.displaces


def test_displacement_is_proven_on_a_crowded_hour_of_a_large_day() -> None:
    """Bookings that can be in one hour only prove that one more displaces one, however large the rest is."""
    agents = [agent(f"A{n:02d}") for n in range(30)]
    rows = [booking(f"B{n:03d}") for n in range(61)] + [booking(f"C{n:03d}") for n in range(60)]
    people = [participant(f"B{n:03d}", f"P{n}", 600, 655) for n in range(61)]
    people += [participant(f"C{n:03d}", f"Q{n}", 660, 1000) for n in range(60)]
    duties = [{"agent_id": row["agent_id"], "starts_at": 540, "ends_at": 1020} for row in agents]
    breaks = [
        {"agent_id": row["agent_id"], "starts_at": 655, "ends_at": 665, "kind": "pause"} for row in agents
    ]
    crowded = case(agents=agents, bookings=rows, participants=people, duties=duties, breaks=breaks)
    solved = _solved(crowded, work=1.0)
    standing = Standing.of(solved)
    assert not is_small(standing.problem)
    left = [row for row in range(61) if row not in standing.plan.sessions]
    assert len(left) == 1
    assert must_displace(standing, left[0], NOBODY, Budget(SolveLimits(work=10.0)))


def test_capacity_held_back_is_owned_up_to() -> None:
    """Where capacity is held back, a free agent is no sign of a poor plan, and the sentences say so."""
    bookings = [booking(f"B{n}") for n in range(4)]
    day = case(
        agents=[agent("A1")],
        bookings=bookings,
        participants=[participant(f"B{n}", f"P{n}", 540, 720) for n in range(4)],
        duties=[{"agent_id": "A1", "starts_at": 540, "ends_at": 660}],
        service=tuple(
            policy.model_copy(update={"held_back_share": 0.5}) for policy in default_service_policies()
        ),
    )
    standing = Standing.of(_solved(day))
    left = [row for row in range(4) if row not in standing.plan.sessions]
    assert left
    found = explain(standing, left[0], Budget(WORK))
    told = " ".join(explanation_document(standing, found, "en")["sentences"])
    assert "50 % of the capacity is held back" in told
    assert "not the best one" not in told
    assert set(overview(standing, Budget(WORK)).unplaced) == {"held_back"}
