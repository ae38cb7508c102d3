"""Results as plain documents: what `--json` prints and what the report and the dashboard read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from data.model import Case, Roster, Schedule
from data.night_hours import night_work
from data.overtime import overtime_of_days
from data.referee import recount
from optimizer.roster.clash import clash_documents, clashing_sets
from optimizer.roster.pins import pinned_duties
from optimizer.roster.rules import RULES
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import Level, SolveResult, SolveStatus
from simulation import SimulationResult


def roster_summary(case: Case, result: SolveResult[Roster]) -> dict[str, Any]:
    """The document of `pontual roster`; `case` carries the new roster.

    `gap` is (under + over - bound) / required agent-intervals. Without an answer, its figures are null; when
    it is proven that there is none, `clashes` has the smallest clashing sets, item by item where known so.
    `night_minutes` has the minutes by the clock that each agent works at night (CLT 73), those with none left
    out; so has `overtime_minutes` those of overtime (CLT 59).
    """
    document: dict[str, Any] = {"agents": len(case.agents)}
    document |= dict.fromkeys(
        ("required", "covered", "under", "over", "duties", "night_minutes", "overtime_minutes")
    )
    if result.answer is not None:
        counted = recount(case)
        document |= {
            "required": counted.required,
            "covered": counted.covered,
            "under": counted.under,
            "over": counted.over,
            "duties": len(case.duties),
            "night_minutes": night_minutes(case),
            "overtime_minutes": {
                name: sum(minutes) for name, minutes in overtime_of_days(case, case.roster).items()
            },
        }
    if result.status is SolveStatus.INFEASIBLE:
        clashes = clashing_sets(case, pinned_duties(case), terms_of_agents(case), RULES)
        told = clash_documents(clashes, case.axis)
        # The search may know more pins than the table has: the published duties that stay.
        if tuple(clash["sentence"] for clash in told) == result.clash:
            return document | outcome(result) | {"clashes": told}
    return document | outcome(result)


def night_minutes(case: Case) -> dict[str, int]:
    """Minutes by the clock that each agent works at night, those with none left out."""
    worked = {
        name: sum(night_work(case.axis, duty) for duty in duties)
        for name, duties in case.roster.by_agent.items()
    }
    return {name: minutes for name, minutes in worked.items() if minutes}


def allocation_summary(case: Case, result: SolveResult[Schedule]) -> dict[str, Any]:
    """The document of `pontual allocate`; `case` carries the new schedule.

    `gap` is (bound on placed - placed) / eligible. Without an answer, its figures are null.
    """
    document: dict[str, Any] = {"bookings": len(case.bookings)}
    document |= dict.fromkeys(("eligible", "placed", "unplaced_by_reason"))
    if result.answer is not None:
        counted = recount(case)
        reasons, counts = np.unique(case.unplaced.reason.astype(str), return_counts=True)
        document |= {
            "eligible": counted.eligible,
            "placed": counted.placed,
            "unplaced_by_reason": dict(zip(reasons.tolist(), counts.tolist(), strict=True)),
        }
    return document | outcome(result)


def simulation_summary(result: SimulationResult) -> dict[str, Any]:
    """The document of `pontual simulate`: each KPI with its mean and 95 % confidence interval.

    A number that the replications could not give (a mean over no customers, say) is null.
    """
    return {
        "replications": result.replications,
        "engine": result.engine,
        "seconds": round(result.seconds, 3),
        "kpis": {
            name: {"mean": _known(kpi.mean), "low": _known(kpi.low), "high": _known(kpi.high)}
            for name, kpi in result.kpis.items()
        },
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def outcome(result: SolveResult[Any]) -> dict[str, Any]:
    """What every document says of its solve: the first level, all levels, time, status.

    `clashes` has what cannot hold together, each with its `sentence`.
    """
    document: dict[str, Any] = dict.fromkeys(("objective", "bound", "gap"))
    if result.levels:
        first = result.levels[0]
        document |= {"objective": first.objective, "bound": first.bound, "gap": first.gap}
    return document | {
        "levels": [_level(level) for level in result.levels],
        "seconds": round(result.seconds, 3),
        "engine": result.engine,
        "status": result.status.value,
        "reproducible": result.reproducible,
        "limited_by": result.limited_by,
        "clashes": [{"sentence": sentence} for sentence in result.clash],
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "name": level.name,
        "sense": level.sense,
        "objective": level.objective,
        "bound": level.bound,
        "gap": level.gap,
    }
