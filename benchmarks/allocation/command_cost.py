"""What a command costs: seconds, processor time, and the peak of its resident memory.

`python -m benchmarks.allocation.command_cost COMMAND ...` prints them as JSON. It runs in a small process of
its own, since a child begins its life with its parent's peak of memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def cost_of(command: list[str]) -> dict[str, Any]:
    """Run a command in a process of its own: its exit code, output, and what it cost.

    Returns:
        ``code``, ``output``, ``errors``, ``seconds`` by the clock, ``cpu`` seconds of the processor, and
        ``peak_mb`` of resident memory.
    """
    wrapper = [sys.executable, "-m", "benchmarks.allocation.command_cost", *command]
    done = subprocess.run(wrapper, cwd=ROOT, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def main(command: list[str]) -> int:
    """Run the command and print its cost."""
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "code": done.returncode,
                "output": done.stdout,
                "errors": done.stderr,
                "seconds": seconds,
                "cpu": used.ru_utime + used.ru_stime,
                "peak_mb": used.ru_maxrss / 1024,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
