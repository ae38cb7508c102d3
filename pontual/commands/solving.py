"""What `roster` and `allocate` have in common: read, solve, have it judged, write a run, tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from data.model import Case, Sessions, Unplaced
from data.progress import Progress
from optimizer.solve_result import SolveLimits, SolveResult
from pontual.commands import runs

Answer = TypeVar("Answer")
Judged = tuple[Case, SolveResult[Answer]]


def solve_and_write(
    folder: Path,
    *,
    command: str,
    what: str,
    limits: SolveLimits,
    keep: tuple[str, ...],
    solve: Callable[[Case, SolveLimits, Progress], Judged[Answer]],
    summarise: Callable[[Case, SolveResult[Answer]], dict[str, Any]],
    show: Callable[[Mapping[str, Any]], None],
    as_json: bool,
    explain: Callable[[Case, SolveLimits, Progress], tuple[dict[str, Any], dict[str, bytes]]] | None = None,
) -> None:
    """Solve a plan folder's case and write the answer, if there is one, as its new run.

    Args:
        what: shown beside the progress bar.
        keep: earlier commands whose results the new run carries on.
        solve: gives the case with the judged answer, and the result.
        explain: given the case with the answer, what to add to the document, and files of the run.
    """
    with runs.open_for_a_run(folder) as plan_folder:
        case = plan_folder.read(runs.key_from_environment(), leave_out=(Sessions, Unplaced))
        (planned, result), stopped_by = runs.run_interruptibly(
            what, lambda report: solve(case, limits, report)
        )
        document = summarise(planned, result)
        files: dict[str, bytes] = {}
        if result.answer is not None and explain is not None and stopped_by is None:
            (added, files), stopped_by = runs.run_interruptibly(
                "Explaining", lambda report: explain(planned, limits, report)
            )
            document |= added
        if result.answer is not None:
            results = runs.earlier_results(plan_folder, keep) | {command: document}
            document["run"] = str(runs.write_run(plan_folder, planned, command, results, files))
    code = runs.exit_code(result, limits.gap, stopped_by)
    runs.finish(code, document, as_json, lambda: show(document))
