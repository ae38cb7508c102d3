"""The process of the statistics: a task on standard input, its answer on standard output."""

from __future__ import annotations

import sys

from simulation.forecast.apart import PROGRESS
from simulation.forecast.fitting.answering import answer_of
from simulation.forecast.messages import Task


def main() -> None:
    """Read the task, do it, write the answer; the fraction done goes to standard error."""

    def tell(fraction: float) -> None:
        sys.stderr.buffer.write(PROGRESS + f"{fraction:.4f}\n".encode())
        sys.stderr.buffer.flush()

    task = Task.from_bytes(sys.stdin.buffer.read())
    sys.stdout.buffer.write(answer_of(task, tell).to_bytes())


if __name__ == "__main__":
    main()
