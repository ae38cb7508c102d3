"""The frontier of `pontual tune` as tables that people read, from its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts.frontier import FrontierPoint
from dashboard.texts import Texts

PLOTTED = "wait_over_10"

TableOfPlans = tuple[str, list[str], list[tuple[str, ...]]]


def frontier_points(document: Mapping[str, Any]) -> list[FrontierPoint]:
    """The plans of the document for the plot, that of today first."""
    points = []
    for row in _rows(document):
        share = row["figures"][PLOTTED]
        points.append(
            FrontierPoint(
                hours=row["figures"]["agent_hours"]["mean"],
                share=share["mean"],
                low=share["low"],
                high=share["high"],
                capacity=None if row is document["today"] else row["setting"]["capacity"],
                is_chosen=row is not document["today"] and _is_chosen(document, row),
            )
        )
    return points


def plotted_target(document: Mapping[str, Any]) -> float | None:
    """The limit for the figure that is plotted, where one was asked for."""
    limits = [target["limit"] for target in document["targets"] if target["kpi"] == PLOTTED]
    return limits[0] if limits else None


def settings_table(document: Mapping[str, Any], texts: Texts) -> TableOfPlans:
    """Title, headings and rows: what each plan sets."""
    names = ("capacity", "single", "joint", "pools", "standby", "order", "times", "beyond", "wish")
    rows: list[tuple[str, ...]] = []
    for row in _rows(document):
        setting = row["setting"]
        minutes = setting["planned_minutes"]
        rows.append(
            (
                _name(document, row, texts),
                _minutes(minutes["single"], texts),
                _minutes(minutes["joint"], texts),
                _pools(setting["pool_size"], texts),
                texts.integer(setting["standby"]),
                texts.say("tuning.single_first" if setting["single_first"] else "tuning.as_placed"),
                texts.say("tuning.as_placed" if setting["overtime_price"] is None else "tuning.timed"),
                texts.integer(row["beyond_plan"]),
                texts.minutes(row["wish_deviation"], 0),
            )
        )
    headings = [texts.label("tuning_column", name) for name in names]
    return texts.say("tuning.settings"), headings, rows


def figures_table(document: Mapping[str, Any], texts: Texts) -> TableOfPlans:
    """Title, headings and rows: what each plan brings, with intervals, and its difference from today."""
    targets = [target["kpi"] for target in document["targets"]]
    names = list(dict.fromkeys(("agent_hours", *targets, PLOTTED, "overtime_minutes")))
    rows = []
    for row in _rows(document):
        cells = [_name(document, row, texts)]
        cells += [_interval(name, row["figures"][name], texts) for name in names]
        change = row["against_today"][PLOTTED]
        cells.append("" if row is document["today"] else _interval(PLOTTED, change, texts))
        cells.append(texts.say("tuning.yes" if row["meets"] else "tuning.no"))
        rows.append(tuple(cells))
    headings = [texts.label("tuning_column", "capacity")]
    headings += [_figure_name(name, texts) for name in names]
    headings += [texts.say("tuning.change"), texts.say("tuning.meets")]
    return texts.say("tuning.figures", n=document["replications"]), headings, rows


def verdict(document: Mapping[str, Any], texts: Texts) -> list[str]:
    """What was chosen, and which capacities serve too little, in sentences."""
    targets = ", ".join(target["text"] for target in document["targets"])
    said = []
    if document["not_served"]:
        shares = ", ".join(texts.percent(share, 0) for share in document["not_served"])
        said.append(texts.say("tuning.not_served", shares=shares))
    if document["chosen"] is None:
        return [*said, texts.say("tuning.missed", targets=targets)]
    row = next(row for row in document["frontier"] if _is_chosen(document, row))
    hours, today = (
        texts.decimal(plan["figures"]["agent_hours"]["mean"]) for plan in (row, document["today"])
    )
    return [*said, texts.say("tuning.chosen", targets=targets, hours=hours, today=today)]


def _rows(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [document["today"], *document["frontier"]]


def _is_chosen(document: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return bool(row["setting"]["capacity"] == document["chosen"])


def _name(document: Mapping[str, Any], row: Mapping[str, Any], texts: Texts) -> str:
    if row is document["today"]:
        return texts.say("frontier.today")
    mark = " *" if _is_chosen(document, row) else ""
    return texts.percent(row["setting"]["capacity"], 0) + mark


def _minutes(minutes: Mapping[str, Any], texts: Texts) -> str:
    if minutes["fixed"] is not None:
        return texts.minutes(minutes["fixed"], 0)
    if not minutes["change"]:
        return texts.say("tuning.as_booked")
    return texts.say("tuning.booked_and", change=f"{minutes['change']:+d}")


def _pools(size: int | None, texts: Texts) -> str:
    if size is None:
        return texts.say("tuning.as_today")
    return texts.say("tuning.own_lists") if size == 0 else texts.say("tuning.pools_of", size=size)


def _figure_name(name: str, texts: Texts) -> str:
    short = texts.label("tuning_column", name)
    return texts.label("kpi", name) if short == name else short


def _interval(name: str, figure: Mapping[str, Any], texts: Texts) -> str:
    from simulation import KPIS

    is_share = name in KPIS and KPIS[name].unit == "share"
    half_width = None if figure["low"] is None else (figure["high"] - figure["low"]) / 2.0
    if is_share:
        return f"{texts.percent(figure['mean'], 2)} ± {texts.decimal(half_width and 100 * half_width, 2)}"
    return f"{texts.decimal(figure['mean'], 1)} ± {texts.decimal(half_width, 1)}"
