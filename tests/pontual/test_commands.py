"""The command line: what its documents carry, its exit codes, and how it treats bad input."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pontual.exit_codes import ExitCode


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated case of 10 agents and 2 days, written once."""
    from data.files import write_case
    from data.generator import GeneratorSettings, generate

    folder = tmp_path_factory.mktemp("case") / "plan"
    write_case(folder, generate(GeneratorSettings(agents=10, days=2, load=0.7, seed=5)).case)
    return folder


@pytest.fixture
def case_folder(generated: Path, tmp_path: Path) -> Path:
    """A copy of the generated case to work on."""
    folder = tmp_path / "plan"
    shutil.copytree(generated, folder)
    return folder


def edit(path: Path, change: Any) -> None:
    """Change the rows of a CSV file, header included."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)


def test_the_main_job_step_by_step(pontual: Any, case_folder: Path) -> None:
    """generate's folder can be allocated, rostered, checked and simulated; each document has its keys."""
    allocated = pontual("allocate", case_folder, "--work", "2", "--json")
    assert allocated.code == ExitCode.OK, allocated.err
    promised = {"bookings", "eligible", "placed", "objective", "bound", "gap", "levels", "seconds",
                "engine", "status", "reproducible"}  # fmt: skip
    assert promised <= set(allocated.document)
    assert allocated.document["reproducible"] is True
    assert allocated.err == ""

    rostered = pontual("roster", case_folder, "--work", "2", "--json")
    assert rostered.code == ExitCode.OK, rostered.err
    promised = {"agents", "required", "covered", "under", "over", "objective", "bound", "gap", "levels",
                "seconds", "status", "reproducible"}  # fmt: skip
    document = rostered.document
    assert promised <= set(document)
    assert document["objective"] == document["under"] + document["over"]
    assert document["gap"] == pytest.approx(
        (document["objective"] - document["bound"]) / document["required"]
    )
    assert {"name", "objective", "bound", "gap"} <= set(document["levels"][0])

    again = pontual("allocate", case_folder, "--work", "2", "--json")
    document = again.document
    assert document["gap"] == pytest.approx((document["bound"] - document["placed"]) / document["eligible"])

    assert pontual("check", case_folder, "--json").document["violations"] == []
    run = Path(document["run"])
    assert pontual("check", run).code == ExitCode.OK

    played = pontual("simulate", case_folder, "--replications", "3", "--json")
    assert played.code == ExitCode.OK, played.err
    assert {"replications", "engine", "seconds", "kpis"} <= set(played.document)
    assert all(kpi["low"] <= kpi["mean"] <= kpi["high"] for kpi in played.document["kpis"].values())
    slow = pontual("simulate", case_folder, "--replications", "3", "--engine", "simpy", "--json").document
    assert (played.document["engine"], slow["engine"]) == ("twin", "simpy")
    assert played.document["kpis"] == slow["kpis"]
    held = json.loads((Path(played.document["run"]) / "result.json").read_text(encoding="utf-8"))
    assert set(held) == {"roster", "allocate", "simulate"}

    def parameters(**values: float) -> Path:
        document = {"format": "pontual-scenario", "version": 1, "parameters": values}
        path = case_folder.parent / "scenario.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    nobody = parameters(no_show_single=1, no_show_joint=1)
    played = pontual("simulate", case_folder, "--replications", "2", "--scenario", nobody, "--json")
    assert played.document["kpis"]["fulfilled"]["mean"] == 0
    wrong = pontual("simulate", case_folder, "--scenario", parameters(no_show_single=2))
    assert wrong.code == ExitCode.BAD_DATA
    assert "parameters.no_show_single" in wrong.err


