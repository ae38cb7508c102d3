"""Runs each peer in a process of its own, against the same clock."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.allocation.peers.answer import Answer, read_answer
from benchmarks.allocation.peers.environments import (
    FOLDER,
    PYJOBSHOP,
    ROOT,
    TIMEFOLD,
    NotAvailableError,
    class_path,
    java,
    python_with,
)
from benchmarks.allocation.peers.instance import Instance
from data.model import Case

OURS = "pontual"

OVERTIME = 30.0
"""Seconds after the deadline when a peer that does not answer is ended."""


def _own_python() -> Path:
    return Path(sys.executable)


def _python_beside_java() -> Path:
    """Our interpreter, once the Java program is compiled."""
    class_path()
    return _own_python()


def _python_with_timefold() -> Path:
    java()
    return python_with("timefold", TIMEFOLD)


@dataclass(frozen=True)
class Peer:
    """A peer: its module in this package, and where its interpreter comes from."""

    module: str
    interpreter: Callable[[], Path] = _own_python


PEERS = {
    "greedy": Peer("greedy"),
    "cp-sat": Peer("cp_sat"),
    "pyjobshop": Peer("pyjobshop_peer", lambda: python_with("pyjobshop", PYJOBSHOP)),
    "timefold-python": Peer("timefold_python", _python_with_timefold),
    "timefold-java": Peer("timefold_java", _python_beside_java),
    OURS: Peer("pontual_peer"),
}
"""All peers by name, ours among them, in the order in which they are run."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        answer: None where the peer did not run or failed; `failure` says why.
        build_seconds: start of the process to start of the search.
        total_seconds: start to end of the process.
        cpu_seconds: processor time of the process and its children; far below `total_seconds` where the
            machine was busy with something else.
    """

    answer: Answer | None
    build_seconds: float = 0.0
    total_seconds: float = 0.0
    cpu_seconds: float = 0.0
    failure: str = ""


def folder_of(name: str) -> Path:
    """Where the files of an instance are."""
    folder = FOLDER / "instances" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_instance(instance: Instance, case: Case) -> None:
    """Write what the peers read: the instance, and the case for those that know it."""
    folder = folder_of(instance.name)
    instance.write(folder / "instance.json")
    bare = replace(case)  # a fresh object, without what was computed from it before
    (folder / "case.pickle").write_bytes(pickle.dumps(bare))


def prepare(name: str) -> str:
    """Make the environment of a peer, outside the clock; returns why it cannot be run, or ""."""
    try:
        PEERS[name].interpreter()
    except NotAvailableError as error:
        return str(error)
    return ""


def run_peer(name: str, instance: str, seconds: float, threads: int, seed: int) -> Outcome:
    """Run a peer on an instance that has been written."""
    folder = folder_of(instance)
    answer = folder / f"{name}.answer.json"
    answer.unlink(missing_ok=True)
    interpreter = PEERS[name].interpreter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": str(threads)}
    with (folder / f"{name}.log").open("w", encoding="utf-8") as log:
        before, began = os.times(), time.time()
        command = [
            *(str(interpreter), "-m", f"benchmarks.allocation.peers.{PEERS[name].module}"),
            *("--folder", str(folder), "--answer", str(answer), "--deadline", repr(began + seconds)),
            *("--threads", str(threads), "--seed", str(seed)),
        ]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=ROOT)
        try:
            code = process.wait(timeout=seconds + OVERTIME)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Outcome(None, failure=f"no answer {OVERTIME:g} s after the deadline")
        ended, after = time.time(), os.times()
    if code or not answer.exists():
        said = (folder / f"{name}.log").read_text(encoding="utf-8").strip().splitlines()
        return Outcome(None, failure=f"exit code {code}: {said[-1] if said else 'no message'}")
    found = read_answer(answer)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Outcome(found, found.built_at - began, ended - began, used)
