"""The entry of the batch job: whatever document comes in, one result document goes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from data.batch.reading import ResolvedRequest, parse_request, resolve
from data.batch.requests import AllocateRequest, OffersRequest, ReoptimiseRequest, Request, RosterRequest
from data.identity import SurrogateKey
from data.progress import Progress, no_progress
from data.store import BatchAnswer, BatchRequest, Run, Store
from pontual.batch.documents import run_id_of, solver_version, text_of
from pontual.batch.steps import Steps, Tell, tell_nobody
from pontual.exit_codes import ExitCode
from pontual.faults import error_fields, exit_code_of, message_of

SECONDS_IN_LINE = 30.0
"""How long a job waits for others at most; a deadline that is sooner goes before it."""

ANSWERED_WITH_A_REFUSAL = (ExitCode.BAD_DATA, ExitCode.MISSING_INPUT, ExitCode.INTERNAL)
"""Refusals after which a pending request is done with; after the others it is tried again."""


class BatchJob:
    """Answers request documents with the help of a store.

    Args:
        place: of the store, a file or a URL.
        key: the secret for order numbers and CPF or CNPJ; None: only surrogates are understood.
        who: under whose name the store remembers the runs.
        reproducible: no clock and one worker, but for deadlines; else all workers, by the clock.
        clock: the present moment, for requests that name none.
        tell: told what happens, without personal data.
    """

    def __init__(
        self,
        place: str,
        key: SurrogateKey | None = None,
        *,
        who: str = "",
        reproducible: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        tell: Tell = tell_nobody,
    ) -> None:
        self._place = place
        self._key = key
        self._who = who
        self._reproducible = reproducible
        self._clock = clock
        self._tell = tell
        self._store: Store | None = None

    def answer(self, content: bytes, progress: Progress = no_progress) -> BatchAnswer:
        """The answer to a document: carried out, answered before, or refused; never an exception.

        Raises:
            KeyboardInterrupt: when `progress` raises it and there is nothing to show.
        """
        steps = self._steps(progress)
        known: dict[str, Any] = {}
        try:
            request = parse_request(content)
            known = {"key": request.key, "mode": request.mode, "plan": request.plan}
            store, batch, resolved = self._prepare(request, steps)
            found = store.answer_to(batch) or self._carry_out(store, batch, resolved, steps)
        except Exception as error:
            found = refusal(error, known, steps)
        self._told(found, known, steps)
        return found

    def enqueue(self, content: bytes) -> BatchAnswer:
        """Keep a request for `answer_pending`; one that was answered before gets its answer at once."""
        steps = self._steps(no_progress)
        known: dict[str, Any] = {}
        try:
            request = parse_request(content)
            known = {"key": request.key, "mode": request.mode, "plan": request.plan}
            store, batch, _ = self._prepare(request, steps)
            found = store.answer_to(batch)
            if found is None:
                store.enqueue(batch)
                fields = {"outcome": "enqueued", "exit_code": 0, "input_hash": batch.input_hash, **known}
                found = BatchAnswer(text_of(fields, steps), int(ExitCode.OK))
        except Exception as error:
            found = refusal(error, known, steps)
        self._told(found, known, steps)
        return found

    def pending(self) -> list[BatchRequest]:
        """Requests that wait for their answer, in the order in which they came.

        Raises:
            FilesError: for whatever the store refuses.
        """
        return self._store_for(SECONDS_IN_LINE).pending_requests()

    def answer_pending(self, batch: BatchRequest, progress: Progress = no_progress) -> BatchAnswer:
        """The answer to one of these; refused for what is wrong with itself, it is done with too.

        Raises:
            KeyboardInterrupt: when `progress` raises it and there is nothing to show.
        """
        steps = self._steps(progress)
        known: dict[str, Any] = {"key": batch.key, "mode": batch.mode, "plan": batch.plan}
        try:
            request = parse_request(batch.document.encode())
            store, _, resolved = self._prepare(request, steps)
            found = store.answer_to(batch) or self._carry_out(store, batch, resolved, steps)
        except Exception as error:
            found = refusal(error, known, steps)
            if found.exit_code in ANSWERED_WITH_A_REFUSAL:
                found = self._keep(batch, found, known, steps)
        self._told(found, known, steps)
        return found

    def _steps(self, progress: Progress) -> Steps:
        return Steps(self._clock, progress, self._tell, self._reproducible)

    def _prepare(self, request: Request, steps: Steps) -> tuple[Store, BatchRequest, ResolvedRequest]:
        steps.set_deadline(request)
        self._tell("received", key=request.key, mode=request.mode, plan=request.plan)
        patience = min(SECONDS_IN_LINE, request.deadline_seconds or SECONDS_IN_LINE)
        with steps.step("opening"):
            store = self._store_for(patience)
            plan = store.find_plan(request.plan).plan
        resolved = resolve(request, plan, self._key)
        batch = BatchRequest(request.key, request.plan, request.mode, resolved.input_hash, resolved.document)
        return store, batch, resolved

    def _store_for(self, patience: float) -> Store:
        """The store; the usual one is kept, with the statements that it has made ready."""
        if patience != SECONDS_IN_LINE:
            return Store(self._place, patience)
        if self._store is None:
            self._store = Store(self._place, patience)
        return self._store

    def _carry_out(
        self, store: Store, batch: BatchRequest, resolved: ResolvedRequest, steps: Steps
    ) -> BatchAnswer:
        run = Run(
            f"batch {batch.mode}",
            who=self._who,
            reason=resolved.request.why,
            input_hash=batch.input_hash,
            solver_version=solver_version(),
            run_id=run_id_of(batch.key),
        )
        request = resolved.request
        # Solvers are loaded where they are needed only.
        match request:
            case AllocateRequest() | ReoptimiseRequest() | RosterRequest():
                from pontual.batch.searching import search

                return search(store, resolved, request, batch, run, steps)
            case OffersRequest():
                from pontual.batch.offering import offer

                return offer(store, resolved, request, batch, run, steps)
            case _:
                from pontual.batch.selling import sell

                return sell(store, resolved, request, batch, run, steps)

    def _keep(
        self, batch: BatchRequest, answer: BatchAnswer, known: dict[str, Any], steps: Steps
    ) -> BatchAnswer:
        try:
            return self._store_for(SECONDS_IN_LINE).keep_answer(batch, answer)
        except Exception as error:
            return refusal(error, known, steps)

    def _told(self, answer: BatchAnswer, known: dict[str, Any], steps: Steps) -> None:
        self._tell("answered", **known, exit_code=answer.exit_code, seconds=dict(steps.seconds))


def refusal(error: Exception, known: dict[str, Any] | None = None, steps: Steps | None = None) -> BatchAnswer:
    """The answer to a request that was not carried out.

    Args:
        known: fields of the request, as far as they could be read.
    """
    code = exit_code_of(error)
    told = error_fields(error, code)
    if code is ExitCode.INTERNAL:
        told["message"] = message_of(error).splitlines()[0]
    fields = {"outcome": "refused", "exit_code": int(code), "error": told, **(known or {})}
    return BatchAnswer(text_of(fields, steps or Steps(lambda: datetime.now(UTC))), int(code))
