"""What commands that solve have in common: reading, running, writing a run, and the exit code."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer

from data.files import CannotWriteError, MissingInputError, PlanFolder
from data.files.plan_file import PLAN_FILE
from data.files.plan_folder import RUN_FILE
from data.files.run_results import RESULT_DOCUMENT as RESULT_DOCUMENT
from data.files.run_results import earlier_results as earlier_results
from data.files.run_results import write_run as write_run
from data.identity import SurrogateKey
from data.model import Case, Scenario
from data.progress import Progress
from optimizer.solve_result import SolveResult, SolveStatus
from pontual.console import print_json, progress_bar, say
from pontual.exit_codes import ExitCode
from pontual.interruption import Interruptible

Outcome = TypeVar("Outcome")


def key_from_environment() -> SurrogateKey | None:
    """The secret for files that carry order numbers and CPFs; None where the environment names none.

    Raises:
        BadKeyError: when it names one that can't be used.
    """
    return SurrogateKey.if_named()


def read_case(folder: Path) -> Case:
    """The case of a plan folder, as it is now; says which edited tables are not read."""
    plan_folder = PlanFolder(folder)
    case = plan_folder.read(key_from_environment())
    warn_of_tables_passed_over(plan_folder)
    return case


def scenario_from(case: Case, file: Path | None) -> Scenario:
    """The scenario of a file; what it leaves out is the plan's, or a default."""
    from data.files import read_scenario_file
    from simulation import scenario_of

    inputs = scenario_of(case.plan.policy)
    return inputs if file is None else read_scenario_file(file, inputs)


def refuse_to_overwrite(out: Path | None) -> None:
    """A folder to write is new, or empty.

    Raises:
        CannotWriteError: when it is not.
    """
    if out is not None and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise CannotWriteError(f"cannot write {out}: it is there already, and not empty")


@contextmanager
def open_for_a_run(folder: Path) -> Iterator[PlanFolder]:
    """A plan folder that this command alone may write to, from reading its inputs to writing its run.

    Raises:
        MissingInputError: when there is no such folder.
        BusyError: when another command works on it.
    """
    if (folder / RUN_FILE).is_file():
        raise typer.BadParameter(f"{folder} is a run; give the plan folder that it belongs to")
    if not (folder / PLAN_FILE).is_file():
        raise MissingInputError([str(folder / PLAN_FILE)])
    plan_folder = PlanFolder(folder)
    with plan_folder.lock():
        warn_of_tables_passed_over(plan_folder)
        yield plan_folder


def warn_of_tables_passed_over(folder: PlanFolder) -> None:
    """Say when somebody has edited results at the root, where they are not read once there is a run."""
    edited = folder.passed_over()
    if edited:
        run = folder.current_run()
        say(f"Not read: {', '.join(edited)}; the plan that counts is in {run}, edit it there")


def run_interruptibly(what: str, work: Callable[[Progress], Outcome]) -> tuple[Outcome, int | None]:
    """Do the work under a progress bar; returns its outcome and the signal that interrupted it, if any."""
    runner: Interruptible[Outcome] = Interruptible()
    with progress_bar(what) as report:
        outcome = runner.run(work, report)
    return outcome, runner.signal_number


def run_whole(what: str, work: Callable[[Progress], Outcome]) -> Outcome:
    """Do work that is of no use half done, under a progress bar; a signal ends the command.

    Raises:
        typer.Exit: when a signal cut the work short.
    """

    def whole_or_none(report: Progress) -> Outcome | None:
        try:
            return work(report)
        except KeyboardInterrupt:
            return None

    found, stopped_by = run_interruptibly(what, whole_or_none)
    if found is None:
        raise typer.Exit(int(signal_code(stopped_by)))
    return found


def signal_code(signal_number: int | None) -> ExitCode:
    """The exit code of work that a signal has cut short, or that none has."""
    if signal_number is None:
        return ExitCode.OK
    return ExitCode.TERMINATED if signal_number == signal.SIGTERM else ExitCode.INTERRUPTED


def exit_code(result: SolveResult[Any], wanted_gap: float | None, signal_number: int | None) -> ExitCode:
    """The exit code of a solve."""
    if signal_number is not None:
        return signal_code(signal_number)
    if result.status is SolveStatus.INFEASIBLE:
        return ExitCode.INFEASIBLE
    if result.answer is None:
        return ExitCode.NOT_GOOD_ENOUGH
    if wanted_gap is not None and result.levels[0].gap > wanted_gap:
        return ExitCode.NOT_GOOD_ENOUGH
    return ExitCode.OK


def finish(code: ExitCode, document: Mapping[str, Any], as_json: bool, summary: Callable[[], None]) -> None:
    """Print the result and end the command with its exit code."""
    if as_json:
        print_json(document)
    else:
        summary()
        clashes = document.get("clashes", ())
        if clashes and all("items" in clash for clash in clashes):
            say("These cannot hold together; taking out one item of each line makes it possible:")
            for clash in clashes:
                say(f"  {clash['sentence']}")
        elif clashes:
            say("These cannot hold together: " + "; ".join(clash["sentence"] for clash in clashes))
    if code is not ExitCode.OK:
        raise typer.Exit(int(code))
