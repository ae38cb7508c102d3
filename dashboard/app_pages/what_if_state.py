"""What one reader has set on the page of what-ifs: levers moved, scenarios kept; and the address for it.

All of it is in the reader's own session, apart for each plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import streamlit as st

from data.files import BadDataError, Problem
from data.model import Case, Scenario
from optimizer.sweep.levers import Path
from optimizer.sweep.reading import scenarios_of
from optimizer.sweep.scenarios import SweepScenario, faults_of
from optimizer.sweep.values import Setting
from optimizer.sweep.writing import scenario_document

ADDRESS_KEY = "scenario"
"""Parameter of the page's address: the levers moved, as scenario files state them, in JSON."""

MOST_KEPT = 6
MOST_LETTERS = 4_000
"""Of an address."""

_STATES = "what-if-states"


@dataclass(eq=False)
class WhatIfState:
    """What is set for one plan.

    Attributes:
        changes: levers moved.
        kept: scenarios to compare, each name once.
        stepped: the scenario for which the frontier is drawn.
        address: what the page's address said when it was last looked at.
        moved: levers were moved since the address was written, which the browser may be behind with.
        problems: of the address, or of the file loaded last.
        said: what became of the last file.
    """

    changes: dict[Path, Setting] = field(default_factory=dict)
    kept: list[SweepScenario] = field(default_factory=list)
    stepped: SweepScenario | None = None
    address: str = ""
    moved: bool = False
    problems: tuple[Problem, ...] = ()
    said: str = ""

    def scenario(self, name: str) -> SweepScenario:
        """The levers moved, in an order that does not depend on how they came to be."""
        return SweepScenario(name, tuple(sorted(self.changes.items(), key=lambda change: change[0])))

    def move(self, path: Path, setting: Setting | None) -> None:
        """Set a lever; None: leave it as it is today."""
        self.moved = True
        if setting is None:
            self.changes.pop(path, None)
        else:
            self.changes[path] = setting

    def keep(self, scenario: SweepScenario) -> None:
        """Keep a scenario under its name, in place of one that has it; not where there is no room."""
        names = [each.name for each in self.kept]
        if scenario.name in names:
            self.kept[names.index(scenario.name)] = scenario
        elif len(self.kept) < MOST_KEPT:
            self.kept.append(scenario)

    def open(self, scenario: SweepScenario) -> None:
        """Move the levers as a scenario has them."""
        self.moved = True
        self.changes = dict(scenario.changes)

    def drop(self, name: str) -> None:
        """Keep a scenario no longer."""
        self.kept = [each for each in self.kept if each.name != name]


def state_of(plan: str) -> WhatIfState:
    """What this reader has set for a plan."""
    states: dict[str, WhatIfState] = st.session_state.setdefault(_STATES, {})
    return states.setdefault(plan, WhatIfState())


def read_address(state: WhatIfState, case: Case, base: Scenario) -> None:
    """Move the levers as the address says, if it says something new and the reader did not just move them."""
    said = st.query_params.get(ADDRESS_KEY, "")
    if not said or said == state.address or state.moved:
        return
    state.address = said
    try:
        state.changes = dict(scenario_in_address(said, case, base).changes)
        state.problems = ()
    except BadDataError as error:
        state.problems = error.problems


def write_address(state: WhatIfState) -> None:
    """Have the address say how the levers stand."""
    said = address_of(state.scenario(""))
    if said != st.query_params.get(ADDRESS_KEY, ""):
        if said:
            st.query_params[ADDRESS_KEY] = said
        else:
            st.query_params.pop(ADDRESS_KEY, None)
    state.address, state.moved = said, False


def address_of(scenario: SweepScenario) -> str:
    """The levers of a scenario in one line; empty for none."""
    document = scenario_document(scenario)
    del document["name"]
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False) if document else ""


def scenario_in_address(said: str, case: Case, base: Scenario) -> SweepScenario:
    """The scenario of `address_of`.

    Raises:
        BadDataError: with everything that is wrong with it.
    """
    if len(said) > MOST_LETTERS:
        raise BadDataError([Problem(ADDRESS_KEY, None, "", "", f"expected {MOST_LETTERS:,} letters at most")])
    found = scenarios_of({ADDRESS_KEY: said.encode()}, case, base, seed=0).scenarios
    if len(found) != 2:
        raise BadDataError([Problem(ADDRESS_KEY, None, "", "", "expected one scenario")])
    return found[1]


def problems_of(scenario: SweepScenario, case: Case, base: Scenario) -> tuple[Problem, ...]:
    """What is wrong with levers that were right for another state of the plan."""
    return tuple(
        Problem(scenario.name, None, ".".join(fault.place), fault.value, fault.expected)
        for fault in faults_of([scenario], case, base)
    )
