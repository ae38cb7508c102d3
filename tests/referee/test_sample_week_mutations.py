"""The sample week as Pontual plans it breaks no rule, and each rule that an edit breaks is reported."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data.files import read_case, write_case
from data.model import Case
from data.referee import RULES, judge
from data.sample import load_sample
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits
from pontual.cli import main
from pontual.exit_codes import ExitCode
from tests.referee.legal_case import codes
from tests.referee.planned_week import week_of
from tests.referee.sample_roster_mutations import ROSTER_MUTATIONS
from tests.referee.sample_schedule_mutations import SCHEDULE_MUTATIONS

# One test process has them all: the week is planned once, and each mutation is searched for once.
pytestmark = pytest.mark.xdist_group("sample week")

MUTATIONS = ROSTER_MUTATIONS | SCHEDULE_MUTATIONS
NAMED = [
    pytest.param(code, id=f"{code}-with-{mutation.brings}" if mutation.brings else code)
    for code, mutation in MUTATIONS.items()
]
ON_FILE = ("CLT-66", "NR17-5.4", "R1", "AGENT-OVERLAP", "WINDOW", "REASON-SKILL")
"""Rules of different themes whose breach files can carry: the readers refuse unknown names by themselves."""


def write_plan(folder: Path) -> None:
    """Plan the sample week with three units of work for each engine, and write it."""
    limits = SolveLimits(work=3)
    rostered, roster = judged_roster(load_sample(), limits)
    planned, schedule = judged_allocation(rostered, limits)
    assert roster.answer is not None
    assert schedule.answer is not None
    write_case(folder, planned)


@pytest.fixture(scope="module")
def plan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planned sample week."""
    folder = tmp_path_factory.mktemp("sample-week") / "planned"
    write_plan(folder)
    return folder


@pytest.fixture(scope="module")
def planned(plan_folder: Path) -> Case:
    """The planned sample week."""
    return read_case(plan_folder)


@pytest.fixture(scope="module")
def mutated(planned: Case) -> Callable[[str], Case]:
    """The planned week with the mutation of a rule, searched for once."""
    featured = cache(lambda feature: feature(planned))
    return cache(lambda code: MUTATIONS[code].edit(featured(MUTATIONS[code].feature)))


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run `pontual check --json` in this process: its exit code, and its document."""

    def run(folder: Path) -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr(sys, "argv", ["pontual", "check", str(folder), "--json"])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        return int(stopped.value.code or 0), json.loads(capfd.readouterr().out)

    return run


def test_the_planned_week_is_accepted(planned: Case, plan_folder: Path, check: Any) -> None:
    """Both engines' plan of the sample week breaks no rule, by the referee and by the command."""
    assert len(planned.duties) > 200
    assert len(planned.sessions) > 2_500
    assert len(planned.sessions) + len(planned.unplaced) == len(planned.bookings)
    assert judge(planned) == []
    code, document = check(plan_folder)
    assert code == ExitCode.OK
    assert document["violations"] == []
    assert (document["duties"], document["sessions"]) == (len(planned.duties), len(planned.sessions))


def test_the_plain_restatement_accepts_it_too(planned: Case) -> None:
    """The rules as the searches below know them are broken by no duty and no session of the plan."""
    week = week_of(planned)
    for agent_id in planned.roster.by_agent:
        assert week.roster_faults(agent_id, week.duties_of(agent_id)) == set(), agent_id
        assert week.keeps_sessions(agent_id, week.duties_of(agent_id)), agent_id
    for held in week.sessions:
        assert week.session_faults(held.booking_id, held.agent_id, held.start, held) == set(), held


def test_every_rule_has_a_mutation() -> None:
    """No rule of the referee goes untried on the sample week."""
    assert set(MUTATIONS) == set(RULES)
    assert len(MUTATIONS) == len(ROSTER_MUTATIONS) + len(SCHEDULE_MUTATIONS)
    for code, mutation in MUTATIONS.items():
        assert code in mutation.breaks
        assert RULES[code].subject == ("roster" if code in ROSTER_MUTATIONS else "schedule")


@pytest.mark.parametrize("code", [code for code, mutation in MUTATIONS.items() if mutation.brings])
def test_what_is_brought_in_is_lawful(code: str, planned: Case) -> None:
    """Where the plan lacks what a rule speaks of, the change that brings it in breaks nothing."""
    assert judge(MUTATIONS[code].feature(planned)) == []


@pytest.mark.parametrize("code", NAMED)
def test_the_mutation_is_reported(code: str, mutated: Callable[[str], Case]) -> None:
    """The edit of the plan breaks its rule, and nothing else but what it cannot help breaking."""
    assert codes(mutated(code)) == MUTATIONS[code].breaks


@pytest.mark.parametrize("code", NAMED)
def test_without_the_rule_the_mutation_goes_unreported(
    code: str, mutated: Callable[[str], Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only this rule of the referee stands between the edit and a verdict that is one fault cleaner."""
    monkeypatch.delitem(RULES, code)
    assert codes(mutated(code)) == MUTATIONS[code].breaks - {code}


@pytest.mark.parametrize("code", ON_FILE)
def test_the_command_rejects_the_mutation(
    code: str, mutated: Callable[[str], Case], tmp_path: Path, check: Any
) -> None:
    """Written to a folder, the edited plan makes `pontual check` exit with 1 and name the rule."""
    folder = tmp_path / "edited"
    write_case(folder, mutated(code))
    exit_code, document = check(folder)
    assert exit_code == ExitCode.VIOLATIONS == 1
    assert {violation["rule"] for violation in document["violations"]} == MUTATIONS[code].breaks
