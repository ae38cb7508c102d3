"""The search: what it finds is confirmed, and is that of exact formulas where there are any."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from benchmarks.capacity.walk_in_limits import QUEUES, Queue, limit
from data.model import Bookings, Participants, Scenario, Sessions
from optimizer.requirement.formulas import FormulaStaffing, erlang_a, erlang_c, square_root
from optimizer.requirement.load import OfferedLoad
from optimizer.requirement.played_day import DayPlayer
from optimizer.requirement.requirement import (
    NothingExpectedError,
    Request,
    day_tasks,
    find_requirement,
    misses,
)
from optimizer.requirement.search import SEARCHING_FROM, DaySearch
from optimizer.requirement.service import ServiceTarget
from simulation.theory.erlang import ErlangAbandonment, ErlangDelay, square_root_staffing
from tests.requirement.small_days import expecting
from tests.support.cases import booking, participant

TARGET = ServiceTarget.parse("wait_over_10<=2%")
SMALL = Request((TARGET,), replications=200, seed=3)


@pytest.mark.parametrize("queue", [QUEUES[0], QUEUES[3]], ids=lambda queue: queue.name)
def test_walk_ins_need_what_the_formulas_say(queue: Queue) -> None:
    """M/M/c and M/M/c+M: the fewest agents are those of Erlang C and A, and so are the long waits."""
    found = limit(queue, 100, effort=1, seed=2)
    assert found.agrees, found


@pytest.mark.soak
@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_all_queues_need_what_the_formulas_say(queue: Queue) -> None:
    """The same for small and large teams, with four times the replications."""
    found = limit(queue, 400, effort=4, seed=7)
    assert found.agrees, found


def test_formulas_are_the_fewest() -> None:
    """One agent fewer than a formula's answer misses the target; the square-root rule is near."""
    for rate, minutes in product((0.1, 0.5, 2.0), (20.0, 30.0)):
        c = erlang_c(rate, minutes, 10.0, 0.02)
        assert ErlangDelay(c, rate, 1.0 / minutes).wait_exceeds(10.0) <= 0.02
        fewer = c - 1
        assert fewer <= rate * minutes or ErlangDelay(fewer, rate, 1.0 / minutes).wait_exceeds(10.0) > 0.02
        a = erlang_a(rate, minutes, 24.0, 10.0, 0.02)
        assert ErlangAbandonment(a, rate, 1.0 / minutes, 1.0 / 24.0).wait_exceeds(10.0) <= 0.02
        assert ErlangAbandonment(a - 1, rate, 1.0 / minutes, 1.0 / 24.0).wait_exceeds(10.0) > 0.02
        assert abs(square_root(rate * minutes, minutes, 10.0, 0.02) - c) <= 2
    assert square_root(50.0, 1.0, 0.0, 0.2) == square_root_staffing(50.0, 0.2)


def test_the_requirement_of_a_day_is_confirmed_and_spares_nobody() -> None:
    """On chance that had no part in the search no period surely misses; any two agents fewer all day do, and
    fewer than the load can't be enough."""
    found = find_requirement(expecting({"pf": 6.0, "pj": 4.0}, ("pf|pj",) * 3), Scenario(), SMALL)
    (day,) = found.days
    assert misses(day.served_badly, (0.02,)).surely == 0
    assert found.is_reached
    assert day.staffing.sum() >= day.load.busy.sum()
    assert (day.rostered.sum(axis=1) >= day.on_the_floor.sum(axis=1)).all()
    assert day.worth is not None
    assert (day.worth.one_fewer[day.staffing > 0] > 0.0).all()
    task = day_tasks(expecting({"pf": 6.0, "pj": 4.0}, ("pf|pj",) * 3), Scenario(), SMALL, found.present)[0]
    search = DaySearch(DayPlayer(task.frame, task.customers, Scenario(), 11), (TARGET,), day.load)
    fewer = search.measure(np.maximum(day.staffing - 2, 0), SEARCHING_FROM, 50)
    assert (search.shares(fewer) > 0.02).any()


