"""Repairs of days that a person can work out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.day import (
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    Rebind,
    Rebook,
    SessionNow,
    Status,
    carry_out,
    planned_day,
)
from data.day.repaired import Disruption, RepairPlan
from data.files.added_bookings import with_added
from data.model import Break, Case, Sessions, Standby
from data.referee.repair import judge_repair
from optimizer.repair import DayMender, Repair, Repairer
from optimizer.repair.documents import levels, limited_by, repair_document, sentences
from optimizer.repair.texts import CATALOGUES
from tests.support.cases import agent, booking, case, participant
from tests.support.planned_days import planned_day_case

NINE, TEN = 9 * 60, 10 * 60
OPENS, CLOSES = 8 * 60, 20 * 60


def two_agents(*sessions: tuple[str, str, int], until: int = CLOSES, standby: bool = False) -> Case:
    """Agents A and B of a pool, on duty from 8 to 12 h without breaks; sessions of 20 minutes (28 in all)."""
    people = [agent(name, skills="pf", pool="p") for name in ("A", "B")]
    people += [agent("S", skills="pf", pool="p")] if standby else []
    built = case(
        agents=people,
        bookings=[booking(name) for name, _, _ in sessions],
        participants=[participant(name, f"P{name}", OPENS, until) for name, _, _ in sessions],
        duties=[{"agent_id": name, "starts_at": OPENS, "ends_at": 12 * 60} for name in ("A", "B")],
    )
    table = [
        {"booking_id": name, "agent_id": who, "starts_at": start, "duration_minutes": 20}
        for name, who, start in sessions
    ]
    on_call = [{"agent_id": "S", "starts_at": OPENS, "ends_at": 14 * 60}] if standby else []
    return replace(built, sessions=Sessions.from_rows(table), standby=Standby.from_rows(on_call))


def started(state: DayState, name: str, start: int, expected_end: float) -> None:
    """A session runs, and its agent says until when."""
    session = state.sessions[name]
    state.put(
        replace(
            session,
            status=Status.RUNNING,
            connected=session.participants,
            connected_at=float(start),
            started_at=float(start),
            expected_end=expected_end,
        )
    )


def connected(state: DayState, name: str, at: float) -> None:
    """The customer of a session is there."""
    session = state.sessions[name]
    state.put(replace(session, status=Status.CONNECTED, connected=session.participants, connected_at=at))


def mended(built: Case, state: DayState, now: int) -> Repair:
    """The repair, which the referee has nothing against."""
    found = Repairer(built).repair(state, now)
    assert judge_repair(with_added(built, state), state, now, found.plan) == []
    return found


def test_a_day_that_goes_as_planned_is_left_alone() -> None:
    """At every quarter of an hour of a full day of three pools: no decision."""
    built = planned_day_case(6, 3)
    state = planned_day(built, 0)
    for now in range(OPENS, 14 * 60, 15):
        for session in list(state.sessions.values()):
            if session.start <= now and session.status is Status.EXPECTED:
                over = session.start + session.duration
                done = replace(session, status=Status.ENDED, ended_at=float(over))
                if now >= over:
                    state.put(done)
                else:
                    state.put(replace(session, status=Status.RUNNING, started_at=float(session.start)))
            elif session.status is Status.RUNNING and now >= session.start + session.duration:
                over = float(session.start + session.duration)
                state.put(replace(session, status=Status.ENDED, ended_at=over))
        for known in list(state.agents.values()):
            taken = sum(pause.end <= now for pause in known.breaks)
            current = [p for p in known.breaks if p.start <= now < p.end]
            since = float(current[0].start) if current else None
            state.agents[known.agent_id] = replace(
                known, breaks_taken=taken + len(current), on_break_since=since
            )
        found = mended(built, state, now)
        assert found.plan.decisions == ()
        assert found.touched == ()


def test_a_small_overrun_is_not_noticed() -> None:
    """A is free at 9:31, with set-up the next session begins at 9:36, a minute late: nothing is decided."""
    built = two_agents(("one", "A", NINE), ("two", "A", NINE + 35))
    state = planned_day(built, 0)
    started(state, "one", NINE, NINE + 27.5)
    assert mended(built, state, NINE + 10).plan.decisions == ()


def test_another_agent_takes_over_first() -> None:
    """A runs over until 9:50; B, who is idle, holds the session of 9:35 in time."""
    built = two_agents(("one", "A", NINE), ("two", "A", NINE + 35))
    state = planned_day(built, 0)
    started(state, "one", NINE, NINE + 50.0)
    found = mended(built, state, NINE + 10)
    assert found.plan.decisions == (Rebind(booking_id="two", agent_id="B"),)
    assert found.plan.sessions["two"] == ("B", NINE + 35)
    assert found.disruption == found.bounds
    assert (found.disruption.rebound, found.disruption.minutes) == (1, 0)


def test_a_delay_is_told_on_the_grid() -> None:
    """Both run over until 9:37 + 3 of wrap-up + 5 of set-up: 9:45, ten minutes late, and no sooner."""
    built = two_agents(("one", "A", NINE), ("other", "B", NINE), ("two", "A", NINE + 35))
    state = planned_day(built, 0)
    started(state, "one", NINE, NINE + 37.0)
    started(state, "other", NINE, NINE + 37.0)
    assert mended(built, state, NINE + 20).plan.decisions == (
        Delay(booking_id="two", agent_id="A", start=NINE + 45),
    )
    started(state, "one", NINE, NINE + 38.0)
    started(state, "other", NINE, NINE + 38.0)
    assert mended(built, state, NINE + 20).plan.decisions == (
        Delay(booking_id="two", agent_id="A", start=NINE + 50),
    )


def test_standby_comes_before_a_delay() -> None:
    """An agent on standby can serve from 9:30 on, set-up included: called for 9:35, until 13:30."""
    built = two_agents(("one", "A", NINE), ("other", "B", NINE), ("two", "A", NINE + 35), standby=True)
    state = planned_day(built, 0)
    started(state, "one", NINE, NINE + 40.0)
    started(state, "other", NINE, NINE + 40.0)
    assert mended(built, state, NINE + 10).plan.decisions == (
        CallStandby(agent_id="S", start=NINE + 30, end=NINE + 270),
        Rebind(booking_id="two", agent_id="S"),
    )


def test_who_cannot_be_held_in_time_gets_a_new_time_within_the_windows() -> None:
    """Both agents are away until 10:20: the customer of 9:35 is offered the next start that can be held."""
    built = two_agents(("two", "A", NINE + 35))
    state = planned_day(built, 0)
    for name in ("A", "B"):
        gone = replace(state.agents[name], gone_since=NINE - 5.0, gone_until=TEN + 20.0)
        state.agents[name] = gone
    assert mended(built, state, NINE).plan.decisions == (
        NewTime(booking_id="two", agent_id="A", start=TEN + 25),
    )
    narrow = two_agents(("two", "A", NINE + 35), until=TEN + 40)
    found = mended(narrow, state, NINE)
    assert found.plan.decisions == (Rebook(booking_id="two"),)
    assert found.reasons == {"two": "out_of_reach"}


def test_the_frozen_time_and_connected_customers() -> None:
    """No new time within the link lead, nor for who is there: they are rebooked."""
    built = two_agents(("two", "A", NINE + 35))
    state = planned_day(built, 0)
    for name in ("A", "B"):
        gone = replace(state.agents[name], gone_since=NINE - 5.0, gone_until=TEN + 20.0)
        state.agents[name] = gone
    assert mended(built, state, NINE + 6).plan.decisions == (Rebook(booking_id="two"),)
    connected(state, "two", NINE - 1.0)
    found = mended(built, state, NINE)
    assert found.plan.decisions == (Rebook(booking_id="two"),)
    assert found.disruption.rebooked[4] == 1


def test_a_connected_customer_goes_before_one_who_is_not() -> None:
    """One agent is left at 9:30, for one of two sessions of 9:35: the customer who is there is served."""
    for there in ("one", "two"):
        built = two_agents(("one", "A", NINE + 35), ("two", "B", NINE + 35))
        state = planned_day(built, 0)
        state.agents["B"] = replace(state.agents["B"], gone_since=NINE + 29.0)
        connected(state, there, NINE + 28.0)
        found = mended(built, state, NINE + 30)
        left = {"one", "two"} - {there}
        assert {d.booking_id for d in found.plan.decisions if isinstance(d, Rebook)} == left
        assert set(found.plan.sessions) == {there}


def test_a_rebooking_can_wait() -> None:
    """Asked again and again, the repair leaves a customer who may still find room; one call rebooks.

    Beyond the frozen time, and with nobody left who could hold them, both rebook.
    """
    built = two_agents(("one", "A", NINE + 35), ("two", "B", NINE + 35), until=TEN)
    mender = DayMender(built)

    def settled(state: DayState, now: int) -> tuple[Decision, ...]:
        late = mender.foreseen(state, now).late
        return mender.settled(state, now, mended(built, state, now), late)

    state = planned_day(built, 0)
    state.now = NINE + 30.0
    state.agents["B"] = replace(state.agents["B"], gone_since=NINE + 29.0)
    connected(state, "one", NINE + 28.0)
    assert mended(built, state, NINE + 30).plan.decisions == (Rebook(booking_id="two"),)
    assert settled(state, NINE + 30) == ()
    state.agents["A"] = replace(state.agents["A"], gone_since=NINE + 29.0)
    assert len(mended(built, state, NINE + 30).plan.decisions) == 2
    assert settled(state, NINE + 30) == ()
    state.now = NINE - 0.5
    assert {d.booking_id for d in settled(state, NINE) if isinstance(d, Rebook)} == {"one", "two"}


def test_another_start_waits_until_it_is_sure() -> None:
    """A delay or a new time of the plan is decided when the customer is likely to be late, not before."""
    built = two_agents(("one", "A", NINE + 60), ("two", "A", NINE + 95), until=TEN + 60)
    state = planned_day(built, 0)
    repair = repair_of(Delay(booking_id="two", agent_id="A", start=NINE + 105))
    mender = DayMender(built)
    assert mender.settled(state, NINE, repair, {"two": 0.49}) == ()
    assert mender.settled(state, NINE, repair, {}) == ()
    assert mender.settled(state, NINE, repair, {"two": 0.5}) == repair.plan.decisions


def repair_of(*decisions: Decision) -> Repair:
    """A repair that decides so."""
    return Repair(
        plan=RepairPlan(decisions, {}, {}, ()),
        disruption=Disruption(),
        bounds=Disruption(),
        touched=(),
        bookings=frozenset(),
        reasons={},
        seconds=0.0,
        stopped=False,
        reproducible=True,
    )


def test_agents_hear_only_of_what_is_near() -> None:
    """Another agent for a session, and another time for a break, wait until half an hour before."""
    built = two_agents(("one", "A", NINE + 30), ("two", "A", NINE + 65), until=TEN + 60)
    state = planned_day(built, 0)
    pause = Break(NINE + 60, NINE + 70, "pause")
    state.agents["A"] = replace(state.agents["A"], breaks=(pause,))
    near = Rebind(booking_id="one", agent_id="B")
    far = Rebind(booking_id="two", agent_id="B")
    earlier = MoveBreak(agent_id="A", place=0, start=NINE + 40)
    mender = DayMender(built)
    repair = repair_of(near, far, earlier)
    assert mender.settled(state, NINE - 1, repair, {}) == ()
    assert mender.settled(state, NINE, repair, {}) == (near,)
    assert mender.settled(state, NINE + 10, repair, {}) == (near, earlier)
    assert mender.settled(state, NINE + 35, repair, {}) == (near, far, earlier)


def test_a_told_delay_does_not_begin_the_tolerance_anew() -> None:
    """Told 9:45 for 9:35, the customer can't be put off beyond 9:50, by the appointment."""
    built = two_agents(("two", "A", NINE + 35))
    state = planned_day(built, 0)
    assert carry_out(state, Delay(booking_id="two", agent_id="A", start=NINE + 45))
    for name, back in (("A", NINE + 45.0), ("B", NINE + 46.0)):
        state.agents[name] = replace(state.agents[name], gone_since=NINE + 1.0, gone_until=back)
    assert mended(built, state, NINE + 20).plan.sessions["two"] == ("A", NINE + 50)
    state.agents["A"] = replace(state.agents["A"], gone_until=NINE + 46.0)
    assert mended(built, state, NINE + 20).plan.decisions == (Rebook(booking_id="two"),)


