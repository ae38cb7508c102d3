"""Column generation over tours: bounds that hold, rosters that are best, limits that are kept."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from benchmarks.roster.public import PUBLISHED
from benchmarks.roster.public_instances import read_instance
from data.model import Case
from data.referee import judge_roster, recount
from optimizer.roster import solve_roster
from optimizer.roster.columns.pricing import FlatGraph
from optimizer.roster.pins import pinned_duties
from optimizer.roster.rules import RULES
from optimizer.roster.team import assemble_team
from optimizer.roster.tours import OFF
from optimizer.solve_result import SolveLimits, SolveStatus
from tests.roster.shift_scheduling_oracle import least_cost

INSTANCES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "shift-scheduling"
LIMITS = SolveLimits(work=60.0)
TYPES = ("E", "D", "L")


def random_instance(seed: int, folder: Path, days: int = 14) -> Case:
    """A small instance in the public format, every rule of it switched on."""
    chance = np.random.default_rng(seed)
    staff = [f"P{n}" for n in range(int(chance.integers(2, 5)))]
    lines = [
        "SECTION_HORIZON",
        str(days),
        "SECTION_SHIFTS",
        "E,480,",
        "D,480,E",
        "L,600,E|D",
        "SECTION_STAFF",
    ]
    for name in staff:
        counts = "|".join(f"{kind}={chance.choice([0, 2, 4, 9, days])}" for kind in TYPES)
        least = 480 * int(chance.integers(0, 5))
        in_a_row = int(chance.integers(3, 6))
        lines.append(
            f"{name},{counts},{least + 480 * int(chance.integers(2, 5))},{least},{in_a_row},"
            f"{chance.integers(1, 3)},{chance.integers(1, 4)},{chance.integers(1, 3)}"
        )
    lines.append("SECTION_DAYS_OFF")
    lines += [f"{name},{chance.integers(0, days)}" for name in staff if chance.random() < 0.5]
    for section in ("SECTION_SHIFT_ON_REQUESTS", "SECTION_SHIFT_OFF_REQUESTS"):
        lines.append(section)
        first = 0 if "ON" in section.split("_")[2] else days // 2
        for name in staff:
            day = first + int(chance.integers(0, days // 2))
            lines.append(f"{name},{day},{chance.choice(TYPES)},{chance.integers(1, 4)}")
    lines.append("SECTION_COVER")
    for day, kind in itertools.product(range(days), TYPES):
        if chance.random() < 0.8:
            lines.append(
                f"{day},{kind},{chance.integers(0, 3)},{chance.choice([100, 10])},{chance.integers(0, 3)}"
            )
    path = folder / f"instance{seed}.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_instance(path)


def check(case: Case, limits: SolveLimits = LIMITS) -> None:
    """The engine's roster keeps the rules, costs what the referee says, and is the best there is."""
    best = least_cost(case)
    result = solve_roster(case, limits)
    if best is None:
        assert result.status is SolveStatus.INFEASIBLE
        return
    assert result.answer is not None
    planned = case.with_roster(result.answer)
    assert judge_roster(planned) == []
    level = result.levels[0]
    assert recount(planned).staffing_cost == level.objective
    assert level.bound <= best <= level.objective
    assert level.objective == best, result.limited_by


@pytest.mark.parametrize("seed", range(12))
def test_small_instances_against_a_plain_model(seed: int, tmp_path: Path) -> None:
    """Two to four agents over two weeks: the cost is that of a plain CP-SAT model, and the bound below it."""
    check(random_instance(seed, tmp_path))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10))
def test_many_small_instances_against_a_plain_model(block: int, tmp_path: Path) -> None:
    """The same for 300 instances."""
    for seed in range(100 + 30 * block, 130 + 30 * block):
        check(random_instance(seed, tmp_path))


@pytest.mark.parametrize("seed", range(6))
def test_limits_beside_the_graph_are_kept(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SHIFT-LIMIT: with no limit counted by the graph of tours, rosters keep all of them and bounds hold."""
    monkeypatch.setattr("optimizer.roster.team._pattern.__defaults__", (1,))
    case = random_instance(seed, tmp_path)
    best = least_cost(case)
    result = solve_roster(case, SolveLimits(work=10.0))
    if best is None:
        assert result.status is SolveStatus.INFEASIBLE
        return
    assert result.answer is not None
    assert judge_roster(case.with_roster(result.answer)) == []
    assert result.levels[0].bound <= best <= result.levels[0].objective


@pytest.mark.parametrize("seed", range(4))
def test_best_and_good_tours_of_a_graph(seed: int, tmp_path: Path) -> None:
    """The best tour, and all tours above a value, are those found by listing every path."""
    case = random_instance(seed, tmp_path, days=7)
    team = assemble_team(case, pinned_duties(case), RULES, lambda: None)
    chance = np.random.default_rng(seed)
    for pattern in team.patterns:
        graph = FlatGraph.of(pattern.graph)
        values = chance.normal(size=(7, int(graph.option.max()) + 1))
        values[:, 0] = 0.0
        paths: list[tuple[int, tuple[int, ...], float]] = [(0, (), 0.0)]
        for day, layer in enumerate(pattern.graph.layers):
            longer = []
            for node, done, value in paths:
                for arc in range(int(layer.first[node]), int(layer.first[node + 1])):
                    option = int(layer.label[arc]) - OFF
                    longer.append((int(layer.target[arc]), (*done, option), value + values[day, option]))
            paths = longer
        worth = {done: value for _, done, value in paths}
        total, options = graph.best(values)
        assert total == pytest.approx(max(worth.values()))
        assert worth[tuple(options.tolist())] == pytest.approx(total)
        least = total - 1.0
        found = graph.within(values, least, len(worth))
        assert found is not None
        expected = {done for done, value in worth.items() if value >= least}
        assert {tuple(row) for row in found.tolist()} == expected
        assert len(found) == len(expected)
        assert graph.within(values, least, len(expected) - 1) is None


def test_column_generation_is_reproducible(tmp_path: Path) -> None:
    """The same case, seed and work limit give the same roster."""
    case = random_instance(3, tmp_path, days=28)
    first, second = (solve_roster(case, SolveLimits(work=3.0)) for _ in range(2))
    assert first.answer is not None
    assert second.answer is not None
    assert first.answer.duties == second.answer.duties
    assert first.reproducible


@pytest.mark.parametrize("number", [1, 2, 3])
def test_published_instances(number: int, tmp_path: Path) -> None:
    """Curtois & Qu 2014, instances 1 to 3: the best known cost, proven, and no rule broken.

    Where the instances are not beside this clone, one of the same kind against the plain model instead.
    """
    path = INSTANCES / f"Instance{number}.txt"
    case = read_instance(path) if path.is_file() else random_instance(number, tmp_path, days=28)
    best = PUBLISHED[number][0] if path.is_file() else least_cost(case)
    result = solve_roster(case, LIMITS)
    assert result.answer is not None
    assert judge_roster(case.with_roster(result.answer)) == []
    assert (result.levels[0].objective, result.levels[0].bound) == (best, best)
