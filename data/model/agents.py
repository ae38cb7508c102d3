"""Agents, their contracts and their absences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import (
    BoolArray,
    Choice,
    Day,
    Flag,
    FloatArray,
    Instant,
    IntArray,
    Integer,
    Number,
    Table,
    Text,
    TextArray,
    Tokens,
    column,
)

REGIMES = ("CLT_8H", "NR17_6H", "PART_TIME_30", "PART_TIME_26", "SHIFT_12X36", "TASK")
"""Labour regimes of DOMAIN 3.1 and 3.2; their limits are dated data (`data.model.labour`)."""

STATES = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip
"""Brazilian states (UF)."""


@dataclass(frozen=True, eq=False)
class Contracts(Table):
    """What an agent has agreed with the issuer; the regime's legal limits apply on top."""

    TABLE: ClassVar[str] = "contracts"

    contract_id: TextArray = column(Text(), "name of the contract", key=True)
    regime: TextArray = column(Choice(REGIMES), "labour regime (DOMAIN 3.1, 3.2)")
    daily_minutes: IntArray = column(
        Integer(60, 720),
        "normal working minutes of a day, meals not counted; like all limits of work it "
        "speaks of minutes as the law counts them (night hours: CLT 73)",
    )
    weekly_minutes: IntArray = column(
        Integer(60, 10080), "normal working minutes of a week (Monday to Sunday), overtime not counted"
    )
    overtime_minutes: IntArray = column(
        Integer(0, 720),
        "most overtime of a day that is agreed: work beyond `daily_minutes` or the regime's day (CLT 59); "
        "the regime may allow less",
        optional=True,
        default=0,
    )
    hourly_cost: FloatArray = column(Number(0, 10_000), "R$ for an hour worked, charges included")
    min_duty_minutes: IntArray = column(
        Integer(5, 720), "fewest work minutes of a duty; empty: no limit", optional=True
    )
    max_duty_minutes: IntArray = column(
        Integer(5, 720), "most work minutes of a duty; empty: no limit", optional=True
    )
    min_days_in_a_row: IntArray = column(
        Integer(1, 31),
        "fewest days worked in a row, but for a run that touches an edge of the horizon; empty: no limit",
        optional=True,
    )
    max_days_in_a_row: IntArray = column(
        Integer(1, 62),
        "most days worked in a row, those before the horizon included; empty: no limit but the regime's",
        optional=True,
    )
    min_days_off_in_a_row: IntArray = column(
        Integer(1, 31),
        "fewest days off in a row, but for a run that touches an edge of the horizon; empty: no limit",
        optional=True,
    )
    max_weekends: IntArray = column(
        Integer(0, 10),
        "most weekends of the horizon on whose Saturday or Sunday a duty starts, the Saturday before a "
        "horizon that begins on a Sunday included; empty: no limit",
        optional=True,
    )
    min_horizon_minutes: IntArray = column(
        Integer(0, 62 * 1440), "fewest work minutes over the whole horizon; empty: no limit", optional=True
    )
    max_horizon_minutes: IntArray = column(
        Integer(0, 62 * 1440), "most work minutes over the whole horizon; empty: no limit", optional=True
    )


@dataclass(frozen=True, eq=False)
class Agents(Table):
    """The agents (*Agentes de Registro*) of the planning case."""

    TABLE: ClassVar[str] = "agents"

    agent_id: TextArray = column(Text(), "name of the agent in all tables; not a personal name", key=True)
    contract_id: TextArray = column(Text(), "the agent's contract", refers_to="contracts.contract_id")
    skills: TextArray = column(Tokens(), "skills, with | between them")
    pool: TextArray = column(Text(), "agents of one pool can take over each other's sessions", optional=True)
    state: TextArray = column(
        Choice(STATES), "state of the establishment; its holidays are the agent's (CLT 75-B)"
    )
    city: TextArray = column(
        Text(), "municipality of the establishment, as in the holiday overrides", optional=True
    )
    sunday_off_every_weeks: IntArray = column(
        Integer(1, 7), "one Sunday off in every so many weeks (DOMAIN 3.1)", optional=True, default=2
    )
    credential_from: IntArray = column(Day(), "first day of the credential (CAR)", optional=True)
    credential_until: IntArray = column(Day(), "last day of the credential (CAR)", optional=True)
    last_duty_end: IntArray = column(
        Instant(), "end of the last duty before the horizon (rest between duties)", optional=True
    )
    days_worked_in_a_row: IntArray = column(
        Integer(0, 31),
        "days worked without a day off, up to the eve of the horizon",
        optional=True,
        default=0,
    )
    sundays_worked_in_a_row: IntArray = column(
        Integer(0, 60), "Sundays worked without one off, before the horizon", optional=True, default=0
    )
    days_worked_in_week: IntArray = column(
        Integer(0, 6),
        "days worked in the week (Monday to Sunday) in which the horizon begins, before it; as many as "
        "`days_worked_in_a_row` tells at least",
        optional=True,
        default=0,
    )
    minutes_worked_in_week: IntArray = column(
        Integer(0, 8640),
        "minutes worked in that week before the horizon, as the law counts them, overtime not counted",
        optional=True,
        default=0,
    )
    overtime_worked_in_week: IntArray = column(
        Integer(0, 8640),
        "minutes of overtime in that week before the horizon",
        optional=True,
        default=0,
    )
    weekend_days_worked: IntArray = column(
        Integer(0, 1000),
        "Saturdays and Sundays worked before the horizon, in the weeks that count for fair shares",
        optional=True,
        default=0,
    )
    late_duties_worked: IntArray = column(
        Integer(0, 1000), "late duties worked in those weeks (`plan.json`)", optional=True, default=0
    )
    weekly_rest_due: BoolArray = column(
        Flag(),
        "the week of the horizon's eve has had no weekly rest yet (DOMAIN 3.1): the free time since the last "
        "duty, or a later day off of that week, must be it",
        optional=True,
    )


@dataclass(frozen=True, eq=False)
class Absences(Table):
    """When agents can't work. No reason is kept: the reason may be a matter of health."""

    TABLE: ClassVar[str] = "absences"

    agent_id: TextArray = column(Text(), "the agent", key=True, refers_to="agents.agent_id")
    starts_at: IntArray = column(Instant(), "first minute of the absence", key=True)
    ends_at: IntArray = column(Instant(), "end of the absence, not included")


@dataclass(frozen=True, eq=False)
class Standby(Table):
    """Hours in which agents without a duty can be called in, when the day goes wrong."""

    TABLE: ClassVar[str] = "standby"

    agent_id: TextArray = column(Text(), "the agent", key=True, refers_to="agents.agent_id")
    starts_at: IntArray = column(Instant(), "from when on the agent can be called", key=True)
    ends_at: IntArray = column(Instant(), "by when the service must have ended, not included")
