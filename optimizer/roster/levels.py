"""What the making of a roster hands out: the roster, and the levels of its objective counted from it."""

from __future__ import annotations

from data.coverage import coverage
from data.model import Case, Roster
from data.overtime import overtime_costs
from optimizer.roster.fairness import FairShares, counts_of_roster, fairness_bound
from optimizer.roster.limits import Meter
from optimizer.roster.pins import Pins
from optimizer.roster.requirement import Requirement
from optimizer.roster.shift_cover import shift_demand_cost
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.steadiness import unsteadiness
from optimizer.roster.wishes import not_met, spans_of, wishes_of_agents
from optimizer.solve_result import Level, SolveResult, SolveStatus

IN_TURN = "best tours in turn, CP-SAT where all fits into one model; bound by linear relaxation (HiGHS)"


def levels_of(case: Case, roster: Roster, bound: int, wishes: int, pins: Pins) -> tuple[Level, ...]:
    """The levels, counted anew from the roster: where skills are very many, the search only estimates."""
    shares = FairShares(case, Requirement(case))
    counts, fairest = counts_of_roster(case, shares, roster), fairness_bound(case, shares, pins)
    unfair = shares.unfairness(counts)
    shared = sum(counts[agent][share.kind] for share in shares.shares for agent in share.agents)
    counted, shifted = coverage(case.with_roster(roster)), unsteadiness(case, roster)
    lost, objective = _lost_wishes(case, roster), staffing_cost(case, roster)
    name = first_level_name(case)
    share = shifted / (1440 * max(len(roster.duties), 1))
    return (
        Level(name, objective, bound, gap_of(case, objective, bound, counted.required)),
        Level("wishes", lost, wishes, (lost - wishes) / max(int(case.wishes.weight.sum()), 1)),
        Level("fairness", unfair, fairest, (unfair - fairest) / max(shared, 1)),
        Level("start_shift_minutes", shifted, 0, share),
    )


def first_level_name(case: Case) -> str:
    """What the first level counts: agent-intervals, or money where the case sets prices."""
    return "staffing_cost" if case.is_priced else "under_plus_over"


def staffing_cost(case: Case, roster: Roster) -> int:
    """The first level of a roster: under + over, or what staffing costs at the case's prices."""
    counted = coverage(case.with_roster(roster))
    wishes = case.plan.wish_price * _lost_wishes(case, roster) if case.plan.wish_price else 0
    overtime = sum(overtime_costs(case, roster).values()) if case.plan.overtime_price else 0
    return counted.cost + overtime + shift_demand_cost(case, roster) + wishes


def _lost_wishes(case: Case, roster: Roster) -> int:
    types = ShiftTypes(case)
    return sum(
        not_met(wishes, spans_of(types, roster.by_agent.get(name, ())))
        for name, wishes in zip(case.agents.agent_id.tolist(), wishes_of_agents(case), strict=True)
    )


def gap_of(case: Case, objective: int, bound: int, required: int) -> float:
    """Distance to the bound as a fraction of what is required; of the objective, where that is a cost."""
    return (objective - bound) / max(objective if case.is_priced else required, 1)


def result_of(
    meter: Meter,
    status: SolveStatus,
    roster: Roster | None = None,
    levels: tuple[Level, ...] = (),
    clash: tuple[str, ...] = (),
    engine: str = IN_TURN,
) -> SolveResult[Roster]:
    """How a search ended, with what it found and what it used of its limits."""
    return SolveResult(
        status=status,
        answer=roster,
        levels=levels,
        engine=engine,
        seconds=meter.seconds,
        reproducible=not (meter.clock_stopped or meter.interrupted or meter.limits.threads > 1),
        limited_by=meter.ended_by,
        clash=clash,
    )
