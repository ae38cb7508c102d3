"""Scenarios that follow an issuer's own rules."""

from __future__ import annotations

from data.model import Scenario, ServicePolicy


def scenario_of(policy: ServicePolicy) -> Scenario:
    """The default scenario (DOMAIN 6.4) under the policy's rules of the day."""
    return Scenario(
        late_tolerance=float(policy.late_tolerance_minutes),
        rebooking_after=float(policy.rebooking_after_minutes),
        standby_delay=float(policy.standby_delay_minutes),
        allow_early_start=policy.allow_early_start,
    )
