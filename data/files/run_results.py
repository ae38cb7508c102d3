"""The document of a run folder that says what the commands came to which made its tables."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from data.files.plan_folder import PlanFolder
from data.model import Case

RESULT_DOCUMENT = "result.json"
"""Results of the commands that led to the run's tables, by command."""


def earlier_results(folder: PlanFolder, keep: Collection[str]) -> dict[str, Any]:
    """The results of earlier commands whose tables the next run carries on."""
    current = folder.current_run()
    if current is None or not (current / RESULT_DOCUMENT).is_file():
        return {}
    held = json.loads((current / RESULT_DOCUMENT).read_text(encoding="utf-8"))
    return {name: document for name, document in held.items() if name in keep}


def write_run(
    folder: PlanFolder,
    case: Case,
    command: str,
    results: Mapping[str, Any],
    documents: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a complete run folder with its `result.json` and make it the current one.

    Raises:
        BusyError, CannotWriteError, ValueError: as `PlanFolder.write_run`.
    """
    written = dict(documents or {})
    written[RESULT_DOCUMENT] = (json.dumps(results, ensure_ascii=False, indent=2) + "\n").encode()
    return folder.write_run(case, written, command)
