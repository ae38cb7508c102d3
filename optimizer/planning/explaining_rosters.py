"""Explanations of a case's own roster, once the referee has nothing against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.files.tables import table_bytes
from data.model import Case
from data.progress import Progress, no_progress
from data.referee import judge_roster, recount
from optimizer.budget import Budget
from optimizer.planning.faults import IllegalRosterError, NoRosterError, RefereeDisagreesError, sentences
from optimizer.roster_explanations import (
    RulePrices,
    prices_document,
    rule_prices,
    understaffed_runs,
    understaffing_document,
    understaffing_table,
)
from optimizer.solve_result import SolveLimits

UNDERSTAFFING_FILE = "understaffing.csv"

SHARE_OF_WORK = 0.5
"""Of a roster's limits, what finding out the reasons of its understaffing may take besides."""

SHARE_OF_TIME = 0.05
LEAST_SECONDS = 0.5


def reasons_of_new_roster(
    case: Case, limits: SolveLimits, progress: Progress = no_progress, before: Case | None = None
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What `pontual roster` adds to a roster that it has made: a document, and files of the run.

    An interruption ends the search for reasons and not the command. `before` has the published roster, where
    it was replanned.
    """
    seconds = None if limits.seconds is None else max(LEAST_SECONDS, SHARE_OF_TIME * limits.seconds)
    share = replace(limits, work=SHARE_OF_WORK * limits.work, seconds=seconds)
    runs = understaffed_runs(case, Budget(share, lambda: progress(1.0, "what is missing")), before)
    table = table_bytes(understaffing_table(runs), case.axis, "csv")
    document = understaffing_document(case, runs, "en", with_agents=False)
    return {"understaffing": document}, {UNDERSTAFFING_FILE: table}


def explained_roster(
    case: Case, limits: SolveLimits, language: str = "en", progress: Progress = no_progress
) -> dict[str, Any]:
    """The document of `pontual explain DIR --roster`.

    Raises:
        NoRosterError, IllegalRosterError: when there is no roster, or one that breaks a hard rule.
    """
    _demand_legal_roster(case)
    budget = Budget(limits, lambda: progress(min(budget.work_used / max(limits.work, 1e-9), 1.0), ""))
    runs = understaffed_runs(case, budget)
    document = understaffing_document(case, runs, language, with_agents=True)
    return {"language": language} | document | {"reproducible": not budget.clock_stopped}


def priced_rules(
    case: Case, limits: SolveLimits, language: str = "en", progress: Progress = no_progress
) -> dict[str, Any]:
    """The document of `pontual explain DIR --rules`; the limits hold for each rule by itself.

    Raises:
        NoRosterError, IllegalRosterError: when there is no roster, or one that breaks a hard rule.
        RefereeDisagreesError: when a roster found breaks more than the rule left out, or is miscounted.
    """
    _demand_legal_roster(case)
    prices = rule_prices(case, limits, progress)
    faults = _faults(case, prices)
    if faults:
        raise RefereeDisagreesError(faults)
    return {"language": language} | prices_document(case, prices, language)


def _demand_legal_roster(case: Case) -> None:
    if not len(case.duties):
        raise NoRosterError("there is no roster to explain; make one first: pontual roster")
    faults = sentences(judge_roster(case))
    if faults:
        raise IllegalRosterError(faults)


def _faults(case: Case, prices: RulePrices) -> list[str]:
    """What the referee says against the rosters found, the rule that each leaves out apart."""
    found = [("", prices.roster, prices.all_rules)]
    found += [
        (price.code, price.roster, price.without) for price in prices.prices if price.roster is not None
    ]
    faults = []
    for code, roster, cover in found:
        planned = case.with_roster(roster)
        faults += sentences([fault for fault in judge_roster(planned) if fault.rule != code])
        counted = recount(planned)
        if (counted.under, counted.over) != (cover.under, cover.over):
            faults.append(
                f"OBJECTIVE without {code or 'any rule'}: stated {cover}, the roster holds {counted}"
            )
    return faults
