"""What `pontual tune` found, for people and programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pontual.console import print_table, standard_output

if TYPE_CHECKING:
    from dashboard.texts import Texts
    from optimizer.tuning.search import FrontierPlan, Tuning
    from optimizer.tuning.settings import Minutes, Setting
    from simulation import Kpi


def tuning_document(found: Tuning, seed: int) -> dict[str, Any]:
    """Everything but the plans themselves."""
    return {
        "bookings": found.bookings,
        "targets": [
            {"text": str(target), "kpi": target.kpi, "at_most": target.at_most, "limit": target.limit}
            for target in found.targets
        ],
        "chosen": None if found.chosen is None else found.chosen.plan.setting.capacity,
        "today": _row(found.today),
        "frontier": [_row(plan) for plan in found.frontier],
        "not_served": list(found.not_served),
        "settings_tried": found.settings,
        "replications_played": found.played,
        "replications": found.replications,
        "seed": seed,
    }


def print_tuning(document: Mapping[str, Any], texts: Texts) -> None:
    """The frontier as two tables, and what is proposed."""
    from dashboard.results.tuning import figures_table, settings_table, verdict

    print_table(*settings_table(document, texts))
    print_table(*figures_table(document, texts))
    for sentence in verdict(document, texts):
        standard_output.print(sentence, markup=False)


def frontier_csv(document: Mapping[str, Any]) -> bytes:
    """One row a plan: its setting, and each figure with its interval and paired difference from today."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = list(document["today"]["figures"])
    of_setting = [name for name in document["today"]["setting"] if name != "planned_minutes"]
    ends = ("mean", "low", "high")
    writer.writerow(
        [
            "plan",
            *of_setting,
            *(f"planned_{kind}" for kind in document["today"]["setting"]["planned_minutes"]),
            "beyond_plan",
            "wish_deviation",
            "meets",
            *(f"{name}_{end}" for name in names for end in ends),
            *(f"{name}_difference_{end}" for name in names for end in ends),
        ]
    )
    for plan, row in [("today", document["today"]), *(("tuned", row) for row in document["frontier"])]:
        setting = row["setting"]
        writer.writerow(
            [
                plan,
                *(setting[name] for name in of_setting),
                *(minutes["text"] for minutes in setting["planned_minutes"].values()),
                row["beyond_plan"],
                round(row["wish_deviation"], 2),
                row["meets"],
                *(row["figures"][name][end] for name in names for end in ends),
                *(row["against_today"][name][end] for name in names for end in ends),
            ]
        )
    return text.getvalue().encode("utf-8")


def _row(plan: FrontierPlan) -> dict[str, Any]:
    return {
        "setting": _setting(plan.plan.setting),
        "beyond_plan": plan.plan.beyond,
        "wish_deviation": plan.plan.deviation,
        "meets": plan.meets,
        "figures": {name: _kpi(figure) for name, figure in plan.figures.items()},
        "against_today": {name: _kpi(figure) for name, figure in plan.against_today.items()},
    }


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "capacity": setting.capacity,
        "planned_minutes": {
            "single": _minutes(setting.single),
            "joint": _minutes(setting.joint),
            "judicial": _minutes(setting.judicial),
        },
        "overbooking": setting.overbooking,
        "single_first": setting.single_first,
        "overtime_price": setting.overtime_price,
        "pool_size": setting.pool_size,
        "standby": setting.standby,
    }


def _minutes(minutes: Minutes) -> dict[str, Any]:
    return {"fixed": minutes.fixed, "change": minutes.change, "text": str(minutes)}


def _kpi(figure: Kpi) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in figure._asdict().items()}