def test_simulate_plays_until_narrow_and_compares_scenarios(pontual: Any, case_folder: Path) -> None:
    """`--half-width` ends the run or says that the cap did; `--against` gives paired differences."""
    assert pontual("allocate", case_folder, "--work", "2").code == ExitCode.OK
    played = pontual("simulate", case_folder, "--half-width", "wait_mean=15%", "--json").document
    kpi, width = played["kpis"]["wait_mean"], played["half_widths"]["wait_mean"]
    assert width["reached"] is True
    assert width["found"] == pytest.approx(kpi["high"] - kpi["mean"])
    assert width["found"] <= 0.15 * kpi["mean"]
    assert (played["limited_by"], 20 <= played["replications"] <= 10_000) == ("", True)

    capped = pontual(
        "simulate", case_folder, "--half-width", "wait_p95=0.0001", "--half-width", "cost=1e9",
        "--replications", "22", "--interval", "30", "--json",
    ).document  # fmt: skip
    assert (capped["replications"], capped["limited_by"]) == (22, "replications")
    assert [w["reached"] for w in capped["half_widths"].values()] == [False, True]
    groups = capped["by_interval"]
    assert capped["interval_minutes"] == 30
    assert list(groups) == sorted(groups)
    assert sum(group["sessions"] for group in groups.values()) == sum(
        group["sessions"] for group in capped["by_skill"].values()
    )
    for name in ("served", "cost", "idle", "overtime_minutes", "late_breaks", "breaks_broken"):
        for family in ("by_interval", "by_skill"):
            total = sum(group["kpis"][name]["mean"] for group in capped[family].values())
            assert total == pytest.approx(capped["kpis"][name]["mean"])

    scenario = case_folder.parent / "late.json"
    parameters = {"late_probability": 0.6}
    document = {"format": "pontual-scenario", "version": 1, "parameters": parameters}
    scenario.write_text(json.dumps(document), encoding="utf-8")
    arguments = ("simulate", case_folder, "--replications", "4", "--against", scenario)
    compared = pontual(*arguments, "--json").document
    against = compared["against"]
    for name, gap in against["differences"].items():
        assert gap["mean"] == pytest.approx(
            against["kpis"][name]["mean"] - compared["kpis"][name]["mean"], abs=1e-9
        )
        assert gap["low"] <= gap["mean"] <= gap["high"]
    alone = pontual("simulate", case_folder, "--replications", "4", "--scenario", scenario, "--json").document
    assert against["kpis"] == alone["kpis"]
    told = pontual(*arguments).out
    assert all(title in told for title in ("By skill", "By interval", "Differences: 4 pairs"))
    even = pontual("simulate", case_folder, "--stratified", "--replications", "30", "--json").document
    assert (even["replications"], even["batch"], played["batch"]) == (50, 25, 1)
    told = pontual("simulate", case_folder, "--half-width", "wait_p95=0.0001", "--replications", "3").out
    assert "not reached" in told
    assert "the most replications allowed" in told


def test_half_widths_that_cannot_be_are_all_told(pontual: Any, case_folder: Path) -> None:
    """Unknown names, bad values and repetitions are one usage error."""
    wrong = ("foo=1", "wait_mean=-2", "bar", "cost=1", "cost=2")
    arguments = [part for text in wrong for part in ("--half-width", text)]
    outcome = pontual("simulate", case_folder, *arguments)
    assert outcome.code == ExitCode.USAGE
    told = " ".join(outcome.err.replace("│", " ").split())
    for said in ("called foo", "above 0, got -2", "KPI=P%, got bar", "cost is asked for twice"):
        assert said in told


