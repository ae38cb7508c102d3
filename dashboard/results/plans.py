"""The plans on this machine that a reader may choose from, each under a name that fits into an address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.results.content import ReportContent
from dashboard.results.reading import RUNS, list_runs, read_result, run_folder, told_as_results
from data.files import PlanFolder
from data.files.plan_file import PLAN_FILE
from data.identity import SurrogateKey
from data.model import Case

RUN_VARIABLE = "PONTUAL_RUN"
OUTPUT_FOLDER = Path("out")
"""Where plans are looked for, below the working folder, when the environment names none."""


@dataclass(frozen=True)
class ChosenPlan:
    """A plan folder, or one of its runs, that the reader has chosen.

    Attributes:
        name: names it in the address; no path of this machine.
        folder: the folder chosen.
    """

    name: str
    folder: Path

    @property
    def root(self) -> Path:
        """The plan folder, which new runs are written to."""
        above = self.folder.parent.parent
        return above if self.folder.parent.name == RUNS and (above / PLAN_FILE).is_file() else self.folder

    @property
    def run(self) -> Path:
        """The folder that is shown: the current run of a plan folder, else the folder itself.

        Raises:
            ResultError: when the pointer to the current run is broken.
        """
        return run_folder(self.folder) if self.folder.is_dir() else self.folder

    @property
    def is_current(self) -> bool:
        """Whether what is shown is what counts; an older run may be looked at, not changed.

        Raises:
            ResultError: when the pointer to the current run is broken.
        """
        return self.run == run_folder(self.root)

    def plan_folder(self) -> PlanFolder:
        """The plan folder as readers and writers take it."""
        return PlanFolder(self.root)

    def read(self) -> ReportContent:
        """The case that is shown, with its documents.

        Raises:
            ResultError: when it cannot be read.
        """
        return read_result(self.run)

    def read_current(self) -> Case:
        """The case as commands read it: inputs of the plan folder, results of the current run.

        Raises:
            ResultError: when it cannot be read.
        """
        with told_as_results():
            return self.plan_folder().read(SurrogateKey.if_named())


def plans_on_offer(environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Plan folders and their runs by name, the last changed first.

    They are those at the place that the environment names, else all found below the working folder's `out`.
    """
    named = environment.get(RUN_VARIABLE, "")
    if not named:
        return {path.relative_to(OUTPUT_FOLDER).as_posix(): path for path in list_runs(OUTPUT_FOLDER)}
    folder = Path(named)
    found = list_runs(folder) or [folder]
    return {path.relative_to(folder.parent).as_posix(): path for path in found}
