"""`pontual batch`: one request document in, one result document out, on a store (docs/batch.md)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pontual.options import StoreOption

if TYPE_CHECKING:
    from data.progress import Progress
    from data.store import BatchAnswer, BatchRequest
    from pontual.batch import BatchJob

TRY_AGAIN_CODES = (70, 73, 75)
"""With these, `--pending` has left a request for the next time, or has found a defect."""


def command(
    store: StoreOption,
    request: Annotated[
        str, typer.Option("--request", metavar="FILE", help="Request document; - reads standard input.")
    ] = "-",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Result document; standard output otherwise."),
    ] = None,
    enqueue: Annotated[
        bool, typer.Option("--enqueue", help="Keep the request in the store, to be answered by --pending.")
    ] = False,
    pending: Annotated[
        bool,
        typer.Option("--pending", help="Answer all requests that the store keeps; one result a line."),
    ] = False,
    nondeterministic: Annotated[
        bool,
        typer.Option(
            "--nondeterministic",
            help="Search by the clock with all processors; the same request may get another answer.",
        ),
    ] = False,
    progress: Annotated[
        Literal["auto", "json", "none"],
        typer.Option(
            "--progress",
            help="On standard error: a bar on a terminal (auto); JSON lines of progress and events; nothing.",
        ),
    ] = "auto",
) -> None:
    """Answer a request of another program: allocate, sell, move and give up sessions on a store.

    The request is a JSON document (`pontual schema request`), the answer another (`pontual schema result`),
    on standard output or in a file that appears whole. The same request sent again gets its first answer.
    """
    from data.identity import SurrogateKey
    from pontual.batch import BatchJob
    from pontual.batch.steps import tell_as_json, tell_nobody
    from pontual.order_names import account

    if pending and enqueue:
        raise typer.BadParameter("--pending answers requests, --enqueue keeps one; give one of them")
    _check_writable(out)
    job = BatchJob(
        store,
        SurrogateKey.if_named(),
        who=account(),
        reproducible=not nondeterministic,
        tell=tell_as_json if progress == "json" else tell_nobody,
    )
    if pending:
        code = _answer_pending(job, out, progress)
    else:
        content = _read(request)
        work = (lambda _report: job.enqueue(content)) if enqueue else (lambda r: job.answer(content, r))
        answer, stopped = _answered(work, progress)
        _write([answer.document], out)
        _tell_people(answer, progress)
        code = stopped or answer.exit_code
    if code:
        raise typer.Exit(code)


def _answer_pending(job: BatchJob, out: Path | None, progress: str) -> int:
    """Answer all; the exit code is that of the first which is to be tried again, if there is one."""
    documents, code = [], 0
    for batch in job.pending():

        def work(report: Progress, batch: BatchRequest = batch) -> BatchAnswer:
            return job.answer_pending(batch, report)

        answer, stopped = _answered(work, progress)
        documents.append(answer.document)
        if out is None:
            _write([answer.document], None)
        _tell_people(answer, progress)
        if stopped:
            code = stopped
            break
        if answer.exit_code in TRY_AGAIN_CODES and not code:
            code = answer.exit_code
    if out is not None:
        _write(documents, out)
    return code


def _answered(work: Callable[[Progress], BatchAnswer], progress: str) -> tuple[BatchAnswer, int]:
    """Do the work where signals can stop it; returns its answer, and the exit code of a signal that came."""
    from pontual.batch.job import refusal
    from pontual.interruption import Interruptible, StoppedError

    runner: Interruptible[BatchAnswer] = Interruptible()
    try:
        with _reporting(progress) as report:
            answer = runner.run(work, report)
    except StoppedError as error:
        answer = refusal(error)
    if runner.signal_number is None:
        return answer, 0
    from pontual.commands.runs import signal_code

    return answer, int(signal_code(runner.signal_number))


def _reporting(progress: str) -> AbstractContextManager[Progress]:
    """Where progress is reported to."""
    from data.progress import no_progress
    from pontual.batch.steps import tell_as_json

    def told(fraction: float, what: str) -> None:
        tell_as_json("progress", fraction=round(fraction, 3), what=what)

    match progress:
        case "json":
            return nullcontext(told)
        case "none":
            return nullcontext(no_progress)
        case _:
            from pontual.console import progress_bar

            return progress_bar("Answering")


def _tell_people(answer: BatchAnswer, progress: str) -> None:
    """Say on standard error what was refused or cannot be, unless a program reads it."""
    from pontual.console import say

    if progress == "auto" and answer.exit_code:
        told = json.loads(answer.document)
        error = told.get("error")
        if error is None:
            clashes = told.get("search", {}).get("clashes", [])
            say("\n  ".join([f"Nothing was changed: {told['outcome']}", *clashes]))
        else:
            say("\n  ".join([error["message"], *(problem["sentence"] for problem in error["problems"])]))


def _read(request: str) -> bytes:
    """The request document.

    Raises:
        MissingInputError: when there is no such file.
    """
    from data.files import MissingInputError

    if request == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(request).read_bytes()
    except OSError as error:
        raise MissingInputError([request], error.strerror or "cannot be read") from None


def _check_writable(out: Path | None) -> None:
    """Find out before anything is done whether the result can be written.

    Raises:
        CannotWriteError: when it can't.
    """
    from data.files import CannotWriteError

    if out is None:
        return
    if not out.parent.is_dir():
        raise CannotWriteError(f"cannot write {out}: its folder is not there")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise CannotWriteError(f"cannot write {out}: it is a folder, or its folder may not be written to")


def _write(documents: list[str], out: Path | None) -> None:
    """Write result documents, one a line.

    Raises:
        CannotWriteError: when that is not possible. What was changed is in the store then, and so are the
            answers: the same requests sent again get them.
    """
    from data.files import CannotWriteError
    from data.files.atomic import replace_file

    content = "".join(document + "\n" for document in documents).encode()
    try:
        if out is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        elif out.exists() and not out.is_file():
            out.write_bytes(content)  # a pipe or a device
        else:
            replace_file(out, content)
    except OSError as error:
        if out is None:
            sys.stdout = None  # so that the interpreter does not flush it at the end
        why = error.strerror or error
        raise CannotWriteError(
            f"cannot write the result: {why}; what was carried out is in the store, and the request sent "
            "again gets its answer"
        ) from None
