"""A real Dask cluster on loopback: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0


@dataclass
class Cluster:
    """A scheduler's address and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]

    def kill_one(self) -> None:
        """Kill the first worker, without a chance to say goodbye."""
        self.workers[0].send_signal(signal.SIGKILL)
        self.workers[0].wait()


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A scheduler and so many workers of one thread, up and known to each other."""
    place = folder / "scheduler.json"
    environment = dict(os.environ, PYTHONPATH=str(ROOT), DASK_DISTRIBUTED__ADMIN__LOG_LENGTH="0")
    with contextlib.ExitStack() as stack, (folder / "dask.log").open("wb") as log:

        def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(place)]
            process = subprocess.Popen(
                [*command, "--no-dashboard", *arguments], cwd=folder, env=environment, stdout=log, stderr=log
            )
            stack.callback(_end, process)
            return process

        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        _until(place.exists)
        started = [
            start(
                "dask_worker",
                "--host",
                "127.0.0.1",
                "--no-nanny",
                "--nthreads",
                "1",
                "--local-directory",
                str(folder),
            )
            for _ in range(workers)
        ]
        address = json.loads(place.read_text(encoding="utf-8"))["address"]
        _until(lambda: _known(address) == workers)
        yield Cluster(address, started)


def _known(address: str) -> int:
    from distributed import Client

    with Client(address, timeout=SECONDS, set_as_default=False) as client:
        return len(client.scheduler_info(n_workers=-1)["workers"])


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the cluster did not come up")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
