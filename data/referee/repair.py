"""The verdict on a repaired day, and a recount of what the repair does to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

from data.day.decisions import CallStandby, Decision, Delay, MoveBreak, NewTime, Rebind, Rebook
from data.day.records import DayState, SessionNow, Status
from data.day.repaired import Disruption, Planned, RepairPlan, rebooking_class
from data.model import Case
from data.referee.rest_of_day import END_GRACE, RestOfDay
from data.referee.violation import Violation

REPAIR_RULES = {
    "REPAIR-COMPLETE": "Each session still to be held has an agent and a start, or is rebooked.",
    "REPAIR-AGENT": "The agent is there, of the pool, with the skill, and with time for the session.",
    "REPAIR-START": "A session starts as told, late within the limit, or at a new time that may be agreed.",
    "REPAIR-OVERLAP": "No agent has two things to do at once, breaks among them.",
    "REPAIR-PERSON": "Nobody must attend two sessions at once.",
    "REPAIR-BREAK": "Each break that is left is taken, within the law unless nothing can be.",
    "REPAIR-DECISION": "The decisions are what leads from the present plan to the new one.",
}

Found = Iterator[tuple[str, str, str]]


def judge_repair(case: Case, state: DayState, now: int, plan: RepairPlan) -> list[Violation]:
    """Every rule of `REPAIR_RULES` that a plan for the rest of a day breaks.

    Args:
        case: with the bookings that the day has added.
    """
    day = RestOfDay(case, state, now)
    found: list[Violation] = []
    for check in (_complete, _agents, _starts, _overlaps, _people, _breaks, _decisions):
        found += [Violation(*parts) for parts in check(day, plan)]
    return found


def _complete(day: RestOfDay, plan: RepairPlan) -> Found:
    to_hold = day.to_hold()
    rebooked = [d.booking_id for d in plan.decisions if isinstance(d, Rebook)]
    for name in sorted(to_hold.keys() - plan.sessions.keys() - set(rebooked)):
        yield "REPAIR-COMPLETE", f"booking {name}", "neither held nor rebooked"
    for name in sorted(plan.sessions.keys() - to_hold.keys()):
        yield "REPAIR-COMPLETE", f"booking {name}", "held, but there is no such session still to be held"
    for name in sorted(plan.sessions.keys() & set(rebooked)):
        yield "REPAIR-COMPLETE", f"booking {name}", "both held and rebooked"
    given_up = {s.booking_id for s in day.state.sessions.values() if day.is_given_up(s)}
    if given_up != set(plan.awaited):
        odd = ", ".join(sorted(given_up ^ set(plan.awaited)))
        yield "REPAIR-COMPLETE", odd, "wrongly said, or not said, to have missed the tolerance"


def _held(day: RestOfDay, plan: RepairPlan) -> Iterator[tuple[SessionNow, Planned]]:
    for name, planned in sorted(plan.sessions.items()):
        session = day.state.sessions.get(name)
        if session is not None:
            yield session, planned


def _agents(day: RestOfDay, plan: RepairPlan) -> Found:
    for session, (agent, start) in _held(day, plan):
        where = f"booking {session.booking_id}, agent {agent}, {day.clock.moment(start)}"
        service, kind = day.service(agent), day.kind(session)
        if service is None:
            yield "REPAIR-AGENT", where, "the agent is not there any more today"
            continue
        skill = day.skill(session)
        if skill is None and agent != session.agent_id:
            yield "REPAIR-AGENT", where, "what the session needs is not known, and it changes hands"
        if skill is not None and skill not in day.skills(agent):
            yield "REPAIR-AGENT", where, f"the agent lacks the skill {skill}"
        if not day.same_pool(agent, session.agent_id):
            yield "REPAIR-AGENT", where, "the agent is of another pool"
        own = agent == session.agent_id
        set_up = 0 if own and service.rested else kind.set_up_minutes
        if start - set_up < service.start:
            yield "REPAIR-AGENT", where, f"no time to begin before {day.clock.moment(service.start)}"
        end = service.end + (END_GRACE if own and not _is_new(day, session, start) else 0)
        if start + session.duration + kind.wrap_up_minutes > end:
            yield "REPAIR-AGENT", where, f"not over by {day.clock.moment(end)}"


def _is_new(day: RestOfDay, session: SessionNow, start: int) -> bool:
    return start < day.ready(session) or start > day.latest(session)


def _starts(day: RestOfDay, plan: RepairPlan) -> Found:
    for session, (_, start) in _held(day, plan):
        where = f"booking {session.booking_id}, {day.clock.moment(start)}"
        if start < day.first_start():
            yield "REPAIR-START", where, f"nothing can begin before {day.clock.moment(day.first_start())}"
        if _is_new(day, session, start):
            why = day.may_be_agreed(session, start)
            if why:
                yield "REPAIR-START", where, f"no new time: {why}"
        elif start > day.quiet_until(session) and start % day.grid:
            yield "REPAIR-START", where, "a delay that is told is to a start on the grid"


def _overlaps(day: RestOfDay, plan: RepairPlan) -> Found:
    busy: dict[str, list[tuple[int, int, str]]] = {}
    for session, (agent, start) in _held(day, plan):
        kind = day.kind(session)
        span = (start - kind.set_up_minutes, start + session.duration + kind.wrap_up_minutes)
        busy.setdefault(agent, []).append((*span, f"booking {session.booking_id}"))
    for (agent, place), start in plan.breaks.items():
        known = day.state.agents.get(agent)
        if known is not None and place < len(known.breaks):
            pause = known.breaks[place]
            busy.setdefault(agent, []).append((start, start + pause.end - pause.start, f"break {place}"))
    yield from _clashes(day, "REPAIR-OVERLAP", "agent", busy)


def _people(day: RestOfDay, plan: RepairPlan) -> Found:
    busy: dict[str, list[tuple[int, int, str]]] = {}
    for session, (_, start) in _held(day, plan):
        for person in session.participants:
            held = (start, start + session.duration, f"booking {session.booking_id}")
            busy.setdefault(person, []).append(held)
    until: dict[str, int] = {}
    for session in day.state.sessions.values():
        if session.status is Status.RUNNING:
            for person in session.participants:
                until[person] = max(until.get(person, day.now), day.runs_until(session))
    for person, end in until.items():
        busy.setdefault(person, []).append((day.now, end, "a session that runs"))
    yield from _clashes(day, "REPAIR-PERSON", "participant", busy)


def _clashes(day: RestOfDay, code: str, who: str, busy: Mapping[str, list[tuple[int, int, str]]]) -> Found:
    for name, spans in sorted(busy.items()):
        until, what = -1, ""
        for start, end, doing in sorted(spans):
            if start < until and start < end:
                yield code, f"{who} {name}, {day.clock.moment(start)}", f"{doing} while in {what}"
            if end > until:
                until, what = end, doing


def _breaks(day: RestOfDay, plan: RepairPlan) -> Found:
    said: dict[str, dict[int, int]] = {}
    for (who, place), start in plan.breaks.items():
        said.setdefault(who, {})[place] = start
    speaks_of = {day.state.sessions[name].agent_id for name in plan.sessions if name in day.state.sessions}
    speaks_of |= {planned.agent_id for planned in plan.sessions.values()}
    for name in sorted({*said, *speaks_of}):
        starts = said.get(name, {})
        agent, service = day.state.agents.get(name), day.service(name)
        if agent is None or service is None or service.standby:
            if starts:
                yield "REPAIR-BREAK", f"agent {name}", "breaks of an agent who is not at work"
            continue
        due = day.due(agent, service)
        if starts.keys() != due.keys():
            yield "REPAIR-BREAK", f"agent {name}", f"breaks {sorted(starts)}, expected {sorted(due)}"
        elif day.has_legal_breaks(agent, service):
            if not day.is_legal(agent, service, starts):
                yield "REPAIR-BREAK", f"agent {name}", "breaks against the law, and there are legal ones"
        elif starts != due:
            yield "REPAIR-BREAK", f"agent {name}", "expected breaks as they fall due: the law can't be kept"


def _decisions(day: RestOfDay, plan: RepairPlan) -> Found:
    expected = {_key(decision) for decision in _expected(day, plan)}
    given = [_key(decision) for decision in plan.decisions]
    for key in sorted(expected - set(given)):
        yield "REPAIR-DECISION", key, "needed, and not decided"
    for key in sorted(set(given) - expected):
        yield "REPAIR-DECISION", key, "decided, and not needed"
    if len(given) != len(set(given)):
        yield "REPAIR-DECISION", "decisions", "one is there twice"


def _key(decision: Decision) -> str:
    return decision.model_dump_json()


def _expected(day: RestOfDay, plan: RepairPlan) -> Iterator[Decision]:
    """What leads from the state to the plan; rebookings are those sessions that the plan does not hold."""
    for name in sorted({planned.agent_id for planned in plan.sessions.values()}):
        service = day.service(name)
        if service is not None and service.standby:
            yield CallStandby(agent_id=name, start=service.start, end=service.end)
    for name, place, start in _moved_breaks(day, plan):
        yield MoveBreak(agent_id=name, place=place, start=start)
    for name, session in day.to_hold().items():
        planned = plan.sessions.get(name)
        if planned is None:
            yield Rebook(booking_id=name)
        elif _is_new(day, session, planned.start):
            yield NewTime(booking_id=name, agent_id=planned.agent_id, start=planned.start)
        elif planned.start > day.quiet_until(session):
            yield Delay(booking_id=name, agent_id=planned.agent_id, start=planned.start)
        elif planned.agent_id != session.agent_id:
            yield Rebind(booking_id=name, agent_id=planned.agent_id)


def _moved_breaks(day: RestOfDay, plan: RepairPlan) -> Iterable[tuple[str, int, int]]:
    slack = day.policy.unnoticed_delay_minutes
    for (name, place), start in plan.breaks.items():
        agent, service = day.state.agents.get(name), day.service(name)
        if agent is None or service is None or service.standby:
            continue
        due = day.due(agent, service).get(place, start)
        if not due <= start <= due + slack:
            yield name, place, start


def recount_repair(
    case: Case, state: DayState, now: int, plan: RepairPlan, among: Container[str]
) -> Disruption:
    """What a plan does to people, counted from the plan itself, among some bookings."""
    day = RestOfDay(case, state, now)
    rebooked = [0] * 18
    counted = Counter[str]()
    for decision in _expected(day, plan):
        if isinstance(decision, CallStandby | MoveBreak):
            counted[decision.kind] += 1
        elif decision.booking_id in among:
            counted[decision.kind] += 1
            if isinstance(decision, Rebook):
                session = state.sessions[decision.booking_id]
                rebooked[rebooking_class(day.somebody_waits(session), day.priority(session))] += 1
    held = [(session, planned) for session, planned in _held(day, plan) if session.booking_id in among]
    return Disruption(
        tuple(rebooked),
        counted["new_time"],
        counted["delay"],
        counted["call_standby"] + counted["move_break"],
        sum(abs(planned.start - day.ready(session)) for session, planned in held),
        sum(planned.agent_id != session.agent_id for session, planned in held),
    )
