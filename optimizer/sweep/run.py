"""A sweep from its inputs to its table: what is not there yet is played, by whatever executor there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from data.executors import Shared, completed
from data.progress import Progress, no_progress
from optimizer.sweep.playing import Played, SweepInputs, Work, play_work
from optimizer.sweep.scenarios import SweepScenario, SweepSpecification
from optimizer.sweep.store import Blocks, SweepFolder

TOGETHER = 20
"""Scenarios of one plan in one piece of work, at most: what is lost with a worker stays small."""


@dataclass(eq=False)
class SweepRun:
    """A sweep that is under way.

    Attributes:
        inputs: of every piece of work.
        specification: what to sweep.
        folder: where what was played is kept.
        executor: that plays.
        blocks: what was played so far.
        progress: told after each piece of work; may raise to stop.
    """

    inputs: SweepInputs
    specification: SweepSpecification
    folder: SweepFolder
    executor: Executor
    blocks: Blocks
    progress: Progress = no_progress

    def __post_init__(self) -> None:
        self._shared = Shared(self.inputs)

    def play(self, numbers: Iterable[int], block: int = 0) -> None:
        """Have a block of replications of some scenarios; those that are there are not played again.

        Raises:
            ExecutorError: when workers are lost for good.
            RefereeDisagreesError: when the referee finds a fault in a plan.
        """
        asked = list(numbers)
        missing = [number for number in asked if (number, block) not in self.blocks]
        works = [Work(self._shared, group, block) for group in self._groups(missing)]
        done = len(asked) - len(missing)
        what = "scenarios" if block == 0 else f"scenarios, replications {block + 1} times"

        def tell() -> None:
            self.progress(done / max(1, len(asked)), f"{done} of {len(asked)} {what}")

        for work, found in completed(self.executor, play_work, works, tell):
            for played in found:
                self._keep(played)
            done += len(work.numbers)
            tell()

    def _keep(self, played: Played) -> None:
        self.folder.keep(played)
        self.blocks[played.number, played.block] = played

    def _groups(self, numbers: Sequence[int]) -> list[tuple[int, ...]]:
        """Scenarios that share a plan, if plans are made; else each alone."""
        if not self.inputs.plans_anew:
            return [(number,) for number in numbers]
        by_plan: dict[str, list[int]] = {}
        for number in numbers:
            by_plan.setdefault(plan_key(self.specification.scenarios[number]), []).append(number)
        groups = [
            tuple(group[first : first + TOGETHER])
            for group in by_plan.values()
            for first in range(0, len(group), TOGETHER)
        ]
        return sorted(groups)


def plan_key(scenario: SweepScenario) -> str:
    """The same for scenarios that share a plan."""
    return repr(sorted((path, repr(setting)) for path, setting in scenario.plan_changes.items()))
