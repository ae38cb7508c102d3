"""Texts of `pontual staff`, in English."""

from __future__ import annotations

STAFFING_ENGLISH: dict[str, str] = {
    "staffing.classes": "Agents needed, by contract and skills",
    "staffing.total": "all",
    "staffing.one_fewer": "One agent fewer of a class",
    "staffing.confirmed": "{targets}: with a roster of these agents kept in {kept} of {all} periods; "
    "{surely} surely miss; over all customers {share} served badly, by {n} weeks that had no part in "
    "the search",
    "staffing.bound": "Whoever has a roster that covers the requirement costs {bound} a week at least "
    "(proven); these agents cost {cost}, today's team {present}",
    "staffing.covered": "The roster covers the requirement",
    "staffing.uncovered": "The roster leaves {n} agent-intervals of the requirement uncovered, and keeps the "
    "targets all the same",
    "staffing.no_mix": "No mix keeps {targets}: {n} were tried",
    "staffing.out_of_reach": "No number of agents keeps {targets}: see pontual requirement",
    "staffing_column.contract": "contract",
    "staffing_column.skills": "skills",
    "staffing_column.needed": "needed",
    "staffing_column.present": "there",
    "staffing_column.hire": "to hire",
    "staffing_column.spare": "to spare",
    "staffing_column.weekly_cost": "cost a week",
    "staffing_column.verdict": "what happens",
    "staffing_column.missing": "agent-intervals uncovered",
    "staffing_column.missing_bound": "proven",
    "staffing_column.periods_missed": "periods that surely miss",
    "staffing_column.served_badly": "served badly",
    "staffing_verdict.misses": "misses the target",
    "staffing_verdict.no_roster": "no legal roster",
    "staffing_verdict.open": "can't be told",
}
