"""Results as plain documents: what `--json` prints and what the report and the dashboard read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from data.model import Case, Roster, Schedule
from data.night_hours import night_work
from data.overtime import overtime_of_days
from data.referee import recount
from optimizer.solve_result import Level, SolveResult, SolveStatus

if TYPE_CHECKING:
    from simulation import Comparison, Kpi, KpiGroup, ReachedHalfWidth, SimulationResult


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
        told = _clashes(case)
        # The search may know more pins than the table has: the published duties that stay.
        if tuple(clash["sentence"] for clash in told) == result.clash:
            return document | outcome(result) | {"clashes": told}
    return document | outcome(result)


def _clashes(case: Case) -> list[dict[str, Any]]:
    # Here, as the roster engine takes long to load, and most summaries have no need of it.
    from optimizer.roster.clash import clash_documents, clashing_sets
    from optimizer.roster.pins import pinned_duties
    from optimizer.roster.rules import RULES
    from optimizer.roster.terms import terms_of_agents

    return clash_documents(clashing_sets(case, pinned_duties(case), terms_of_agents(case), RULES), case.axis)


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

    `batch` replications count as one observation (1 unless stratified). `by_interval` (of the day;
    `interval_minutes` long, under the time when each begins) and `by_skill` have the same figures of groups,
    and `sessions` appointed in each. `half_widths` says what became of those asked for, and `limited_by` is
    "replications" if the run ended before they were reached. A number that the replications could not give (a
    mean over no customers, say) is null.
    """
    return {
        "replications": result.replications,
        "batch": result.batch,
        "engine": result.engine,
        "seconds": round(result.seconds, 3),
        "kpis": _kpis(result.kpis),
        "interval_minutes": result.interval_minutes,
        "by_interval": _groups(result.by_interval),
        "by_skill": _groups(result.by_skill),
        **_precision(result.half_widths),
    }


def comparison_summary(comparison: Comparison) -> dict[str, Any]:
    """What one scenario's KPIs differ by from another's: means, and paired differences with intervals.

    `variance_ratio` says how many times as many replications independent draws would take (null: not known,
    or no difference at all).
    """
    return {
        "replications": comparison.replications,
        "kpis": _kpis(comparison.second),
        "differences": _kpis(comparison.difference),
        "variance_ratio": {name: _known(ratio) for name, ratio in comparison.variance_ratio.items()},
        **_precision(comparison.half_widths),
    }


def _kpis(kpis: Mapping[str, Kpi]) -> dict[str, dict[str, float | None]]:
    return {
        name: {"mean": _known(kpi.mean), "low": _known(kpi.low), "high": _known(kpi.high)}
        for name, kpi in kpis.items()
    }


def _groups(groups: Sequence[KpiGroup]) -> dict[str, dict[str, Any]]:
    return {group.name: {"sessions": group.sessions, "kpis": _kpis(group.kpis)} for group in groups}


def _precision(half_widths: Sequence[ReachedHalfWidth]) -> dict[str, Any]:
    """Half-widths asked for and found, in the unit of the figure unless relative (a share of the mean)."""
    return {
        "half_widths": {
            outcome.asked.kpi: {
                "asked": outcome.asked.value,
                "relative": outcome.asked.relative,
                "found": _known(outcome.found),
                "reached": outcome.reached,
            }
            for outcome in half_widths
        },
        "limited_by": "" if all(outcome.reached for outcome in half_widths) else "replications",
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
