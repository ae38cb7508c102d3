"""For every rule of the referee, the smallest edit of the legal case that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from data.model import (
    Absences,
    Agents,
    Bookings,
    Breaks,
    Case,
    Contracts,
    DateException,
    Duties,
    Participants,
    Sessions,
    ShiftLimits,
    ShiftTypes,
    Table,
    Unplaced,
)
from tests.referee.legal_case import (
    MONDAY,
    SATURDAY,
    SUNDAY,
    added,
    at,
    edited,
    with_policy,
    with_rows,
    without,
)
from tests.support.cases import participant

Edit = Callable[[Case], Case]


@dataclass(frozen=True)
class Mutation:
    """An edit, and the codes that it cannot help breaking besides the one that it is for."""

    edit: Edit
    also: frozenset[str] = frozenset()


def change(kind: type[Table], match: dict[str, Any], /, **changes: Any) -> Mutation:
    """Other cells in the one row that matches."""
    return Mutation(lambda case: edited(case, kind, match, **changes))


def add(kind: type[Table], /, **row: Any) -> Mutation:
    """One more row."""
    return Mutation(lambda case: added(case, kind, **row))


def remove(kind: type[Table], match: dict[str, Any]) -> Mutation:
    """One row less."""
    return Mutation(lambda case: without(case, kind, match))


def also(mutation: Mutation, *codes: str) -> Mutation:
    """The same edit, which breaks these as well."""
    return replace(mutation, also=frozenset(codes))


def session(booking_id: str, **changes: Any) -> Mutation:
    """Another start, agent or duration of a session."""
    return change(Sessions, {"booking_id": booking_id}, **changes)


def one_day_a_week(case: Case) -> Case:
    """The regime of agent A3, who works on Saturday and Sunday, allows one day a week."""
    labour = tuple(
        version.model_copy(update={"max_days_a_week": 1}) if version.regime == "TASK" else version
        for version in case.plan.labour
    )
    return replace(case, plan=case.plan.model_copy(update={"labour": labour}))


def longer_weekly_rest(case: Case) -> Case:
    """The regime of agent A1, who works from Monday to Saturday, asks for more rest than the Sunday gives."""
    labour = tuple(
        version.model_copy(update={"weekly_rest_minutes": 39 * 60 + 5})
        if version.regime == "CLT_8H"
        else version
        for version in case.plan.labour
    )
    return replace(case, plan=case.plan.model_copy(update={"labour": labour}))


def no_overtime_a_week(case: Case) -> Case:
    """Half an hour of the long day is overtime, which the week may have none of."""
    agreed = edited(case, Contracts, {"contract_id": "clt"}, daily_minutes=450, overtime_minutes=30)
    labour = tuple(
        regime.model_copy(update={"overtime_weekly_max_minutes": 0}) for regime in case.plan.labour
    )
    return replace(agreed, plan=case.plan.model_copy(update={"labour": labour}))


def tight_budget(case: Case) -> Case:
    """The plan has five minutes less of work to give than the duties take."""
    work = sum(duty.work_minutes for duty in case.roster.duties)
    return replace(case, plan=case.plan.model_copy(update={"work_minutes_budget": work - 5}))


def closes_early(case: Case) -> Case:
    """On Saturday the service closes a minute before the last session ends."""
    exception = DateException(day=date(2026, 11, 28), opens=time(0), closes=time(13, 24))
    calendar = case.plan.calendar.model_copy(update={"exceptions": (exception,)})
    return replace(case, plan=case.plan.model_copy(update={"calendar": calendar}))


def too_long(case: Case) -> Case:
    """A single session of 35 minutes, booked so."""
    booked = edited(case, Bookings, {"booking_id": "administrator"}, duration_minutes=35)
    return edited(booked, Sessions, {"booking_id": "administrator"}, duration_minutes=35)


def holds_much_back(case: Case) -> Case:
    """Nine tenths of the time in service of each set of skills and hour are for priority 1."""
    return with_policy(case, held_back_share=0.9)


def works_on_sunday_alone(case: Case) -> Case:
    """Agent A3, whose contract asks for two days in a row, has no duty on Saturday, only on Sunday."""
    asked = edited(case, Contracts, {"contract_id": "task"}, min_days_in_a_row=2)
    return without(asked, Duties, duty("A3", at(SATURDAY, 20)))


def with_types(case: Case, **not_followed_by: str) -> Case:
    """Shift types of which all duties of the case are."""
    times = {"day": (480, 540), "early": (540, 380), "evening": (1200, 120), "night": (1320, 240)}
    rows = [
        {
            "shift_type": name,
            "starts": start,
            "minutes": minutes,
            "not_followed_by": not_followed_by.get(name, ""),
        }
        for name, (start, minutes) in times.items()
    ]
    return with_rows(case, ShiftTypes, rows)


def limited_to(most: int) -> Edit:
    """Agents of the contract nr17, who have two early duties, may have so many."""
    return lambda case: with_rows(
        with_types(case), ShiftLimits, [{"contract_id": "nr17", "shift_type": "early", "most": most}]
    )


def duty(agent_id: str, starts_at: int) -> dict[str, Any]:
    """Names a duty."""
    return {"agent_id": agent_id, "starts_at": starts_at}


A3_SATURDAY = duty("A3", at(SATURDAY, 20))
SECOND_PAUSE = duty("A2", at(SUNDAY, 14, 10))
ADMINISTRATOR = {"booking_id": "administrator"}

MUTATIONS: dict[str, Mutation] = {
    "DUTY-AGENT": add(Duties, agent_id="A9", starts_at=at(MONDAY, 8), ends_at=at(MONDAY, 12)),
    "DUTY-ORDER": change(Duties, A3_SATURDAY, ends_at=at(SATURDAY, 20)),
    "DUTY-GRID": change(Duties, A3_SATURDAY, ends_at=at(SATURDAY, 22, 2)),
    "DUTY-HORIZON": change(Duties, A3_SATURDAY, starts_at=-5, ends_at=at(SATURDAY, 2)),
    "DUTY-DAY": add(Duties, agent_id="A3", starts_at=at(SATURDAY, 22, 30), ends_at=at(SATURDAY, 23)),
    "DUTY-OVERLAP": add(Duties, agent_id="A3", starts_at=at(MONDAY, 1, 55), ends_at=at(MONDAY, 3)),
    "BREAK": add(
        Breaks, agent_id="A3", starts_at=at(SATURDAY, 22), ends_at=at(SATURDAY, 22, 10), kind="pause"
    ),
    "BREAK-GRID": change(Breaks, SECOND_PAUSE, starts_at=at(SUNDAY, 14, 9), ends_at=at(SUNDAY, 14, 19)),
    "BREAK-OVERLAP": change(Breaks, SECOND_PAUSE, starts_at=at(SUNDAY, 12, 15), ends_at=at(SUNDAY, 12, 25)),
    "CONTRACT": change(Agents, {"agent_id": "A1"}, contract_id="none"),
    "CLT-58": change(Duties, duty("A1", at(SATURDAY, 8)), ends_at=at(SATURDAY, 17, 5)),
    "CF-7-XIII": change(Contracts, {"contract_id": "clt"}, weekly_minutes=479),
    "CLT-58A": Mutation(no_overtime_a_week),
    "CLT-66": change(Agents, {"agent_id": "A1"}, last_duty_end=at(SATURDAY, -3, 5)),
    "CLT-67": change(Agents, {"agent_id": "A1"}, days_worked_in_a_row=6),
    "LEI-605": Mutation(one_day_a_week),
    "TST-110": Mutation(longer_weekly_rest),
    "LEI-10101": change(Agents, {"agent_id": "A2"}, sundays_worked_in_a_row=1),
    "CLT-71": change(Breaks, duty("A2", at(SUNDAY, 12)), ends_at=at(SUNDAY, 12, 25)),
    "NR17-5.4": remove(Breaks, SECOND_PAUSE),
    "NR17-EDGE": change(Breaks, SECOND_PAUSE, starts_at=at(SUNDAY, 14, 15), ends_at=at(SUNDAY, 14, 25)),
    "STRETCH": change(
        Breaks, duty("A1", at(MONDAY, 12)), starts_at=at(MONDAY, 13, 5), ends_at=at(MONDAY, 14, 5)
    ),
    "MIN-DUTY": change(Contracts, {"contract_id": "task"}, min_duty_minutes=125),
    "MAX-DUTY": change(Contracts, {"contract_id": "task"}, max_duty_minutes=235),
    "MIN-DAYS": Mutation(works_on_sunday_alone),
    "MAX-DAYS": change(Contracts, {"contract_id": "task"}, max_days_in_a_row=1),
    "MIN-DAYS-OFF": change(Contracts, {"contract_id": "clt"}, min_days_off_in_a_row=2),
    "MAX-WEEKENDS": change(Contracts, {"contract_id": "task"}, max_weekends=0),
    "BUDGET": Mutation(tight_budget),
    "MIN-WORK": change(Contracts, {"contract_id": "task"}, min_horizon_minutes=361),
    "MAX-WORK": change(Contracts, {"contract_id": "task"}, max_horizon_minutes=359),
    "SHIFT-TYPE": Mutation(lambda case: without(with_types(case), ShiftTypes, {"shift_type": "evening"})),
    "SUCCESSION": Mutation(lambda case: with_types(case, evening="night")),
    "SHIFT-LIMIT": Mutation(limited_to(1)),
    "CLT-70": change(Agents, {"agent_id": "A1"}, state="DF"),
    "ABSENCE": change(Absences, {"agent_id": "A1"}, ends_at=at(MONDAY, 8, 1)),
    "CAR": change(Agents, {"agent_id": "A3"}, credential_from=1),
    "SESSION-UNKNOWN": add(
        Sessions, booking_id="ghost", agent_id="A1", starts_at=at(MONDAY, 14), duration_minutes=20
    ),
    "SESSION-TWICE": add(
        Sessions, booking_id="single", agent_id="A1", starts_at=at(SATURDAY, 10, 30), duration_minutes=20
    ),
    "UNPLACED-UNKNOWN": add(Unplaced, booking_id="ghost", reason="capacity_full"),
    "UNPLACED-TWICE": add(Unplaced, booking_id="signed", reason="no_skilled_agent"),
    "BOOKING-BOTH": add(Unplaced, booking_id="single", reason="capacity_full"),
    "BOOKING-LOST": remove(Unplaced, {"booking_id": "full"}),
    "GRID": session("administrator", starts_at=at(SATURDAY, 13, 6)),
    "HORIZON": also(session("administrator", starts_at=-30), "DUTY", "WINDOW", "LOCAL-HOURS", "OPENING"),
    "DURATION": session("administrator", duration_minutes=25),
    "R1": change(Bookings, ADMINISTRATOR, order_status="pending"),
    "R7": change(Participants, {"participant_id": "P-davi"}, has_cnh=False),
    "R11": Mutation(too_long),
    "R13": add(Participants, **participant("administrator", "P-tais", at(SATURDAY, 8), at(SATURDAY, 18))),
    "R20": remove(Participants, {"participant_id": "P-caio"}),
    "R21": change(Bookings, {"booking_id": "joint"}, holder_is_registered=False),
    "R22": remove(Participants, {"participant_id": "P-gil"}),
    "R24": also(remove(Participants, {"booking_id": "proxy", "participant_id": "P-fabi"}), "R13"),
    "R25": change(Bookings, {"booking_id": "deceased"}, documents=""),
    "R26": change(Bookings, {"booking_id": "estate"}, documents="articles_of_association"),
    "AGENT-UNKNOWN": session("administrator", agent_id="A9"),
    "SKILL": change(Bookings, ADMINISTRATOR, skill="joint"),
    "DUTY": session("administrator", starts_at=at(SATURDAY, 16, 40)),
    "BREAK-CROSSED": session("administrator", starts_at=at(SATURDAY, 13)),
    "AGENT-OVERLAP": session("second-order", starts_at=at(SATURDAY, 9, 25)),
    "CAR-SESSION": change(Agents, {"agent_id": "A3"}, credential_until=1),
    "WINDOW": change(Participants, {"participant_id": "P-davi"}, window_end=at(SATURDAY, 13, 24)),
    "LOCAL-HOURS": change(Participants, {"participant_id": "P-joao"}, daily_from=601),
    "OPENING": Mutation(closes_early),
    "R2": change(Bookings, ADMINISTRATOR, booked_at=at(SATURDAY, 12, 6)),
    "R23": change(Bookings, {"booking_id": "proxy"}, proxy_issued_on=-89),
    "PARTICIPANT-OVERLAP": session("deceased", starts_at=at(MONDAY, 9, 25)),
    "PIN": session("pinned", starts_at=at(MONDAY, 10, 5)),
    "PIN-AGENT": change(Bookings, {"booking_id": "pinned"}, pinned_agent="A2"),
    "HELD-BACK": Mutation(holds_much_back),
    "REASON": change(Unplaced, {"booking_id": "full"}, reason="unlucky"),
    "REASON-NOT-ELIGIBLE": change(Unplaced, {"booking_id": "full"}, reason="not_eligible"),
    "REASON-ELIGIBLE": change(Unplaced, {"booking_id": "pending"}, reason="capacity_full", rules=""),
    "REASON-RULES": change(Unplaced, {"booking_id": "pending"}, rules="R1"),
    "REASON-WINDOW": change(Participants, {"participant_id": "P-pepe"}, window_start=at(MONDAY, 11, 30)),
    "REASON-PROXY": change(Bookings, {"booking_id": "expiring"}, proxy_issued_on=-88),
    "REASON-SKILL": change(Bookings, {"booking_id": "signed"}, skill="pf"),
    "REASON-CAPACITY": change(Participants, {"participant_id": "P-sol"}, window_end=at(SATURDAY, 9, 19)),
    "ALTERNATIVE": change(Unplaced, {"booking_id": "full"}, alternatives=(at(SATURDAY, 9, 50),)),
}
