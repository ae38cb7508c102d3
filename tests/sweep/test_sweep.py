"""Whole sweeps: the same table whatever the executor and however often they were stopped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.capacity.loopback_cluster import cluster
from data.files import BadDataError, BusyError, CannotWriteError
from data.model import Case, Scenario
from data.referee import judge_roster, judge_schedule
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits
from optimizer.sweep.analysis import Question
from optimizer.sweep.levers import with_changes, without_plan
from optimizer.sweep.playing import FIGURES, play
from optimizer.sweep.store import RESULTS, SweepFolder
from optimizer.sweep.values import Setting
from simulation import Player, simulate
from tests.sweep.days import day, specification, swept

PLAN = """
scenarios:
  - {name: more, demand: +25%}
  - {name: more and late, demand: +25%, late_tolerance: 5}
  - {name: no shows, no_show: 20%}
  - {name: impossible, contracts: {all: {min_horizon_minutes: 5000}}}
"""

FEW = """
design: factorial
levers:
  pool_size: [own_list, 4, 6]
  late_tolerance: [14, 15]
scenarios:
  - {name: platform down, outage: {from: "09:00", minutes: 300}}
"""


class Stopper:
    """Progress that stops a sweep after so many pieces of work."""

    def __init__(self, after: float) -> None:
        self.after = after

    def __call__(self, done: float, _what: str) -> None:
        if done >= self.after:
            raise KeyboardInterrupt


def table(folder: Path) -> bytes:
    """The table of everything."""
    return (folder / RESULTS).read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that nobody stopped, in this process."""
    folder = tmp_path_factory.mktemp("whole")
    swept(folder / "out", specification(folder))
    return folder / "out"


def test_figures_are_those_of_the_simulation(whole: Path, tmp_path: Path) -> None:
    """Each scenario's replications are those that the simulation plays: paired by the same chance."""
    rows = pq.read_table(whole / RESULTS).to_pandas()
    asked = specification(tmp_path)
    assert len(rows) == 6 * len(asked.scenarios)
    for number in (0, 1, 9):
        changed = with_changes(day(), Scenario(), dict(asked.scenarios[number].changes))
        player = Player(changed.case, changed.scenario)
        own = rows[rows.scenario == number]
        assert set(own.name) == {asked.scenarios[number].name}
        for replication in range(6):
            expected = player.kpis(player.play(3, replication))
            found = own[own.replication == replication].iloc[0]
            for figure, value in expected.items():
                assert found[figure] == value or (np.isnan(found[figure]) and np.isnan(value))


def test_levers_are_columns_of_the_table(whole: Path, tmp_path: Path) -> None:
    """Numbers as numbers, words as words, nothing where a lever is not moved."""
    rows = pq.read_table(whole / RESULTS).to_pandas()
    moved = rows[rows.name == "design 01"].iloc[0]
    assert (moved["lever late_tolerance"], moved["lever pool_size"]) == (5.0, "own_list")
    assert np.isnan(rows[rows.name == "today"].iloc[0]["lever late_tolerance"])
    assert rows[rows.name == "platform down"].iloc[0]["lever outage.from"] == "10:00"


@pytest.mark.parametrize("workers", [1, 2])
def test_the_table_does_not_depend_on_the_workers(whole: Path, tmp_path: Path, workers: int) -> None:
    """Byte for byte."""
    swept(tmp_path / "out", specification(tmp_path), workers=workers)
    assert table(tmp_path / "out") == table(whole)


