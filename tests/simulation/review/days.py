"""Days for reviews: worked out by hand, and played by chance."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from data.day import EVENT, Event
from data.day.minutes import instant_of
from data.model import Case, Scenario, Sessions
from simulation.outcome_log import OutcomeLog
from simulation.random_streams import Cause, uniform
from simulation.recorded_day import recorded_day
from simulation.replications import Player
from simulation.review import DayFacts, EventsOfDay, day_facts, events_of_day
from simulation.week import Week
from tests.support.cases import agent, booking, case, participant
from tests.support.planned_days import planned_day_case

LIMIT = 15.0
NINE = 9 * 60


def two_agents(**more: Any) -> Case:
    """A1 and A2 from 9 to 15 h, a pause of 10 minutes at 11; sessions of 20 minutes at 9:05, 9:35 and 10:05.

    A1 has B1, B2 and B3, A2 has C1, C2 and C3.
    """
    names = {"A1": ("B1", "B2", "B3"), "A2": ("C1", "C2", "C3")}
    bookings = [name for own in names.values() for name in own]
    built = case(
        agents=[agent(name, skills="pf") for name in names],
        bookings=[booking(name) for name in bookings],
        participants=[participant(name, f"P-{name}", NINE, 20 * 60) for name in bookings],
        duties=[{"agent_id": name, "starts_at": NINE, "ends_at": NINE + 360} for name in names],
        breaks=[
            {"agent_id": name, "starts_at": NINE + 120, "ends_at": NINE + 130, "kind": "pause"}
            for name in names
        ],
        **more,
    )
    sessions = [
        {"booking_id": own, "agent_id": name, "starts_at": NINE + 5 + 30 * place, "duration_minutes": 20}
        for name, held in names.items()
        for place, own in enumerate(held)
    ]
    return replace(built, sessions=Sessions.from_rows(sessions))


def told(planned: Case, *happened: tuple[float, str, dict[str, Any]]) -> EventsOfDay:
    """Events at minutes after 9 h, numbered in their order."""
    events = [
        EVENT.validate_python(
            {"number": number, "at": instant_of(planned.axis, NINE + minute), "kind": kind, **rest}
        )
        for number, (minute, kind, rest) in enumerate(happened, start=1)
    ]
    return events_of_day(planned, events)


def facts(planned: Case, *happened: tuple[float, str, dict[str, Any]]) -> DayFacts:
    """What became of the day."""
    return day_facts(planned, told(planned, *happened), LIMIT)


def came(minute: float, name: str) -> tuple[float, str, dict[str, Any]]:
    return minute, "customer_connected", {"booking_id": name}


def began(minute: float, name: str, who: str = "A1") -> tuple[float, str, dict[str, Any]]:
    return minute, "session_started", {"booking_id": name, "agent_id": who}


def ended(minute: float, name: str, outcome: str | None = "fulfilled") -> tuple[float, str, dict[str, Any]]:
    return minute, "session_ended", {"booking_id": name, "outcome": outcome}


def went(minute: float, name: str, by_issuer: bool = False) -> tuple[float, str, dict[str, Any]]:
    return minute, "customer_left", {"booking_id": name, "by_issuer": by_issuer}


@cache
def player(scenario: Scenario, agents: int, pools: int) -> tuple[Case, Player]:
    """A planned day, ready to be played."""
    planned = planned_day_case(agents, pools)
    return planned, Player(planned, scenario)


def played(
    scenario: Scenario, seed: int, agents: int = 8, pools: int = 2
) -> tuple[Case, Week, OutcomeLog, list[Event]]:
    """A planned day, and what happened on it, with the minutes lost to failures that were overcome."""
    planned, playing = player(scenario, agents, pools)
    log = playing.play(seed, 0, with_activities=True)
    lost = interruptions(playing.week, scenario, seed)
    events = [
        event.model_copy(update={"interrupted_minutes": lost[event.booking_id]})
        if event.kind == "session_ended" and event.outcome == "fulfilled" and event.booking_id in lost
        else event
        for event in recorded_day(planned, playing.week, log, 0)
    ]
    return planned, playing.week, log, events


def interruptions(week: Week, scenario: Scenario, seed: int) -> dict[str, float]:
    """By booking, minutes lost to a failure that would be overcome, as agents note them."""
    failure = uniform(seed, 0, Cause.FAILURE, week.key) - scenario.failure_rebook
    overcome = (failure >= 0.0) & (failure < scenario.failure_recoverable)
    span = scenario.failure_delay_high - scenario.failure_delay_low
    delay = scenario.failure_delay_low + span * uniform(seed, 0, Cause.FAILURE_DELAY, week.key)
    return {str(week.booking_id[n]): float(delay[n]) for n in np.flatnonzero(overcome)}


def played_days(scenario: Scenario, seeds: range, agents: int = 60) -> tuple[Case, list[DayFacts]]:
    """What became of a planned day under several seeds."""
    days = []
    for seed in seeds:
        planned, _, _, events = played(scenario, seed, agents, pools=agents // 10)
        days.append(day_facts(planned, events_of_day(planned, events), scenario.rebooking_after))
    return planned, days
