"""How long it takes to generate, write, read back and validate large cases, and in how much memory.

``python -m benchmarks.generator.scale`` prints a table; ``--save`` also writes it to
``benchmarks/results/generator_scale.json``. Each case runs in a process of its own, so that its peak resident
memory is its own. Times are seconds by the clock, but for ``cpu``, the processor's. The target is 30 s and
2 GB for 2,000 agents with 200,000 bookings on 2 cores.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.provenance import record
from data.files import read_case, write_case
from data.generator import GeneratorSettings, generate
from data.model import INPUT_TABLES, RESULT_TABLES

CASES: tuple[dict[str, Any], ...] = (
    {"agents": 48, "days": 6, "bookings": 3_000},
    {"agents": 200, "days": 6, "load": 0.9},
    {"agents": 2_000, "days": 6, "load": 0.9},
    {"agents": 2_000, "days": 6, "bookings": 200_000},
)

COLUMNS = (
    *("agents", "bookings", "load", "greedy_unplaced", "format"),
    *("generate", "write", "read", "total", "cpu", "peak_mb"),
)


def measure(settings: dict[str, Any], file_format: Any) -> dict[str, Any]:
    """Run one case and check that what is read back equals what was generated.

    Reading validates every cell, key and reference. Generating includes the run of first-come-first-served
    from which ``greedy_unplaced`` comes.
    """
    begun, worked = time.perf_counter(), time.process_time()
    generated = generate(GeneratorSettings(**settings, seed=1))
    made = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "case"
        write_case(place, generated.case, file_format)
        written = time.perf_counter()
        case = read_case(place)
        done = time.perf_counter()
    same = all(
        case.table(kind).same_as(generated.case.table(kind)) for kind in (*INPUT_TABLES, *RESULT_TABLES)
    )
    if not same or case.plan != generated.case.plan:
        raise AssertionError("the case that was read differs from the case that was written")
    facts = {name: generated.facts[name] for name in ("agents", "bookings", "load", "greedy_unplaced")}
    return {
        **facts,
        "format": file_format,
        "generate": made - begun,
        "write": written - made,
        "read": done - written,
        "total": done - begun,
        "cpu": time.process_time() - worked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def run(save: bool) -> None:
    """Measure all cases, print the table and, if asked to, save it with its provenance."""
    print("  ".join(f"{name:>15}" for name in COLUMNS))
    rows = []
    for settings in CASES:
        for file_format in ("csv", "parquet"):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                row = pool.apply(measure, (settings, file_format))
            rows.append(row)
            print("  ".join(f"{_shown(row[name]):>15}" for name in COLUMNS), flush=True)
    if save:
        record("generator_scale", {"cases": rows})


def _shown(value: Any) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--save", action="store_true", help="write the results into benchmarks/results")
    run(parser.parse_args().save)
