"""How large a plan the allocation can serve: an issuer's day, a national week, and how the cost grows.

`python -m benchmarks.allocation.scale [--parts day week growth] [--save]`

Every figure is that of the real command, `python -m pontual allocate DIR --json`, in a process of its own:
it reads the plan folder, solves, has the schedule judged by the referee, and writes the run. `seconds` are by
the clock and `cpu` by the processor, start of the interpreter included; `peak_mb` is the peak of resident
memory. `short` is how many bookings the schedule places fewer than its bound, `gap` the same as a share of
the eligible bookings. Compiled code is taken from the cache, which a first small run fills.

Growth asks for the seconds until a checked schedule with a gap of at most 0.1 % (`--gap`). The exponent is
that of the seconds in the number of bookings between two sizes, and the factor what ten times the bookings
cost at that exponent. The plot goes to `benchmarks/results/allocation_growth.png`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.allocation.command_cost import cost_of
from benchmarks.provenance import RESULTS, provenance, record
from pontual.exit_codes import ExitCode

LOAD, SEED, DAYS = 0.9, 1, 6

DAY_AGENTS = (200, 240)
"""An issuer's day; 240 agents are asked for about 2,700 eligible bookings."""

DAY_WORK = 12.0

WEEK_AGENTS = 2_400
"""A national week with more than 150,000 bookings."""

WEEK_WORK = 160.0

GROWTH_AGENTS = (16, 48, 157, 314, 470, 1_570, 3_140)
"""Weeks of about 1, 3, 10, 20, 30, 100 and 200 thousand bookings."""

GAP = 0.001

MOST_WORK, WORK_A_BOOKING = 60.0, 3e-3
"""Limit of the work until the gap, for the plan and for each booking; seldom reached."""

COLUMNS = ("agents", "eligible", "placed", "bound", "short", "gap", "work", "seconds", "cpu", "peak_mb")

PARTS = ("day", "week", "growth")


def pontual(*arguments: str) -> list[str]:
    """A command line of this interpreter."""
    return [sys.executable, "-m", "pontual", *arguments]


def generated_plan(folder: Path, agents: int, days: int) -> dict[str, Any]:
    """Write a generated plan folder, in another process; returns its facts.

    Raises:
        RuntimeError: when the command fails.
    """
    size = ("--agents", str(agents), "--days", str(days), "--load", str(LOAD), "--seed", str(SEED))
    done = cost_of(pontual("generate", "--out", str(folder), *size, "--json"))
    if done["code"] != ExitCode.OK:
        raise RuntimeError(f"generate ended with {done['code']}: {done['errors']}")
    facts: dict[str, Any] = json.loads(done["output"])
    return facts


def allocated(folder: Path, agents: int, work: float, gap: float | None = None) -> dict[str, Any]:
    """Allocate a plan folder by the real command, and say what came out and what it cost.

    Raises:
        RuntimeError: when no checked schedule was written.
    """
    wanted = () if gap is None else ("--gap", str(gap))
    done = cost_of(pontual("allocate", str(folder), "--json", "--work", str(work), *wanted))
    told = json.loads(done["output"] or "{}")
    if done["code"] not in (ExitCode.OK, ExitCode.NOT_GOOD_ENOUGH) or "run" not in told:
        raise RuntimeError(f"allocate ended with {done['code']}: {done['errors']}")
    levels = {level["name"]: level for level in told["levels"]}
    return {
        "agents": agents,
        "bookings": told["bookings"],
        "eligible": told["eligible"],
        "placed": told["placed"],
        "bound": told["bound"],
        "short": told["bound"] - told["placed"],
        "gap": told["gap"],
        "deviation": levels["deviation"]["objective"],
        "deviation_bound": levels["deviation"]["bound"],
        "work": work,
        "seconds": round(done["seconds"], 2),
        "cpu": round(done["cpu"], 2),
        "peak_mb": round(done["peak_mb"]),
        "solver_seconds": told["seconds"],
        "status": told["status"],
        "limited_by": told["limited_by"],
        "reproducible": told["reproducible"],
        "gap_met": done["code"] == ExitCode.OK if gap is not None else None,
    }


def warm_up() -> None:
    """Fill the cache of compiled code."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        generated_plan(folder, 20, 1)
        allocated(folder, 20, 1.0)


def one_size(agents: int, days: int, work: float) -> dict[str, Any]:
    """Generate and allocate once."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        generated_plan(folder, agents, days)
        row = allocated(folder, agents, work)
    _print_row(row)
    return row


def day(sizes: tuple[int, ...] = DAY_AGENTS, work: float = DAY_WORK) -> dict[str, Any]:
    """The issuer's day."""
    _print_heading("an issuer's day")
    return {"target": "<= 20 s, at most 5 short", "sizes": [one_size(agents, 1, work) for agents in sizes]}


def week(agents: int = WEEK_AGENTS, work: float = WEEK_WORK) -> dict[str, Any]:
    """The national week."""
    _print_heading("a national week")
    row = one_size(agents, DAYS, work)
    return {"target": "gap <= 0.1 %, <= 300 s, <= 6 GB", **row}


