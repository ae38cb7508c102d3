"""For every rule on schedules, the smallest edit of a planned week that breaks it, found by search.

Sessions are moved, given away and doubled where, by the plain restatement of the rules, this breaks exactly
what is wanted; rules on what a booking is are broken by one cell of a booking that has a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time
from typing import Any

from data.model import (
    MISSING,
    Agents,
    Bookings,
    Case,
    DateException,
    Participants,
    Sessions,
    Table,
    Unplaced,
)
from tests.referee.legal_case import added, edited, with_calendar, with_policy, without
from tests.referee.planned_week import Held, PlannedWeek, week_of
from tests.referee.sample_roster_mutations import SampleMutation, unchanged

Other = tuple[Held, str, int]
"""A session of the plan, and the agent and the start that it has instead."""
Where = Callable[[PlannedWeek, Held], bool]


def later_or_earlier(week: PlannedWeek) -> Iterator[Other]:
    """A session up to two hours later or earlier."""
    for held in week.sessions:
        for by in range(5, 125, 5):
            yield held, held.agent_id, held.start + by
            yield held, held.agent_id, held.start - by


def a_minute_later(week: PlannedWeek) -> Iterator[Other]:
    """A session a minute later."""
    return ((held, held.agent_id, held.start + 1) for held in week.sessions)


def at_the_end(week: PlannedWeek) -> Iterator[Other]:
    """A session that begins just before the horizon ends."""
    return ((held, held.agent_id, week.case.axis.end - 5) for held in week.sessions)


def given_away(week: PlannedWeek) -> Iterator[Other]:
    """A session with another agent."""
    return ((held, agent_id, held.start) for held in week.sessions for agent_id in week.agents)


def at_the_same_time(week: PlannedWeek) -> Iterator[Other]:
    """A session while another one of the same people is held."""
    for listed in week.attended_by.values():
        for held in listed:
            for other in listed:
                starts = range(other.start - held.minutes + 5, other.start + other.minutes, 5)
                for agent_id in week.agents:
                    yield from ((held, agent_id, start) for start in starts if other is not held)


def other_session(
    family: Callable[[PlannedWeek], Iterator[Other]],
    *codes: str,
    feature: Callable[[Case], Case] = unchanged,
    brings: str = "",
) -> SampleMutation:
    """The first other agent or start of a session that breaks exactly these rules."""
    wanted = frozenset(codes)

    def edit(case: Case) -> Case:
        week = week_of(case)
        for held, agent_id, start in family(week):
            set_up, occupied = week.occupied[held.booking_id]
            same = agent_id == held.agent_id and start == held.start
            if same or week.is_offered(start - set_up, start - set_up + occupied):
                continue
            if week.session_faults(held.booking_id, agent_id, start, held) == wanted:
                return session(case, held, agent_id=agent_id, starts_at=start)
        raise LookupError(f"no session {family.__name__} breaks {', '.join(sorted(wanted))}")

    return SampleMutation(edit, wanted, feature, brings)


def session(case: Case, held: Held, **changes: Any) -> Case:
    """The case with other cells in one session."""
    return edited(case, Sessions, {"booking_id": held.booking_id}, **changes)


def ghost_session(case: Case) -> Case:
    """A session of no booking, in the spare time of an agent."""
    week, policy = week_of(case), case.plan.policy.single
    occupied = policy.occupation_minutes(policy.shortest_minutes, case.plan.grid_minutes)
    for agent_id in week.agents:
        for duty in week.duties_of(agent_id):
            for begins in range(duty.start, duty.end, 5):
                until = begins + occupied
                if not week.agent_faults(agent_id, begins, until) and not week.is_offered(begins, until):
                    start = begins + policy.set_up_minutes
                    cells = {"starts_at": start, "duration_minutes": policy.shortest_minutes}
                    return added(case, Sessions, booking_id="ghost", agent_id=agent_id, **cells)
    raise LookupError("no agent of the plan has time for one more session")


def second_session(case: Case) -> Case:
    """A session of a booking that has one, at another of its starts."""
    week = week_of(case)
    for held, agent_id, start in given_away_at_other_starts(week):
        if not week.is_offered(start - 60, start + 60) and not week.session_faults(
            held.booking_id, agent_id, start
        ):
            cells = {"agent_id": agent_id, "starts_at": start, "duration_minutes": held.minutes}
            return added(case, Sessions, booking_id=held.booking_id, **cells)
    raise LookupError("no booking of the plan could have one more session")


def given_away_at_other_starts(week: PlannedWeek) -> Iterator[Other]:
    """A session with any agent, up to two hours later or earlier."""
    for held, _, start in later_or_earlier(week):
        yield from ((held, agent_id, start) for agent_id in week.agents)


def first_held(week: PlannedWeek, where: Where) -> Held:
    """The first session without a pin for which something holds."""
    for held in week.sessions:
        if not week.bookings[held.booking_id]["pin"] and where(week, held):
            return held
    raise LookupError("no session of the plan is of the kind that the edit needs")


def on_session(
    edit: Callable[[PlannedWeek, Held], Case], *codes: str, where: Where = lambda _week, _held: True
) -> SampleMutation:
    """An edit that concerns the first session of a kind."""

    def edit_first(case: Case) -> Case:
        week = week_of(case)
        return edit(week, first_held(week, where))

    return SampleMutation(edit_first, frozenset(codes))


def booked(where: Where, *codes: str, **changes: Any) -> SampleMutation:
    """Other cells in the booking of the first session of a kind."""

    def edit(week: PlannedWeek, held: Held) -> Case:
        return edited(week.case, Bookings, {"booking_id": held.booking_id}, **changes)

    return on_session(edit, *codes, where=where)


def nobody_as(role: str, where: Where, *codes: str) -> SampleMutation:
    """The first session of a kind loses its only participant of a role."""

    def edit(week: PlannedWeek, held: Held) -> Case:
        return without(week.case, Participants, {"booking_id": held.booking_id, "role": role})

    def one(week: PlannedWeek, held: Held) -> bool:
        roles = [person["role"] for person in week.people[held.booking_id]]
        short = held.minutes <= week.case.plan.policy.single.longest_minutes
        return roles.count(role) == 1 and short and where(week, held)

    return on_session(edit, *codes, where=one)


def booking_has(**cells: Any) -> Where:
    """The session's booking has these cells."""
    return lambda week, held: cells.items() <= week.bookings[held.booking_id].items()


