"""`pontual roster --replan`: the table of changes, exit codes, and bad input."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.files import read_case, read_table
from data.model import MISSING, Changes
from data.referee import judge_replanning
from pontual.exit_codes import ExitCode


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated case of 10 agents and 3 days with its planted roster, written once."""
    from data.files import write_case
    from data.generator import GeneratorSettings, generate

    folder = tmp_path_factory.mktemp("published") / "plan"
    write_case(folder, generate(GeneratorSettings(agents=10, days=3, load=0.8, seed=5)).case)
    return folder


@pytest.fixture
def folder(generated: Path, tmp_path: Path) -> Path:
    """A copy of it, to write to."""
    return Path(shutil.copytree(generated, tmp_path / "plan"))


def first_duty_of(folder: Path, day: str) -> dict[str, str]:
    """The first duty of the table on a day."""
    with (folder / "duties.csv").open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["starts_at"].startswith(day))


def add_absence(folder: Path, agent_id: str, day: str) -> None:
    """The agent is away all of a day."""
    path = folder / "absences.csv"
    rows = path.read_text(encoding="utf-8")
    path.write_text(f"{rows}{agent_id},{day}T00:00:00-03:00,{day}T23:59:00-03:00\n", encoding="utf-8")


def test_the_run_has_a_table_of_changes(pontual: Any, folder: Path) -> None:
    """After an absence: a checked roster, a table that tells it from the published one, and who to tell."""
    duty = first_duty_of(folder, "2026-12-02")
    add_absence(folder, duty["agent_id"], "2026-12-02")
    code, out, _ = pontual(
        "roster", folder, "--replan", "--now", "2026-11-30T12:00:00-03:00", "--json", "--work", "20"
    )
    assert code == ExitCode.OK
    document = json.loads(out)
    run = Path(document["run"])
    published, planned = read_case(folder), read_case(run)
    table = read_table(run / "changes.csv", Changes, planned.axis)
    assert judge_replanning(published, planned, table) == []
    assert (duty["agent_id"], 2) in zip(table.agent_id.tolist(), table.day.tolist(), strict=True)
    told = document["changes"]
    assert told["total"] == sum(told["by_kind"].values()) == document["levels"][1]["objective"]
    assert document["levels"][1]["name"] == "changes"
    assert document["levels"][1]["bound"] <= told["total"]
    assert told["by_absence"] == int(table.by_absence.sum()) == 1
    soon = table.within_notice & (~table.by_absence | (table.after_starts_at != MISSING))
    assert told["to_tell"] == sorted(set(table.agent_id[soon].tolist()))
    assert told["within_notice"] == int(soon.sum())
    assert planned.plan.as_of_minute == 12 * 60
    assert pontual("check", folder)[0] == ExitCode.OK


def test_without_need_nothing_changes(pontual: Any, folder: Path) -> None:
    """The published roster comes back as it was, again and again, with an empty table."""
    for _ in range(2):
        code, out, _ = pontual("roster", folder, "--replan", "--json")
        document = json.loads(out)
        assert (code, document["changes"]["total"]) == (ExitCode.OK, 0)
        run = Path(document["run"])
        assert (run / "duties.csv").read_bytes() == (folder / "duties.csv").read_bytes()
        assert (run / "changes.csv").read_text(encoding="utf-8").count("\n") == 1


def test_people_read_who_must_be_told(pontual: Any, folder: Path) -> None:
    """The summary counts changes; a notice period of the whole horizon names all whose duty changed."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan |= {"notice_days": 30, "change_worth_minutes": 15}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    add_absence(folder, first_duty_of(folder, "2026-11-30")["agent_id"], "2026-11-30")
    code, out, _ = pontual("roster", folder, "--replan")
    assert code == ExitCode.OK
    assert "Changed duties" in out
    assert "Lost to absences" in out
    with next((folder / "runs").glob("*/changes.csv")).open(encoding="utf-8", newline="") as file:
        changed = {row["agent_id"] for row in csv.DictReader(file) if row["by_absence"] == "false"}
    assert changed
    told = next(line for line in out.splitlines() if line.startswith("To be told in person"))
    assert all(agent in out.split("To be told in person")[1] for agent in changed), told


@pytest.mark.parametrize("now", ["yesterday", "2026-11-30T12:00:00", "1900-01-01T00:00:00Z"])
def test_a_moment_that_is_none_is_wrong_usage(pontual: Any, folder: Path, now: str) -> None:
    """Text, an instant without an offset, or one of no year that a plan may have: exit 2, nothing written."""
    code, _, err = pontual("roster", folder, "--replan", "--now", now)
    assert code == ExitCode.USAGE
    assert "expected an instant" in err
    assert not (folder / "runs").exists()


def test_a_moment_needs_replanning(pontual: Any, folder: Path) -> None:
    """`--now` without `--replan` would do nothing: exit 2."""
    code, _, err = pontual("roster", folder, "--now", "2026-11-30T12:00:00-03:00")
    assert code == ExitCode.USAGE
    assert "--replan" in err


def test_a_roster_must_be_there(pontual: Any, folder: Path) -> None:
    """Without duties nothing can be followed: exit 66, and the way out is named."""
    for name in ("duties.csv", "breaks.csv"):
        (folder / name).unlink()
    code, _, err = pontual("roster", folder, "--replan")
    assert code == ExitCode.MISSING_INPUT
    assert "pontual roster" in err
    assert "Traceback" not in err


def test_faults_of_the_published_roster_are_listed(pontual: Any, folder: Path) -> None:
    """A duty of nobody and one that ends before it starts: exit 65, both named with their rows."""
    path = folder / "duties.csv"
    rows = path.read_text(encoding="utf-8")
    path.write_text(
        f"{rows}NOBODY,2026-12-01T08:00:00-03:00,2026-12-01T12:00:00-03:00,false\n"
        f"{first_duty_of(folder, '2026-11-30')['agent_id']},2026-12-02T23:00:00-03:00,"
        "2026-12-02T22:00:00-03:00,false\n",
        encoding="utf-8",
    )
    code, _, err = pontual("roster", folder, "--replan")
    assert code == ExitCode.BAD_DATA
    assert "agent_id" in err
    assert "ends_at" in err


def test_a_bad_notice_period_is_named(pontual: Any, folder: Path) -> None:
    """A notice period that is no number of days, and a price of 0: exit 65, both fields named."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan |= {"notice_days": -1, "change_worth_minutes": 0}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    code, _, err = pontual("roster", folder, "--replan")
    assert code == ExitCode.BAD_DATA
    assert "notice_days" in err
    assert "change_worth_minutes" in err


def test_a_begun_duty_that_breaks_a_rule_is_infeasible(pontual: Any, folder: Path) -> None:
    """A credential that had ended before a duty that has begun: exit 10, the duty and the rule are named."""
    agents = (folder / "agents.csv").read_text(encoding="utf-8").splitlines()
    names = agents[0].split(",")
    duty = first_duty_of(folder, "2026-11-30")
    for place, line in enumerate(agents):
        cells = line.split(",")
        if cells[0] == duty["agent_id"]:
            cells[names.index("credential_until")] = "2026-11-01"
            agents[place] = ",".join(cells)
    (folder / "agents.csv").write_text("\n".join(agents) + "\n", encoding="utf-8")
    code, out, _ = pontual("roster", folder, "--replan", "--json", "--now", "2026-11-30T23:00:00-03:00")
    assert code == ExitCode.INFEASIBLE
    assert any(
        "CAR" in clash["sentence"] and duty["agent_id"] in clash["sentence"]
        for clash in json.loads(out)["clashes"]
    )
