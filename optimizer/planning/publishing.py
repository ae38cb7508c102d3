"""Publishing a plan that somebody has changed: a new run, and the inputs that changed with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from data.files import BusyError, PlanFolder
from data.files.run_results import earlier_results, write_run
from data.model import Case, Table
from data.referee import judge
from optimizer.planning.faults import IllegalRosterError, sentences


def publish(
    folder: PlanFolder,
    based_on: Path | None,
    case: Case,
    command: str,
    results: Mapping[str, Any],
    documents: Mapping[str, bytes] | None = None,
    *,
    keep: Collection[str] = (),
    inputs: Collection[type[Table]] = (),
) -> Path:
    """Make a case the current run of its plan folder, and give the run's folder.

    Args:
        based_on: the run that the changes were made to; None: there was none.
        command: what made the case, for `run.json`.
        keep: earlier commands whose results the case carries on.
        inputs: input tables that differ from those at the root, and are written there too.

    Raises:
        IllegalRosterError: when the case breaks a hard rule; nothing is written.
        BusyError: when another process writes to the folder, or has published another run meanwhile.
        CannotWriteError: when the folder cannot be written to.
    """
    faults = sentences(judge(case))
    if faults:
        raise IllegalRosterError(faults)
    with folder.lock():
        if folder.current_run() != based_on:
            raise BusyError(
                f"{folder.path.name} has been changed by somebody else meanwhile; look at it anew"
            )
        kept = earlier_results(folder, keep)
        if inputs:
            folder.replace_inputs(case, inputs)
        return write_run(folder, case, command, kept | dict(results), documents)
