"""A what-if: what happens on the day, and the rules of the day. Defaults: DOMAIN 6.4."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _one_for_each_hour(factors: tuple[float, ...]) -> tuple[float, ...]:
    if len(factors) != 24:
        raise ValueError(f"expected 24 factors, one for each hour of the day, got {len(factors)}")
    return factors


HourlyFactors = Annotated[
    tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...], AfterValidator(_one_for_each_hour)
]
"""One factor for each hour of the day in Brasília, from midnight on."""

_THE_SAME: HourlyFactors = (1.0,) * 24


class Scenario(BaseModel):
    """Inputs of a simulation: randomness and the rules of the day.

    Durations and delays are in minutes; probabilities are fractions; money is in R$.

    **Durations.** DOMAIN 6.4 gives the mean of a single session (22 minutes) and how much longer the other
    kinds last; DOMAIN 6.3 reports means, not how they follow the planned minutes. The planned minutes of a
    booking are what the planner knows about it, so the mean is taken as proportional to them: a session of a
    kind has the mean of DOMAIN 6.4 when it is planned at the kind's reference, and
    ``mean = duration_mean * factor of the kind * planned / reference of the kind``. The references are the
    25-minute slot of DOMAIN 6.4, and the same slot times the kind's factor, rounded up to the 5-minute grid.
    A what-if with longer slots for the *same* work raises the references along with the planned minutes.

    **Time of day.** `*_by_hour` multiply a probability (cut at 1) or a mean by the hour of the appointment;
    DOMAIN has no figure for them, so that they are 1 by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    duration_mean: float = Field(22.0, gt=0, description="mean of a session planned at `duration_reference`")
    duration_sigma: float = Field(0.2704, ge=0, description="sigma of the lognormal duration")
    duration_reference: float = Field(
        25.0, gt=0, description="planned minutes at which a single session has its mean"
    )
    joint_factor: float = Field(1.35, gt=0, description="mean of a joint session relative to a single one")
    joint_reference: float = Field(
        35.0, gt=0, description="planned minutes at which a joint session has its mean"
    )
    judicial_factor: float = Field(
        1.5, gt=0, description="mean of a judicial session relative to a single one"
    )
    judicial_reference: float = Field(
        40.0, gt=0, description="planned minutes at which a judicial session has its mean"
    )
    duration_by_hour: HourlyFactors = Field(_THE_SAME, description="factors on the mean duration")
    no_show_single: float = Field(0.08, ge=0, le=1, description="one participant is required")
    no_show_joint: float = Field(0.12, ge=0, le=1, description="two or more participants are required")
    no_show_per_lead_day: float = Field(
        0.01 / 3, ge=0, description="added for each day between booking and session"
    )
    no_show_by_hour: HourlyFactors = Field(_THE_SAME, description="factors on the probability of a no-show")
    late_probability: float = Field(0.15, ge=0, le=1, description="a participant logs in late")
    late_by_hour: HourlyFactors = Field(_THE_SAME, description="factors on the probability of lateness")
    late_median: float = Field(5.0, gt=0, description="lateness of those who are late")
    late_sigma: float = Field(0.8, ge=0, description="sigma of the lognormal lateness")
    late_cap: float = Field(60.0, gt=0, description="longest lateness")
    early_mean: float = Field(3.0, ge=0, description="mean earliness of participants who are not late")
    late_tolerance: float = Field(15.0, ge=0, description="a customer later than this is a no-show")
    patience_median: float = Field(20.0, gt=0, description="waiting beyond the appointment before leaving")
    patience_sigma: float = Field(0.6, ge=0, description="sigma of the lognormal patience")
    rebooking_after: float = Field(
        15.0, ge=0, description="a session that starts later than this is rebooked by the issuer's cause"
    )
    cancellation_probability: float = Field(
        0.0, ge=0, le=1, description="a customer cancels at short notice; no no-show (default: off)"
    )
    cancellation_notice_median: float = Field(
        240.0, gt=0, description="how long before the appointment customers cancel who do"
    )
    cancellation_notice_sigma: float = Field(1.0, ge=0, description="sigma of the lognormal notice")
    walk_ups_per_hour: float = Field(
        0.0,
        ge=0,
        le=10_000,
        description="customers without an appointment in an open hour, of all skills together (default: off)",
    )
    walk_ups_by_hour: HourlyFactors = Field(_THE_SAME, description="factors on `walk_ups_per_hour`")
    same_day_return: float = Field(
        0.0,
        ge=0,
        le=1,
        description="a customer whom the issuer rebooks comes back the same day, as a walk-up (default: off)",
    )
    return_delay_low: float = Field(15.0, ge=0, description="soonest return after a rebooking")
    return_delay_high: float = Field(120.0, ge=0, description="latest return after a rebooking")
    walk_up_limit: float = Field(
        30.0, ge=0, description="a walk-up whom no agent can take for so long is turned away"
    )
    overbooking_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="bookings beyond the plan for each one planned, evenly over the day of each pool, or of "
        "each agent where there are no pools (default: off)",
    )
    overbooking_by_hour: HourlyFactors = Field(_THE_SAME, description="factors on `overbooking_share`")
    overbooking_risk: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="instead of a share: as many bookings beyond the plan as keep the probability at most "
        "this that more customers come than are planned, in each pool, skill and hour (default: off)",
    )
    failure_rebook: float = Field(0.04, ge=0, le=1, description="technical failure that needs a rebooking")
    failure_recoverable: float = Field(0.06, ge=0, le=1, description="technical failure that only delays")
    failure_delay_low: float = Field(3.0, ge=0, description="shortest delay by a recoverable failure")
    failure_delay_high: float = Field(8.0, ge=0, description="longest delay by a recoverable failure")
    documents_missing: float = Field(0.05, ge=0, le=1, description="documents not in order at the start")
    documents_check: float = Field(
        5.0, ge=0, description="minutes of a session until missing documents end it"
    )
    agent_absence: float = Field(0.04, ge=0, le=1, description="an agent does not come to a duty")
    login_late_probability: float = Field(
        0.0, ge=0, le=1, description="an agent who comes logs in late (default: off)"
    )
    login_late_median: float = Field(5.0, gt=0, description="lateness of agents who log in late")
    login_late_sigma: float = Field(0.8, ge=0, description="sigma of the lognormal lateness of agents")
    login_late_cap: float = Field(60.0, gt=0, description="longest lateness of an agent")
    standby_agents: int = Field(
        0, ge=0, le=1000, description="agents on standby for each pool and day (default: off)"
    )
    standby_threshold: float = Field(
        10.0, ge=0, description="expected wait of a customer of the pool beyond which one of them is called"
    )
    standby_delay: float = Field(20.0, ge=0, description="from the call of an agent on standby to the log-in")
    standby_minutes: float = Field(
        240.0, gt=0, le=240, description="longest service of an agent on standby: no break is due in it"
    )
    outage_start: float = Field(
        0.0,
        ge=0,
        description="when an outage of the platform begins: minutes from the horizon's first midnight",
    )
    outage_minutes: float = Field(
        0.0, ge=0, le=1440, description="how long no session begins; those that run go on (default: off)"
    )
    allow_early_start: bool = Field(
        True, description="a session starts before its appointment when agent and customers are there"
    )
    pooled: bool = Field(True, description="late binding within a pool, instead of each agent's own list")
    break_shifting: Literal["after_session", "within_rules", "hold_back"] = Field(
        "after_session",
        description="when a session would, as planned, run into a break: the break is taken after it; the "
        "same, but only if the break can then still begin within the labour rules; the session is not begun",
    )
    overtime_factor: float = Field(1.5, ge=1, description="cost of an hour of overtime, in normal hours")
    meal_factor: float = Field(
        1.5,
        ge=1,
        description="CLT 71 §4: pay for an hour of the least meal due that is not granted, in normal hours",
    )

    @model_validator(mode="after")
    def _returns_fit(self) -> Scenario:
        if self.return_delay_low > self.return_delay_high:
            raise ValueError("expected return_delay_low up to return_delay_high")
        return self

    @model_validator(mode="after")
    def _one_way_of_overbooking(self) -> Scenario:
        if self.overbooking_share and self.overbooking_risk:
            raise ValueError("expected overbooking_share or overbooking_risk, not both")
        return self

    @model_validator(mode="after")
    def _failures_fit(self) -> Scenario:
        if self.failure_rebook + self.failure_recoverable > 1:
            raise ValueError(
                "failure_rebook and failure_recoverable exclude each other: expected a sum up to 1"
            )
        if self.failure_delay_low > self.failure_delay_high:
            raise ValueError("expected failure_delay_low up to failure_delay_high")
        return self

    def mean_duration(self, kind: str, planned_minutes: float) -> float:
        """Mean minutes of a session of this kind that is planned at so many minutes.

        Raises:
            LookupError: when there is no such kind.
        """
        match kind:
            case "single":
                factor, reference = 1.0, self.duration_reference
            case "joint":
                factor, reference = self.joint_factor, self.joint_reference
            case "judicial":
                factor, reference = self.judicial_factor, self.judicial_reference
            case _:
                raise LookupError(f"no kind of session is called {kind}")
        return self.duration_mean * factor * planned_minutes / reference