def test_the_answer_does_not_depend_on_the_workers() -> None:
    """Two processes find what one does, day by day."""
    case = expecting({"pf": 2.0}, ("pf",), days=2)
    request = Request((TARGET,), replications=20, with_worth=False)
    alone, together = (find_requirement(case, Scenario(), request, workers) for workers in (1, 2))
    assert len(alone.days) == 2
    for one, other in zip(alone.days, together.days, strict=True):
        assert np.array_equal(one.staffing, other.staffing)
        assert one.served_badly == other.served_badly


def test_work_in_processes_can_be_stopped() -> None:
    """What the progress raises ends the processes, and goes on to the caller."""

    def stop(_fraction: float, _what: str) -> None:
        raise KeyboardInterrupt

    case = expecting({"pf": 2.0}, ("pf",), days=2)
    with pytest.raises(KeyboardInterrupt):
        find_requirement(case, Scenario(), SMALL, 2, stop)
    for child in multiprocessing.active_children():
        child.join(10.0)
    assert not multiprocessing.active_children()


def test_a_schedule_has_a_requirement_of_its_own() -> None:
    """One session an hour, alone: one agent while it lasts; with twice as many at once, two."""
    case = expecting({"pf": 1.0}, ("pf",), length=30)
    names = [f"B{number}" for number in range(8)]
    certain = Scenario(
        duration_sigma=0.0,
        duration_mean=20.0,
        late_probability=0.0,
        early_mean=0.0,
        failure_recoverable=0.0,
        agent_absence=0.0,
    )
    starts = [540, 600, 660, 720, 540, 600, 660, 720]
    planned = replace(
        case,
        bookings=Bookings.from_rows([booking(name) for name in names]),
        participants=Participants.from_rows([participant(n, f"P{n}", 480, 840) for n in names]),
        sessions=Sessions.from_rows(
            [
                {"booking_id": name, "agent_id": "A0", "starts_at": start, "duration_minutes": 20}
                for name, start in zip(names, starts, strict=True)
            ]
        ),
    )
    target = ServiceTarget.parse("wait_over_1<=0%")
    for count, agents in ((4, 1), (8, 2)):
        some = replace(planned, sessions=planned.sessions.take(np.arange(count)))
        request = Request((target,), source="schedule", replications=20, with_worth=False)
        (day,) = find_requirement(some, certain, request).days
        assert day.staffing.max() == agents
        assert day.expected.sum() == count


def test_punctuality_and_rebookings_can_be_asked_for() -> None:
    """More than one target at once; each is kept."""
    targets = (ServiceTarget.parse("on_time_share>=80%"), ServiceTarget.parse("rebooked_by_issuer<=1%"))
    request = Request(targets, replications=100, with_worth=False)
    (day,) = find_requirement(expecting({"pf": 6.0}, ("pf",)), Scenario(), request).days
    assert misses(day.served_badly, (0.2, 0.01)).surely == 0
    assert not day.out_of_reach


def test_what_no_number_of_agents_reaches_is_told() -> None:
    """15 % of customers come late: nobody can have 99 % begin on time."""
    request = Request((ServiceTarget.parse("on_time_share>=99%"),), replications=20)
    found = find_requirement(expecting({"pf": 6.0}, ("pf",)), Scenario(), request)
    assert not found.is_reached
    assert all(share > 0.01 for _, _, share in found.days[0].out_of_reach)


def test_nothing_expected_is_an_error() -> None:
    """A case without bookings to come, or without sessions, has no requirement."""
    case = expecting({"pf": 0.0}, ("pf",))
    with pytest.raises(NothingExpectedError, match="expected"):
        find_requirement(case, Scenario(), SMALL)
    with pytest.raises(NothingExpectedError, match="sessions"):
        find_requirement(case, Scenario(), Request((TARGET,), source="schedule"))
    with pytest.raises(ValueError, match="in service"):
        find_requirement(case, Scenario(agent_absence=1.0), SMALL)


def test_the_formulas_stand_beside_each_interval() -> None:
    """Erlang A asks for no more than Erlang C, and both for more than the load."""
    task = day_tasks(expecting({"pf": 12.0}, ("pf",)), Scenario(), SMALL, 1.0)[0]
    load = OfferedLoad.of(task.frame, task.customers, Scenario(), 1)
    found = FormulaStaffing.of(load, (TARGET,), Scenario())
    assert (found.erlang_a <= found.erlang_c).all()
    assert (found.erlang_c > load.busy.sum(axis=1)).all()
