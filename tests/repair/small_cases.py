"""Small days in the middle of which much has gone wrong, by chance."""

from __future__ import annotations

import random
from dataclasses import replace

from data.day import DayState, SessionNow, Status, planned_day
from data.day.records import AddedBooking, AgentNow
from data.model import Break, Case, Sessions, Standby
from data.policies import default_service_policies
from tests.support.cases import agent, booking, case, participant

OPENS = 8 * 60


def small_day(seed: int) -> tuple[Case, DayState, int]:
    """A case of one or two pools with a few sessions, the state of its day, and the minute."""
    rng = random.Random(seed)
    now = OPENS + rng.randint(60, 200)
    built = _planned(rng, now)
    state = planned_day(built, 0)
    state.now = float(now)
    for name in list(state.sessions):
        _happens_to_session(rng, state, name, now)
    for name in list(state.agents):
        _happens_to_agent(rng, state, name, now)
    if rng.random() < 0.15:
        _outage(rng, state, now)
    if rng.random() < 0.15:
        _added(rng, built, state, now)
    return built, state, now


def _planned(rng: random.Random, now: int) -> Case:
    agents, duties, breaks, bookings, people, sessions = [], [], [], [], [], []
    pools = rng.choice((1, 1, 2))
    skills = ("pf", "pf|pj", "pf|pj", "pj")
    for number in range(rng.randint(2, 4)):
        name = f"A{number}"
        pool = "" if rng.random() < 0.1 else f"pool-{number % pools}"
        contract = rng.choice(("clt", "nr17"))
        agents.append(agent(name, skills=rng.choice(skills), pool=pool, contract=contract))
        begins = OPENS + 5 * rng.randint(0, 24)
        ends = begins + 5 * rng.randint(60, 75)
        duties.append({"agent_id": name, "starts_at": begins, "ends_at": ends})
        mine = _breaks(rng, contract, begins, ends)
        breaks += [{"agent_id": name, "starts_at": b.start, "ends_at": b.end, "kind": b.kind} for b in mine]
        at = max(begins + 5, 5 * ((now - rng.randint(0, 45)) // 5))
        for _ in range(rng.randint(1, 3)):
            minutes = rng.choice((15, 20, 25, 30))
            while any(b.start < at + minutes + 3 and at - 5 < b.end for b in mine):
                at += 5
            if at + minutes + 3 > ends:
                break
            booked = f"B{len(bookings)}"
            row = booking(booked, skill=rng.choice(agents[-1]["skills"].split("|")), duration=minutes)
            row["priority"] = rng.choice((1, 3, 5, 5, 5))
            if rng.random() < 0.1:
                row |= {"pin": "fixed", "pinned_start": at}
            bookings.append(row)
            window = rng.choice(((OPENS, 20 * 60), (OPENS, 20 * 60), (at - 60, at + 120), (at, at + minutes)))
            person = f"P{rng.randint(0, len(bookings) - 1) if rng.random() < 0.15 else len(bookings)}"
            people.append(participant(booked, person, *window))
            if rng.random() < 0.2:
                row |= {"holder_type": "company", "joint_clause": True}
                people.append(participant(booked, f"Q{len(bookings)}", *window, role="co_representative"))
            sessions.append(
                {"booking_id": booked, "agent_id": name, "starts_at": at, "duration_minutes": minutes}
            )
            at += 5 * rng.choice((6, 7, 8, 8, 10, 14, 20))
            at = max(at, sessions[-1]["starts_at"] + -(-(minutes + 8) // 5) * 5)
    standby = []
    if rng.random() < 0.4:
        agents.append(agent("S0", skills="pf|pj", pool="pool-0"))
        standby = [{"agent_id": "S0", "starts_at": OPENS, "ends_at": now + rng.randint(30, 300)}]
    tolerance = rng.choice((15, 15, 10, 20))
    service = tuple(
        p.model_copy(update={"rebooking_after_minutes": tolerance, "link_lead_minutes": rng.choice((30, 10))})
        for p in default_service_policies()
    )
    built = case(
        agents=agents, bookings=bookings, participants=people, duties=duties, breaks=breaks, service=service
    )
    return replace(built, sessions=Sessions.from_rows(sessions), standby=Standby.from_rows(standby))


def _breaks(rng: random.Random, contract: str, begins: int, ends: int) -> list[Break]:
    if contract == "clt":
        at = begins + 5 * rng.randint(20, 40)
        return [Break(at, at + 15, "meal")]
    first = begins + 5 * rng.randint(12, 20)
    meal = first + 5 * rng.randint(8, 20)
    last = min(meal + 5 * rng.randint(8, 20), ends - 70)
    return [
        Break(first, first + 10, "pause"),
        Break(meal, meal + 20, "meal"),
        Break(last, last + 10, "pause"),
    ]


def _happens_to_session(rng: random.Random, state: DayState, name: str, now: int) -> None:
    session = state.sessions[name]
    if session.start > now:
        if rng.random() < 0.1 and session.start < now + 10:
            session = _connected(session, now - 0.4)
        elif rng.random() < 0.1 and len(session.participants) > 1:
            session = replace(session, connected=session.participants[:1])
        elif rng.random() < 0.05:
            session = replace(session, start=session.start + 10)
        elif rng.random() < 0.05:
            session = replace(session, agent_id="")
    elif state.running_with(session.agent_id) is None and rng.random() < 0.5:
        late = rng.random() < 0.5
        session = replace(
            _connected(session, float(session.start)),
            status=Status.RUNNING,
            started_at=session.start + rng.random() * 3,
            expected_end=now + rng.random() * 25 if late else None,
        )
    elif rng.random() < 0.3:
        session = replace(
            _connected(session, float(session.start)), status=Status.ENDED, ended_at=now - rng.random() * 4
        )
    elif rng.random() < 0.4:
        session = _connected(session, min(now, session.start + rng.random() * 12))
        session = replace(session, interrupted=rng.random() < 0.2)
    elif rng.random() < 0.3:
        session = replace(session, status=Status.NO_SHOW)
    elif rng.random() < 0.3:
        session = replace(session, start=min(session.start + 10, now + 5))
    state.put(session)


def _connected(session: SessionNow, at: float) -> SessionNow:
    return replace(session, status=Status.CONNECTED, connected=session.participants, connected_at=at)


def _happens_to_agent(rng: random.Random, state: DayState, name: str, now: int) -> None:
    known = state.agents[name]
    if known.start is None:
        if known.standby is not None and rng.random() < 0.2:
            known = AgentNow(name, now - 10, now + 120, standby=known.standby, called=True)
        state.agents[name] = known
        return
    taken = sum(b.start + rng.randint(0, 8) <= now for b in known.breaks)
    known = replace(known, breaks_taken=taken)
    running = state.running_with(name) is not None
    if taken and not running and now < known.breaks[taken - 1].end + 5 and rng.random() < 0.6:
        known = replace(known, on_break_since=now - rng.random() * 6)
    elif not running and known.start <= now and rng.random() < 0.3:
        until = rng.choice((None, now + rng.random() * 60, now - 5.0))
        known = replace(known, gone_since=now - 3.0, gone_until=until)
    state.agents[name] = known


def _outage(rng: random.Random, state: DayState, now: int) -> None:
    for session in list(state.sessions.values()):
        if session.status is Status.RUNNING:
            back = replace(session, status=Status.CONNECTED, started_at=None, expected_end=None)
            state.put(replace(back, interrupted=True))
    state.platform_down_since = now - 2.0
    state.platform_down_until = rng.choice((None, now + rng.random() * 20))


def _added(rng: random.Random, built: Case, state: DayState, now: int) -> None:
    minutes = rng.choice((15, 20))
    start = 5 * ((now + rng.randint(5, 90)) // 5)
    if rng.random() < 0.3:
        state.put(SessionNow("unheard-of", start, start, minutes, "A0", ("Y",)))
        return

    def told(minute: int) -> str:
        return built.axis.instant_of(minute).isoformat()

    people = ("X0", "X1") if rng.random() < 0.3 else ("X0",)
    row = booking("N0", duration=minutes, priority=3, booked_at=told(-1440), joint_clause=len(people) > 1)
    rows = [
        participant("N0", person, told(OPENS), told(20 * 60), role=role)
        for person, role in zip(people, ("holder", "co_representative"), strict=False)
    ]
    state.added["N0"] = AddedBooking(row, tuple(rows))
    state.put(SessionNow("N0", start, start, minutes, rng.choice(("", "A0")), people))
