"""How the cost of the rules, the referee and the coverage grows with the number of bookings.

`python -m benchmarks.contract.growth [--save]` prints seconds of each step at three sizes, and how many times
longer the largest takes than the smallest beside how many times more bookings it has. Each figure is the
better of two runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.provenance import record
from data.coverage import coverage
from data.eligibility import evaluate, start_windows
from data.generator import GeneratorSettings, generate
from data.identity import SurrogateKey
from data.model import Case, Unplaced
from data.referee import judge, recount

TEAMS = (20, 200, 2_000)
CPF = "52998224725"
"""A synthetic CPF with right check digits."""


def planned_case(agents: int) -> Case:
    """A generated week at load 0.9 with its planted schedule, which is legal."""
    made = generate(GeneratorSettings(agents=agents, days=6, load=0.9))
    broken = evaluate(made.case).broken
    refused = [place for place, rules in enumerate(broken.tolist()) if rules]
    unplaced = Unplaced.from_rows(
        {
            "booking_id": made.case.bookings.booking_id[place],
            "reason": "not_eligible",
            "rules": broken[place],
        }
        for place in refused
    )
    return replace(made.case, sessions=made.planted, unplaced=unplaced)


def surrogates(bookings: int) -> None:
    """Make a surrogate for each of so many orders."""
    key = SurrogateKey(b"a key for measurements only")
    for number in range(bookings):
        key.booking(f"CERTI{number}", CPF)


def seconds_of(work: Callable[[], object]) -> float:
    """The better of two runs."""
    taken = []
    for _ in range(2):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def measure(agents: int) -> dict[str, Any]:
    """Seconds of each step for one size."""
    case = planned_case(agents)
    verdict = judge(case)
    if verdict:
        raise RuntimeError(f"the planted schedule is not legal: {verdict[0]}")
    eligibility = evaluate(case)
    steps: dict[str, Callable[[], object]] = {
        "evaluate": lambda: evaluate(case),
        "start_windows": lambda: start_windows(case, eligibility),
        "judge": lambda: judge(case),
        "recount": lambda: recount(case),
        "coverage": lambda: coverage(case),
        "surrogates": lambda: surrogates(len(case.bookings)),
    }
    timed = {name: round(seconds_of(step), 4) for name, step in steps.items()}
    return {"agents": agents, "bookings": len(case.bookings), "seconds": timed}


def run(save: bool = False) -> dict[str, Any]:
    """Measure every size and print the table."""
    rows = [measure(agents) for agents in TEAMS]
    first, last = rows[0], rows[-1]
    growth = {name: round(last["seconds"][name] / first["seconds"][name], 1) for name in first["seconds"]}
    result = {"rows": rows, "times_the_bookings": last["bookings"] / first["bookings"], "growth": growth}
    print(f"{'bookings':>14}" + "".join(f"{row['bookings']:>12,}" for row in rows) + f"{'growth':>10}")
    for name, times in growth.items():
        cells = "".join(f"{row['seconds'][name]:>12.4f}" for row in rows)
        print(f"{name:>14}{cells}{times:>9.1f}x")
    print(f"{result['times_the_bookings']:.0f} times the bookings")
    if save:
        print(record("contract_growth", result))
    return result


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
