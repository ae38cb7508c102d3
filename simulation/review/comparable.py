"""A scenario in the terms that some history can tell: what it does not tell apart is put together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from data.model import Scenario
from simulation.review.facts import SessionFact

ERRORS_APART = 3.0
"""Standard errors that the lead time's part of no-shows must at least be small against their mean."""


def lead_days(facts: Sequence[SessionFact]) -> np.ndarray:
    """Days between booking and appointment, by session; not below nought."""
    return np.array([max(fact.promised - fact.booked_at, 0.0) / 1440.0 for fact in facts])


def leads_tell(facts: Sequence[SessionFact]) -> bool:
    """Whether lead times vary so much that their part of no-shows can be told from the rest.

    With the share p of no-shows among n sessions, a slope has the standard error sqrt(p / n) / (deviation of
    the lead times). Times their mean it is to be at most a third of p: p n of at least (3 mean / deviation)².
    """
    leads = lead_days(facts)
    deviation = float(leads.std()) if len(leads) else 0.0
    missed = sum(fact.outcome == "no_show" for fact in facts)
    return deviation > 0.0 and missed >= (ERRORS_APART * float(leads.mean()) / deviation) ** 2


def with_lead_days(base: Scenario, mean: float) -> Scenario:
    """A scenario whose no-shows are, whatever the lead time, those at the mean lead time."""
    more = base.no_show_per_lead_day * mean
    return base.model_copy(
        update={
            "no_show_single": min(base.no_show_single + more, 1.0),
            "no_show_joint": min(base.no_show_joint + more, 1.0),
            "no_show_per_lead_day": 0.0,
        }
    )


def with_interruptions(base: Scenario) -> Scenario:
    """A scenario whose durations hold the delays by failures that are overcome: the same mean and deviation
    of single sessions at their reference that no failure cuts."""
    share = base.failure_recoverable / max(1.0 - base.failure_rebook, base.failure_recoverable, 1e-9)
    low, high = base.failure_delay_low, base.failure_delay_high
    delay, square = (low + high) / 2.0, (low * low + low * high + high * high) / 3.0
    mean = base.duration_mean + share * delay
    variance = base.duration_mean**2 * math.expm1(base.duration_sigma**2)
    variance += share * square - (share * delay) ** 2
    sigma = math.sqrt(math.log1p(variance / mean**2))
    return base.model_copy(
        update={"duration_mean": mean, "duration_sigma": sigma, "failure_recoverable": 0.0}
    )