def with_proxy(week: PlannedWeek, held: Held) -> bool:
    """A proxy is given, and the session is not on the first day."""
    return week.bookings[held.booking_id]["proxy_issued_on"] != MISSING and held.start >= 1440


def without_proxy(week: PlannedWeek, held: Held) -> bool:
    """A living person's booking."""
    booking = week.bookings[held.booking_id]
    return booking["holder_type"] == "person" and not booking["holder_is_deceased"]


def of_company(week: PlannedWeek, held: Held) -> bool:
    """A living company holder's booking."""
    return booking_has(holder_type="company", holder_is_deceased=False)(week, held)


def documents_due(document: str) -> Where:
    """A deceased holder's booking that presents this document."""
    return lambda week, held: (
        booking_has(holder_is_deceased=True)(week, held)
        and document in week.bookings[held.booking_id]["documents"]
    )


def too_short(week: PlannedWeek, held: Held) -> Case:
    """The booking and its session last less than the policy's shortest."""
    minutes = week.case.plan.policy.single.shortest_minutes - 5
    shorter = edited(week.case, Bookings, {"booking_id": held.booking_id}, duration_minutes=minutes)
    return session(shorter, held, duration_minutes=minutes)


def unidentified(week: PlannedWeek, held: Held) -> Case:
    """The holder has neither CNH nor biometrics."""
    holder = {"booking_id": held.booking_id, "role": "holder"}
    return edited(week.case, Participants, holder, has_cnh=False, has_biometrics=False)


def credential_runs_out(week: PlannedWeek, held: Held) -> Case:
    """The agent's credential ends on the eve of the agent's last duty."""
    last = week.case.axis.day_of(week.duties_of(held.agent_id)[-1].start)
    return edited(week.case, Agents, {"agent_id": held.agent_id}, credential_until=last - 1)


def nothing_offered_on_last_day(week: PlannedWeek, held: Held) -> bool:
    """No alternative of the plan counts on the last duty of the session's agent, which has sessions."""
    last = week.duties_of(held.agent_id)[-1]
    used = any(last.start <= other.begins for other in week.held_by[held.agent_id])
    return used and not week.is_offered(last.start, last.end)


