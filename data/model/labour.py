"""Labour regimes as dated data: the limits of DOMAIN 3.1 and 3.2, in force from a date on."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from data.model.agents import REGIMES


class BreakRule(BaseModel):
    """The breaks that a duty needs, by the work it holds (presence less meals).

    Applies when ``work_over < work minutes <= work_up_to``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    work_over: int = Field(ge=0, description="the rule holds for duties with more work minutes than this")
    work_up_to: int = Field(gt=0, description="and with at most this many")
    meal_minutes_min: int = Field(0, ge=0, description="shortest meal; 0: no meal is due")
    meal_minutes_max: int = Field(0, ge=0, description="longest meal")
    pauses: int = Field(0, ge=0, description="how many paid pauses are due")
    pause_minutes: int = Field(0, ge=0, description="length of each pause")
    edge_minutes: int = Field(
        0, ge=0, description="no pause in the first and in the last so many minutes of the duty"
    )


class LabourRegime(BaseModel):
    """The limits of one regime from a date on; the source of each is in DOMAIN 3."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regime: str = Field(description=f"one of {', '.join(REGIMES)}")
    effective_from: date
    daily_max_minutes: int = Field(gt=0, description="most work minutes of a day, overtime not counted")
    weekly_max_minutes: int = Field(
        gt=0, description="most work minutes of a week, Monday to Sunday, overtime of its days not counted"
    )
    overtime_daily_max_minutes: int = Field(
        0, ge=0, description="CLT 59: most overtime of a day, where the contract agrees to any"
    )
    overtime_weekly_max_minutes: int | None = Field(
        None, ge=0, description="CLT 58-A: most overtime of a week, Monday to Sunday; null: no limit"
    )
    rest_between_duties_minutes: int = Field(660, ge=0, description="CLT 66")
    weekly_rest_minutes: int = Field(
        2100,
        ge=0,
        description="TST-110: free time around one day off of each week, Monday to Sunday (24 h and the 11 h "
        "of CLT 66); 0: exempt",
    )
    max_days_in_a_row: int = Field(6, ge=1, description="a weekly day off (CLT 67) allows no more")
    max_days_a_week: int = Field(6, ge=1, le=7, description="days worked in a week, Monday to Sunday")
    sunday_rule: bool = Field(True, description="the agent's Sunday-off frequency applies")
    night_rule: bool = Field(
        True,
        description="CLT 73: an hour from 22:00 to 5:00 counts as 60 / 52.5 hours of work; 12x36 goes by the "
        "clock (CLT 59-A)",
    )
    holiday_rule: bool = Field(True, description="no work on holidays of the establishment (CLT 70)")
    max_stretch_minutes: int = Field(
        360, gt=0, description="policy: longest time in a duty without any break"
    )
    breaks: tuple[BreakRule, ...] = ()

    def break_rule(self, work_minutes: int) -> BreakRule | None:
        """The break rule for a duty of this much work, if any is due."""
        for rule in self.breaks:
            if rule.work_over < work_minutes <= rule.work_up_to:
                return rule
        return None


def regime_on(regimes: tuple[LabourRegime, ...], name: str, on: date) -> LabourRegime:
    """The version of a regime in force on a date.

    Raises:
        LookupError: when no version of it is in force then.
    """
    in_force = [r for r in regimes if r.regime == name and r.effective_from <= on]
    if not in_force:
        raise LookupError(f"no version of regime {name} is in force on {on:%Y-%m-%d}")
    return max(in_force, key=lambda r: r.effective_from)
