"""`pontual offers` as a process: the pipe, signals, crashes, and what reaches the disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from data.files import PlanFolder, write_case
from data.model import Bookings, Sessions
from optimizer.offers import JOURNAL_FILE, SCHEMA, open_desk
from pontual.cli import main
from tests.offers.selling import NOW, Talk, at
from tests.support.cases import booking, tiny_case

COMMAND = [sys.executable, "-m", "pontual", "offers"]
CPF = "529.982.247-25"
WHAT = {"skill": "pf", "duration_minutes": 20}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny case as a plan folder, with a schedule that holds one session."""
    sessions = [{"booking_id": "B1", "agent_id": "A2", "starts_at": 600, "duration_minutes": 20}]
    write_case(tmp_path / "plan", replace(tiny_case(), sessions=Sessions.from_rows(sessions)))
    return tmp_path / "plan"


class Follower:
    """A running `--follow`, and the way to talk to it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def send(self, line: str) -> dict[str, Any]:
        """Send a line and read one."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def say(self, op: str, **fields: Any) -> dict[str, Any]:
        """Send a request and read the answer."""
        return self.send(json.dumps({"op": op, **fields}))

    def end(self) -> tuple[int, str, str]:
        """End the input; returns the exit code and what else was written."""
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@contextmanager
def following(folder: Path, **environment: str) -> Iterator[Follower]:
    """A `--follow` at the moment of planning; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, str(folder), "--follow", "--now", NOW.isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        yield Follower(process)
    finally:
        process.kill()
        process.communicate()


class Outcome(NamedTuple):
    """What a command ended with and wrote."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command without `--follow`, in this process."""

    def of(folder: Path, *options: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["pontual", "offers", str(folder), *options])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        return Outcome(int(stopped.value.code or 0), *capfd.readouterr())

    return of


def test_a_conversation(folder: Path) -> None:
    """Good and bad lines are answered in order, empty ones passed over; the input's end ends it with 0."""
    with following(folder) as follower:
        assert follower.say("check", start=at(600), **WHAT)["answer"] == "yes"
        assert follower.send("no json")["error"] == "bad_request"
        assert follower.send("\n" + json.dumps({"op": "tick"}))["ok"]
        assert follower.send(json.dumps({"op": "tick", "x": "y" * 2_000_000}))["error"] == "bad_request"
        assert follower.say("status", booking="B1")["status"] == "sold"
        assert follower.say("hold", key="k", booking="N", start=at(600), **WHAT)["ok"]
        assert follower.say("check", start=at(600), **WHAT)["reason"] == "full"
        assert follower.end() == (0, "", "")


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.soak)],
)
def test_signals_end_it_within_seconds(folder: Path, number: int, code: int) -> None:
    """A signal ends a process that waits for input, at once and without a word."""
    with following(folder) as follower:
        assert follower.say("tick")["ok"]
        begun = time.monotonic()
        os.kill(follower.process.pid, number)
        assert follower.process.wait(timeout=5) == code
        assert time.monotonic() - begun < 5
        assert follower.end()[2] == ""


def test_a_killed_process_has_lost_nothing(folder: Path) -> None:
    """What was answered is there after SIGKILL, whatever stood half-written at the journal's end."""
    with following(folder) as follower:
        assert follower.say("hold", key="k", booking="N", start=at(600), **WHAT)["ok"]
        assert follower.say("confirm", booking="N")["ok"]
        assert follower.say("cancel", booking="B1")["ok"]
        follower.process.kill()
        follower.process.wait()
    with (folder / JOURNAL_FILE).open("ab") as file:
        file.write(b'{"at":"2026-11-29T18:00:00-03:00","events":[{"event":"canc')
    with following(folder) as follower:
        assert follower.say("status", booking="N")["status"] == "sold"
        assert follower.say("status", booking="B1")["status"] == "cancelled"
        assert follower.say("hold", key="k2", booking="M", start=at(600), **WHAT)["ok"]
        assert follower.end()[0] == 0
    lines = (folder / JOURNAL_FILE).read_text().splitlines()
    assert json.loads(lines[0]) == {"schema": SCHEMA}
    assert all(json.loads(line)["events"] for line in lines[1:])


