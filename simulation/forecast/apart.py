"""The statistics in a process of their own, which never sees OR-Tools.

A fresh interpreter is started, not a fork, and none that runs the caller's main module again, as
`multiprocessing` would: that one may import a solver.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from select import select
from tempfile import TemporaryFile
from typing import Final

from data.progress import Progress, no_progress
from simulation.forecast.messages import Answer, Task

FITTING: Final = "simulation.forecast.fitting"
PROGRESS: Final = b"progress "
"""What begins a line of the child's standard error that tells the fraction done."""

SECONDS_BETWEEN_REPORTS: Final = 0.2

THREAD_LIMITS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""One thread: the matrices are small, and sums come out the same on every machine."""

_ROOT: Final = Path(__file__).resolve().parents[2]


class FittingFailedError(RuntimeError):
    """The process of the statistics ended without an answer."""


def fit_apart(task: Task, report: Progress = no_progress) -> Answer:
    """Have a task done.

    Raises:
        FittingFailedError: when the process fails; with the last line of what it said.
        KeyboardInterrupt: when `report` stops the work; the process is ended then.
    """
    environment = dict(os.environ, **dict.fromkeys(THREAD_LIMITS, "1"))
    paths = [str(_ROOT), *filter(None, [environment.get("PYTHONPATH", "")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    with TemporaryFile() as question, TemporaryFile() as answer:
        question.write(task.to_bytes())
        question.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", FITTING],
            stdin=question,
            stdout=answer,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        ) as child:
            try:
                said = _listen(child, report)
            except BaseException:
                child.kill()
                raise
        if child.returncode:
            raise FittingFailedError(f"the statistics ended with code {child.returncode}: {said}")
        answer.seek(0)
        return Answer.from_bytes(answer.read())


def _listen(child: subprocess.Popen[bytes], report: Progress) -> str:
    """Pass on the fraction done until the process ends; returns the last other line that it said.

    Reports several times a second, whatever the process does, so that the work can be stopped.
    """
    assert child.stderr is not None  # noqa: S101 - it is a pipe
    pipe = child.stderr.fileno()
    fraction, said, left = 0.0, b"", b""
    while True:
        report(fraction, "")
        if not select([pipe], [], [], SECONDS_BETWEEN_REPORTS)[0]:
            continue
        read = os.read(pipe, 65_536)
        *lines, left = (left + read).split(b"\n")
        for line in lines if read else (*lines, left):
            if line.startswith(PROGRESS):
                fraction = float(line.removeprefix(PROGRESS))
            elif line.strip():
                said = line
        if not read:
            return said.decode(errors="replace").strip()