def closes_early(case: Case) -> Case:
    """On the first day without alternatives the service closes a minute before its last session ends."""
    week = week_of(case)
    for day in range(case.axis.days):
        midnight = 1440 * day
        if not week.is_offered(midnight, midnight + 1440):
            ends = [h.start + h.minutes for h in week.sessions if midnight <= h.start < midnight + 1440]
            hour, minute = divmod(max(ends) - 1 - midnight, 60)
            closes = DateException(day=case.axis.date_of(day), opens=time(8), closes=time(hour, minute))
            return with_calendar(case, exceptions=(closes,))
    raise LookupError("every day of the plan offers alternatives")


def short_of_lead(week: PlannedWeek, held: Held) -> Case:
    """The booking was asked for a minute less than the lead time before its session."""
    asked = held.start - week.case.plan.policy.lead_minutes + 1
    return edited(week.case, Bookings, {"booking_id": held.booking_id}, booked_at=asked)


def old_proxy(week: PlannedWeek, held: Held) -> Case:
    """The proxy's last day is the eve of the session."""
    issued = week.case.axis.day_of(held.start) - week.case.plan.policy.proxy_longest_days - 1
    return edited(week.case, Bookings, {"booking_id": held.booking_id}, proxy_issued_on=issued)


def agents_confirmed(case: Case) -> Case:
    """Every fixed pin names the agent who has the session."""
    agent_of = dict(zip(case.sessions.booking_id.tolist(), case.sessions.agent_id.tolist(), strict=True))
    agents = case.bookings.pinned_agent.copy()
    for row in (case.bookings.pin == "fixed").nonzero()[0].tolist():
        agents[row] = agent_of.get(case.bookings.booking_id[row], "")
    return replace(case, bookings=replace(case.bookings, pinned_agent=agents))


def one_left_out(case: Case) -> Case:
    """One more booking has no session, since the capacity is full; its old start is offered."""
    held = first_held(week_of(case), without_proxy)
    gone = without(case, Sessions, {"booking_id": held.booking_id})
    cells = {"reason": "capacity_full", "alternatives": (held.start,)}
    return added(gone, Unplaced, booking_id=held.booking_id, **cells)


def left_out(edit: Callable[[Case, str], Case], *codes: str) -> SampleMutation:
    """An edit that concerns the booking which `one_left_out` has left out."""

    def edit_last(case: Case) -> Case:
        return edit(case, str(case.unplaced.booking_id[-1]))

    return SampleMutation(edit_last, frozenset(codes), one_left_out, "a-booking-without-session")


def reason(word: str, *codes: str) -> SampleMutation:
    """Another reason for the booking left out."""
    return left_out(lambda case, name: edited(case, Unplaced, {"booking_id": name}, reason=word), *codes)


def no_window_left(case: Case, booking_id: str) -> Case:
    """The participant's window is a minute long."""
    people = case.participants.rows()
    (start,) = {row["window_start"] for row in people if row["booking_id"] == booking_id}
    return edited(case, Participants, {"booking_id": booking_id}, window_end=start + 1)


def offers_off_the_grid(case: Case, booking_id: str) -> Case:
    """The alternative is a minute later."""
    (start,) = case.unplaced.alternatives[-1]
    return edited(case, Unplaced, {"booking_id": booking_id}, alternatives=(start + 1,))


def not_eligible(**changes: Any) -> Callable[[Case], Case]:
    """Other cells in the first row of unplaced whose booking breaks a rule."""

    def edit(case: Case) -> Case:
        row = int((case.unplaced.reason == "not_eligible").nonzero()[0][0])
        return edited(case, Unplaced, {"booking_id": str(case.unplaced.booking_id[row])}, **changes)

    return edit


def repeated(kind: type[Table], **changes: Any) -> Callable[[Case], Case]:
    """One more row: the table's first one with other cells."""
    return lambda case: added(case, kind, **(case.table(kind).row(0) | changes))


def placed_and_not(week: PlannedWeek, held: Held) -> Case:
    """A booking with a session is listed as unplaced."""
    return added(week.case, Unplaced, booking_id=held.booking_id, reason="capacity_full")


def alone(edit: Callable[[Case], Case], code: str) -> SampleMutation:
    """An edit that needs no search."""
    return SampleMutation(edit, frozenset({code}))


