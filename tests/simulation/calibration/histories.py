"""Histories of known parameters: thousands of sessions, played by the engine, as an issuer keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache

import numpy as np

from data.files import SessionHistory
from data.model import Scenario
from data.model.columns import FloatArray
from data.model.past_sessions import PastSessions
from simulation import Cause, OwnList, TwinEngine, Week, stable_keys, uniform
from simulation.draws import Chances
from simulation.week import NOBODY, PlannedDuty

TRUTH = Scenario(
    duration_mean=24.0,
    duration_sigma=0.31,
    joint_factor=1.45,
    judicial_factor=1.6,
    no_show_single=0.07,
    no_show_joint=0.13,
    no_show_per_lead_day=0.004,
    late_probability=0.18,
    late_median=6.0,
    late_sigma=0.7,
    early_mean=4.0,
    patience_median=9.0,
    patience_sigma=0.75,
    failure_rebook=0.05,
    failure_recoverable=0.07,
    failure_delay_low=2.5,
    failure_delay_high=9.0,
    documents_missing=0.06,
    documents_check=6.0,
)
"""Other than the defaults, so that a fit that returns its start is found out."""

_SESSIONS_A_DAY = 10
_APART = 40.0
"""Minutes between an agent's appointments: customers wait, some leave and some are rebooked."""
_PLANNED = {"single": (20.0, 25.0, 30.0), "joint": (35.0, 45.0), "judicial": (40.0, 50.0)}
_MINUTES_A_DAY = 1440.0


@cache
def past_weeks(sessions: int) -> Week:
    """Appointments of all kinds, ten for each agent, close enough for waits; booked 1 to 15 days before."""
    number = np.arange(sessions)
    kind = np.array(
        [("single", "single", "joint", "single", "judicial")[n % 5] for n in number], dtype=object
    )
    people = np.array([1 if k == "single" or n % 3 == 1 else 2 + n % 2 for n, k in enumerate(kind)])
    names = np.array([f"B{n}" for n in number], dtype=object)
    appointed = 480.0 + _APART * (number % _SESSIONS_A_DAY)
    duty = number // _SESSIONS_A_DAY
    nothing, zeros = np.zeros(sessions), np.zeros(sessions, dtype=np.int64)
    attended = np.repeat(number, people)
    place = np.concatenate([np.arange(count) for count in people])
    return Week(
        booking_id=names,
        kind=kind,
        skill_name=np.full(sessions, "pf", dtype=object),
        appointed=appointed,
        planned=np.array([_PLANNED[k][n % len(_PLANNED[k])] for n, k in enumerate(kind)]),
        set_up=nothing + 5.0,
        wrap_up=nothing + 3.0,
        lead_days=1.0 + (number * 7 % 57) / 4.0,
        participants=people.astype(np.int64),
        hour=(appointed // 60.0).astype(np.int64),
        skill=zeros,
        pool=zeros + NOBODY,
        duty=duty.astype(np.int64),
        companions=((),) * sessions,
        key=stable_keys((name,) for name in names),
        attendance_session=attended.astype(np.int64),
        attendance_key=stable_keys((names[n], int(p)) for n, p in zip(attended, place, strict=True)),
        duties=tuple(_day(d, sessions) for d in range(int(duty[-1]) + 1)),
        duty_key=stable_keys(("duty", d) for d in range(int(duty[-1]) + 1)),
        pools=(),
        grid_minutes=5,
    )


def _day(number: int, sessions: int) -> PlannedDuty:
    first = number * _SESSIONS_A_DAY
    return PlannedDuty(
        agent_id=f"A{number}",
        pool=NOBODY,
        skills=frozenset({0}),
        start=7 * 60.0,
        end=20 * 60.0,
        breaks=(),
        own_list=tuple(range(first, min(first + _SESSIONS_A_DAY, sessions))),
        work_minutes=0,
        hourly_cost=0.0,
    )


def played_history(scenario: Scenario, sessions: int, seed: int) -> SessionHistory:
    """What an issuer would have on record after these weeks."""
    week = past_weeks(sessions)
    draws = Chances.of(week, scenario).draw(seed, 0)
    log = TwinEngine().run(week, scenario, draws, OwnList())
    records = log.session_records(week)
    return SessionHistory(
        kind=week.kind,
        skill=np.full(len(week.kind), "", dtype=object),
        planned=week.planned,
        participants=week.participants,
        booked_at=week.appointed - _MINUTES_A_DAY * week.lead_days,
        appointed=week.appointed,
        arrived=records.arrived,
        started=records.started,
        ended=records.ended,
        outcome=records.outcome,
        interrupted=_interruptions(week, scenario, seed, records.outcome == "fulfilled"),
        hour=week.hour,
    )


def _interruptions(week: Week, scenario: Scenario, seed: int, fulfilled: np.ndarray) -> FloatArray:
    """Minutes that each fulfilled session lost to a failure that was overcome, as agents note them."""
    failure = uniform(seed, 0, Cause.FAILURE, week.key) - scenario.failure_rebook
    overcome = (failure >= 0.0) & (failure < scenario.failure_recoverable)
    span = scenario.failure_delay_high - scenario.failure_delay_low
    delay = scenario.failure_delay_low + span * uniform(seed, 0, Cause.FAILURE_DELAY, week.key)
    return np.where(overcome & fulfilled, delay, np.nan)


def history_csv(history: SessionHistory) -> str:
    """The file of `PastSessions` for this history, without skills, to the second, on a Monday in Brasília."""
    monday = datetime(2026, 11, 30, tzinfo=timezone(timedelta(hours=-3)))

    def instant(minutes: float) -> str:
        return "" if np.isnan(minutes) else (monday + timedelta(seconds=round(60 * minutes))).isoformat()

    lines = [",".join(column.name for column in PastSessions.columns() if column.name != "skill")]
    for row in range(len(history)):
        moments = [
            instant(float(getattr(history, name)[row]))
            for name in ("booked_at", "appointed", "arrived", "started", "ended")
        ]
        lost = history.interrupted[row]
        cells = [
            f"B{row}",
            history.kind[row],
            f"{history.planned[row]:g}",
            f"{history.participants[row]}",
            *moments,
            history.outcome[row],
            "" if np.isnan(lost) else f"{round(60 * lost) / 60:.6f}",
        ]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"
