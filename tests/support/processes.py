"""Calls of the tests' own modules in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def in_a_process(module: str, call: str, seconds: float) -> None:
    """Run a call of something in a module, and fail when it fails or takes longer."""
    command = [sys.executable, "-c", f"from {module} import *; {call}"]
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=seconds
    )
    assert done.returncode == 0, done.stderr
