"""What people see: tables and messages on the terminal, one JSON document for programs, and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from data.progress import Progress as ReportProgress

standard_output = Console(highlight=False, soft_wrap=True)
standard_error = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def say(message: str) -> None:
    """Tell people something, on standard error, without markup."""
    standard_error.print(message, markup=False)


def print_summary(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print a two-column table on standard output."""
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, value)
    standard_output.print(table)
    standard_output.print()


def print_table(title: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table on standard output; all columns but the first are numbers."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    standard_output.print(table)
    standard_output.print()


@contextmanager
def progress_bar(what: str) -> Iterator[ReportProgress]:
    """Show a bar on a terminal, and nothing on a pipe.

    Yields the function to report to: the fraction done, and what is going on.
    """
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=standard_error,
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task(what, total=1.0)

        def report(fraction: float, doing: str) -> None:
            bar.update(task, completed=min(max(fraction, 0.0), 1.0), description=doing or what)

        yield report
