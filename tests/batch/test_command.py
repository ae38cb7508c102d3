"""`pontual batch` as programs call it: documents in and out, exit codes, and what goes wrong around it."""

from __future__ import annotations

import io
import json
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.files import table_bytes
from data.generator import GeneratorSettings, generate
from data.store import Database, Run, Store, create_or_upgrade
from tests.batch.asking import Asking, at, judged
from tests.support.cases import tiny_case

Command = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in a file, with the tiny day."""
    path = tmp_path / "store.db"
    create_or_upgrade(Database(str(path)))
    Store(str(path)).put_case("day", tiny_case(), Run("test"))
    return path


@pytest.fixture
def request_file(store: Path, tmp_path: Path) -> Path:
    """A request that holds a start."""
    path = tmp_path / "request.json"
    document = Asking(str(store)).document("hold", items=[{"booking": "B1", "start": at(605)}])
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_document_in_and_one_out(
    pontual: Command, store: Path, request_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file or standard input, to standard output or a file, the same answer each time."""
    told = pontual("batch", "--store", store, "--request", request_file)
    assert (told.code, told.err) == (0, "")
    assert told.document["answers"][0]["status"] == "held"
    assert told.out.count("\n") == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(request_file.read_bytes())))
    out = tmp_path / "result.json"
    assert pontual("batch", "--store", store, "--out", out).out == ""
    assert out.read_text(encoding="utf-8") == told.out


@pytest.mark.parametrize(
    ("module", "not_needed"),
    [
        (
            "searching",
            ("pandas", "pyarrow", "rich", "alembic", "data.day", "optimizer.offers"),
        ),
        ("selling", ("pandas", "pyarrow", "rich", "alembic", "data.day", "ortools", "numba", "scipy")),
    ],
)
def test_nothing_is_loaded_that_is_not_needed(module: str, not_needed: tuple[str, ...]) -> None:
    """Loading is most of the time of a small batch."""
    script = f"import sys, pontual.batch.job, pontual.batch.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(not_needed) & set(done.stdout.split()) == set()


def test_what_is_refused_is_a_document_too(pontual: Command, store: Path, tmp_path: Path) -> None:
    """Programs read the result, people a sentence on standard error, and both the exit code."""
    bad = tmp_path / "bad.json"
    bad.write_text('{"mode": "hold"}', encoding="utf-8")
    refused = pontual("batch", "--store", store, "--request", bad)
    assert (refused.code, refused.document["outcome"], refused.document["exit_code"]) == (65, "refused", 65)
    assert "request, key: expected this field" in refused.err
    assert pontual("batch", "--store", store, "--request", bad, "--progress", "none").err == ""
    assert pontual("batch", "--store", store, "--request", tmp_path / "none.json").code == 66
    assert pontual("batch", "--store", tmp_path / "none.db", "--request", bad).code == 65
    assert pontual("batch", "--store", store, "--pending", "--enqueue").code == 2


def test_pending_requests(pontual: Command, store: Path, request_file: Path, tmp_path: Path) -> None:
    """Enqueued ones are answered together, one result a line."""
    kept = pontual("batch", "--store", store, "--request", request_file, "--enqueue")
    assert kept.document["outcome"] == "enqueued"
    out = tmp_path / "results.jsonl"
    assert pontual("batch", "--store", store, "--pending", "--out", out).code == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["answers"][0]["status"] == "held"
    assert pontual("batch", "--store", store, "--pending").out == ""


def test_what_cannot_be_is_told_to_people_too(pontual: Command, store: Path, tmp_path: Path) -> None:
    """Two bookings at one agent's one time: the clash on standard error, the document with its exit code."""
    pinned = {"pin": "fixed", "pinned_start": at(620), "pinned_agent": "A1"}
    bookings, participants = [], []
    case = tiny_case()
    for name in ("X1", "X2"):
        rows = json.loads(table_bytes(case.bookings.take(np.array([0])), case.axis, "json"))
        bookings.append(rows[0] | pinned | {"booking_id": name})
        rows = json.loads(table_bytes(case.participants.take(np.array([0])), case.axis, "json"))
        participants.append(rows[0] | {"booking_id": name, "participant_id": f"p-{name}"})
    path = tmp_path / "request.json"
    asked = Asking(str(store)).document("allocate", bookings=bookings, participants=participants)
    path.write_text(json.dumps(asked), encoding="utf-8")
    pontual("batch", "--store", store, "--request", path, "--enqueue")
    pending = pontual("batch", "--store", store, "--pending")
    assert (pending.code, pending.document["outcome"]) == (0, "infeasible")
    told = pontual("batch", "--store", store, "--request", path)
    assert (told.code, told.document) == (10, pending.document)
    for one in (pending, told):
        assert "Nothing was changed: infeasible" in one.err
        assert "X1" in one.err


def test_progress_as_lines(pontual: Command, store: Path, tmp_path: Path) -> None:
    """With --progress json, standard error has one JSON object a line: events and progress."""
    path = tmp_path / "request.json"
    path.write_text(json.dumps(Asking(str(store)).document("allocate")), encoding="utf-8")
    told = pontual("batch", "--store", store, "--request", path, "--progress", "json")
    events = [json.loads(line) for line in told.err.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["received", "answered"]
    fractions = [event["fraction"] for event in events if event["event"] == "progress"]
    assert fractions == sorted(fractions) != []
    assert events[-1]["exit_code"] == 0
    assert set(events[-1]["seconds"]) >= {"reading", "placing"}


def test_a_result_that_cannot_be_written_is_in_the_store(
    pontual: Command, store: Path, request_file: Path, tmp_path: Path
) -> None:
    """A full disk ends with 73 after the request was carried out; sent again, it gets its answer."""
    full = pontual("batch", "--store", store, "--request", request_file, "--out", "/dev/full")
    assert full.code == 73
    assert "sent again" in full.err
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    command = [sys.executable, "-m", "pontual", "batch", "--store", store, "--request", request_file]
    with Path("/dev/full").open("wb") as sink:
        done = subprocess.run(command, cwd=ROOT, stdout=sink, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (73, False)
    assert pontual("batch", "--store", store, "--request", request_file).document["outcome"] == "done"
    nowhere = pontual("batch", "--store", store, "--request", request_file, "--out", tmp_path / "no" / "file")
    assert nowhere.code == 73


def test_a_signal_keeps_the_best_plan(tmp_path: Path) -> None:
    """SIGTERM ends a long search within seconds: what was found is judged, written and told (143)."""
    made = generate(GeneratorSettings(agents=30, days=3, load=0.9, seed=3)).case
    path = str(tmp_path / "store.db")
    create_or_upgrade(Database(path))
    Store(path).put_case("day", made, Run("test"))
    asking = Asking(path, now=made.plan.as_of.isoformat())
    document = json.dumps(asking.document("allocate", work=3600.0)).encode()
    command = [sys.executable, "-m", "pontual", "batch", "--store", path, "--progress", "json"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(document)
        process.stdin.close()
        for line in process.stderr:
            if json.loads(line).get("fraction", 0.0) > 0.15:
                break
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        result = json.loads(process.stdout.read())
        assert process.wait(60) == 143
    assert time.monotonic() - begun < 20
    assert result["search"]["status"] == "interrupted"
    assert result["reproducible"] is False
    assert len(asking.case().sessions) == result["search"]["levels"][0]["objective"] > 0
    assert judged(asking.case()) == []
