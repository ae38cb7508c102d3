"""Equal work has one name everywhere, different work never shares one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.jobs import input_hash
from dashboard.jobs.input_hash import program_fingerprint
from data.model import Scenario
from optimizer.solve_result import SolveLimits
from tests.dashboard.jobs.work import endless, noted
from tests.dashboard.weeks import week

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.binary(max_size=3),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.tuples(inside)
        | st.dictionaries(st.text(max_size=2), inside, max_size=2)
    ),
    max_leaves=8,
)


def written(value: Any) -> str:
    """Tells apart what == does not: 1 and True."""
    return f"{type(value)}{value!r}"


@given(VALUES, VALUES)
def test_hashes_are_equal_just_when_values_are(one: Any, other: Any) -> None:
    assert (input_hash(noted, [one]) == input_hash(noted, [other])) == (written(one) == written(other))


def test_cases_limits_and_scenarios() -> None:
    """The same case made twice is the same input; one cell, one setting more, another function is not."""
    case = week(agents=3, days=1)
    base = input_hash(noted, (case, SolveLimits(), Scenario()))
    assert base == input_hash(noted, (week(agents=3, days=1), SolveLimits(), Scenario()))
    longer = replace(case.sessions, duration_minutes=case.sessions.duration_minutes + 5)
    changed = {
        input_hash(noted, (replace(case, sessions=longer), SolveLimits(), Scenario())),
        input_hash(noted, (case, SolveLimits(seed=2), Scenario())),
        input_hash(noted, (case, SolveLimits(), Scenario(), None)),
        input_hash(endless, (case, SolveLimits(), Scenario())),
        base,
    }
    assert len(changed) == 5


def test_processes_agree() -> None:
    """Sets and dictionaries have the same name in a process that orders its strings otherwise."""
    script = (
        "from dashboard.jobs import input_hash\n"
        "from tests.dashboard.jobs.work import noted\n"
        "print(input_hash(noted, [frozenset({'pf', 'pj', 'libras'}), {'b': 1, 'a': {2, 3}}]))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_what_lies_elsewhere_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Path"):
        input_hash(noted, [tmp_path])


def test_the_program_is_part_of_it() -> None:
    assert len(program_fingerprint()) == 64
