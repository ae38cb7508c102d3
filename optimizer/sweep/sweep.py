"""Sweep: scenarios played on the same chance and compared, from a case to what it shows."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from data.progress import Progress, no_progress
from optimizer.sweep.analysis import Analysis, Question, analyse
from optimizer.sweep.documents import sweep_document
from optimizer.sweep.playing import SweepInputs
from optimizer.sweep.run import SweepRun
from optimizer.sweep.scenarios import SweepSpecification
from optimizer.sweep.store import SweepFolder, fingerprint_of, results_table


@dataclass(frozen=True, eq=False)
class Swept:
    """What a sweep showed, and its document for programs."""

    analysis: Analysis
    document: dict[str, Any]


def sweep(
    inputs: SweepInputs,
    specification: SweepSpecification,
    question: Question,
    folder: SweepFolder,
    executor: Executor,
    progress: Progress = no_progress,
) -> Swept:
    """Play what the folder does not hold yet, answer the question, and write the table of everything.

    The table is the same, byte for byte, whatever the executor, and however often the sweep was stopped.

    Raises:
        BusyError, BadDataError, CannotWriteError: of the folder.
        ExecutorError: when workers are lost for good.
        RefereeDisagreesError: when the referee finds a fault in a plan.
    """
    with folder.opened(fingerprint_of(inputs, specification)) as blocks:
        run = SweepRun(inputs, specification, folder, executor, blocks, progress)
        run.play(range(len(specification.scenarios)))
        found = analyse(run, question)
        folder.finish(results_table(specification, blocks))
        return Swept(found, sweep_document(run, question, found))
