"""Jobs run beside the server, are shared, cancelled by their last owner only, and die without harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.jobs import Job, JobService, JobState, KeptResults, Work
from data.files import BadDataError
from tests.dashboard.jobs import work

PATIENCE = 60.0


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def ended(service: JobService, started: Job) -> Job:
    def over() -> bool:
        job = service.job(started.key)
        return job is not None and not job.under_way

    until(over)
    job = service.job(started.key)
    assert job is not None
    return job


def processes(place: Path) -> list[int]:
    return [int(line) for line in place.read_text(encoding="utf-8").split()] if place.exists() else []


def runs(process: int) -> bool:
    """Whether a process is there and not merely unburied."""
    try:
        return f"{process} (" in (status := Path(f"/proc/{process}/stat").read_text()) and ") Z" not in status
    except OSError:
        return False


@pytest.fixture
def kept(tmp_path: Path) -> KeptResults:
    return KeptResults(tmp_path / "kept")


@pytest.fixture
def service(kept: KeptResults) -> Iterator[JobService]:
    jobs = JobService(kept, workers=1)
    yield jobs
    for key in list(jobs._records):
        for owner in ("ana", "rui"):
            jobs.leave(key, owner)


def test_a_result_arrives_and_is_kept(service: JobService, kept: KeptResults, tmp_path: Path) -> None:
    """The result is there for whoever asks again, in this server and in the next, without work."""
    note = tmp_path / "note"
    doubled = Work(work.noted, (str(note), 21))
    job = ended(service, service.start(doubled, "ana"))
    assert (job.state, service.result(job.key)) == (JobState.DONE, 42)
    assert service.start(doubled, "rui").state is JobState.DONE
    after = JobService(kept)
    assert after.start(doubled, "rui").state is JobState.DONE
    assert after.result(job.key) == 42
    assert len(processes(note)) == 1
    assert not runs(processes(note)[0])


def test_sessions_share_a_job_and_only_the_last_cancels_it(service: JobService, tmp_path: Path) -> None:
    """One process for two sessions; it goes on when one leaves, and ends when both have."""
    note = tmp_path / "note"
    first = service.start(Work(work.endless, (str(note),)), "ana")
    second = service.start(Work(work.endless, (str(note),)), "rui")
    assert first.key == second.key
    until(lambda: bool(processes(note)))
    service.leave(first.key, "ana")
    (process,) = processes(note)
    job = service.job(first.key)
    assert job is not None
    assert job.under_way
    assert runs(process)
    service.leave(first.key, "rui")
    assert ended(service, first).state is JobState.CANCELLED
    until(lambda: not runs(process))
    again = service.start(Work(work.endless, (str(note),)), "ana")
    assert again.under_way
    until(lambda: len(processes(note)) == 2)


def test_jobs_wait_for_a_free_worker(service: JobService, tmp_path: Path) -> None:
    """With one worker the second job waits; cancelled while waiting, it never begins."""
    first = service.start(Work(work.endless, (str(tmp_path / "first"),)), "ana")
    until(lambda: bool(processes(tmp_path / "first")))
    second = service.start(Work(work.noted, (str(tmp_path / "second"), 1)), "rui")
    third = service.start(Work(work.noted, (str(tmp_path / "third"), 1)), "rui")
    assert second.state is third.state is JobState.WAITING
    service.leave(second.key, "rui")
    running = service.job(first.key)
    assert running is not None
    assert running.state is JobState.RUNNING
    assert running.seconds > 0
    until(lambda: (service.job(first.key) or running).fraction == 0.5)
    service.leave(first.key, "ana")
    assert ended(service, third).state is JobState.DONE
    assert ended(service, second).state is JobState.CANCELLED
    assert not processes(tmp_path / "second")


def test_failures_are_told_and_harm_nobody(service: JobService, tmp_path: Path) -> None:
    """Crashes, errors, and what cannot leave its process are told, and the next job runs."""
    died = ended(service, service.start(Work(work.dying, (3,)), "ana")).failure
    assert died is not None
    assert (died.error, died.exit_code) == (None, 3)
    refused = ended(service, service.start(Work(work.refusing), "ana")).failure
    assert refused is not None
    assert isinstance(refused.error, BadDataError)
    assert "agents.csv" in str(refused.error)
    stubborn = ended(service, service.start(Work(work.stubborn), "ana")).failure
    assert stubborn is not None
    assert (stubborn.error, stubborn.kind) == (None, "StubbornError")
    assert ended(service, service.start(Work(work.unpicklable), "ana")).state is JobState.FAILED
    job = ended(service, service.start(Work(work.noted, (str(tmp_path / "note"), 1)), "ana"))
    assert job.state is JobState.DONE
    with pytest.raises(KeyError):
        service.result("0" * 64)


def test_jobs_end_with_their_server(tmp_path: Path) -> None:
    """A server that is killed leaves no process behind."""
    note = tmp_path / "note"
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from dashboard.jobs import JobService, KeptResults, Work\n"
        "from tests.dashboard.jobs.work import endless\n"
        "if __name__ == '__main__':\n"
        "    JobService(KeptResults(Path(sys.argv[1]))).start(Work(endless, (sys.argv[2],)), 'ana')\n"
        "    time.sleep(100)\n"
    )
    (tmp_path / "server.py").write_text(script, encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, str(tmp_path / "server.py"), str(tmp_path / "kept"), str(note)],
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    try:
        until(lambda: bool(processes(note)))
        assert runs(processes(note)[0])
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    until(lambda: not runs(processes(note)[0]))