SCHEDULE_MUTATIONS: dict[str, SampleMutation] = {
    "SESSION-UNKNOWN": alone(ghost_session, "SESSION-UNKNOWN"),
    "SESSION-TWICE": alone(second_session, "SESSION-TWICE"),
    "UNPLACED-UNKNOWN": alone(repeated(Unplaced, booking_id="ghost"), "UNPLACED-UNKNOWN"),
    "UNPLACED-TWICE": alone(repeated(Unplaced), "UNPLACED-TWICE"),
    "BOOKING-BOTH": on_session(placed_and_not, "BOOKING-BOTH"),
    "BOOKING-LOST": alone(
        lambda case: replace(case, unplaced=case.unplaced.take(slice(1, None))), "BOOKING-LOST"
    ),
    "GRID": other_session(a_minute_later, "GRID"),
    "HORIZON": other_session(at_the_end, "HORIZON", "DUTY", "WINDOW", "LOCAL-HOURS", "OPENING"),
    "DURATION": on_session(lambda week, h: session(week.case, h, duration_minutes=h.minutes - 1), "DURATION"),
    "R1": booked(booking_has(order_status="paid"), "R1", order_status="cancelled"),
    "R7": on_session(unidentified, "R7", where=without_proxy),
    "R11": on_session(too_short, "R11", where=without_proxy),
    "R13": nobody_as("holder", without_proxy, "R13"),
    "R20": nobody_as("co_representative", booking_has(joint_clause=True), "R20"),
    "R21": booked(of_company, "R21", holder_is_registered=False),
    "R22": nobody_as("proxy", with_proxy, "R22"),
    "R24": nobody_as("holder", with_proxy, "R24", "R13"),
    "R25": booked(documents_due("court_decision"), "R25", documents=""),
    "R26": booked(documents_due("executor_certificate"), "R26", documents=""),
    "AGENT-UNKNOWN": on_session(
        lambda week, held: session(week.case, held, agent_id="nobody"), "AGENT-UNKNOWN"
    ),
    "SKILL": other_session(given_away, "SKILL"),
    "DUTY": other_session(later_or_earlier, "DUTY"),
    "BREAK-CROSSED": other_session(later_or_earlier, "BREAK-CROSSED"),
    "AGENT-OVERLAP": other_session(later_or_earlier, "AGENT-OVERLAP"),
    # No duty of the week crosses midnight, so that a credential ends for the duty and its sessions at once.
    "CAR-SESSION": on_session(credential_runs_out, "CAR-SESSION", "CAR", where=nothing_offered_on_last_day),
    "WINDOW": other_session(later_or_earlier, "WINDOW"),
    "LOCAL-HOURS": other_session(later_or_earlier, "LOCAL-HOURS"),
    "OPENING": alone(closes_early, "OPENING"),
    "R2": on_session(short_of_lead, "R2"),
    "R23": on_session(old_proxy, "R23", where=with_proxy),
    "PARTICIPANT-OVERLAP": other_session(at_the_same_time, "PARTICIPANT-OVERLAP"),
    "PIN": other_session(later_or_earlier, "PIN"),
    "PIN-AGENT": other_session(
        given_away, "PIN-AGENT", feature=agents_confirmed, brings="confirmed-sessions-name-their-agent"
    ),
    "HELD-BACK": alone(lambda case: with_policy(case, held_back_share=0.95), "HELD-BACK"),
    "REASON": reason("unlucky", "REASON"),
    "REASON-NOT-ELIGIBLE": reason("not_eligible", "REASON-NOT-ELIGIBLE"),
    "REASON-ELIGIBLE": alone(not_eligible(reason="capacity_full", rules=""), "REASON-ELIGIBLE"),
    "REASON-RULES": alone(not_eligible(rules="R2"), "REASON-RULES"),
    "REASON-WINDOW": reason("no_common_window", "REASON-WINDOW"),
    "REASON-PROXY": reason("proxy_expires", "REASON-PROXY"),
    "REASON-SKILL": reason("no_skilled_agent", "REASON-SKILL"),
    "REASON-CAPACITY": left_out(no_window_left, "REASON-CAPACITY"),
    "ALTERNATIVE": left_out(offers_off_the_grid, "ALTERNATIVE"),
}