def test_the_table_knows_the_journal(folder: Path, run: Run) -> None:
    """`pontual offers` counts what `--follow` sold, and leaves the journal as it is."""

    def count() -> dict[str, int]:
        document = json.loads(run(folder, "--json").stdout)
        (kind,) = document["kinds"]
        assert (kind["skill"], kind["duration_minutes"], kind["participants"]) == ("pf", 20, 1)
        return {row["start"]: row["count"] for row in kind["starts"]}

    before = count()
    with following(folder) as follower:
        assert follower.say("hold", key="k", booking="N", start=at(660), seconds=60, **WHAT)["ok"]
        assert follower.end()[0] == 0
    journal = (folder / JOURNAL_FILE).read_bytes()
    after = count()
    assert (before[at(660)], after[at(660)]) == (2, 1)
    later = json.loads(run(folder, "--json", "--now", "2026-11-29T19:00:00-03:00").stdout)
    assert later["held"] == 0
    assert (folder / JOURNAL_FILE).read_bytes() == journal
    shown = run(folder)
    assert shown.returncode == 0
    assert "09:05 (2)" in shown.stdout


def test_one_process_sells_at_a_time(folder: Path, run: Run) -> None:
    """A second `--follow` ends with 75; the table may be asked for meanwhile."""
    with following(folder) as follower:
        assert follower.say("tick")["ok"]
        with following(folder) as second:
            code, out, err = second.end()
        assert (code, out) == (75, "")
        assert "another process" in err
        assert run(folder).returncode == 0


def test_personal_data_stay_outside(folder: Path, tmp_path: Path) -> None:
    """By order number and CPF a booking is sold, moved and cancelled; neither is repeated or kept."""
    key = "a key for tests, long enough"
    who = {"order_number": " certi 77 ", "tax_id": CPF}
    said = []
    with following(folder, PONTUAL_KEY=key) as follower:
        said.append(follower.say("hold", key="k", start=at(660), **who, **WHAT))
        said.append(follower.say("confirm", order_number="CERTI77", tax_id="52998224725"))
        said.append(follower.say("reschedule", start=at(700), **who))
        said.append(follower.say("cancel", **who))
        bad = follower.say("cancel", order_number="CERTI77", tax_id="529.982.247-26")
        assert bad["problems"][0]["field"] == "tax_id"
        said.append(bad)
        other = follower.say("cancel", order_number="XX77", tax_id=CPF)
        assert other["problems"][0]["field"] == "order_number"
        code, _, err = follower.end()
    assert code == 0
    assert [answer.get("status") for answer in said[:4]] == ["held", "sold", "sold", "cancelled"]
    assert len({answer["booking"] for answer in said[:4]}) == 1
    assert said[0]["booking"].startswith("b-")
    written = (folder / JOURNAL_FILE).read_text() + json.dumps(said) + json.dumps(other) + err
    for secret in ("52998224725", "529.982.247", "CERTI77", "certi 77", "224725"):
        assert secret not in written


def test_a_journal_that_cannot_be_written_ends_it(folder: Path) -> None:
    """With a full disk (a limit on the size of files) nothing is answered that is not kept: exit 73."""
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))\n"
        f"sys.argv = ['pontual', 'offers', {str(folder)!r}, '--follow', '--now', {NOW.isoformat()!r}]\n"
        "from pontual.cli import main\nmain()\n"
    )
    request = json.dumps({"op": "hold", "key": "k", "booking": "N", "start": at(600), **WHAT})
    done = subprocess.run(
        [sys.executable, "-c", script], input=request + "\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 73, done.stderr
    assert done.stdout == ""
    with following(folder) as follower:
        assert follower.say("status", booking="N")["status"] == "unsold"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", "row 2"),
        ('{"at":"2026-11-29T18:00:00-03:00","events":[{"event":"sold","booking":"N"}]}', "row 2"),
        ('{"at":"2026-11-29T18:00:00-03:00","events":[{"event":"held","booking":"N"}]}', "row 2"),
        ('{"events":[]}', "row 2"),
    ],
)
def test_a_damaged_journal_is_named(folder: Path, run: Run, line: str, told: str) -> None:
    """A line that is no record of these offers is named by file and row: exit 65."""
    path = folder / JOURNAL_FILE
    path.parent.mkdir()
    path.write_text(json.dumps({"schema": SCHEMA}) + "\n" + line + "\n")
    done = run(folder)
    assert done.returncode == 65
    assert "journal.jsonl" in done.stderr
    assert told in done.stderr


