"""`plan.json`: horizon, calendar, policies and versions of one planning case."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from data.model.agents import STATES
from data.model.labour import LabourRegime
from data.model.planning_axis import BRASILIA, PlanningAxis
from data.model.service_policy import SESSION_KINDS, ServicePolicy
from data.model.shift_types import MOST_PRICE


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected the IANA name of a time zone, such as America/Sao_Paulo") from error
    return name


def _check_order(opens: time, closes: time) -> None:
    for value in (opens, closes):
        if value.tzinfo is not None or value.second or value.microsecond:
            raise ValueError("expected hours and minutes of local time, without an offset")
    if closes != time(0) and closes <= opens:
        raise ValueError("expected closes after opens; 00:00 means midnight at the day's end")


class OpeningHours(BaseModel):
    """Hours in which sessions may take place on some weekdays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(description="0 is Monday")
    opens: time
    closes: time = Field(
        description="by when sessions must have ended; 00:00 means midnight at the day's end"
    )

    @model_validator(mode="after")
    def _hours_in_order(self) -> OpeningHours:
        _check_order(self.opens, self.closes)
        return self


class DateException(BaseModel):
    """Hours of one date, instead of those of its weekday; without hours the day is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    opens: time | None = None
    closes: time | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _both_or_neither(self) -> DateException:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("expected both opens and closes, or neither")
        if self.opens is not None and self.closes is not None:
            _check_order(self.opens, self.closes)
        return self


class HolidayOverride(BaseModel):
    """A holiday that the library lacks, or one to strike out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    scope: Literal["national", "state", "city"]
    state: str | None = None
    city: str | None = None
    name: str
    is_holiday: bool = Field(True, description="false strikes out a holiday that the library knows")

    @model_validator(mode="after")
    def _scope_is_named(self) -> HolidayOverride:
        if self.scope != "national" and self.state not in STATES:
            raise ValueError("expected the state (UF) of a state or city holiday")
        if self.scope == "city" and not self.city:
            raise ValueError("expected the city of a city holiday")
        return self


class Calendar(BaseModel):
    """When the service is open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opening_hours: tuple[OpeningHours, ...] = (
        OpeningHours(weekdays=(0, 1, 2, 3, 4), opens=time(8), closes=time(20)),
        OpeningHours(weekdays=(5,), opens=time(8), closes=time(14)),
    )
    exceptions: tuple[DateException, ...] = ()
    open_on_holidays: bool = Field(
        False, description="whether sessions take place on holidays of the service's place"
    )
    state: str = Field("SP", description="state of the service's place, for its holidays")
    city: str = ""
    holiday_overrides: tuple[HolidayOverride, ...] = Field(
        (), description="in addition to the table that Pontual carries"
    )

    @model_validator(mode="after")
    def _no_weekday_twice(self) -> Calendar:
        listed = [day for hours in self.opening_hours for day in hours.weekdays]
        if len(listed) != len(set(listed)):
            raise ValueError("expected each weekday in one entry of opening_hours at most")
        dates = [exception.day for exception in self.exceptions]
        if len(dates) != len(set(dates)):
            raise ValueError("expected each date in one entry of exceptions at most")
        if self.state not in STATES:
            raise ValueError("expected a state (UF) such as SP")
        return self


class Plan(BaseModel):
    """Horizon, calendar and rules of a planning case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: Literal["pontual/plan@1.0"] = Field("pontual/plan@1.0", alias="schema")
    name: str = ""
    first_day: date
    days: int = Field(ge=1, le=62)
    as_of: AwareDatetime = Field(description="the moment of planning; lead times count from it")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = BRASILIA
    grid_minutes: Literal[5] = 5
    demand_interval_minutes: Literal[5, 10, 15, 30, 60] = 15
    wish_price: int = Field(
        0,
        ge=0,
        le=MOST_PRICE,
        description="price of a unit of weight of a wish not met, beside those of demand; 0: wishes are met "
        "only where staffing does not suffer",
    )
    overtime_price: int = Field(
        0,
        ge=0,
        le=MOST_PRICE,
        description="price of overtime as long as an interval of demand, begun ones of a day counted whole, "
        "beside the prices of demand",
    )
    calendar: Calendar = Calendar()
    work_minutes_budget: int | None = Field(
        None,
        ge=0,
        description="most work minutes (presence less meals, night hours as CLT 73 counts them) of all "
        "duties of the horizon together; null: no limit",
    )
    late_duties_end_after: time = Field(
        time(19), description="a duty that ends after this hour of the day on which it starts is late"
    )
    notice_days: int = Field(
        3,
        ge=0,
        le=62,
        description="duties are announced so many days ahead: a change on the day of as_of or on one of the "
        "days after it, this many days in all, must be told in person. No statute sets a period for all; 3 "
        "days is what CLT 452-A asks for calling intermittent workers",
    )
    change_worth_minutes: int = Field(
        120,
        ge=1,
        description="minutes of coverage that each change of a published duty must bring back at least",
    )
    service: tuple[ServicePolicy, ...] = Field(min_length=1, description="dated versions; see policy_on")
    labour: tuple[LabourRegime, ...] = Field(min_length=1, description="dated versions; see regime_on")
    versions: dict[str, str] = Field(default_factory=dict, description="who wrote the case, with what")

    @model_validator(mode="after")
    def _rules_fit(self) -> Plan:
        for policy in self.service:
            for kind in SESSION_KINDS:
                durations = policy.kind(kind)
                if durations.set_up_minutes % self.grid_minutes:
                    raise ValueError(
                        f"service policy of {policy.effective_from}: {kind}.set_up_minutes is "
                        f"{durations.set_up_minutes}, expected a multiple of {self.grid_minutes}"
                    )
                if durations.shortest_minutes > durations.longest_minutes:
                    raise ValueError(
                        f"service policy of {policy.effective_from}: {kind}.shortest_minutes exceeds "
                        "longest_minutes"
                    )
        late = self.late_duties_end_after
        if late.tzinfo is not None or late.second or late.microsecond:
            raise ValueError(
                "late_duties_end_after: expected hours and minutes of local time, without an offset"
            )
        if all(p.effective_from > self.first_day for p in self.service):
            raise ValueError("expected a service policy in force on first_day")
        return self

    @property
    def axis(self) -> PlanningAxis:
        """The planning axis of the horizon."""
        return PlanningAxis(self.first_day, self.days, self.grid_minutes, self.time_zone)

    @property
    def policy(self) -> ServicePolicy:
        """The service policy in force on the first day of the horizon; it holds for the whole of it."""
        in_force = [p for p in self.service if p.effective_from <= self.first_day]
        return max(in_force, key=lambda p: p.effective_from)

    @property
    def as_of_minute(self) -> int:
        """The moment of planning on the planning axis."""
        return self.axis.minute_of(self.as_of)


def default_as_of(first_day: date) -> datetime:
    """18:00 in Brasília on the eve of the horizon."""
    return PlanningAxis(first_day, 1).instant_of(-6 * 60)