def test_a_break_is_moved_before_a_customer_is_told() -> None:
    """A pause of 10:05 is in the way of a session that must go to its agent: it is taken at another time."""
    built = planned_day_case(2)
    state = planned_day(built, 0)
    now = 9 * 60 + 50
    for session in list(state.sessions.values()):
        if session.start < now:
            state.put(replace(session, status=Status.ENDED, ended_at=session.start + 25.0))
    target = next(s for s in state.sessions.values() if s.agent_id == "A001" and s.start > now)
    state.agents["A001"] = replace(state.agents["A001"], gone_since=float(now))
    for session in list(state.sessions.values()):
        if session.start > now and session.booking_id != target.booking_id:
            state.put(replace(session, status=Status.CANCELLED))
    pause = state.agents["A000"].breaks[0]
    state.put(replace(target, start=pause.start, planned_start=pause.start))
    found = mended(built, state, now)
    kinds = [type(decision) for decision in found.plan.decisions]
    assert kinds == [MoveBreak, Rebind]
    assert found.plan.sessions[target.booking_id] == ("A000", pause.start)


def test_the_platform_is_waited_for() -> None:
    """Down until 9:47: the session of 9:35 is told 9:50, with its own agent."""
    built = two_agents(("two", "A", NINE + 35))
    state = planned_day(built, 0)
    state.platform_down_since, state.platform_down_until = NINE + 30.0, NINE + 47.0
    assert mended(built, state, NINE + 31).plan.decisions == (
        Delay(booking_id="two", agent_id="A", start=NINE + 50),
    )


