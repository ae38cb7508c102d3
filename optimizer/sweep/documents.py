"""What a sweep showed, for programs: one document, and its tables as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from optimizer.sweep.analysis import COST, MORE_IS_BETTER, Analysis, Question, mean_with_interval, values_of
from optimizer.sweep.playing import AGENT_HOURS, NOT_PLACED, PLAYED
from optimizer.sweep.ranking import CONFIDENCE
from optimizer.sweep.run import SweepRun
from optimizer.sweep.scenarios import TODAY
from optimizer.sweep.sensitivity import Sensitivity
from simulation import Kpi

SHOWN = ("wait_over_10", COST, "served", "rebooked_by_issuer", "overtime_minutes", AGENT_HOURS, NOT_PLACED)
"""Figures told of every scenario, besides the one by which they are ranked."""


def sweep_document(run: SweepRun, question: Question, found: Analysis) -> dict[str, Any]:
    """Everything but the replications themselves; the same results give the same document."""
    figures = list(dict.fromkeys((question.figure, *SHOWN)))
    scenarios = run.specification.scenarios
    return {
        "figure": question.figure,
        "better": "more" if question.figure in MORE_IS_BETTER else "less",
        "service": question.service,
        "scenarios": len(scenarios),
        "with_figures": len(found.ranked),
        "replications": run.inputs.replications,
        "seed": run.inputs.limits.seed,
        "plans_anew": run.inputs.plans_anew,
        "confidence": CONFIDENCE,
        "indifference": found.indifference,
        "best": _best(run, found),
        "effects": {name: _effects(effects) for name, effects in found.effects.items()},
        "frontier": _frontier(run, found),
        "rows": [_row(run, question, found, number, figures) for number in range(len(scenarios))],
    }


def _best(run: SweepRun, found: Analysis) -> dict[str, Any] | None:
    if found.selection is None:
        return None
    names = [run.specification.scenarios[number].name for number in found.ranked]
    return {
        "name": names[found.selection.best],
        "decided": found.selection.decided,
        "left": [names[position] for position in found.selection.left],
        "alike": [names[position] for position in found.selection.alike],
        "replications": found.selection.replications,
    }


def _effects(found: Sensitivity | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "levers": [
            {
                "lever": ".".join(effect.path),
                "share": _kpi(effect.share),
                "least_at": str(effect.least_at),
                "most_at": str(effect.most_at),
                "effect": _kpi(effect.effect),
            }
            for effect in found.effects
        ],
        "rest": _kpi(found.rest),
    }


def _frontier(run: SweepRun, found: Analysis) -> list[str]:
    """Names, the least cost first."""
    if not found.ranked:
        return []
    cost = values_of(run, found.ranked, COST).mean(axis=1)
    order = [place for place in np.argsort(cost, kind="stable").tolist() if found.on_frontier[place]]
    return [run.specification.scenarios[found.ranked[place]].name for place in order]


def _row(
    run: SweepRun, question: Question, found: Analysis, number: int, figures: list[str]
) -> dict[str, Any]:
    scenario, played = run.specification.scenarios[number], run.blocks[number, 0]
    row: dict[str, Any] = {
        "name": scenario.name,
        "of_design": scenario.of_design,
        "levers": scenario.as_texts(),
        "status": played.status,
        "plan": json.loads(played.plan),
        "figures": None,
        "against_today": None,
        "rank": None,
    }
    if played.status != PLAYED:
        return row
    own = {name: values_of(run, (number,), name)[0] for name in figures}
    row["figures"] = {name: _kpi(mean_with_interval(values)) for name, values in own.items()}
    if number and run.blocks[0, 0].status == PLAYED:
        row["against_today"] = {
            name: _kpi(mean_with_interval(values - values_of(run, (0,), name)[0]))
            for name, values in own.items()
        }
    if number in found.ranked and found.ranks is not None:
        place = found.ranked.index(number)
        row["rank"] = {"low": int(found.ranks.low[place]), "high": int(found.ranks.high[place])}
        row["on_frontier"] = bool(found.on_frontier[place])
        row["surely_dominated"] = bool(found.dominated[place])
        if number and found.ranked[0] == 0:
            # Together with those of all other pairs; unlike the plain intervals above.
            mean = question.sign * float(found.ranks.difference[place])
            reach = float(found.ranks.reach[place])
            row["against_today_together"] = _kpi(Kpi(mean, mean - reach, mean + reach))
    return row


def _kpi(figure: Kpi) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in figure._asdict().items()}


def ranking_csv(document: Mapping[str, Any]) -> bytes:
    """One row for each scenario, the best rank first: levers, rank, figures, and differences from today."""
    levers = list(dict.fromkeys(name for row in document["rows"] for name in row["levers"]))
    figures = list(dict.fromkeys((document["figure"], *SHOWN)))
    ends = ("mean", "low", "high")
    header = ["scenario", "status", "rank_low", "rank_high", "on_frontier", "surely_dominated"]
    header += [f"lever {name}" for name in levers]
    header += [f"{name}_{end}" for name in figures for end in ends]
    header += [f"{name}_difference_{end}" for name in figures for end in ends]
    rows = []
    for row in ranked_rows(document):
        rank = row["rank"] or {"low": "", "high": ""}
        cells = [row["name"], row["status"], rank["low"], rank["high"]]
        cells += [row.get("on_frontier", ""), row.get("surely_dominated", "")]
        cells += [row["levers"].get(name, "") for name in levers]
        for part in (row["figures"], row["against_today"]):
            cells += ["" if part is None else part[name][end] for name in figures for end in ends]
        rows.append(cells)
    return _csv(header, rows)


def effects_csv(document: Mapping[str, Any]) -> bytes:
    """One row for each figure and lever, the largest share first."""
    header = ["figure", "lever", "share", "share_low", "share_high", "least_at", "most_at"]
    header += ["effect", "effect_low", "effect_high"]
    rows = [
        [
            figure,
            lever["lever"],
            *(lever["share"][end] for end in ("mean", "low", "high")),
            lever["least_at"],
            lever["most_at"],
            *(lever["effect"][end] for end in ("mean", "low", "high")),
        ]
        for figure, effects in document["effects"].items()
        if effects is not None
        for lever in effects["levers"]
    ]
    return _csv(header, rows)


def ranked_rows(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows by the mean of the figure, the best first; those without figures last."""
    sign = -1.0 if document["better"] == "more" else 1.0

    def place(row: Mapping[str, Any]) -> tuple[bool, float]:
        mean = None if row["rank"] is None else row["figures"][document["figure"]]["mean"]
        return (mean is None, 0.0 if mean is None else sign * mean)

    return sorted(document["rows"], key=place)


def today_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row of no change at all."""
    found: Mapping[str, Any] = next(row for row in document["rows"] if row["name"] == TODAY)
    return found


def _csv(header: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
