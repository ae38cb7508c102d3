"""Why no duties join what an agent's pins ask for, where that can be proven."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import Case, Duty
from optimizer.roster.clash.sets import clashing_sets
from optimizer.roster.clash.words import sentences
from optimizer.roster.rules import Rule, Terms
from optimizer.roster.team import NoTourError


def why_no_tour(
    case: Case,
    pins: Sequence[Sequence[Duty]],
    terms: Sequence[Terms],
    rules: Sequence[Rule],
    error: NoTourError,
) -> tuple[str, ...]:
    """Sentences that prove that the agents of the error have no legal tour; none where other duties may do.

    Where every duty is of a shift type, all duties that there can be were considered; but where a meal lies
    at night decides how much work counts, and the duties are on the safe side.
    """
    typed = bool(len(case.shift_types))
    clashes = clashing_sets(case, pins, terms, rules, also=error.agents) if typed else ()
    told = sentences(clashes, case.axis) or _too_much_work(case, terms, error.agents)
    if told or not typed or any(regime.night_rule for regime in case.plan.labour):
        return told
    return (str(error),)


def _too_much_work(case: Case, terms: Sequence[Terms], agents: Sequence[str]) -> tuple[str, ...]:
    """MIN-WORK against what the days and weeks of the horizon can hold at most."""
    told = []
    for name, own in zip(case.agents.agent_id.tolist(), terms, strict=True):
        least, most = own.min_horizon_minutes or 0, _most_work(own)
        if name in agents and least > most:
            told.append(
                f"{name}: MIN-WORK: at least {least} min of work in the horizon by the contract; CLT-58 and "
                f"CF-7-XIII: its days and weeks hold {most} min at most"
            )
    return tuple(told)


def _most_work(terms: Terms) -> int:
    """Minutes of work that the limits of days and weeks leave in the horizon."""
    most, week = 0, 0
    for day, weekday in enumerate(terms.weekdays):
        if day == 0 or weekday == 0:
            week = terms.week_limits[day] - (terms.minutes_worked_in_week if day == 0 else 0)
        normal = min(terms.normal_minutes(day), max(week, 0))
        most += min(normal + terms.overtime_limit(day), terms.longest_duty(day))
        week -= normal
    return most
