"""What a request has to work with: the clock, the deadline, the time that its steps took, and who listens."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from data.batch.requests import Request
from data.files import BadDataError, BusyError, Problem
from data.progress import Progress, no_progress
from data.store import StoredPlan

SMALL_STEP_BACK = timedelta(minutes=5)
"""A clock that was set right by so little is passed over: the plan's own moment holds until it has come."""

Tell = Callable[..., None]
"""Told what happens: an event by name, and its details, none of them personal."""


def tell_nobody(_event: str, **_details: Any) -> None:
    """Tell nothing."""


def tell_as_json(event: str, **details: Any) -> None:
    """Tell as a line of JSON on standard error."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(json.dumps({"at": at, "event": event, **details}, ensure_ascii=False) + "\n")
    sys.stderr.flush()


@dataclass
class Steps:
    """One request on its way.

    Attributes:
        deadline: of the monotonic clock; None: none.
        seconds: by step.
    """

    clock: Callable[[], datetime]
    progress: Progress = no_progress
    tell: Tell = tell_nobody
    reproducible: bool = True
    begun: float = field(default_factory=time.monotonic)
    deadline: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; one that is done again adds up."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - begun, 4)

    def set_deadline(self, request: Request) -> None:
        """Count the request's deadline from its arrival."""
        if request.deadline_seconds is not None:
            self.deadline = self.begun + request.deadline_seconds

    def seconds_left(self) -> float | None:
        """Seconds until the deadline; None: there is none."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def is_late(self) -> bool:
        """Whether the deadline is over."""
        return self.seconds_left() == 0.0

    def refuse_when_late(self) -> None:
        """Do nothing more for a request whose turn comes too late.

        Raises:
            BusyError: when the deadline is over.
        """
        if self.is_late():
            raise BusyError("the deadline was over before it was this request's turn; nothing was done")

    def moment(self, request: Request, stored: StoredPlan) -> datetime:
        """The present moment, in whole seconds, in the zone of the service; it never goes back.

        Raises:
            BadDataError: when the request names one before the plan's latest.
            BusyError: when the clock of this machine is far behind it.
        """
        now = (request.now or self.clock()).replace(microsecond=0)
        latest = stored.moment
        if latest is not None and now < latest:
            shown = latest.astimezone(stored.plan.axis.zone).isoformat()
            if request.now is not None:
                expected = f"expected a moment that is not before the plan's latest, {shown}"
                raise BadDataError([Problem("request", None, "now", "", expected)])
            if latest - now > SMALL_STEP_BACK:
                raise BusyError(
                    f"the clock of this machine is behind the plan's latest moment, {shown}; nothing was "
                    "done: set the clock right, or name the present moment in the request (now)"
                )
            now = latest
        return now.astimezone(stored.plan.axis.zone)