def test_generate_says_what_it_made_and_is_reproducible(pontual: Any, tmp_path: Path) -> None:
    """Two calls with one seed write the same bytes; the document carries the promised facts."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        made = pontual("generate", "--agents", "10", "--days", "1", "--load", "0.8", "--seed", "9",
                       "--out", folder, "--json")  # fmt: skip
        assert made.code == ExitCode.OK, made.err
        assert {"agents", "bookings", "joint", "load", "greedy_unplaced"} <= set(made.document)
        assert made.document["agents"] == 10
    names = sorted(path.name for path in folders[0].iterdir())
    assert names == sorted(path.name for path in folders[1].iterdir())
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_generate_refuses_a_folder_in_use(pontual: Any, case_folder: Path) -> None:
    """An existing plan folder is not overwritten."""
    before = (case_folder / "plan.json").read_bytes()
    outcome = pontual("generate", "--agents", "10", "--out", case_folder)
    assert outcome.code == ExitCode.CANNOT_WRITE
    assert (case_folder / "plan.json").read_bytes() == before


def test_roster_does_not_read_the_duties(pontual: Any, case_folder: Path, tmp_path: Path) -> None:
    """Without the tables of duties and breaks the roster is the same, byte for byte."""
    bare = tmp_path / "bare"
    shutil.copytree(case_folder, bare)
    (bare / "duties.csv").unlink()
    (bare / "breaks.csv").unlink()
    tables = []
    for folder in (case_folder, bare):
        outcome = pontual("roster", folder, "--work", "2", "--json")
        assert outcome.code == ExitCode.OK, outcome.err
        run = Path(outcome.document["run"])
        tables.append([(run / name).read_bytes() for name in ("duties.csv", "breaks.csv")])
    assert tables[0] == tables[1]


def test_check_lists_violations_and_exits_1(pontual: Any, case_folder: Path) -> None:
    """A session moved by hand to the night is reported with rule, place and reason."""
    run = Path(pontual("allocate", case_folder, "--work", "2", "--json").document["run"])

    def to_the_night(rows: list[list[str]]) -> None:
        column = rows[0].index("starts_at")
        rows[1][column] = rows[1][column][:11] + "03:00:00-03:00"

    edit(run / "sessions.csv", to_the_night)
    outcome = pontual("check", case_folder, "--json")
    assert outcome.code == ExitCode.VIOLATIONS
    found = outcome.document["violations"]
    assert found
    assert all(set(v) == {"rule", "where", "what"} for v in found)
    told = pontual("check", run)
    assert told.code == ExitCode.VIOLATIONS
    assert f"{len(found)} violations" in told.out


def test_check_masks_personal_data_in_names(pontual: Any, case_folder: Path) -> None:
    """A CPF that is part of an agent's name, and so gets past the reader, is shown masked."""
    cpf, masked = "111.444.777-35", "***.444.777-**"
    with (case_folder / "agents.csv").open(encoding="utf-8", newline="") as handle:
        agent = next(csv.DictReader(handle))["agent_id"]
    day = json.loads((case_folder / "plan.json").read_text(encoding="utf-8"))["first_day"]

    def rename(rows: list[list[str]]) -> None:
        rows[:] = [[f"Joana {cpf}" if cell == agent else cell for cell in row] for row in rows]

    for path in case_folder.glob("*.csv"):
        edit(path, rename)
    lines = ["agent_id,starts_at,ends_at"]
    lines += [f"Joana {cpf},{day}T{start}:00,{day}T{start}:45" for start in ("10", "12")]
    (case_folder / "duties.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (case_folder / "breaks.csv").unlink(missing_ok=True)
    for arguments in ([], ["--json"]):
        told = pontual("check", case_folder, *arguments)
        assert told.code == ExitCode.VIOLATIONS, told.err
        assert f"Joana {masked}" in told.out
        assert cpf not in told.out


def test_a_missing_folder_and_a_missing_table(pontual: Any, case_folder: Path, tmp_path: Path) -> None:
    """Missing input exits 66 and names what is missing."""
    outcome = pontual("check", tmp_path / "nowhere")
    assert outcome.code == ExitCode.MISSING_INPUT
    assert "nowhere" in outcome.err
    (case_folder / "agents.csv").unlink()
    outcome = pontual("roster", case_folder, "--json")
    assert outcome.code == ExitCode.MISSING_INPUT
    assert "agents" in outcome.err
    assert outcome.document["error"]["kind"] == "missing_input"


def test_bad_data_lists_every_error_and_writes_nothing(pontual: Any, case_folder: Path) -> None:
    """Two faults in two files are both reported with file, row and column; exit 65, no run folder."""

    def break_contract(rows: list[list[str]]) -> None:
        rows[2][rows[0].index("contract_id")] = "no-such-contract"

    def break_duration(rows: list[list[str]]) -> None:
        rows[5][rows[0].index("duration_minutes")] = "twenty"

    edit(case_folder / "agents.csv", break_contract)
    edit(case_folder / "bookings.csv", break_duration)
    before = sorted(path.name for path in case_folder.rglob("*"))
    outcome = pontual("allocate", case_folder)
    left = sorted(path.name for path in case_folder.rglob("*") if path.name not in ("runs", ".lock"))
    assert left == before  # but for the lock, which stays
    assert outcome.code == ExitCode.BAD_DATA
    for wanted in (
        "agents.csv",
        "contract_id",
        "no-such-contract",
        "bookings.csv",
        "duration_minutes",
        "twenty",
    ):
        assert wanted in outcome.err
    assert "Traceback" not in outcome.err


def test_a_folder_held_by_another_process_is_busy(pontual: Any, case_folder: Path) -> None:
    """A second writer is told to try again."""
    from data.files import PlanFolder

    with PlanFolder(case_folder).lock():
        outcome = pontual("allocate", case_folder, "--work", "2")
    assert outcome.code == ExitCode.TRY_AGAIN


def test_pins_that_clash_are_infeasible_and_named(pontual: Any, case_folder: Path) -> None:
    """Two bookings fixed to one agent at one time: exit 10, both named, nothing written."""
    from data.files import PlanFolder

    run = Path(pontual("allocate", case_folder, "--work", "2", "--json").document["run"])
    with (run / "sessions.csv").open(encoding="utf-8", newline="") as handle:
        sessions = list(csv.DictReader(handle))
    one = sessions[0]
    other = next(s for s in sessions[1:] if s["agent_id"] != one["agent_id"])

    def pin(rows: list[list[str]]) -> None:
        header = rows[0]
        for row in rows[1:]:
            if row[header.index("booking_id")] in (one["booking_id"], other["booking_id"]):
                row[header.index("pin")] = "fixed"
                row[header.index("pinned_start")] = one["starts_at"]
                row[header.index("pinned_agent")] = one["agent_id"]

    edit(case_folder / "bookings.csv", pin)
    outcome = pontual("allocate", case_folder, "--work", "2", "--json")
    assert outcome.code == ExitCode.INFEASIBLE
    assert outcome.document["status"] == "infeasible"
    assert outcome.document["clashes"]
    assert PlanFolder(case_folder).current_run() == run


def test_an_illegal_roster_is_not_allocated_on(pontual: Any, case_folder: Path) -> None:
    """A duty that somebody has stretched beyond the law is refused before the search: exit 65."""

    def stretch(rows: list[list[str]]) -> None:
        header = rows[0]
        rows[1][header.index("starts_at")] = rows[1][header.index("starts_at")][:11] + "06:00:00-03:00"
        rows[1][header.index("ends_at")] = rows[1][header.index("ends_at")][:11] + "21:00:00-03:00"

    edit(case_folder / "duties.csv", stretch)
    outcome = pontual("allocate", case_folder, "--work", "2")
    assert outcome.code == ExitCode.BAD_DATA
    assert "CLT-58" in outcome.err
    assert not (case_folder / "current").exists()


def test_a_run_is_not_written_into_a_run(pontual: Any, case_folder: Path) -> None:
    """Commands that write refuse a run folder and name what they need; `check` reads it."""
    run = Path(pontual("allocate", case_folder, "--work", "2", "--json").document["run"])
    for arguments in (["allocate", run], ["roster", run], ["simulate", run]):
        outcome = pontual(*arguments)
        assert outcome.code == ExitCode.USAGE
        assert "plan folder" in outcome.err
    assert not (run / "current").exists()
    assert pontual("check", run).code == ExitCode.OK


def test_simulate_needs_a_schedule(pontual: Any, case_folder: Path) -> None:
    """Without sessions there is nothing to play, and the command says what to do."""
    outcome = pontual("simulate", case_folder)
    assert outcome.code == ExitCode.MISSING_INPUT
    assert "pontual allocate" in outcome.err


def test_allocate_needs_a_roster(pontual: Any, case_folder: Path) -> None:
    """Without duties nothing can be placed, and the command says what to do."""
    (case_folder / "duties.csv").unlink()
    (case_folder / "breaks.csv").unlink()
    outcome = pontual("allocate", case_folder)
    assert outcome.code == ExitCode.MISSING_INPUT
    assert "pontual roster" in outcome.err


def test_edits_beside_a_run_are_told(pontual: Any, case_folder: Path) -> None:
    """Once there is a run, its tables count; newer ones at the root are named."""
    run = Path(pontual("allocate", case_folder, "--work", "2", "--json").document["run"])
    assert "Not read" not in pontual("check", case_folder).err
    later = (run / "run.json").stat().st_mtime + 60
    os.utime(case_folder / "duties.csv", (later, later))
    outcome = pontual("check", case_folder)
    assert "Not read: duties.csv" in outcome.err
    assert str(run) in outcome.out


def test_the_dashboard_needs_its_folder(pontual: Any, tmp_path: Path) -> None:
    """A folder that isn't there is said at once, before a server starts."""
    outcome = pontual("dashboard", tmp_path / "nowhere")
    assert outcome.code == ExitCode.MISSING_INPUT
    assert "nowhere" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["roster"],
        ["no-such-command"],
        ["allocate", "x", "--seed", "minus one"],
        ["generate", "--agents", "0"],
    ],
)
def test_usage_errors(pontual: Any, arguments: list[str]) -> None:
    """A wrong call exits 2; a document says so where one is asked for."""
    plain = pontual(*arguments)
    assert (plain.code, plain.out) == (ExitCode.USAGE, "")
    asked = pontual(*arguments, "--json")
    assert asked.code == ExitCode.USAGE
    assert asked.document["error"]["kind"] == "usage"
    assert asked.err


