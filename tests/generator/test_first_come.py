"""First come, first served, against a plain restatement that looks at every start and every agent."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.eligibility import evaluate, occupations, start_windows
from data.generator import GeneratorSettings, first_come_first_served, generate
from data.generator.first_come import nearest
from data.model import MISSING, Case, Unplaced, tokens
from data.referee import judge
from tests.support.cases import tiny_case


@settings(deadline=None, derandomize=True)
@given(st.sets(st.integers(0, 40)), st.integers(-30, 240))
def test_nearest_is_the_least_by_distance_and_then_by_time(points: set[int], wish: int) -> None:
    """The bit trick agrees with the plain minimum."""
    bits = sum(1 << point for point in points)
    plain = min(points, key=lambda point: (abs(point * 5 - wish), point), default=-1)
    assert nearest(bits, wish, 5) == plain
    assert nearest(bits, MISSING, 5) == min(points, default=-1)


def plainly(case: Case) -> list[tuple[str, str, int]]:
    """The same rule, written with loops: booking, agent and start, in the order of placing."""
    eligibility = evaluate(case)
    windows, needed = start_windows(case, eligibility), occupations(case, eligibility)
    people: dict[int, list[str]] = {}
    for row, booking in enumerate(eligibility.booking_of.tolist()):
        if eligibility.required[row]:
            people.setdefault(booking, []).append(case.participants.participant_id[row])
    taken: dict[str, list[tuple[int, int]]] = {}
    placed = []
    agents = case.agents.rows()

    def free(name: str, begin: int, end: int) -> bool:
        return all(end <= since or until <= begin for since, until in taken.get(name, []))

    rows = sorted(
        range(len(case.bookings)),
        key=lambda r: (case.bookings.pin[r] != "fixed", case.bookings.booked_at[r], r),
    )
    for row in rows:
        booking = case.bookings.row(row)
        starts = [s for first, last in windows.of(row) for s in range(first, last + 1, 5)]
        wish = booking["preferred_start"]
        if wish != MISSING:
            starts.sort(key=lambda start, wish=wish: (abs(start - wish), start))
        chosen = None
        for start in starts:
            begin = start - int(needed.set_up[row])
            end = begin + int(needed.occupied[row])
            until = start + booking["duration_minutes"]
            if all(free(name, start, until) for name in people[row]):
                chosen = next(
                    (
                        agent["agent_id"]
                        for agent in agents
                        if booking["skill"] in tokens(agent["skills"])
                        and (booking["pin"] != "fixed" or booking["pinned_agent"] in ("", agent["agent_id"]))
                        and free(agent["agent_id"], begin, end)
                        and any(
                            since <= begin and end <= to
                            for duty in case.roster.by_agent.get(agent["agent_id"], ())
                            for since, to in duty.segments
                        )
                    ),
                    None,
                )
            if chosen:
                taken.setdefault(chosen, []).append((begin, end))
                for name in people[row]:
                    taken.setdefault(name, []).append((start, until))
                placed.append((booking["booking_id"], chosen, start))
                break
    return placed


@pytest.mark.parametrize(("days", "seed"), [(1, 1), (1, 2), (2, 3)])
def test_it_places_what_the_plain_rule_places(days: int, seed: int) -> None:
    """Session by session the same as the loops."""
    case = generate(GeneratorSettings(agents=10, days=days, load=0.95, seed=seed)).case
    sessions = first_come_first_served(case)
    got = zip(
        sessions.booking_id.tolist(), sessions.agent_id.tolist(), sessions.starts_at.tolist(), strict=True
    )
    assert set(got) == set(plainly(case))


def test_its_sessions_are_legal() -> None:
    """The referee finds nothing wrong with them: the greedy is honest, only short-sighted."""
    case = generate(GeneratorSettings(agents=40, days=6, load=0.9, seed=4)).case
    sessions = first_come_first_served(case)
    placed = set(sessions.booking_id.tolist())
    unplaced = Unplaced.from_rows(
        {"booking_id": booking, "reason": "not_eligible" if rules else "capacity_full", "rules": rules}
        for booking, rules in zip(
            case.bookings.booking_id.tolist(), evaluate(case).broken.tolist(), strict=True
        )
        if booking not in placed
    )
    assert judge(replace(case, sessions=sessions, unplaced=unplaced)) == []


def test_it_places_all_where_there_is_room() -> None:
    """Four bookings, two agents: nothing is left out, and without wishes the earliest starts are taken."""
    case = tiny_case()
    sessions = first_come_first_served(case)
    assert sorted(zip(sessions.booking_id.tolist(), sessions.starts_at.tolist(), strict=True)) == [
        ("B1", 545),
        ("B2", 545),
        ("B3", 600),
        ("B4", 575),
    ]


def test_a_case_without_duties_places_nothing() -> None:
    """Nobody is in service."""
    case = tiny_case()
    empty = replace(case, duties=case.duties.take([]), breaks=case.breaks.take([]))
    assert len(first_come_first_served(empty)) == 0
