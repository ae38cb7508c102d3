"""`make soak`: the tests at their full counts; the outcome is kept in `benchmarks/results/soak.json`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.provenance import record


def main() -> int:
    """Run every test marked `soak`; returns pytest's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "soak.xml"
        code = int(
            pytest.main(
                [
                    "-m",
                    "soak",
                    "-n",
                    "auto",
                    f"--junitxml={report}",
                    "-o",
                    "addopts=--import-mode=importlib --strict-markers -ra",
                ]
            )
        )
        suite = ElementTree.parse(report).getroot()
        tests = [
            {
                "test": f"{case.get('classname')}.{case.get('name')}",
                "seconds": float(case.get("time", 0)),
                "outcome": next((child.tag for child in case), "passed"),
            }
            for case in suite.iter("testcase")
        ]
    record("soak", {"exit_code": code, "tests": tests})
    return code


if __name__ == "__main__":
    sys.exit(main())