def test_a_sweep_that_was_stopped_goes_on(whole: Path, tmp_path: Path) -> None:
    """Stopped three times, with a half-written file as a kill leaves it: the same bytes, and nothing that
    was kept is played again."""
    asked = specification(tmp_path)
    folder = tmp_path / "out"
    kept = []
    for after in (0.2, 0.5, 0.8):
        with pytest.raises(KeyboardInterrupt):
            swept(folder, asked, progress=Stopper(after))
        (folder / "parts" / ".0000-000099.parquet.0123abcd").write_bytes(b"PAR1 torn")
        kept.append(SweepFolder(folder).scenarios_kept())
    assert 0 < kept[0] < kept[1] < kept[2] < len(asked.scenarios)
    before = {part.name: part.stat().st_mtime_ns for part in (folder / "parts").glob("0*")}
    with pytest.raises(KeyboardInterrupt):
        swept(folder, asked, progress=Stopper(0.9))
    assert {name: (folder / "parts" / name).stat().st_mtime_ns for name in before} == before
    swept(folder, asked)
    assert table(folder) == table(whole)
    assert not list((folder / "parts").iterdir())
    assert SweepFolder(folder).scenarios_kept() == len(asked.scenarios)


def test_a_finished_sweep_is_not_played_again(whole: Path, tmp_path: Path) -> None:
    """It answers another question from its table."""
    before = table(whole)
    found = swept(whole, specification(tmp_path), question=Question("cost"), progress=_no_work)
    assert found.document["figure"] == "cost"
    assert table(whole) == before


def _no_work(done: float, what: str) -> None:
    assert done == 1.0, what


def test_another_sweep_is_not_mixed_in(whole: Path, tmp_path: Path) -> None:
    """Other replications, other scenarios or another plan in the same folder are refused."""
    before = table(whole)
    with pytest.raises(BadDataError, match="with which it was begun"):
        swept(whole, specification(tmp_path), replications=7)
    with pytest.raises(BadDataError, match="with which it was begun"):
        swept(whole, specification(tmp_path, "late_tolerance: 7"))
    assert table(whole) == before


