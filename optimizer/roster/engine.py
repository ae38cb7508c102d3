"""Making a roster: what is asked is checked, a run searches, and the levels are counted from its roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.model import Case, Roster
from data.progress import Progress, no_progress
from optimizer.roster.budget import OverBudgetError
from optimizer.roster.clash import clashing_sets, sentences, why_no_tour
from optimizer.roster.levels import levels_of, result_of
from optimizer.roster.limits import EnoughError, Meter
from optimizer.roster.pins import pinned_duties
from optimizer.roster.replanning import Published, changes_of, counted
from optimizer.roster.rules import RULES, Rule
from optimizer.roster.run import Run
from optimizer.roster.search import roster_of
from optimizer.roster.team import NoTourError, assemble_team
from optimizer.roster.terms import terms_of_agents
from optimizer.roster.warm_start import tours_of
from optimizer.roster.wishes import wishes_bound
from optimizer.solve_result import Level, SolveLimits, SolveResult, SolveStatus


def solve_roster(
    case: Case,
    limits: SolveLimits | None = None,
    progress: Progress = no_progress,
    *,
    from_published: bool = False,
) -> SolveResult[Roster]:
    """Make a roster for a case. Duties of the case are not read, but for those that are pinned and kept.

    When it starts `from_published`, the duties of the case are a published roster, of which as few as
    possible change (`optimizer.roster.replanning`), and a level ``changes`` follows the first: days of agents
    that differ, those not counted whose duty an absence rules out. Its bound holds for every legal roster
    with no more agent-intervals missing than this one, and no more in excess than this or the published one;
    the gap is a fraction of the changes. The other levels are only counted.

    Levels of the objective:

    1. ``under_plus_over``: agent-intervals missing and in excess. The bound holds for every legal roster, not
       only for those made of duties that the search considers. Gap: (objective - bound) / required.
       Where the case sets prices, asks for shift types or has a price of wishes or of overtime,
       ``staffing_cost`` instead: agent-intervals missing and in excess, overtime, agents missing and in
       excess of the shift demand, and the weight of wishes not met, all at their prices. Gap: (objective -
       bound) / objective.
    2. ``wishes``: weight of the wishes not met; improved only where level 1 does not suffer. The bound counts
       those that no roster can meet, and the gap is a fraction of the weight of all.
    3. ``fairness``: weekend days, late duties and wishes not met beyond fair shares or missing to them, over
       groups of agents who are alike (`optimizer.roster.fairness`); improved only where levels 1 and 2 do not
       suffer. The bound counts what pins, absences, credentials and the past rule out, and the gap is a
       fraction of all that is shared.
    4. ``start_shift_minutes``: minutes between the starts of duties and the agent's median start of day,
       summed over duties; improved only where the others do not suffer. The bound is 0, and the gap in
       minutes a duty, as a fraction of a day.

    A budget of work (`work_minutes_budget` of the plan) is never exceeded.

    The status is optimal only when level 1 meets its bound. With more than one thread, or when the clock
    ended the search, the result is not reproducible.

    Args:
        case: the planning case.
        limits: when to stop; the defaults of `SolveLimits` when left out.
        progress: told the fraction done; may raise KeyboardInterrupt, and the best roster so far is returned.
        from_published: follow the duties of the case; what began before its moment of planning is frozen.

    Raises:
        KeyError: when a pinned duty names an agent that the case does not have.
        LookupError: when the regime of an agent's contract has no version in force on a day of the horizon.
    """
    meter = Meter(limits or SolveLimits(), progress)
    terms = terms_of_agents(case)
    published = Published(case, terms) if from_published else None
    pins = pinned_duties(case) if published is None else published.pins
    run: Run | None = None
    unmet = wishes_bound(case, pins)
    try:
        clashes = clashing_sets(case, pins, terms, RULES, lambda _fraction, what: meter.report(what))
        if clashes:
            return result_of(meter, SolveStatus.INFEASIBLE, clash=sentences(clashes, case.axis))
        maker = None if published is None else published.menus()
        seen = case if published is None else published.to_plan
        team = assemble_team(seen, pins, RULES, lambda: meter.checkpoint("duties and tours"), maker)
        run = Run(case, team, meter, RULES, unmet)
    except NoTourError as error:
        if told := why_no_tour(case, pins, terms, RULES, error):
            return result_of(meter, SolveStatus.INFEASIBLE, clash=told)
        meter.ended_by = str(error)
        return result_of(meter, SolveStatus.NO_SOLUTION_IN_TIME)
    except EnoughError:
        pass
    except KeyboardInterrupt:
        meter.interrupt()
    if run is not None:
        try:
            run.search() if published is None else run.replan(published)
        except OverBudgetError as error:
            if not any(own.asks_for_work for own in terms):
                return result_of(meter, SolveStatus.INFEASIBLE, clash=error.clash)
            meter.ended_by = str(error)  # Other duties than those considered may be less work.
            return result_of(meter, SolveStatus.NO_SOLUTION_IN_TIME)
    if run is None or run.best is None:
        return result_of(
            meter, SolveStatus.INTERRUPTED if meter.interrupted else SolveStatus.NO_SOLUTION_IN_TIME
        )
    roster = roster_of(run.team, run.best)
    levels = levels_of(case, roster, run.bound, unmet, pins)
    if published is not None:
        changed = counted(changes_of(case, case.roster, roster))
        share = (changed - run.changes_bound) / max(changed, 1)
        levels = (levels[0], Level("changes", changed, run.changes_bound, share), *levels[1:])
    status = SolveStatus.FEASIBLE
    if meter.interrupted:
        status = SolveStatus.INTERRUPTED
    elif all(level.objective <= level.bound for level in levels):
        status = SolveStatus.OPTIMAL
    return result_of(meter, status, roster, levels, engine=run.engine)


def best_coverage(
    case: Case,
    limits: SolveLimits,
    progress: Progress = no_progress,
    *,
    start: Roster,
    rules: Sequence[Rule] = RULES,
    bound_by: Case | None = None,
) -> SolveResult[Roster]:
    """Search for better coverage alone, the first level of `solve_roster`, beginning with a roster.

    Args:
        case: the planning case; its duties are not read, but for those that are pinned and kept.
        limits: when to stop.
        progress: as for `solve_roster`.
        start: what the search begins with, as far as its duties are among those considered.
        rules: the rules to obey.
        bound_by: the case whose terms the bound holds for: where limits are left out, one without them.
    """
    meter = Meter(limits, progress)
    run: Run | None = None
    try:
        team = assemble_team(case, pinned_duties(case), rules, lambda: meter.checkpoint("duties and tours"))
        loosest = replace(team, terms=tuple(terms_of_agents(bound_by or case)))
        run = Run(case, loosest, meter, rules, 0)
        run.begin_with(tours_of(case, team, start))
        run.cover()
    except EnoughError:
        pass
    except KeyboardInterrupt:
        meter.interrupt()
    if run is None or run.best is None:
        return result_of(
            meter, SolveStatus.INTERRUPTED if meter.interrupted else SolveStatus.NO_SOLUTION_IN_TIME
        )
    roster = roster_of(run.team, run.best)
    first = levels_of(case, roster, run.bound, 0, pinned_duties(case))[0]
    status = SolveStatus.OPTIMAL if first.objective <= first.bound else SolveStatus.FEASIBLE
    return result_of(meter, SolveStatus.INTERRUPTED if meter.interrupted else status, roster, (first,))