def test_bad_data_is_told_as_a_document(pontual: Any, case_folder: Path) -> None:
    """With --json every problem of every file is on standard output, beside the text on standard error."""
    agents = case_folder / "agents.csv"
    lines = agents.read_text(encoding="utf-8").splitlines()
    header, count = lines[0].split(","), 30
    rows = [f"X{n},nowhere" + "," * (len(header) - 2) for n in range(count)]
    agents.write_text("\n".join([*lines, *rows]) + "\n", encoding="utf-8")
    outcome = pontual("roster", case_folder, "--json")
    assert outcome.code == ExitCode.BAD_DATA
    error = outcome.document["error"]
    assert (error["exit_code"], error["kind"]) == (65, "bad_data")
    wrong = {p["row"] for p in error["problems"] if (p["file"], p["column"]) == ("agents.csv", "contract_id")}
    assert wrong == set(range(len(lines) + 1, len(lines) + 1 + count))
    assert "nowhere" in outcome.err
    missing = pontual("check", case_folder / "none", "--json")
    assert missing.code == ExitCode.MISSING_INPUT == missing.document["error"]["exit_code"]


def valid_cpf(number: int) -> str:
    """A synthetic CPF with right check digits."""
    digits = [int(digit) for digit in f"{number:09d}"]
    for weight in (10, 11):
        total = sum(digit * (weight - place) for place, digit in enumerate(digits))
        digits.append(0 if total % 11 < 2 else 11 - total % 11)
    return "".join(map(str, digits))


