"""`make soak`: the tests at their full counts; the outcome is kept in `benchmarks/results/soak.json`.

Run with files or folders of tests, only those are run, and the outcomes of the others are kept with the
commit that they came from:

    python -m benchmarks.soak tests/batch tests/store
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.provenance import RESULTS, provenance, record

NOT_PASSED = ("failure", "error", "skipped")


def main(places: list[str]) -> int:
    """Run the tests marked `soak` of these files and folders; returns pytest's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "soak.xml"
        code = int(
            pytest.main(
                [
                    *places,
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
        tests = outcomes(report)
    others = [test for test in recorded() if not lies_in(test["test"], places)]
    tests = sorted(others + tests, key=lambda test: str(test["test"]))
    record("soak", {"all_passed": all(test["outcome"] == "passed" for test in tests), "tests": tests})
    return code


def outcomes(report: Path) -> list[dict[str, Any]]:
    """The tests of a report of pytest, each with the commit and the moment."""
    origin = provenance()
    return [
        {
            "test": f"{case.get('classname')}.{case.get('name')}",
            "seconds": float(case.get("time", 0)),
            "outcome": next((child.tag for child in case if child.tag in NOT_PASSED), "passed"),
            "commit": origin["commit"],
            "at": origin["at"],
        }
        for case in ElementTree.parse(report).getroot().iter("testcase")
    ]


def recorded() -> list[dict[str, Any]]:
    """The tests recorded before."""
    path = RESULTS / "soak.json"
    if not path.is_file():
        return []
    tests: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["tests"]
    return tests


def lies_in(test: str, places: list[str]) -> bool:
    """Whether a recorded test is one of those files or folders; of none: of all."""
    modules = [place.removesuffix(".py").strip("/").replace("/", ".") for place in places]
    return not modules or any(test.startswith(f"{module}.") for module in modules)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