def test_who_does_not_come_is_not_waited_for_for_ever() -> None:
    """16 minutes after the appointment, with a tolerance of 15, the agent's time is free again."""
    built = two_agents(("one", "A", NINE), ("two", "A", NINE + 35))
    state = planned_day(built, 0)
    assert mended(built, state, NINE + 15).plan.awaited == ()
    found = mended(built, state, NINE + 16)
    assert found.plan.awaited == ("one",)
    assert found.plan.decisions == ()


def test_a_session_that_nobody_holds_finds_an_agent() -> None:
    """A booking rescheduled to today without an agent goes to whoever is free."""
    built = two_agents(("one", "A", NINE), ("two", "B", TEN))
    state = planned_day(built, 0)
    state.put(replace(state.sessions["two"], agent_id="", start=NINE, planned_start=TEN))
    assert mended(built, state, NINE - 30).plan.decisions == (Rebind(booking_id="two", agent_id="B"),)


def test_nobody_is_in_two_sessions_at_once() -> None:
    """Where a person's first session runs over, the second waits for the person, not only for an agent."""
    built = two_agents(("one", "A", NINE), ("two", "B", NINE + 30))
    state = planned_day(built, 0)
    both = ("Pone",)
    started(state, "one", NINE, NINE + 38.0)
    state.put(replace(state.sessions["one"], participants=both))
    state.put(replace(state.sessions["two"], participants=both))
    assert mended(built, state, NINE + 10).plan.decisions == (
        Delay(booking_id="two", agent_id="B", start=NINE + 40),
    )


