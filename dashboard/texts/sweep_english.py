"""Texts of sweeps, in English."""

from __future__ import annotations

# ruff: noqa: E501
SWEEP_ENGLISH: dict[str, str] = {
    "sweep.best": "Best by {figure}: {name}, with {confidence} confidence where it is better than every other by {zone} or more ({n} replications)",
    "sweep.undecided": "Not decided by {figure} after {n} replications: the best, or one less than {zone} worse, is among these {left}: {names}",
    "sweep.alike": "No difference at all from it in any replication: {names}",
    "sweep.nothing": "No scenario has figures",
    "sweep.without.one": "{n} scenario has no figures: {names}",
    "sweep.without.many": "{n} scenarios have no figures: {names}",
    "sweep.ranking": "The best {shown} of {n} scenarios; intervals of ranks hold together ({confidence})",
    "sweep.effects": "What moves {figure}: levers of the design, the others averaged over",
    "sweep.effects_untold": "What moves {figure} can't be told: there are too few scenarios for the levers",
    "sweep.rest": "levers together, and the rest",
    "sweep.frontier": "Frontier: nothing else costs less and does as well",
    "sweep.change": "{least} → {most}",
    "sweep.and_more": "{names} and {n} more",
    "sweep.kept": "{done} of {n} scenarios are kept in {folder}; the same command goes on from there",
    "sweep_column.scenario": "scenario",
    "sweep_column.rank": "rank",
    "sweep_column.against_today": "against today",
    "sweep_column.lever": "lever",
    "sweep_column.share": "of the variance",
    "sweep_column.setting": "least → most at",
    "sweep_column.effect": "difference",
    "sweep_figure.agent_hours": "Hours on duty",
    "sweep_figure.not_placed": "Without a session",
    "sweep_status.infeasible": "no plan is possible",
    "sweep_status.no_plan": "no plan found by the work allowed",
    "sweep_status.no_sessions": "the plan serves nobody",
    "sweep_status.played": "figures lack values",
    "sweep_point.today": "today",
    "sweep_point.frontier": "frontier",
    "sweep_point.dominated": "surely worse",
    "sweep_point.other": "others",
}
