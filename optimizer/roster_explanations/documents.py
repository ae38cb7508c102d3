"""Explanations of rosters as documents and as a table: figures for programs, sentences for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from data.model import Case, Understaffing, joined
from optimizer.roster.clash.words import Words
from optimizer.roster.levels import first_level_name
from optimizer.roster_explanations.rule_prices import Cover, RulePrice, RulePrices
from optimizer.roster_explanations.texts import say
from optimizer.roster_explanations.understaffing import Reason, Run


def verdict(run: Run) -> str:
    """What the reasons of a run come to, one of `data.model.VERDICTS`."""
    codes = {reason.code for reason in run.counts}
    if not codes:
        return "no_agent"
    if codes == {"in_service"}:
        return "all_in_service"
    if run.unavoidable == run.missing:
        return "out_of_reach"
    for code in ("unfinished", "not_examined"):
        if code in codes:
            return code
    present = {"in_service", "on_break", "part_of_interval"}
    return "on_break" if codes <= present else "trade_off"


def understaffing_document(
    case: Case, runs: Sequence[Run], language: str, *, with_agents: bool
) -> dict[str, Any]:
    """What is missing: agent-intervals by verdict, then run by run, the worst first."""
    length = case.plan.demand_interval_minutes
    missing: Counter[str] = Counter()
    for run in runs:
        missing[verdict(run)] += _agent_intervals(run, length)
    worst = sorted(runs, key=lambda run: (-_agent_intervals(run, length), run.start, run.skill))
    return {
        "missing": missing.total(),
        "missing_by_verdict": dict(missing.most_common()),
        "runs": [_run(case, run, language, with_agents=with_agents) for run in worst],
    }


def _agent_intervals(run: Run, length: int) -> int:
    return run.missing * (run.end - run.start) // length


def _run(case: Case, run: Run, language: str, *, with_agents: bool) -> dict[str, Any]:
    return {
        "starts_at": case.axis.instant_of(run.start).isoformat(),
        "ends_at": case.axis.instant_of(run.end).isoformat(),
        "skill": run.skill,
        "missing": run.missing,
        "unavoidable": run.unavoidable,
        "holders": run.holders,
        "verdict": verdict(run),
        "reasons": [
            {"reason": reason.code, "rules": list(reason.rules), "agents": count}
            | ({"agent_ids": list(run.agents[reason])} if with_agents else {})
            for reason, count in run.counts.items()
        ],
        "sentence": run_sentence(case, run, language),
    }


def run_sentence(case: Case, run: Run, language: str) -> str:
    """One run in words: how many are missing when, and the head count of those who could help."""
    span = Words(case.axis, language).span(run.start, run.end)
    told: dict[str, str | int] = {"count": run.missing, "span": span, "skill": run.skill}
    if not run.counts:
        return say(language, "missing.nobody", **told)
    reasons = ", ".join(_reason(reason, count, language) for reason, count in run.counts.items())
    able = sum(run.counts.values())
    told |= {"holders": run.holders, "able": able, "others": able - run.holders, "reasons": reasons}
    sentence = say(language, "missing" if able == run.holders else "missing.indirectly", **told)
    if run.unavoidable:
        sentence += f"; {say(language, 'unavoidable', count=run.unavoidable)}"
    return sentence


def _reason(reason: Reason, count: int, language: str) -> str:
    why = " + ".join(say(language, f"why.{rule}") for rule in reason.rules)
    return say(language, f"reason.{reason.code}", count=count, why=why, rules=", ".join(reason.rules))


def understaffing_table(runs: Sequence[Run]) -> Understaffing:
    """The runs as the table of a run folder, a row for each reason."""
    rows = []
    for run in runs:
        shared = {
            "starts_at": run.start,
            "ends_at": run.end,
            "skill": run.skill,
            "missing": run.missing,
            "unavoidable": run.unavoidable,
            "holders": run.holders,
            "verdict": verdict(run),
        }
        rows += [
            shared
            | {
                "reason": reason.code,
                "rules": joined(reason.rules),
                "agents": count,
                "agent_ids": joined(run.agents[reason]),
            }
            for reason, count in run.counts.items()
        ]
        if not run.counts:
            rows.append(shared | {"reason": "no_agent", "agents": 0})
    return Understaffing.from_rows(rows)


def prices_document(case: Case, prices: RulePrices, language: str) -> dict[str, Any]:
    """The price of each rule, the dearest first, in the unit of the first level, which `level` names."""
    return {
        "level": first_level_name(case),
        "all_rules": _cover(prices.all_rules),
        "rules": [_price(price, language) for price in prices.prices],
        "seconds": round(prices.seconds, 3),
        "reproducible": prices.reproducible,
    }


def _price(price: RulePrice, language: str) -> dict[str, Any]:
    return {
        "rule": price.code,
        "title": say(language, f"rule.{price.code}"),
        "applies": price.applies,
        "price": price.price,
        "at_least": price.at_least,
        "at_most": price.at_most,
        "without": _cover(price.without),
    }


def _cover(cover: Cover) -> dict[str, Any]:
    return {
        "objective": cover.objective,
        "under": cover.under,
        "over": cover.over,
        "bound": cover.bound,
        "exact": cover.exact,
    }
