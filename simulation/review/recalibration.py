"""What the sessions of the days reviewed say about the parameters of the simulation.

The fit is that of `simulation.calibration`; absences and late log-ins of agents and cancellations, which past
sessions do not tell, are counted. Parameters that were fitted together are proposed together, or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.files import SessionHistory
from data.model import Case, Scenario
from data.model.past_sessions import PAST_OUTCOMES
from simulation.calibration import LEAST_EVENTS, Calibration, Estimate, Kept, TooShortError, calibrate
from simulation.calibration.tails import CONFIDENCE, normal_below, share_interval
from simulation.distributions import normal_quantile_at
from simulation.records import texts
from simulation.review.comparable import lead_days, leads_tell, with_interruptions, with_lead_days
from simulation.review.facts import HELD, DayFacts, SessionFact

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("no_show_single", "no_show_joint", "no_show_per_lead_day"),
    ("late_probability", "late_median", "late_sigma", "early_mean"),
    ("patience_median", "patience_sigma"),
    ("duration_mean", "joint_factor", "judicial_factor", "duration_sigma"),
    ("failure_rebook", "failure_recoverable", "documents_missing"),
    ("failure_delay_low", "failure_delay_high"),
    ("documents_check",),
    ("agent_absence",),
    ("login_late_probability",),
    ("cancellation_probability",),
)
"""Parameters whose estimates rest on each other."""

COUNTED = ("agent_absence", "login_late_probability", "cancellation_probability")
"""Parameters that are counted here, and not by a calibration."""

OF_ENDS = {name for group in TOGETHER[3:7] for name in group}
"""Parameters that only sessions whose end was told speak of."""

MOST_UNTOLD = 0.05
"""Where of a larger share of the sessions held it was not told how they ended, nothing is said about ends."""

DIFFERENCE = 0.05
"""Probability that any parameter at all is said to differ although none does."""

SAME = 0.01
"""A relative difference up to this matters to nobody, however sure it is."""


@dataclass(frozen=True)
class Change:
    """A parameter as the days show it, beside what the scenario has.

    Attributes:
        base: of the scenario, in the terms that the days can tell (`comparable`).
        p_value: probability of an estimate as far away if the scenario were right, for all parameters
            together (Holm 1979). It is that of the normal distribution on the side of the interval on which
            the scenario's value lies.
        differs: surely, and by more than SAME.
        proposed: it differs, or one that was fitted together with it does.
    """

    estimate: Estimate
    base: float
    p_value: float
    differs: bool
    proposed: bool


@dataclass(frozen=True)
class Recalibration:
    """What is proposed.

    Attributes:
        sessions: rows that were fitted to.
        calibration: the whole fit; None: too few sessions, or nothing to fit.
        changes: every parameter that could be told.
        kept: those that could not, and on how many rows.
        why_not: why there is no fit; empty: there is.
        ends_told: whether enough events tell how sessions ended.
        leads_told: whether lead times tell their part of no-shows.
    """

    base: Scenario
    sessions: int
    calibration: Calibration | None
    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    why_not: str
    ends_told: bool
    leads_told: bool

    @property
    def interruptions_told(self) -> bool:
        """Whether any event tells minutes lost to a failure that was overcome; else durations hold them."""
        return self.calibration is None or not _holds_interruptions(self.calibration.estimates)

    def parameters(self) -> dict[str, Any]:
        """For a scenario file: the base where it is no default, with what is proposed."""
        default = Scenario()
        held = {n: v for n, v in self.base.model_dump().items() if v != getattr(default, n) and n != "name"}
        proposed = {c.estimate.parameter: c.estimate.value for c in self.changes if c.proposed}
        if "duration_mean" in proposed and not self.interruptions_told:
            proposed["failure_recoverable"] = 0.0
        if "no_show_single" in proposed and not self.leads_told:
            proposed["no_show_per_lead_day"] = 0.0
        return held | proposed

    def scenario(self) -> Scenario:
        """The base with what is proposed."""
        return Scenario.model_validate({**self.base.model_dump(), **self.parameters()})


def recalibrated(case: Case, days: Sequence[DayFacts], base: Scenario) -> Recalibration:
    """Fit the parameters to the sessions of the days."""
    facts = list(_usable(days))
    told, leads_told = _ends_are_told(facts), leads_tell(facts)
    calibration, why_not = None, ""
    history = history_of(case, facts)
    if not leads_told:
        history = replace(history, booked_at=np.full(len(facts), np.nan))
    try:
        calibration = calibrate(history, base)
    except TooShortError as error:
        why_not = str(error)
    fitted = calibration.estimates if calibration else ()
    kept = calibration.kept if calibration else ()
    if not told:
        kept = (*kept, *(Kept(e.parameter, 0) for e in fitted if e.parameter in OF_ENDS))
        fitted = tuple(e for e in fitted if e.parameter not in OF_ENDS)
    assumed = with_interruptions(base) if _holds_interruptions(fitted) else base
    if calibration and not leads_told:
        assumed = with_lead_days(assumed, float(lead_days(facts).mean()))
    estimates = [e for e in (*fitted, *_counted(days)) if e.method != "set"]
    return Recalibration(
        base=base,
        sessions=len(facts),
        calibration=calibration,
        changes=_changes(estimates, assumed),
        kept=kept,
        why_not=why_not,
        ends_told=told,
        leads_told=leads_told or calibration is None,
    )


def _holds_interruptions(estimates: Sequence[Estimate]) -> bool:
    return any(e.parameter == "failure_recoverable" and e.method == "set" for e in estimates)


def _usable(days: Iterable[DayFacts]) -> Iterable[SessionFact]:
    """Sessions that a history of past sessions can hold; those that were broken off are none."""
    for day in days:
        for fact in day.sessions.values():
            if fact.outcome in (*PAST_OUTCOMES, "ended") and not fact.broken_by and _makes_sense(fact):
                yield fact


def _makes_sense(fact: SessionFact) -> bool:
    """Whether the moments are in order: events that were lost leave some that are not."""
    if fact.outcome in HELD:
        return fact.arrived <= fact.began < fact.ended
    if fact.outcome in ("left", "rebooked_by_issuer"):
        return fact.given_up >= max(fact.arrived, fact.promised)
    return True


def _ends_are_told(facts: Sequence[SessionFact]) -> bool:
    held = sum(fact.outcome in HELD for fact in facts)
    return sum(fact.outcome == "ended" for fact in facts) <= MOST_UNTOLD * held


def history_of(case: Case, facts: Sequence[SessionFact]) -> SessionHistory:
    """The sessions as a calibration wants them; sessions whose end was not told count as fulfilled."""

    def column(values: Iterable[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array(list(values), dtype=np.float64)

    return SessionHistory(
        kind=texts([fact.kind for fact in facts]),
        skill=texts([fact.skill for fact in facts]),
        planned=column(fact.planned_minutes for fact in facts),
        participants=np.array([fact.participants for fact in facts], dtype=np.int64),
        booked_at=column(fact.booked_at for fact in facts),
        appointed=column(fact.promised for fact in facts),
        arrived=column(math.nan if fact.outcome == "no_show" else fact.arrived for fact in facts),
        started=column(fact.began for fact in facts),
        ended=column(fact.ended if fact.outcome in HELD else fact.given_up for fact in facts),
        outcome=texts(["fulfilled" if fact.outcome == "ended" else fact.outcome for fact in facts]),
        interrupted=column(fact.interrupted_minutes or math.nan for fact in facts),
        hour=np.array([case.axis.minute_of_day(fact.promised) // 60 for fact in facts], dtype=np.int64),
    )


def _counted(days: Sequence[DayFacts]) -> Iterable[Estimate]:
    """Shares that are counted on days that are told whole, with exact intervals."""
    whole = [day for day in days if day.complete]
    agents = [agent for day in whole for agent in day.agents.values() if not agent.called]
    came = [agent for agent in agents if agent.came]
    sessions = [session for day in whole for session in day.sessions.values()]
    cancelled = sum(session.outcome == "cancelled" for session in sessions)
    counts = (
        (len(agents) - len(came), len(agents)),
        (sum(agent.login_delay > 0.0 for agent in came), len(came)),
        (cancelled, len(sessions)),
    )
    for name, (events, trials) in zip(COUNTED, counts, strict=True):
        if trials >= LEAST_EVENTS:
            low, high = share_interval(events, trials)
            yield Estimate(name, events / trials, low, high, events, trials, "counted")


def _changes(estimates: Sequence[Estimate], base: Scenario) -> tuple[Change, ...]:
    raw = [_p_value(estimate, float(getattr(base, estimate.parameter))) for estimate in estimates]
    adjusted = holm(raw)
    differing = {
        estimate.parameter
        for estimate, p_value in zip(estimates, adjusted, strict=True)
        if p_value < DIFFERENCE and not _is_the_same(estimate, float(getattr(base, estimate.parameter)))
    }
    proposed = {name for group in TOGETHER if differing.intersection(group) for name in group}
    return tuple(
        Change(
            estimate=estimate,
            base=float(getattr(base, estimate.parameter)),
            p_value=p_value,
            differs=estimate.parameter in differing,
            proposed=estimate.parameter in proposed,
        )
        for estimate, p_value in zip(estimates, adjusted, strict=True)
    )


def _is_the_same(estimate: Estimate, base: float) -> bool:
    return abs(estimate.value - base) <= SAME * abs(base)


def _p_value(estimate: Estimate, base: float) -> float:
    """Two-sided, from the half of the interval on the side of the base.

    At a limit of the parameter the likelihood's interval may end at the estimate, and says nothing there.
    """
    distance = abs(base - estimate.value)
    half = estimate.value - estimate.low if base < estimate.value else estimate.high - estimate.value
    if half <= 0.0:
        return 0.0 if distance > 0.0 and estimate.method != "likelihood" else 1.0
    quantile = float(normal_quantile_at(0.5 + CONFIDENCE / 2.0))
    return 2.0 * float(normal_below(-quantile * distance / half))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that all together err with the probability of one (Holm 1979)."""
    count = len(p_values)
    adjusted = [1.0] * count
    largest = 0.0
    for rank, place in enumerate(sorted(range(count), key=lambda n: p_values[n])):
        largest = max(largest, min(1.0, (count - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted
