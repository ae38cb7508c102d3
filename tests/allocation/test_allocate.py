"""The allocation as its callers see it: pins, reasons, limits, interrupts, and the same answer every time."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from data.model import Case, Schedule
from data.referee import judge_schedule
from optimizer.allocation import allocate
from optimizer.solve_result import SolveLimits, SolveResult, SolveStatus
from tests.allocation.brute_force import stated, value_of
from tests.allocation.random_cases import random_day
from tests.support.cases import agent, booking, case, participant, tiny_case

NINE = 540


def _one_agent(bookings: list[dict[str, object]], people: list[dict[str, object]], until: int = 720) -> Case:
    return case(
        agents=[agent("A1")],
        bookings=bookings,
        participants=people,
        duties=[{"agent_id": "A1", "starts_at": NINE, "ends_at": until}],
    )


def _answer(result: SolveResult[Schedule]) -> Schedule:
    assert result.answer is not None
    return result.answer


def _starts(result: SolveResult[Schedule]) -> dict[str, int]:
    return {row["booking_id"]: row["starts_at"] for row in _answer(result).sessions.rows()}


def _named(result: SolveResult[Schedule]) -> tuple[str, ...]:
    """The items of a clash by their ids; the last sentence says why, and names no item."""
    return tuple(sentence.partition(":")[0] for sentence in result.clash[:-1])


def _unplaced(result: SolveResult[Schedule]) -> dict[str, dict[str, object]]:
    return {row["booking_id"]: row for row in _answer(result).unplaced.rows()}


def test_tiny_case_is_placed_and_proven() -> None:
    """All four bookings of the tiny case are placed, lawfully, with a proof."""
    result = allocate(tiny_case())
    assert result.status is SolveStatus.OPTIMAL
    assert len(_answer(result).sessions) == 4
    assert judge_schedule(tiny_case().with_schedule(_answer(result))) == []


@pytest.mark.parametrize(
    "empty",
    [
        case(agents=[]),
        case(agents=[agent("A1")], duties=[{"agent_id": "A1", "starts_at": NINE, "ends_at": 720}]),
        case(
            agents=[agent("A1")], bookings=[booking("B1")], participants=[participant("B1", "P1", NINE, 720)]
        ),
        case(agents=[], bookings=[booking("B1")], participants=[participant("B1", "P1", NINE, 720)]),
    ],
    ids=["nothing", "no bookings", "no roster", "no agents"],
)
def test_empty_inputs(empty: Case) -> None:
    """Without bookings, duties or agents there is an empty plan, proven, and every booking has its reason."""
    result = allocate(empty)
    assert result.status is SolveStatus.OPTIMAL
    assert len(_answer(result).sessions) == 0
    assert set(_answer(result).unplaced.reason.tolist()) <= {"no_skilled_agent"}
    assert len(_answer(result).unplaced) == len(empty.bookings)


def test_urgent_priority_goes_first() -> None:
    """One booking of priority 1 outweighs two of lower priority that its long session displaces."""
    rows = [booking("B1", duration=30, priority=1), booking("B2", duration=15), booking("B3", duration=15)]
    people = [participant("B1", "P1", NINE + 10, NINE + 45)]
    people += [participant("B2", "P2", NINE, NINE + 30), participant("B3", "P3", NINE + 25, NINE + 50)]
    placed = _starts(allocate(_one_agent(rows, people, until=NINE + 55)))
    assert "B1" in placed
    assert len(placed) < 3


def test_nearest_to_the_wish() -> None:
    """A lone booking starts at its wish, or as near as its windows and the agent allow."""
    rows = [booking("B1", preferred_start=613)]
    result = allocate(_one_agent(rows, [participant("B1", "P1", NINE, 720)]))
    assert _starts(result) == {"B1": 615}
    assert result.levels[2].objective == 2


def test_participant_never_in_two_sessions() -> None:
    """One person with two bookings and half an hour has only one session, however many agents are free."""
    rows = [booking("B1", duration=20), booking("B2", duration=20)]
    people = [participant("B1", "P", 600, 630), participant("B2", "P", 600, 630)]
    two = replace(_one_agent(rows, people), agents=case(agents=[agent("A1"), agent("A2")]).agents)
    result = allocate(two)
    assert len(_starts(result)) == 1
    assert next(iter(_unplaced(result).values()))["reason"] == "capacity_full"


def test_reasons() -> None:
    """Each of the five reasons is given where it is true, with rules where there are any."""
    rows = [
        booking("B-paid", order_status="pending"),
        booking("B-proxy", holder_type="company", proxy_issued_on=-90),
        booking("B-window"),
        booking("B-skill", skill="libras"),
        booking("B-late"),
        booking("B-full-1"),
        booking("B-full-2"),
    ]
    people = [
        participant("B-paid", "P1", NINE, 720),
        participant("B-proxy", "P2", 1440 + NINE, 1440 + 720),
        participant("B-proxy", "P3", 1440 + NINE, 1440 + 720, "proxy"),
        participant("B-window", "P4", 3 * 60, 4 * 60),
        participant("B-skill", "P5", NINE, 720),
        participant("B-late", "P6", 900, 1000),
        participant("B-full-1", "P7", 600, 620),
        participant("B-full-2", "P8", 600, 620),
    ]
    two_days = case(
        agents=[agent("A1")],
        bookings=rows,
        participants=people,
        duties=[{"agent_id": "A1", "starts_at": NINE, "ends_at": 720}],
        days=2,
    )
    result = allocate(two_days)
    told = _unplaced(result)
    assert {name: row["reason"] for name, row in told.items() if not name.startswith("B-full")} == {
        "B-paid": "not_eligible",
        "B-proxy": "proxy_expires",
        "B-window": "no_common_window",
        "B-skill": "no_skilled_agent",
        "B-late": "no_skilled_agent",
    }
    assert told["B-paid"]["rules"] == "R1"
    full = [name for name in told if name.startswith("B-full")]
    assert len(full) == 1
    assert told[full[0]]["reason"] == "capacity_full"
    assert told[full[0]]["alternatives"] == (565, 570, 630)
    assert told["B-paid"]["alternatives"] == told["B-skill"]["alternatives"] == ()
    assert judge_schedule(two_days.with_schedule(_answer(result))) == []


def test_fixed_pin_stays() -> None:
    """A fixed pin keeps its start and agent, against the wish and within the lead time of others."""
    rows = [
        booking("B1", pin="fixed", pinned_start=600, pinned_agent="A2", preferred_start=560, booked_at=590),
        booking("B2", preferred_start=600),
    ]
    people = [participant("B1", "P1", NINE, 720), participant("B2", "P2", NINE, 720)]
    both = case(
        agents=[agent("A1"), agent("A2")],
        bookings=rows,
        participants=people,
        duties=[{"agent_id": name, "starts_at": NINE, "ends_at": 720} for name in ("A1", "A2")],
    )
    result = allocate(both)
    rows_out = {
        row["booking_id"]: (row["starts_at"], row["agent_id"]) for row in _answer(result).sessions.rows()
    }
    assert rows_out == {"B1": (600, "A2"), "B2": (600, "A1")}
    assert judge_schedule(both.with_schedule(_answer(result))) == []


def test_fixed_pins_are_spread_over_agents() -> None:
    """Pins without an agent find the only assignment that holds, even where the first choice fails."""
    rows = [
        booking("B1", "pf", pin="fixed", pinned_start=600),
        booking("B2", "pf", pin="fixed", pinned_start=610),
        booking("B3", "pj", pin="fixed", pinned_start=600),
    ]
    people = [participant(f"B{n}", f"P{n}", NINE, 720) for n in (1, 2, 3)]
    pinned = case(
        agents=[agent("A1", "pf"), agent("A2", "pf|pj"), agent("A3", "pf|libras")],
        bookings=rows,
        participants=people,
        duties=[{"agent_id": name, "starts_at": NINE, "ends_at": 720} for name in ("A1", "A2", "A3")],
    )
    assert _starts(allocate(pinned)) == {"B1": 600, "B2": 610, "B3": 600}


@pytest.mark.parametrize(
    ("changes", "clash"),
    [
        ([{"pinned_start": 600}, {"pinned_start": 610}, {"pinned_start": 660}], ("B0", "B1")),
        ([{"pinned_start": 800}, {"pinned_start": 610}], ("B0",)),
        ([{"pinned_start": 602}, {"pinned_start": 660}], ("B0",)),
        ([{"pinned_start": 600, "pinned_agent": "A1"}, {"pinned_start": 605}], ("B0", "B1")),
    ],
    ids=["overlap", "off duty", "off the grid", "with an agent"],
)
def test_clashing_pins_are_named(changes: list[dict[str, object]], clash: tuple[str, ...]) -> None:
    """Pins that cannot hold give no answer, and the smallest clash by name."""
    rows = [booking(f"B{n}", pin="fixed", **change) for n, change in enumerate(changes)]
    people = [participant(f"B{n}", f"P{n}", NINE, 900) for n in range(len(changes))]
    result = allocate(_one_agent(rows, people))
    assert result.status is SolveStatus.INFEASIBLE
    assert result.answer is None
    assert result.levels == ()
    assert _named(result) == clash


def test_clash_of_many_pins_is_minimal() -> None:
    """Three pins at one time on two agents clash; the dozen others are not named."""
    rows = [booking(f"B{n:02d}", pin="fixed", pinned_start=NINE + 5 + 30 * (n % 5)) for n in range(10)]
    rows.append(booking("B10", pin="fixed", pinned_start=NINE + 35))
    people = [participant(row["booking_id"], f"P{n}", NINE, 900) for n, row in enumerate(rows)]
    result = allocate(
        case(
            agents=[agent("A1"), agent("A2")],
            bookings=rows,
            participants=people,
            duties=[{"agent_id": name, "starts_at": NINE, "ends_at": 720} for name in ("A1", "A2")],
        )
    )
    assert _named(result) == ("B01", "B06", "B10")
    assert result.clash[-1] == "they overlap on A1 and A2 2026-11-30 09:30-10:00"


def test_one_person_in_two_pins() -> None:
    """Two pins of one person at one time clash though two agents are free."""
    rows = [booking(f"B{n}", pin="fixed", pinned_start=600 + 10 * n) for n in range(2)]
    people = [participant(f"B{n}", "P", NINE, 900) for n in range(2)]
    result = allocate(
        case(
            agents=[agent("A1"), agent("A2")],
            bookings=rows,
            participants=people,
            duties=[{"agent_id": name, "starts_at": NINE, "ends_at": 720} for name in ("A1", "A2")],
        )
    )
    assert _named(result) == ("B0", "B1")
    assert result.clash[-1] == "P must attend both, which overlap 2026-11-30 10:10-10:20"


def test_agent_on_two_duties_is_named() -> None:
    """An agent with overlapping duties is the clash."""
    twice = replace(
        tiny_case(),
        duties=case(
            agents=[],
            duties=[
                {"agent_id": "A1", "starts_at": NINE, "ends_at": 720},
                {"agent_id": "A1", "starts_at": 700, "ends_at": 780},
            ],
        ).duties,
    )
    result = allocate(twice)
    assert result.status is SolveStatus.INFEASIBLE
    assert result.clash == (
        "A1: duty 2026-11-30 09:00-12:00",
        "A1: duty 2026-11-30 11:40-13:00",
        "an agent is on one duty at a time, and A1 would be on both 2026-11-30 11:40-12:00",
    )


def test_movable_pin_is_kept_where_it_costs_no_place() -> None:
    """A movable pin stays against its own wish, but gives way to a booking that has no other time."""
    wish = {"pin": "movable", "pinned_start": 600, "preferred_start": 650}
    people = [participant("B1", "P1", NINE, 720), participant("B2", "P2", 600, 625)]
    alone = allocate(_one_agent([booking("B1", **wish)], people[:1]))
    assert _starts(alone) == {"B1": 600}
    assert alone.levels[1].objective == 1
    crowded = allocate(_one_agent([booking("B1", **wish), booking("B2")], people))
    assert len(_starts(crowded)) == 2
    assert crowded.levels[1].objective == 0


def test_credential_ends_between_days() -> None:
    """An agent whose credential ends on the first day has no session on the second."""
    both_days = case(
        agents=[agent("A1", credential_until=0)],
        bookings=[booking("B1"), booking("B2")],
        participants=[participant("B1", "P1", NINE, 720), participant("B2", "P2", 1440 + NINE, 1440 + 720)],
        duties=[{"agent_id": "A1", "starts_at": at + NINE, "ends_at": at + 720} for at in (0, 1440)],
        days=2,
        first_day=date(2026, 12, 1),
    )
    result = allocate(both_days)
    assert list(_starts(result)) == ["B1"]
    assert _unplaced(result)["B2"]["reason"] == "no_skilled_agent"


@pytest.mark.parametrize("seed", range(4))
def test_middling_days_are_lawful_and_counted(seed: int) -> None:
    """Too large for the exact model: the referee finds nothing, the objective is what is counted."""
    day = random_day(seed)
    result = allocate(day, SolveLimits(work=3))
    solved = day.with_schedule(_answer(result))
    assert judge_schedule(solved) == []
    assert [level.objective for level in result.levels] == stated(value_of(solved))
    assert all(level.gap >= 0 for level in result.levels)
    assert result.reproducible


def test_search_beats_its_own_start() -> None:
    """With work the plan is no worse at the first level than without, and closer to the wishes."""
    day = random_day(3)
    short, long = allocate(day, SolveLimits(work=0.0)), allocate(day, SolveLimits(work=3.0))
    assert long.levels[0].objective >= short.levels[0].objective
    assert long.levels[2].objective < short.levels[2].objective


def test_same_answer_twice_and_under_any_hash_seed() -> None:
    """The schedule depends on the input and the limits only, not on the order of hashes."""
    script = (
        "from tests.allocation.random_cases import random_day\n"
        "from optimizer.allocation import allocate\n"
        "from optimizer.solve_result import SolveLimits\n"
        "answer = allocate(random_day(5), SolveLimits(work=2.0)).answer\n"
        "print(answer.sessions.rows(), answer.unplaced.rows())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(printed) == 1
    assert len(printed.pop()) > 1_000


def test_interrupt_gives_the_best_so_far() -> None:
    """An interrupt at any call of progress still gives a lawful schedule, and says so."""
    day = random_day(2)
    for stop_at in (1, 3, 7):
        calls = 0

        def progress(_fraction: float, _what: str, stop_at: int = stop_at) -> None:
            nonlocal calls
            calls += 1
            if calls == stop_at:
                raise KeyboardInterrupt

        result = allocate(day, SolveLimits(work=2), progress)
        assert result.status is SolveStatus.INTERRUPTED
        assert not result.reproducible
        assert judge_schedule(day.with_schedule(_answer(result))) == []


def test_clock_stops_the_search() -> None:
    """A limit on the clock is kept, a schedule is there all the same, and it is called unreproducible."""
    day = random_day(4, agents=30, load=1.0)
    result = allocate(day, SolveLimits(seconds=1.0, work=1_000.0))
    assert not result.reproducible
    assert result.limited_by == "clock"
    assert judge_schedule(day.with_schedule(_answer(result))) == []


def test_progress_never_goes_back() -> None:
    """The fraction done grows from 0 to 1."""
    told: list[float] = []
    allocate(random_day(1), SolveLimits(work=2), lambda fraction, _what: told.append(fraction))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert min(told) >= 0
