"""Demand, adherence and the shape of a review on days that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from data.day import Decision, Delay, EventStream, Rebook, planned_day
from data.model import Demand, Scenario
from simulation.review import day_facts, events_of_day, merged, review, review_document, summed
from simulation.review.adherence import adherence
from simulation.review.demand_error import demand_errors
from simulation.review.figures import day_figures
from tests.simulation.review.days import LIMIT, NINE, began, came, ended, facts, played, told, two_agents
from tests.support.planned_days import day_with_events


def expected(*rows: tuple[int, str, float]) -> Demand:
    return Demand.from_rows(
        {"starts_at": start, "skill": skill, "required": 1, "expected_bookings": bookings}
        for start, skill, bookings in rows
    )


def test_demand_by_hand() -> None:
    """Intervals of 15 minutes: at 9:00 two sessions (9:05) against 3.5 expected, at 9:30 two (9:35) against
    1, at 10:00 two (10:05) against none, and 0.5 of another skill, of which none was appointed."""
    planned = replace(
        two_agents(),
        demand=expected((NINE, "pf", 3.5), (NINE + 30, "pf", 1.0), (NINE + 30, "pj", 0.5)),
    )
    assert planned.plan.demand_interval_minutes == 15
    rows = demand_errors(planned, [facts(planned, came(4, "B1"))])
    assert [(r.starts_at - NINE, r.skill, r.expected, r.appointed) for r in rows] == [
        (0, "pf", 3.5, 2), (30, "pf", 1.0, 2), (30, "pj", 0.5, 0), (60, "pf", 0.0, 2),
    ]  # fmt: skip
    found = summed(rows)
    assert found.error == pytest.approx((1.5 + 1 + 0.5 + 2) / 6)
    assert found.bias == pytest.approx((5.0 - 6) / 6)
    assert summed(merged(rows, by_skill=True)).error == pytest.approx((1.5 + 0.5) / 6)
    assert summed(merged(rows, by_skill=False)).error == pytest.approx(1.0 / 6)


def test_a_demand_that_expects_no_bookings() -> None:
    """Agents required alone are no forecast: nothing is compared."""
    planned = two_agents(demand=[{"starts_at": NINE, "skill": "pf", "required": 2}])
    assert demand_errors(planned, [facts(planned, came(4, "B1"))]) == ()
    assert math.isnan(summed(()).error)


def test_adherence_by_hand() -> None:
    """A1 logs in at 7, holds B1 and, for A2, C1, begins the pause 9 minutes late, and is gone from 200 to
    230. A2 never comes. Both duties are of 360 minutes."""
    planned = two_agents()
    one = {"agent_id": "A1"}
    day = facts(
        planned,
        (0, "agent_gone", one),
        (0, "agent_gone", {"agent_id": "A2"}),
        *((7, "agent_back", one), came(7, "B1"), began(8, "B1"), ended(28, "B1")),
        *(came(7, "C1"), began(33, "C1"), ended(50, "C1")),
        *((129, "break_started", one), (139, "break_ended", one)),
        *((200, "agent_gone", one), (230, "agent_back", one)),
    )
    first, second = adherence([day])
    assert (first.agent_id, first.duties, first.absences, first.late) == ("A1", 1, 0, 1)
    assert first.late_minutes == pytest.approx(7)
    assert first.gone_minutes == pytest.approx(37)
    assert first.presence == pytest.approx(1 - 37 / 360)
    assert (first.breaks, first.late_breaks, first.breaks_not_taken) == (1, 1, 0)
    assert first.break_minutes_moved == pytest.approx(9)
    assert (first.sessions, first.of_others) == (2, 1)
    assert (second.absences, second.late, second.presence, second.breaks_not_taken) == (1, 0, 0.0, 0)
    twice = adherence([day, day])[0]
    assert (twice.duties, twice.sessions, twice.gone_minutes) == (2, 4, pytest.approx(74))


def test_a_session_after_the_duty() -> None:
    """B1 ends 12 minutes after the end of the duty."""
    planned = two_agents()
    day = facts(planned, came(4, "B1"), began(350, "B1"), ended(372, "B1"))
    assert adherence([day])[0].minutes_after_duty == pytest.approx(12)


def test_decisions_of_the_day_count() -> None:
    """B2 is told at 20 to come at 50 instead of 35: it counts from 50. B3 is rebooked by decision."""
    planned = two_agents()
    events = told(planned, (20, "platform_up", {}), came(45, "B2"), began(52, "B2"), ended(70, "B2"))
    decisions: Sequence[Decision] = (
        Delay(booking_id="B2", agent_id="A1", start=NINE + 50),
        Rebook(booking_id="B3"),
    )
    day = day_facts(planned, replace(events, decided={1: tuple(decisions)}), LIMIT)
    assert day.sessions["B2"].wait == pytest.approx(2)
    assert day.sessions["B3"].outcome == "rebooked_by_issuer"
    assert math.isnan(day.sessions["B3"].wait)


@pytest.mark.parametrize("seed", range(3))
def test_lost_events(seed: int) -> None:
    """With every seventh event lost, and snapshots, the day still adds up, is not taken for whole, and ends
    as the state of the stream says."""
    case, events = day_with_events(seed, snapshot_minutes=60.0)
    kept = [event for event in events if event.number % 7 or event.kind == "snapshot"]
    found = day_facts(case, events_of_day(case, kept), LIMIT)
    stream = EventStream(case.axis, planned_day(case, 0))
    for event in kept:
        stream.receive(event)
    assert set(found.sessions) == set(stream.state.sessions)
    assert found.gaps == tuple(stream.gaps())
    figures = day_figures([found])
    assert figures["sessions"] == len(case.sessions)
    assert all(not fact.wait < 0.0 for fact in found.sessions.values())


def test_figures_are_expected_as_they_are_played() -> None:
    """On days played by the scenario that is assumed, about one figure in twenty is unusual, not more."""
    scenario = Scenario(agent_absence=0.1, login_late_probability=0.1)
    unusual = total = 0
    for seed in range(500, 510):
        case, _, _, events = played(scenario, seed)
        found = review(case, [events_of_day(case, events)], scenario, 100)
        known = [figure for figure in found.figures.values() if figure.expected is not None]
        assert len(known) == len(found.figures)
        total += len(known)
        unusual += sum(not figure.is_usual for figure in known)
    assert unusual <= 0.1 * total


def test_a_day_that_is_not_over_is_not_compared() -> None:
    """Its figures are told, and nothing is expected of it."""
    planned = two_agents()
    found = review(planned, [told(planned, came(4, "B1"), began(5, "B1"))], Scenario(), 20)
    assert not found.days[0].complete
    assert all(figure.expected is None and figure.is_usual for figure in found.figures.values())
    document = review_document(planned.axis, found)
    assert document["replications"] == 0
    assert document["days"][0]["open_sessions"] == 6


def test_a_day_comes_once() -> None:
    """Twice, or never, is refused."""
    planned = two_agents()
    day = told(planned, came(4, "B1"))
    with pytest.raises(ValueError, match="each once"):
        review(planned, [day, day], Scenario(), 20)
    with pytest.raises(ValueError, match="one day or more"):
        review(planned, [], Scenario(), 20)