def until_the_gap(agents: int) -> dict[str, Any]:
    """Allocate until the gap is met."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "plan"
        facts = generated_plan(folder, agents, DAYS)
        row = allocated(folder, agents, MOST_WORK + WORK_A_BOOKING * int(facts["bookings"]), GAP)
    _print_row(row)
    return row


def growth(sizes: tuple[int, ...] = GROWTH_AGENTS) -> dict[str, Any]:
    """How the seconds until the gap is met grow with the number of bookings."""
    _print_heading(f"growth: weeks, until a gap of {GAP:.1%}")
    rows = [until_the_gap(agents) for agents in sizes]
    steps = [_step(small, large) for small, large in pairwise(rows)]
    print(f"{'from':>10}{'to':>10}{'exponent':>10}{'factor for 10 times':>22}")
    for step in steps:
        print(f"{step['from']:>10,}{step['to']:>10,}{step['exponent']:>10.2f}{step['factor']:>22.2f}")
    result: dict[str, Any] = {"target": "<= 3 times the seconds for 10 times the bookings", "sizes": rows}
    return result | {"steps": steps, "tenfold": _tenfold(rows)}


def _step(small: dict[str, Any], large: dict[str, Any]) -> dict[str, float]:
    exponent = math.log(large["seconds"] / small["seconds"]) / math.log(large["bookings"] / small["bookings"])
    return {
        "from": small["bookings"],
        "to": large["bookings"],
        "exponent": round(exponent, 3),
        "factor": round(10**exponent, 2),
    }


def _tenfold(rows: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Pairs of sizes about ten times apart: how many times more bookings, and how many times the seconds."""
    return [
        {
            "from": small["bookings"],
            "bookings": round(large["bookings"] / small["bookings"], 2),
            "seconds": round(large["seconds"] / small["seconds"], 2),
        }
        for small in rows
        for large in rows
        if 8 <= large["bookings"] / small["bookings"] <= 12
    ]


def plot(result: dict[str, Any], path: Path) -> Path:
    """Draw seconds over bookings, both logarithmic, beside the allowed growth from the smallest size on."""
    import altair as alt
    import pandas as pd

    from dashboard.charts import LIGHT
    from dashboard.charts.style import drawn_from, styled
    from dashboard.report.image_files import png_file
    from dashboard.texts import Formats

    rows = pd.DataFrame(result["sizes"])
    first = rows.iloc[0]
    names = ["measured", "3 times for 10 times the bookings"]
    allowed = first["seconds"] * 3 ** (rows["bookings"] / first["bookings"]).map(math.log10)
    drawn = pd.concat(
        [
            rows.assign(what=names[0])[["bookings", "seconds", "what"]],
            rows.assign(what=names[1], seconds=allowed)[["bookings", "seconds", "what"]],
        ]
    )
    lines = (
        drawn_from(drawn)
        .mark_line(point=True)
        .encode(
            x=alt.X("bookings:Q", title="bookings of the week", scale=alt.Scale(type="log")),
            y=alt.Y(
                "seconds:Q",
                title=f"seconds until a checked schedule with a gap of {GAP:.1%}",
                scale=alt.Scale(type="log"),
            ),
            color=alt.Color(
                "what:N",
                sort=names,
                scale=alt.Scale(domain=names, range=[LIGHT.duty, LIGHT.missing]),
            ),
        )
    )
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(png_file(styled([lines], Formats("en"), LIGHT, height=420)))
    return path


def run(save: bool = False, parts: tuple[str, ...] = PARTS) -> dict[str, Any]:
    """Measure the parts and print their tables; saving keeps what earlier runs have found of other parts.

    Each part carries where its own figures came from.
    """
    warm_up()
    measure = {"day": day, "week": week, "growth": growth}
    result: dict[str, Any] = {}
    for part in parts:
        result[part] = {"provenance": provenance(), **measure[part]()}
    if save:
        print(record("allocation_scale", _saved_before(parts) | result))
        if "growth" in result:
            print(plot(result["growth"], RESULTS / "allocation_growth.png"))
    return result


def _saved_before(parts: tuple[str, ...]) -> dict[str, Any]:
    path = RESULTS / "allocation_scale.json"
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return {part: found[part] for part in PARTS if part in found and part not in parts}


def _print_heading(title: str) -> None:
    print(f"\n{title}\n" + "".join(f"{name:>11}" for name in COLUMNS), flush=True)


def _print_row(row: dict[str, Any]) -> None:
    print("".join(f"{_shown(name, row[name]):>11}" for name in COLUMNS), flush=True)


def _shown(name: str, value: float) -> str:
    if name == "gap":
        return f"{value:.4%}"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    parser.add_argument("--save", action="store_true", help="write the results into benchmarks/results")
    chosen = parser.parse_args()
    run(chosen.save, tuple(chosen.parts))
