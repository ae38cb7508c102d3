"""`pontual simulate --policy`: who serves whom, and whether the plan is mended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data.files import write_case
from tests.support.planned_days import planned_day_case


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder of a day of two pools."""
    root = tmp_path_factory.mktemp("policies")
    write_case(root / "plan", planned_day_case(agents=8, pools=2))
    for name, parameters in (("own_lists", {"pooled": False}), ("more", {"overbooking_share": 0.1})):
        document = {"format": "pontual-scenario", "version": 1, "parameters": parameters}
        (root / f"{name}.json").write_text(json.dumps(document))
    return root / "plan"


def simulated(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command for a few replications."""
    command = [sys.executable, "-m", "pontual", "simulate", str(folder), "--replications", "3", *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def kpis(folder: Path, *more: str) -> dict[str, Any]:
    """The key figures."""
    done = simulated(folder, "--json", *more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["kpis"]
    return found


def test_dedicated_agents_are_the_scenario_without_pools(folder: Path) -> None:
    """The option and the scenario say the same, and pools are the default."""
    own = kpis(folder, "--policy", "dedicated")
    assert own == kpis(folder, "--scenario", str(folder.parent / "own_lists.json"))
    assert kpis(folder, "--policy", "pool") == kpis(folder)
    assert own != kpis(folder)


def test_the_repair_mends_the_plan(folder: Path) -> None:
    """Under repair something is decided on days with absences, which without it never happens."""
    mended, left_alone = (
        kpis(folder, "--policy", policy, "--replications", "2") for policy in ("repair", "pool")
    )
    decided = ("told_delays", "new_times", "rebooked_ahead", "rebinds", "breaks_moved")
    assert sum(mended[name]["mean"] for name in decided) > 0
    assert sum(left_alone[name]["mean"] for name in decided) == 0


def test_bookings_beyond_the_plan_are_not_mended(folder: Path) -> None:
    """Overbooking and repair together are a usage error."""
    done = simulated(folder, "--policy", "repair", "--scenario", str(folder.parent / "more.json"))
    assert done.returncode == 2
    assert "beyond the plan" in done.stderr