def test_folders_that_are_something_else(tmp_path: Path) -> None:
    """A folder with other files is not written to, and neither is one that another process works on."""
    asked = specification(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(CannotWriteError, match="not the folder of a sweep"):
        swept(tmp_path / "mine", asked)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["file"]
    folder = SweepFolder(tmp_path / "out")
    with folder.opened("a"), pytest.raises(BusyError), folder.opened("a"):
        pass


def test_a_cluster_that_loses_a_worker_half_way(whole: Path, tmp_path: Path) -> None:
    """A real Dask scheduler with two workers on loopback, one killed half-way: the same bytes."""
    with cluster(tmp_path) as found:

        def kill(done: float, _what: str) -> None:
            if done >= 0.5 and found.workers[0].poll() is None:
                found.kill_one()

        swept(tmp_path / "out", specification(tmp_path), dask=found.address, progress=kill)
        assert found.workers[0].poll() is not None
        assert found.workers[1].poll() is None
    assert table(tmp_path / "out") == table(whole)


def replanned(case: Case, changes: dict[tuple[str, ...], Setting]) -> Case:
    """The plan made anew by the engines themselves."""
    limits = SolveLimits(work=0.5, seed=3)
    changed = with_changes(case, Scenario(), changes)
    rostered, _ = judged_roster(without_plan(changed.case), limits)
    return judged_allocation(rostered, limits)[0]


def test_levers_of_the_plan_are_never_judged_on_an_old_plan(tmp_path: Path) -> None:
    """Every scenario, that of today too, has a plan of its levers: made anew, legal, and with its bookings;
    scenarios with the same levers of the plan share it. What has no plan is told, with its reason."""
    asked = specification(tmp_path, PLAN)
    found = swept(tmp_path / "out", asked, workers=2, replications=4)
    rows = {row["name"]: row for row in found.document["rows"]}
    assert found.document["plans_anew"]
    assert rows["more"]["plan"] == rows["more and late"]["plan"]
    assert rows["more"]["plan"]["bookings"] == round(1.25 * len(day().bookings))
    assert rows["today"]["plan"] == rows["no shows"]["plan"] != rows["more"]["plan"]
    assert rows["impossible"]["status"] == "infeasible"
    assert rows["impossible"]["figures"] is None
    values = pq.read_table(tmp_path / "out" / RESULTS).to_pandas()
    plan = replanned(day(), {("demand",): Setting.of("+25%")})
    assert not judge_roster(plan)
    assert not judge_schedule(plan)
    played = simulate(plan, Scenario(), replications=4, seed=3)
    own = values[values.name == "more"]
    assert own["wait_mean"].mean() == pytest.approx(played.kpis["wait_mean"].mean, rel=1e-12)
    assert set(own.not_placed) == {float(len(plan.bookings) - len(plan.sessions))}


def test_planned_minutes_change_the_plan_and_not_the_work() -> None:
    """With a plan for longer sessions the customers' sessions last as long as before."""
    case = day()
    changed = with_changes(case, Scenario(), {("buffer_minutes", "single"): Setting.of(10)})
    plan = replanned(case, {("buffer_minutes", "single"): Setting.of(10)})
    found = play(replace(changed, case=plan), 3, range(8))
    naive = simulate(plan, Scenario(), replications=8, seed=3)
    busy = found[:, FIGURES.index("occupancy")].mean()
    assert busy < 0.95 * naive.kpis["occupancy"].mean


def test_the_document_adds_up(whole: Path, tmp_path: Path) -> None:
    """Ranks, frontier, effects and the best are of the table's own figures."""
    document = swept(whole, specification(tmp_path)).document
    rows = pq.read_table(whole / RESULTS).to_pandas()
    rows = rows[rows.block == 0]
    means = rows.groupby("name")["wait_over_10"].mean()
    by_name = {row["name"]: row for row in document["rows"]}
    for name, mean in means.items():
        assert by_name[str(name)]["figures"]["wait_over_10"]["mean"] == pytest.approx(mean)
    difference = by_name["platform down"]["against_today_together"]
    plain = by_name["platform down"]["against_today"]["wait_over_10"]
    assert difference["mean"] == pytest.approx(plain["mean"])
    assert difference["low"] <= plain["low"]
    for row in document["rows"]:
        better = sum(means < row["figures"]["wait_over_10"]["mean"])
        assert row["rank"]["low"] <= 1 + better <= row["rank"]["high"]
    best = document["best"]
    assert best["name"] in best["left"]
    assert means[best["name"]] == pytest.approx(min(means[name] for name in best["left"]))
    shares = {
        lever["lever"]: lever["share"]["mean"] for lever in document["effects"]["wait_over_10"]["levers"]
    }
    assert set(shares) == {"late_tolerance", "no_show", "pool_size", "standby_agents"}
    assert max(shares, key=lambda name: shares[name]) == "pool_size"
    costs = rows.groupby("name")["cost"].mean()
    frontier: Sequence[str] = document["frontier"]
    for name in means.index:
        beaten = (
            (costs <= costs[name]) & (means <= means[name]) & ((costs < costs[name]) | (means < means[name]))
        )
        assert beaten.any() == (name not in frontier)
    assert json.dumps(document)


def test_more_replications_decide_among_those_that_may_be_the_best(tmp_path: Path) -> None:
    """Those not dropped are played on, are in the table with their further replications, and no others."""
    asked = specification(tmp_path, FEW)
    question = Question("wait_over_10", 0.002, most_blocks=3)
    found = swept(tmp_path / "out", asked, replications=12, question=question)
    selection = found.document["best"]
    rows = pq.read_table(tmp_path / "out" / RESULTS).to_pandas()
    played_on = set(rows[rows.block > 0].name)
    assert selection["replications"] > 12
    assert set(selection["left"]) <= played_on < {scenario.name for scenario in asked.scenarios}
    assert "platform down" not in played_on
    most = rows[rows.name == selection["name"]]
    assert sorted(most.replication) == list(range(selection["replications"]))
    swept(tmp_path / "again", asked, workers=2, replications=12, question=question)
    assert table(tmp_path / "again") == table(tmp_path / "out")


def test_a_figure_that_there_is_not() -> None:
    """It is told which there are."""
    with pytest.raises(ValueError, match="no key figure is called waits"):
        Question("waits")
