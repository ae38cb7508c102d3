"""Every reference case of queues and appointments: by our exact models, and where a day can, by our engine.

`python -m benchmarks.simulation.reference [--exact] [--cases A01,E04] [--seed N] [--workers N] [--save]`

The exact models are held against the stated tolerance. The twin plays as many days as it takes for an
interval as narrow as one in a hundred of the value (or the tolerance, where that is wider), such that with
99 % no interval of all the cases misses; the first days of each case are played by SimPy too and must be the
same. `--save` keeps the result and writes the table into docs/validation.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.provenance import RESULTS, record
from benchmarks.simulation.exact_cases import EXACT_CASES
from benchmarks.simulation.played_cases import PLAYED_CASES
from benchmarks.simulation.played_results import FAMILY_RISK, RISK, SEED, engines_differ, play_case
from benchmarks.simulation.reference_cases import reference_cases
from simulation import TwinEngine

NAME = "simulation_reference"
LONG = ("E05", "E04", "Q33", "F08", "Q32")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
BEGINS, ENDS = "<!-- table: begins -->", "<!-- table: ends -->"


def exact_rows(names: Sequence[str]) -> list[dict[str, Any]]:
    """The exact models' answers."""
    cases, rows = reference_cases(), []
    for name in names:
        case, exact = cases[name], EXACT_CASES[name]
        started = time.perf_counter()
        difference, agrees = case.differences(exact.solve(case.parameters))
        rows.append(
            {
                "case": name,
                "model": exact.module,
                "kind": case.kind,
                "quantity": case.quantity,
                "numbers": len(case.numbers()),
                "difference": difference,
                "tolerance": case.tolerance,
                "as_printed": bool(case.printed_decimals),
                "reproduced": agrees,
                "seconds": round(time.perf_counter() - started, 3),
            }
        )
    return rows


def played_rows(names: Sequence[str], seed: int, workers: int) -> list[dict[str, Any]]:
    """The engine's days; the same whatever the number of workers."""
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        # The longest first, so that no worker is left with one at the end.
        order = sorted(names, key=lambda name: (name not in LONG, names.index(name)))
        asked = {name: pool.submit(_played, name, seed) for name in order}
        for name in names:
            for row in asked[name].result():
                rows.append(row)
                print(
                    f"{name} {row['label']:30} {row['value']:12.6g} {row['ours']:12.6g} "
                    f"+- {row['half_width']:.3g} {row['sessions']:>12,} sessions  "
                    f"{_word(row)}",
                    flush=True,
                )
    return rows


def _played(name: str, seed: int) -> list[dict[str, Any]]:
    case = reference_cases()[name]
    if engines_differ(case, seed):
        raise AssertionError(f"{name}: the twin does not play the days that SimPy plays")
    started = time.process_time()
    rows = [figure.as_row() for figure in play_case(case, TwinEngine(), seed)]
    return [{**row, "case_cpu_seconds": round(time.process_time() - started, 1)} for row in rows]


def table(result: dict[str, Any]) -> str:
    """The tables of docs/validation.md."""
    rows = [
        "| case | what | model | difference | tolerance | reproduced |",
        "|---|---|---|---:|---:|---|",
    ]
    for row in result["exact"]:
        tolerance = f"{row['tolerance']:g}" + (" *" if row["as_printed"] else "")
        rows.append(
            f"| {row['case']} | {_cell(row['quantity'])} | `{row['model']}` | {row['difference']:.1e} "
            f"| {tolerance} | {_word(row)} |"
        )
    rows += [
        "",
        "| case | figure | reference | ours | half-width | allowed | sessions | reproduced |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    rows += [
        f"| {row['case']} | {row['label']} | {row['value']:.6g} | {row['ours']:.6g} "
        f"| {row['half_width']:.2g} | {row['allowed']:.2g} | {row['sessions']:,} "
        f"| {_word(row)} |"
        for row in result["played"]
    ]
    return "\n".join(rows)


def page_with(text: str, result: dict[str, Any]) -> str:
    """The page with its tables written anew."""
    head, rest = text.split(BEGINS)
    return f"{head}{BEGINS}\n{table(result)}\n{ENDS}{rest.split(ENDS)[1]}"


def saved() -> dict[str, Any]:
    """The result that was kept."""
    kept: dict[str, Any] = json.loads((RESULTS / f"{NAME}.json").read_text(encoding="utf-8"))
    return kept


def run(
    names: Sequence[str] | None = None,
    seed: int = SEED,
    played: bool = True,
    workers: int = 1,
    save: bool = False,
) -> bool:
    """Print all cases; returns whether each of them is reproduced."""
    wanted = names or list(reference_cases())
    exact = exact_rows([name for name in wanted if name in EXACT_CASES])
    for row in exact:
        print(
            f"{row['case']} {row['model']:22} {row['difference']:9.2e} of {row['tolerance']:9.2e} "
            f"{'yes' if row['reproduced'] else 'NO':4} {row['quantity']}"
        )
    days = played_rows([n for n in wanted if n in PLAYED_CASES], seed, workers) if played else []
    missed = {row["case"] for row in [*exact, *days] if not row["reproduced"]}
    print(
        f"{len(wanted) - len(missed)} of {len(wanted)} cases reproduced; not: {sorted(missed) or 'none'}; "
        f"{sum(row['sessions'] for row in days):,} sessions"
    )
    if save:
        result = {
            "seed": seed,
            "family_risk": FAMILY_RISK,
            "risk_of_one": RISK,
            "engine": TwinEngine.name,
            "exact": exact,
            "played": days,
        }
        print(record(NAME, result))
        PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), result), encoding="utf-8")
    return not missed


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", help="names with commas between them; all if not given")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1, help="processes; the numbers don't depend on it")
    parser.add_argument("--exact", action="store_true", help="leave out what the engine plays")
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    names = given.cases.split(",") if given.cases else None
    unknown = sorted(set(names or ()) - set(reference_cases()))
    if unknown:
        parser.error(f"no such cases: {', '.join(unknown)}")
    if given.save and (names or given.exact):
        parser.error("--save needs all cases")
    return 0 if run(names, given.seed, not given.exact, given.workers, given.save) else 1


def _word(row: dict[str, Any]) -> str:
    return "yes" if row["reproduced"] else "**no**"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