def test_the_journal_goes_before_a_later_schedule() -> None:
    """A schedule made since is corrected by what was sold, moved and cancelled; other weeks are forgotten."""
    case = tiny_case()
    talk = Talk(case)
    for name, start in (("B1", 600), ("B2", 600), ("B3", 700), ("B4", 700)):
        assert talk.say("hold", key=name, booking=name, start=at(start))["ok"]
        assert talk.say("confirm", booking=name)["ok"]
    assert talk.say("reschedule", booking="B1", start=at(660))["ok"]
    assert talk.say("cancel", booking="B2")["ok"]
    rows = [
        {"booking_id": "B1", "agent_id": "A1", "starts_at": 600, "duration_minutes": 20},
        {"booking_id": "B2", "agent_id": "A1", "starts_at": 630, "duration_minutes": 20},
        {"booking_id": "B4", "agent_id": "A2", "starts_at": 660, "duration_minutes": 20},
    ]
    later = replace(case, sessions=Sessions.from_rows(rows))
    desk = open_desk(later, talk.records, NOW)
    found = {name: placed.start * 5 for name, placed in desk.state.placed.items()}
    assert found == {"B1": 660, "B3": 700, "B4": 700}
    next_week = case.plan.model_copy(update={"first_day": case.plan.first_day + timedelta(days=7)})
    assert not open_desk(replace(case, plan=next_week), talk.records, NOW).state.placed


def test_another_journal_is_refused(folder: Path, run: Run) -> None:
    """A file of another schema is not taken for a journal."""
    path = folder / JOURNAL_FILE
    path.parent.mkdir()
    path.write_text('{"schema":"something/else@1.0"}\n')
    assert run(folder).returncode == 65
    assert path.read_text() == '{"schema":"something/else@1.0"}\n'


def test_sold_sessions_without_agents_are_named(tmp_path: Path, run: Run) -> None:
    """When the roster cannot hold what was sold, the bookings left over are named: exit 10."""
    case = tiny_case()
    sessions = [
        {"booking_id": f"B{n}", "agent_id": "A1", "starts_at": 600, "duration_minutes": 20} for n in (1, 2, 3)
    ]
    write_case(tmp_path / "plan", replace(case, sessions=Sessions.from_rows(sessions)))
    done = run(tmp_path / "plan")
    assert done.returncode == 10
    assert "B3" in done.stderr


def test_without_a_roster_there_is_nothing_to_offer(tmp_path: Path, run: Run) -> None:
    """The command says what is missing: exit 66; wrong options are exit 2."""
    case = tiny_case()
    write_case(tmp_path / "plan", replace(case, duties=case.duties.take(np.arange(0))))
    done = run(tmp_path / "plan")
    assert done.returncode == 66
    assert "pontual roster" in done.stderr
    assert run(tmp_path / "plan", "--now", "2026-11-30").returncode == 2
    assert run(tmp_path / "plan", "--follow", "--json").returncode == 2


def test_pins_are_sold_where_there_is_no_schedule(tmp_path: Path, run: Run) -> None:
    """Confirmed sessions count as sold before anything is allocated."""
    case = tiny_case()
    rows = case.bookings.rows()
    rows[0] |= {"pin": "fixed", "pinned_start": 600, "pinned_agent": "A1"}
    rows[1] |= {"pin": "movable", "pinned_start": 600}
    assert booking("B1")["booking_id"] == rows[0]["booking_id"]
    write_case(tmp_path / "plan", replace(case, bookings=Bookings.from_rows(rows)))
    document = json.loads(run(tmp_path / "plan", "--json").stdout)
    assert document["sold"] == 2
    assert at(600) not in {row["start"] for row in document["kinds"][0]["starts"]}
    assert PlanFolder(tmp_path / "plan").current_run() is None
