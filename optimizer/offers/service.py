"""The protocol: a line in, a line out. Whatever comes in, an answer goes out, and the process goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from optimizer.offers.desk import Desk
from optimizer.offers.requests import BadRequestError, Request, RequestError, parse_request

LONGEST_LINE = 1_000_000
"""Bytes; a longer line is refused whole."""


class Service:
    """Answers requests.

    Args:
        clock: the present moment, for requests that carry none.
        told: whether requests may carry the present moment, for tests and replays. Elsewhere a wrong one
            would end all holds and, by the lead time, all sales.
    """

    def __init__(self, desk: Desk, clock: Callable[[], datetime], *, told: bool = False) -> None:
        self._desk = desk
        self._clock = clock
        self._told = told

    def answer(self, line: bytes) -> bytes:
        """The answer to one line, as a line.

        Raises:
            CannotWriteError: when the journal cannot be written; the process must end then.
        """
        return (json.dumps(self._answer(line), ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    def _answer(self, line: bytes) -> dict[str, Any]:
        if len(line) > LONGEST_LINE:
            return _bad_request([("", f"expected a line of at most {LONGEST_LINE:,} bytes")])
        try:
            request = parse_request(line)
        except BadRequestError as error:
            return _bad_request(error.problems)
        if request.now is not None and not self._told:
            return _bad_request([("now", "only where the process was started with --now")])
        if request.now is not None and request.now < self._desk.state.now:
            return _bad_request([("now", "expected a moment that is not before the last one")])
        try:
            return {"ok": True, "op": request.op, **self._desk.handle(request, self._moment(request))}
        except RequestError as error:
            answer = _refused(error.code, [(error.field, str(error))])
            if error.reason:
                answer["reason"] = error.reason
            return {**answer, "op": request.op, "events": error.events}

    def _moment(self, request: Request) -> datetime:
        return request.now or self._clock()


def _bad_request(problems: list[tuple[str, str]]) -> dict[str, Any]:
    return _refused("bad_request", problems)


def _refused(code: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    told = [{"field": field, "message": message} for field, message in problems]
    return {"ok": False, "error": code, "problems": told}
