"""A what-if: what happens on the day, and the rules of the day. Defaults: DOMAIN 6.4."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Scenario(BaseModel):
    """Inputs of a simulation: randomness and the rules of the day.

    Durations and delays are in minutes; probabilities are fractions; money is in R$.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    duration_mean: float = Field(22.0, gt=0, description="mean of a session planned at `duration_reference`")
    duration_sigma: float = Field(0.2704, ge=0, description="sigma of the lognormal duration")
    joint_factor: float = Field(1.35, gt=0, description="mean of a joint session relative to a single one")
    judicial_factor: float = Field(1.5, gt=0)
    no_show_single: float = Field(0.08, ge=0, le=1)
    no_show_joint: float = Field(0.12, ge=0, le=1)
    no_show_per_lead_day: float = Field(
        0.01 / 3, ge=0, description="added for each day between booking and session"
    )
    late_probability: float = Field(0.15, ge=0, le=1, description="a participant logs in late")
    late_median: float = Field(5.0, gt=0)
    late_sigma: float = Field(0.8, ge=0)
    late_cap: float = Field(60.0, gt=0)
    early_mean: float = Field(3.0, ge=0, description="mean earliness of participants who are not late")
    late_tolerance: float = Field(15.0, ge=0, description="a customer later than this is a no-show")
    patience_median: float = Field(20.0, gt=0, description="waiting beyond the appointment before leaving")
    patience_sigma: float = Field(0.6, ge=0)
    rebooking_after: float = Field(
        15.0, ge=0, description="a session that starts later than this is rebooked by the issuer's cause"
    )
    failure_rebook: float = Field(0.04, ge=0, le=1, description="technical failure that needs a rebooking")
    failure_recoverable: float = Field(0.06, ge=0, le=1, description="technical failure that only delays")
    failure_delay_low: float = Field(3.0, ge=0)
    failure_delay_high: float = Field(8.0, ge=0)
    documents_missing: float = Field(0.05, ge=0, le=1, description="documents not in order at the start")
    agent_absence: float = Field(0.04, ge=0, le=1, description="an agent does not come to a duty")
    allow_early_start: bool = True
    pooled: bool = Field(True, description="late binding within a pool, instead of each agent's own list")
    overtime_factor: float = Field(1.5, ge=1)
