"""The record of tests at their full counts: part by part, each with the commit that it came from."""

from __future__ import annotations

from pathlib import Path

from benchmarks.soak import lies_in, outcomes

REPORT = """<testsuites><testsuite>
  <testcase classname="tests.batch.test_faults" name="test_a" time="1.5"><system-out/></testcase>
  <testcase classname="tests.batch.test_faults" name="test_b" time="2"><properties/><failure/></testcase>
  <testcase classname="tests.batch.test_faults" name="test_c" time="0"><skipped/></testcase>
</testsuite></testsuites>"""


def test_what_became_of_each_test(tmp_path: Path) -> None:
    """What a test printed or noted is no failure."""
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    found = outcomes(report)
    assert [test["outcome"] for test in found] == ["passed", "failure", "skipped"]
    assert found[0]["test"] == "tests.batch.test_faults.test_a"
    assert found[0]["seconds"] == 1.5


def test_a_part_replaces_only_itself() -> None:
    """A folder, a file, or all; a folder whose name begins alike is another."""
    test = "tests.batch.test_faults.test_a"
    assert lies_in(test, [])
    assert lies_in(test, ["tests/batch"])
    assert lies_in(test, ["tests/store", "tests/batch/test_faults.py"])
    assert not lies_in(test, ["tests/store", "tests/bat", "tests/batch/test_fuzz.py"])
