"""What `pontual sweep` showed as tables and sentences that people read, from its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts.sweep_frontier import SweepPoint
from dashboard.texts import Texts
from optimizer.sweep.documents import ranked_rows
from optimizer.sweep.scenarios import TODAY

SHOWN_ROWS = 15
SHOWN_NAMES = 8
MOST_LEVERS = 6

TableOfScenarios = tuple[str, list[str], list[tuple[str, ...]]]


def sentences(document: Mapping[str, Any], texts: Texts) -> list[str]:
    """Which scenario is the best, and which have no figures."""
    best = document["best"]
    said = []
    if best is None:
        said.append(texts.say("sweep.nothing"))
    else:
        said.append(
            texts.say(
                "sweep.best" if best["decided"] else "sweep.undecided",
                figure=figure_name(document["figure"], texts),
                name=best["name"],
                names=_names(best["left"], texts),
                left=texts.integer(len(best["left"])),
                zone=_amount(document["figure"], document["indifference"], texts),
                confidence=texts.percent(document["confidence"], 0),
                n=texts.integer(best["replications"]),
            )
        )
        if best["alike"]:
            said.append(texts.say("sweep.alike", names=_names(best["alike"], texts)))
    without = [row for row in document["rows"] if row["rank"] is None]
    if without:
        named = [f"{row['name']} ({texts.label('sweep_status', row['status'])})" for row in without]
        said.append(texts.count("sweep.without", len(without), names=_names(named, texts)))
    return said


def ranking_table(document: Mapping[str, Any], texts: Texts) -> TableOfScenarios:
    """Title, headings and rows: the best scenarios, and that of today."""
    rows = [row for row in ranked_rows(document) if row["rank"] is not None]
    shown = rows[:SHOWN_ROWS]
    shown += [row for row in rows[SHOWN_ROWS:] if row["name"] == TODAY]
    title = texts.say(
        "sweep.ranking",
        shown=texts.integer(min(SHOWN_ROWS, len(rows))),
        n=texts.integer(len(rows)),
        confidence=texts.percent(document["confidence"], 0),
    )
    return title, *_scenarios(document, shown, texts)


def frontier_table(document: Mapping[str, Any], texts: Texts) -> TableOfScenarios:
    """Title, headings and rows: what nothing else is preferable to, the least cost first."""
    by_name = {row["name"]: row for row in document["rows"]}
    rows = [by_name[name] for name in document["frontier"]]
    return texts.say("sweep.frontier"), *_scenarios(document, rows, texts)


def effects_table(document: Mapping[str, Any], figure: str, texts: Texts) -> TableOfScenarios:
    """Title, headings and rows: the levers, the largest share first."""
    effects = document["effects"][figure]
    rows: list[tuple[str, ...]] = [
        (
            lever["lever"],
            _share(lever["share"], texts),
            texts.say("sweep.change", least=lever["least_at"], most=lever["most_at"]),
            _interval(figure, lever["effect"], texts),
        )
        for lever in effects["levers"]
    ]
    rows.append((texts.say("sweep.rest"), _share(effects["rest"], texts), "", ""))
    headings = [texts.label("sweep_column", name) for name in ("lever", "share", "setting", "effect")]
    return texts.say("sweep.effects", figure=figure_name(figure, texts)), headings, rows


def effects_untold(figure: str, texts: Texts) -> str:
    """What is said where the effects on a figure can't be told."""
    return texts.say("sweep.effects_untold", figure=figure_name(figure, texts))


def kept_so_far(done: int, scenarios: int, folder: str, texts: Texts) -> str:
    """What is said of a sweep that was stopped."""
    return texts.say("sweep.kept", done=texts.integer(done), n=texts.integer(scenarios), folder=folder)


def sweep_points(document: Mapping[str, Any]) -> list[SweepPoint]:
    """The scenarios for the plot of the service against the cost."""
    frontier = set(document["frontier"])
    return [
        SweepPoint(
            name=row["name"],
            cost=row["figures"]["cost"]["mean"],
            service=row["figures"][document["service"]]["mean"],
            is_today=row["name"] == TODAY,
            on_frontier=row["name"] in frontier,
            is_dominated=row["surely_dominated"],
        )
        for row in document["rows"]
        if row["rank"] is not None
    ]


def figure_name(name: str, texts: Texts) -> str:
    """What people call a figure."""
    found = texts.label("kpi", name)
    return texts.label("sweep_figure", name) if found == name else found


def is_share(name: str) -> bool:
    """Whether a figure is a share."""
    from simulation import KPIS

    return name in KPIS and KPIS[name].unit == "share"


def _scenarios(
    document: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], texts: Texts
) -> tuple[list[str], list[tuple[str, ...]]]:
    figures = list(dict.fromkeys((document["figure"], document["service"], "cost", "agent_hours")))
    headings = [texts.label("sweep_column", "scenario")]
    headings += [name.split(".")[-1] for name in _levers(document)]
    headings.append(texts.label("sweep_column", "rank"))
    headings += [figure_name(name, texts) for name in figures]
    headings.append(texts.label("sweep_column", "against_today"))
    return headings, [_scenario(document, row, figures, texts) for row in rows]


def _scenario(
    document: Mapping[str, Any], row: Mapping[str, Any], figures: Sequence[str], texts: Texts
) -> tuple[str, ...]:
    low, high = texts.integer(row["rank"]["low"]), texts.integer(row["rank"]["high"])
    change = row.get("against_today_together")
    return (
        texts.label("sweep_point", row["name"]),
        *(row["levers"].get(name, "") for name in _levers(document)),
        low if low == high else f"{low}-{high}",
        *(_interval(figure, row["figures"][figure], texts) for figure in figures),
        "" if change is None else _interval(document["figure"], change, texts),
    )


def _levers(document: Mapping[str, Any]) -> list[str]:
    """Levers with a column of their own: those of a design, if they are few."""
    listed = (name for row in document["rows"] if row["of_design"] for name in row["levers"])
    levers = list(dict.fromkeys(listed))
    return levers if len(levers) <= MOST_LEVERS else []


def _names(names: Sequence[str], texts: Texts) -> str:
    listed = ", ".join(names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return texts.say("sweep.and_more", names=listed, n=texts.integer(more)) if more > 0 else listed


def _share(figure: Mapping[str, Any], texts: Texts) -> str:
    ends = "" if figure["low"] is None else f" ({texts.percent(figure['low'], 0)}"
    return texts.percent(figure["mean"], 0) + (f"{ends}-{texts.percent(figure['high'], 0)})" if ends else "")


def _amount(name: str, value: float, texts: Texts) -> str:
    return texts.percent(value, 2) if is_share(name) else texts.decimal(value, 1)


def _interval(name: str, figure: Mapping[str, Any], texts: Texts) -> str:
    half_width = None if figure["low"] is None else (figure["high"] - figure["low"]) / 2.0
    if is_share(name):
        reach = texts.decimal(None if half_width is None else 100 * half_width, 2)
        return f"{texts.percent(figure['mean'], 2)} ± {reach}"
    return f"{texts.decimal(figure['mean'], 1)} ± {texts.decimal(half_width, 1)}"
