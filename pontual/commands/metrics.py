"""`pontual metrics`: figures of a plan folder and of a store for Prometheus."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pontual.options import OptionalStoreOption

if TYPE_CHECKING:
    from prometheus_client import Metric


def command(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Plan folder.", show_default=False)
    ] = None,
    store: OptionalStoreOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="File to write, at once. [default: standard output]"),
    ] = None,
) -> None:
    """Write figures in the text format of Prometheus: of a plan folder's run, of a store, or of both."""
    from data.files.atomic import replace_file, writing
    from pontual.metrics import metrics_file

    if folder is None and store is None:
        raise typer.BadParameter("give a plan folder, --store, or both")
    content = metrics_file([*_of_folder(folder), *_of_store(store)])
    if out is None:
        sys.stdout.write(content.decode())
        return
    with writing(out):
        replace_file(out, content)


def _of_folder(folder: Path | None) -> Iterator[Metric]:
    from data.files import MissingInputError, PlanFolder
    from data.files.plan_folder import RUN_FILE
    from pontual.commands.runs import RESULT_DOCUMENT
    from pontual.metrics import plan_metrics

    if folder is None:
        return
    plan_folder = PlanFolder(folder)
    run = plan_folder.current_run()
    if run is None or not (run / RESULT_DOCUMENT).is_file():
        raise MissingInputError([str(folder)], "no run with results is there")
    results = json.loads((run / RESULT_DOCUMENT).read_text(encoding="utf-8"))
    made = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))["created_at"]
    yield from plan_metrics(plan_folder.path.name, results, datetime.fromisoformat(made))


def _of_store(store: str | None) -> Iterator[Metric]:
    from pontual.metrics import store_metrics

    if store is None:
        return
    from data.store import Store
    from data.store.upgrade import newest_version

    yield from store_metrics(Store(store).figures(), newest_version())