def test_a_session_that_is_in_no_table_stays_with_its_agent() -> None:
    """What it asks for is not known: it is planned with its own agent, or rebooked."""
    built = two_agents(("one", "A", NINE))
    state = planned_day(built, 0)
    state.put(SessionNow("new", NINE, NINE, 20, "B", ("X",)))
    assert mended(built, state, NINE - 30).plan.sessions["new"] == ("B", NINE)
    state.agents["B"] = replace(state.agents["B"], gone_since=NINE - 31.0)
    assert mended(built, state, NINE - 30).plan.decisions == (Rebook(booking_id="new"),)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_words_and_figures(language: str) -> None:
    """Every decision has a sentence, every level a bound, and both languages have the same texts."""
    built = two_agents(("one", "A", NINE), ("two", "A", NINE + 35))
    state = planned_day(built, 0)
    started(state, "one", NINE, NINE + 50.0)
    found = mended(built, state, NINE + 10)
    document = repair_document(built.axis, state, NINE + 10, found, language)
    (line,) = sentences(built.axis, state, found, language)
    assert line == document["decisions"][0]["sentence"]
    assert "two (09:35)" in line
    assert [level.gap for level in levels(found)] == [0.0] * 6
    assert limited_by(found) == ""
    assert CATALOGUES["en"].keys() == CATALOGUES["pt-BR"].keys()
