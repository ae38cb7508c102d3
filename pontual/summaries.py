"""Results as short tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pontual.console import print_summary, print_table


def print_roster(document: Mapping[str, Any]) -> None:
    """The outcome of a roster."""
    rows = [("Status", f"{document['status']}"), ("Agents", f"{document['agents']:,}")]
    if document["required"] is not None:
        rows += coverage_rows(document)
        night = document["night_minutes"]
        if night:
            rows.append(("Night hours", f"{sum(night.values()) / 60:,.1f} of {len(night):,} agents"))
    if "understaffing" in document:
        from optimizer.roster_explanations.texts import say

        rows += [
            (f"Understaffed: {say('en', f'verdict.{verdict}')}", f"{count:,}")
            for verdict, count in document["understaffing"]["missing_by_verdict"].items()
        ]
    if "changes" in document:
        rows += _change_rows(document["changes"])
    print_summary("Roster", rows + _solve_rows(document))


def coverage_rows(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How many duties a roster has, and how they cover the demand."""
    return [
        ("Duties", f"{document['duties']:,}"),
        ("Required agent-intervals", f"{document['required']:,}"),
        ("Covered", f"{document['covered']:,}"),
        ("Understaffed", f"{document['under']:,}"),
        ("Overstaffed", f"{document['over']:,}"),
    ]


def _change_rows(changes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How many published duties changed, and who must be told in person."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in changes["by_kind"].items())
    rows = [
        (
            "Changed duties",
            f"{changes['total']:,} of {changes['agents']:,} agents" + f" ({kinds})" * bool(kinds),
        ),
        ("Lost to absences", f"{changes['by_absence']:,}"),
        ("Within the notice period", f"{changes['within_notice']:,}"),
    ]
    if changes["to_tell"]:
        rows.append(("To be told in person", ", ".join(changes["to_tell"])))
    return rows


def print_allocation(document: Mapping[str, Any]) -> None:
    """The outcome of an allocation."""
    rows = [("Status", f"{document['status']}"), ("Bookings", f"{document['bookings']:,}")]
    if document["eligible"] is not None:
        rows += [("Eligible", f"{document['eligible']:,}"), ("Placed", f"{document['placed']:,}")]
        rows += [
            (f"Unplaced: {reason.replace('_', ' ')}", f"{count:,}")
            for reason, count in document["unplaced_by_reason"].items()
        ]
    print_summary("Allocation", rows + _solve_rows(document))


def print_workers_needed(document: Mapping[str, Any]) -> None:
    """The fewest workers for a file of fixed tasks."""
    rows = [("Status", f"{document['status']}"), ("Tasks", f"{document['tasks']:,}")]
    rows += [("Workers", f"{document['workers']:,}")]
    print_summary("Workers needed", rows + _solve_rows(document))


def print_agents_needed(document: Mapping[str, Any]) -> None:
    """The fewest agents for the sessions of each day."""
    rows = [("Status", f"{document['status']}"), ("Sessions", f"{document['sessions']:,}")]
    rows += [
        (
            day["day"],
            f"{day['agents_needed']:,} of {day['rostered']:,} agents for {day['sessions']:,} sessions "
            f"(now {day['agents_now']:,}; bound {day['bound']:,}, gap {day['gap']:.2%})",
        )
        for day in document["days"]
    ]
    print_summary("Agents needed", rows + _solve_rows(document))


def print_kpis(document: Mapping[str, Any]) -> None:
    """The KPIs of a simulation, with their 95 % intervals."""
    rows = [
        (name.replace("_", " "), f"{_shown(kpi['mean'])}   [{_shown(kpi['low'])} .. {_shown(kpi['high'])}]")
        for name, kpi in document["kpis"].items()
    ]
    print_summary(f"Simulation: {document['replications']} replications, 95 % intervals", rows)
    for title, groups in (("By skill", document["by_skill"]), ("By interval", document["by_interval"])):
        print_table(title, ["", "sessions", *(name.replace("_", " ") for name in IN_GROUPS)], _groups(groups))
    print_half_widths(document)


IN_GROUPS = ("wait_mean", "wait_p90", "wait_over_10", "rebooked_by_issuer", "no_shows", "occupancy")
"""KPIs that fit beside each other on a terminal; the JSON document has all, with intervals."""


def _groups(groups: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (name, f"{group['sessions']:,.0f}", *(_with_reach(group["kpis"][kpi]) for kpi in IN_GROUPS))
        for name, group in groups.items()
    ]


def _with_reach(kpi: Mapping[str, float | None]) -> str:
    """A mean, and how far its interval reaches at the farther side."""
    mean, low, high = kpi["mean"], kpi["low"], kpi["high"]
    if mean is None or low is None or high is None:
        return _shown(mean)
    return f"{_shown(mean)} ±{max(high - mean, mean - low):,.3f}"


def print_half_widths(document: Mapping[str, Any]) -> None:
    """What became of the half-widths asked for; nothing where none was."""
    rows = [
        (
            name.replace("_", " "),
            f"{_shown(width['found'])}, asked for "
            + (f"{width['asked']:.3g} of the mean" if width["relative"] else f"{width['asked']:g}")
            + ("" if width["reached"] else ": not reached"),
        )
        for name, width in document["half_widths"].items()
    ]
    if document["limited_by"]:
        rows.append(("Ended by", "the most replications allowed"))
    if rows:
        print_summary(f"Half-widths after {document['replications']:,} replications", rows)


def print_differences(document: Mapping[str, Any]) -> None:
    """Paired differences of another scenario's KPIs from the plan's."""
    rows = [
        (
            name.replace("_", " "),
            f"{_shown(kpi['mean'])}   [{_shown(kpi['low'])} .. {_shown(kpi['high'])}]",
        )
        for name, kpi in document["differences"].items()
    ]
    print_summary(f"Differences: {document['replications']} pairs on the same chance, 95 % intervals", rows)
    print_half_widths(document)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3f}"


def _solve_rows(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [
        (
            f"Level {place}: {level['name'].replace('_', ' ')}",
            f"{level['objective']:,.0f} (bound {level['bound']:,.0f}, gap {level['gap']:.2%})",
        )
        for place, level in enumerate(document["levels"], start=1)
    ]
    rows.append(("Engine", document["engine"]))
    rows.append(("Seconds", f"{document['seconds']:.1f}"))
    if document["limited_by"]:
        rows.append(("Ended by", document["limited_by"]))
    if "run" in document:
        rows.append(("Run folder", document["run"]))
    return rows