def with_orders_and_cpfs(folder: Path) -> list[str]:
    """Put order numbers and CPFs where the surrogates of bookings and participants were; returns the CPFs."""
    cpfs: dict[str, str] = {}

    def cpf(surrogate: str) -> str:
        return cpfs.setdefault(surrogate, valid_cpf(100_000_000 + 7 * len(cpfs)))

    def replace_keys(rows: list[list[str]]) -> None:
        header = rows[0]
        booking = header.index("booking_id")
        person = header.index("participant_id") if "participant_id" in header else None
        for row in rows[1:]:
            if person is not None:
                row[person] = cpf(row[person])
            row[booking : booking + 1] = [f"CERTI-{row[booking][2:]}", cpf(row[booking])]
        if person is not None:
            header[person] = "cpf"
        header[booking : booking + 1] = ["order_number", "tax_id"]

    for name in ("bookings.csv", "participants.csv"):
        edit(folder / name, replace_keys)
    return list(cpfs.values())


def test_orders_and_cpfs_become_surrogates(
    pontual: Any, case_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key, files of the booking side are read; no CPF reaches a result, a table or a message."""
    cpfs = with_orders_and_cpfs(case_folder)
    monkeypatch.setenv("PONTUAL_KEY", "a secret of more than sixteen bytes")
    outcome = pontual("allocate", case_folder, "--work", "2", "--json")
    assert outcome.code == ExitCode.OK, outcome.err
    run = Path(outcome.document["run"])
    written = "".join(path.read_text(encoding="utf-8") for path in run.iterdir() if path.is_file())
    assert "order_number," not in written
    assert not [cpf for cpf in cpfs if cpf in written + outcome.out + outcome.err]


def test_orders_and_cpfs_without_a_key(
    pontual: Any, case_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a key they are refused with what to do, and a bad CPF is never shown."""
    monkeypatch.delenv("PONTUAL_KEY", raising=False)
    monkeypatch.delenv("PONTUAL_KEY_FILE", raising=False)
    cpfs = with_orders_and_cpfs(case_folder)
    outcome = pontual("check", case_folder)
    assert outcome.code == ExitCode.BAD_DATA
    assert "PONTUAL_KEY" in outcome.err

    def break_digit(rows: list[list[str]]) -> None:
        column = rows[0].index("cpf")
        rows[1][column] = rows[1][column][:-1] + str((int(rows[1][column][-1]) + 1) % 10)

    edit(case_folder / "participants.csv", break_digit)
    monkeypatch.setenv("PONTUAL_KEY", "a secret of more than sixteen bytes")
    outcome = pontual("check", case_folder)
    assert outcome.code == ExitCode.BAD_DATA
    assert "participants.csv" in outcome.err
    assert not [cpf for cpf in cpfs if cpf[:9] in outcome.err]
    monkeypatch.setenv("PONTUAL_KEY", "short")
    assert pontual("check", case_folder).code == ExitCode.MISSING_INPUT
