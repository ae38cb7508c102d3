"""The jobs of one server: which run, who waits for them, and what became of them."""

from __future__ import annotations

import contextlib
import os
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from dashboard.jobs.input_hash import input_hash
from dashboard.jobs.kept_results import KeptResults
from dashboard.jobs.work_process import FailedWork, WorkProcess

MOST_ENDED = 100
"""Jobs that have ended and are still remembered; their results are on the disk."""

MOST_IN_MEMORY = 8
"""Unpacked results, so that a page drawn anew does not unpack the same one again."""

LISTENING_SECONDS = 0.1


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Work:
    """Something to be done in a process of its own.

    Attributes:
        function: of a module; called with the arguments and, last, a progress function.
        arguments: all that the result follows from: no path, no time of day.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()

    @cached_property
    def key(self) -> str:
        """The input hash."""
        return input_hash(self.function, self.arguments)


@dataclass(frozen=True)
class Job:
    """A job as it stands at one moment.

    Attributes:
        key: the input hash of its work.
        fraction: done so far, 0 to 1.
        seconds: since it began to run; 0 before.
        failure: why there is no result, if it failed.
    """

    key: str
    state: JobState
    fraction: float = 0.0
    seconds: float = 0.0
    failure: FailedWork | None = None

    @property
    def under_way(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


@dataclass
class _Record:
    job: Job
    owners: set[str] = field(default_factory=set)
    process: WorkProcess | None = None
    began: float = 0.0


class JobService:
    """Runs work for many sessions at once.

    Args:
        kept: where results stay.
        workers: jobs that run at the same time; the others wait. Processors of this machine when left out.
    """

    def __init__(self, kept: KeptResults, workers: int | None = None) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(workers or os.cpu_count() or 1)
        self._records: OrderedDict[str, _Record] = OrderedDict()
        self._results: OrderedDict[str, Any] = OrderedDict()

    def start(self, work: Work, owner: str) -> Job:
        """Have work done for a session, or join it to others that wait for the same.

        Work whose result is kept is done already; work that failed or was cancelled is begun anew.
        """
        key = work.key
        with self._lock:
            record = self._records.get(key)
            if record is not None and record.job.under_way:
                record.owners.add(owner)
                return self._seen(record)
        if self._loaded(key):
            return self._enter(_Record(Job(key, JobState.DONE, 1.0)))
        record = _Record(Job(key, JobState.WAITING), {owner})
        with self._lock:
            other = self._records.get(key)
            if other is not None and other.job.under_way:
                other.owners.add(owner)
                return self._seen(other)
            self._remember(record)
        threading.Thread(target=self._supervise, args=(record, work), name="job", daemon=True).start()
        return record.job

    def job(self, key: str) -> Job | None:
        """How a job stands; None when nobody has begun it, or when it has long ended."""
        with self._lock:
            record = self._records.get(key)
            return None if record is None else self._seen(record)

    def result(self, key: str) -> Any:
        """What a job came to; not to be changed, as other sessions see the same.

        Raises:
            KeyError: when no result is kept under the key.
        """
        if not self._loaded(key):
            raise KeyError(key)
        with self._lock:
            return self._results[key]

    def leave(self, key: str, owner: str) -> None:
        """A session no longer wants the job: with the last one that does, the job is cancelled."""
        with self._lock:
            record = self._records.get(key)
            if record is None or not record.job.under_way:
                return
            record.owners.discard(owner)
            if record.owners:
                return
            record.job = replace(record.job, state=JobState.CANCELLED)
            process = record.process
        if process is not None:
            process.stop()

    def _enter(self, record: _Record) -> Job:
        with self._lock:
            self._remember(record)
        return record.job

    def _remember(self, record: _Record) -> None:
        self._records[record.job.key] = record
        self._records.move_to_end(record.job.key)
        ended = [key for key, held in self._records.items() if not held.job.under_way]
        for key in ended[: max(0, len(ended) - MOST_ENDED)]:
            del self._records[key]

    def _seen(self, record: _Record) -> Job:
        if record.job.state is not JobState.RUNNING:
            return record.job
        return replace(record.job, seconds=time.monotonic() - record.began)

    def _supervise(self, record: _Record, work: Work) -> None:
        """The life of one job, in a thread of its own."""
        while not self._free.acquire(timeout=LISTENING_SECONDS):
            if self._cancelled(record):
                return
        try:
            process = WorkProcess(work.function, work.arguments)
            with self._lock:
                if record.job.state is JobState.CANCELLED:
                    return
                record.process, record.began = process, time.monotonic()
                record.job = replace(record.job, state=JobState.RUNNING)
            packed = process.run(lambda fraction: self._told(record, fraction))
            self._kept.put(record.job.key, packed)
            self._hold(record.job.key, pickle.loads(packed))  # noqa: S301 - packed by our own process
            self._end(record, JobState.DONE)
        except FailedWork as failure:
            self._end(record, JobState.FAILED, failure)
        except Exception as error:  # what cannot be handed over, say
            self._end(record, JobState.FAILED, FailedWork(None, type(error).__name__))
        finally:
            self._free.release()

    def _cancelled(self, record: _Record) -> bool:
        with self._lock:
            return record.job.state is JobState.CANCELLED

    def _told(self, record: _Record, fraction: float) -> None:
        with self._lock:
            record.job = replace(record.job, fraction=max(record.job.fraction, fraction))

    def _end(self, record: _Record, state: JobState, failure: FailedWork | None = None) -> None:
        with self._lock:
            record.process = None
            if record.job.state is not JobState.CANCELLED:
                seconds = time.monotonic() - record.began
                record.job = replace(record.job, state=state, seconds=seconds, failure=failure)

    def _loaded(self, key: str) -> bool:
        """Have the result in memory, if it is kept."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return True
        packed = self._kept.get(key)
        if packed is None:
            return False
        with contextlib.suppress(Exception):  # of another version, or damaged: as if it were not there
            self._hold(key, pickle.loads(packed))  # noqa: S301 - the user's own cache
            return True
        self._kept.drop(key)
        return False

    def _hold(self, key: str, result: Any) -> None:
        with self._lock:
            self._results[key] = result
            self._results.move_to_end(key)
            while len(self._results) > MOST_IN_MEMORY:
                self._results.popitem(last=False)
