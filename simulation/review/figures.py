"""Key figures of days as they were and of days as they are played: the same functions count both.

Figures that `simulation.KPIS` knows mean the same here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data.model.columns import BoolArray, FloatArray, TextArray
from simulation.break_accounts import LATE_BREAK_MINUTES
from simulation.breaks import BreakFault
from simulation.kpis import LONG_WAIT_MINUTES, ON_TIME_MINUTES
from simulation.outcome_log import OutcomeLog
from simulation.records import OUTCOMES as PLAYED_OUTCOMES
from simulation.records import Outcome, texts
from simulation.review.facts import HELD, AgentFact, DayFacts
from simulation.week import Week

FIGURES: dict[str, tuple[str, str]] = {
    "sessions": ("sessions", "sessions of the plan, and those added"),
    "held": ("sessions", "sessions that were held, however they ended"),
    "no_shows": ("share", "of all sessions, those whose customers do not come in time"),
    "cancelled": ("share", "of all sessions, those whose customers cancel"),
    "left": ("share", "of all sessions, those whose customers lose patience"),
    "rebooked_by_issuer": ("share", "of all sessions, those that the issuer cannot hold in time"),
    "failed_technical": ("share", "of all sessions, those that a technical failure ends"),
    "failed_documents": ("share", "of all sessions, those that missing documents end"),
    "wait_mean": ("minutes", "mean wait of attending customers"),
    "wait_over_10": ("share", "attending customers who wait over 10 minutes"),
    "on_time_share": ("share", "attending customers whose session starts at most 5 minutes late"),
    "displaced_by_issuer": (
        "share",
        "of all sessions, those over 5 minutes late, mostly by the issuer's cause",
    ),
    "displaced_by_customer": (
        "share",
        "of all sessions, those over 5 minutes late, mostly by the customer's",
    ),
    "overrun_share": ("share", "of sessions held in one piece, those longer than planned"),
    "minutes_over": ("minutes", "mean of minutes held less minutes planned; negative: shorter"),
    "agents_absent": ("agents", "duties to which the agent did not come"),
    "agents_late": ("agents", "duties to which the agent came late"),
    "late_breaks": ("breaks", "breaks that began more than 5 minutes late"),
    "breaks_not_taken": ("breaks", "breaks not taken, of agents who were there"),
}
"""By name: unit and meaning, in the order of reports."""

SHARES = tuple(name for name, (unit, _) in FIGURES.items() if unit == "share")

_PLAYED = {
    **dict(enumerate(PLAYED_OUTCOMES)),
    int(Outcome.REBOOKED_SAME_DAY): Outcome.REBOOKED_BY_ISSUER.label,
}


@dataclass(frozen=True, eq=False)
class SessionColumns:
    """Sessions as columns of equal length: minutes, nan for what did not happen.

    Attributes:
        promised: appointment that the wait counts from.
        in_one_piece: minutes from start to end of sessions that nothing broke off.
    """

    outcome: TextArray
    promised: FloatArray
    planned: FloatArray
    began: FloatArray
    wait: FloatArray
    in_one_piece: FloatArray

    @classmethod
    def of_days(cls, days: Iterable[DayFacts]) -> SessionColumns:
        """The sessions of days as they were."""
        facts = [fact for day in days for fact in day.sessions.values()]
        return cls(
            outcome=texts([fact.outcome for fact in facts]),
            promised=np.array([fact.promised for fact in facts], dtype=np.float64),
            planned=np.array([fact.planned_minutes for fact in facts], dtype=np.float64),
            began=np.array([fact.began for fact in facts], dtype=np.float64),
            wait=np.array([fact.wait for fact in facts], dtype=np.float64),
            in_one_piece=np.array(
                [fact.minutes_over + fact.planned_minutes for fact in facts], dtype=np.float64
            ),
        )

    @classmethod
    def of_log(cls, week: Week, log: OutcomeLog) -> SessionColumns:
        """The sessions of a replication. Customers who come back the same day are rebooked."""
        came_back = ~np.isnan(np.array(log.rebooked_at))
        began, ended = (np.where(came_back, np.nan, moments) for moments in (log.begun, log.ended))
        return cls(
            outcome=texts([_PLAYED[int(outcome)] for outcome in log.outcome]),
            promised=log.promised(week),
            planned=week.planned,
            began=began,
            wait=log.waits(),
            in_one_piece=ended - began,
        )

    def take(self, rows: BoolArray) -> SessionColumns:
        """Only these."""
        return SessionColumns(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def session_figures(found: SessionColumns) -> dict[str, float]:
    """The figures of sessions; nan where there is nothing to count."""
    count = len(found.outcome)
    attending = ~np.isnan(found.wait)
    waits = found.wait[attending]
    delay = (found.began - found.promised)[attending]
    is_late = delay > ON_TIME_MINUTES
    by_issuer = waits * 2.0 >= delay
    lasted = found.in_one_piece - found.planned
    lasted = lasted[~np.isnan(lasted)]

    def share_of(outcome: str) -> float:
        return _share(np.count_nonzero(found.outcome == outcome), count)

    return {
        "sessions": float(count),
        "held": float(np.isin(found.outcome, HELD).sum()),
        "no_shows": share_of("no_show"),
        **{
            name: share_of(name)
            for name in ("cancelled", "left", "rebooked_by_issuer", "failed_technical", "failed_documents")
        },
        "wait_mean": _share(float(waits.sum()), len(waits)),
        "wait_over_10": _share(np.count_nonzero(waits > LONG_WAIT_MINUTES), len(waits)),
        "on_time_share": _share(np.count_nonzero(delay <= ON_TIME_MINUTES), len(waits)),
        "displaced_by_issuer": _share(np.count_nonzero(is_late & by_issuer), count),
        "displaced_by_customer": _share(np.count_nonzero(is_late & ~by_issuer), count),
        "overrun_share": _share(np.count_nonzero(lasted > 0.0), len(lasted)),
        "minutes_over": _share(float(lasted.sum()), len(lasted)),
    }


def agent_figures(days: Iterable[DayFacts]) -> dict[str, float]:
    """The figures of agents who had a duty; those called from standby are left out."""
    agents = [agent for day in days for agent in day.agents.values() if not agent.called]
    return {
        "agents_absent": float(sum(not agent.came for agent in agents)),
        "agents_late": float(sum(agent.login_delay > 0.0 for agent in agents)),
        "late_breaks": float(sum(late_breaks(agent) for agent in agents)),
        "breaks_not_taken": float(sum(breaks_not_taken(agent) for agent in agents)),
    }


def late_breaks(agent: AgentFact) -> int:
    """Breaks that began more than LATE_BREAK_MINUTES late."""
    return sum(one.began - one.planned.start > LATE_BREAK_MINUTES for one in agent.breaks)


def breaks_not_taken(agent: AgentFact) -> int:
    """Of an agent who came; those during which the agent had gone count, too."""
    return sum(math.isnan(one.began) for one in agent.breaks) if agent.came else 0


def day_figures(days: Sequence[DayFacts]) -> dict[str, float]:
    """All figures of days as they were, together."""
    return session_figures(SessionColumns.of_days(days)) | agent_figures(days)


def played_figures(week: Week, log: OutcomeLog, sessions: BoolArray, duties: BoolArray) -> dict[str, float]:
    """All figures of some sessions and duties of a replication."""
    came = np.array(log.came_at)[duties]
    starts = np.array([duty.start for duty in week.duties])[duties]
    of_breaks = duties[week.breaks.duty]
    delays = np.array(log.break_delays)[of_breaks]
    skipped = np.array(log.break_faults, dtype=np.int64)[of_breaks] & BreakFault.SKIPPED > 0
    return session_figures(SessionColumns.of_log(week, log).take(sessions)) | {
        "agents_absent": float(np.isnan(came).sum()),
        "agents_late": float((came > starts).sum()),
        "late_breaks": float((delays > LATE_BREAK_MINUTES).sum()),
        "breaks_not_taken": float(skipped.sum()),
    }


def _share(part: float | np.signedinteger, whole: float) -> float:
    return float(part) / whole if whole else math.nan
