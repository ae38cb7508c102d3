"""The scenarios of a sweep, and the levers that a design moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from data.model import Case, Scenario
from optimizer.sweep.designs import Changes, Choices
from optimizer.sweep.levers import PLAN_LEVERS, LeverError, Path, with_changes
from optimizer.sweep.values import Setting

TODAY = "today"
"""Name of the scenario in which no lever is moved; it is the first of every sweep."""


@dataclass(frozen=True)
class SweepScenario:
    """One scenario.

    Attributes:
        name: unique in the sweep.
        changes: levers moved, and what to.
        of_design: whether a design made it.
        file, place: where it was read, for messages.
    """

    name: str
    changes: tuple[tuple[Path, Setting], ...] = ()
    of_design: bool = False
    file: str = ""
    place: Path = ()

    @property
    def plan_changes(self) -> Changes:
        """The levers of the plan among those moved."""
        return {path: setting for path, setting in self.changes if path[0] in PLAN_LEVERS}

    def as_texts(self) -> dict[str, str]:
        """What each lever is set to, by its words with points between them."""
        return {".".join(path): str(setting) for path, setting in self.changes}


@dataclass(frozen=True)
class SweepSpecification:
    """What to sweep.

    Attributes:
        scenarios: `TODAY` first.
        design: the levers that the design moves, in its order; empty: there is none.
        changes_plan: whether any scenario moves a lever of the plan. Then the plan is made anew for each,
            that of today too: a plan of the engine is never held against one of another origin.
    """

    scenarios: tuple[SweepScenario, ...]
    design: dict[Path, Choices] = field(default_factory=dict)

    @property
    def changes_plan(self) -> bool:
        """Whether plans must be made anew."""
        return any(scenario.plan_changes for scenario in self.scenarios)

    @property
    def lever_paths(self) -> list[Path]:
        """Every lever that some scenario moves, in order of appearance."""
        return list(dict.fromkeys(path for scenario in self.scenarios for path, _ in scenario.changes))


@dataclass(frozen=True)
class ScenarioFault:
    """One thing wrong with a scenario, where it was read."""

    file: str
    place: Path
    value: str
    expected: str


def faults_of(scenarios: Iterable[SweepScenario], case: Case, base: Scenario) -> list[ScenarioFault]:
    """Everything that is wrong with these scenarios for this case; each once."""
    found: dict[ScenarioFault, None] = {}
    for scenario in scenarios:
        try:
            with_changes(case, base, dict(scenario.changes))
        except LeverError as error:
            for fault in error.faults:
                place = (*scenario.place, *fault.path)
                found[ScenarioFault(scenario.file, place, fault.value, fault.expected)] = None
    return list(found)
