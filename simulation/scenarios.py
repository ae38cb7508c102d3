"""Scenarios that follow an issuer's own rules."""

from __future__ import annotations

from data.model import Scenario, ServicePolicy


def scenario_of(policy: ServicePolicy) -> Scenario:
    """The default scenario (DOMAIN 6.4) under the policy's tolerance for lateness and early starts."""
    return Scenario(
        late_tolerance=float(policy.late_tolerance_minutes), allow_early_start=policy.allow_early_start
    )
