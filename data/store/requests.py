"""Requests of the batch job: kept until they are answered, and their answers for whoever asks again."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.files import BadDataError, Problem
from data.store import clock
from data.store.schema import REQUESTS


@dataclass(frozen=True)
class BatchRequest:
    """A request without personal data, as the store keeps it until it is answered.

    Attributes:
        key: its idempotency key.
        plan, mode: what it is about.
        input_hash: SHA-256 of the document, hexadecimal.
        document: JSON, with surrogates only.
    """

    key: str
    plan: str
    mode: str
    input_hash: str
    document: str


@dataclass(frozen=True)
class BatchAnswer:
    """An answer as it was given: the document, and the exit code of the process that gave it."""

    document: str
    exit_code: int


def answer_to(connection: Connection, request: BatchRequest) -> BatchAnswer | None:
    """The answer that the request got before; None when it has none yet.

    Raises:
        BadDataError: when another request has this key, or its answer is not kept any more.
    """
    row = connection.execute(sa.select(REQUESTS).where(REQUESTS.c.request_key == request.key)).one_or_none()
    if row is None:
        return None
    if row.input_hash != request.input_hash:
        expected = "expected a key of its own; another request has this one"
        raise BadDataError([Problem("request", None, "key", "", expected)])
    if row.answered_at is None:
        return None
    if not row.answer:
        expected = "expected a new key; this request was answered so long ago that its answer is erased"
        raise BadDataError([Problem("request", None, "key", "", expected)])
    return BatchAnswer(row.answer, row.exit_code)


def enqueue(connection: Connection, request: BatchRequest) -> bool:
    """Keep a request until it is answered; False when it is known already.

    Raises:
        BadDataError: when another request has this key.
    """
    known = sa.select(REQUESTS.c.request_number).where(REQUESTS.c.request_key == request.key)
    if answer_to(connection, request) is not None or connection.execute(known).first() is not None:
        return False
    connection.execute(sa.insert(REQUESTS).values(_row(request)))
    return True


def pending(connection: Connection) -> list[BatchRequest]:
    """Requests without an answer, in the order in which they came."""
    query = sa.select(REQUESTS).where(REQUESTS.c.answered_at.is_(None)).order_by(REQUESTS.c.request_number)
    return [
        BatchRequest(row.request_key, row.plan, row.mode, row.input_hash, row.document)
        for row in connection.execute(query)
    ]


def keep_answer(connection: Connection, request: BatchRequest, answer: BatchAnswer) -> BatchAnswer:
    """Keep the answer for whoever sends the request again; its document is needed no longer.

    Returns:
        The answer that counts: the first one, if the request was answered meanwhile.

    Raises:
        BadDataError: when another request has this key, or its answer is not kept any more.
    """
    earlier = answer_to(connection, request)
    if earlier is not None:
        return earlier
    answered = {
        "answered_at": clock.seconds_now(),
        "exit_code": answer.exit_code,
        "answer": answer.document,
        "document": "",
    }
    same = REQUESTS.c.request_key == request.key
    if not connection.execute(sa.update(REQUESTS).where(same).values(answered)).rowcount:
        connection.execute(sa.insert(REQUESTS).values(_row(request) | answered))
    return answer


def _row(request: BatchRequest) -> dict[str, str | int]:
    return {
        "request_key": request.key,
        "plan": request.plan,
        "mode": request.mode,
        "input_hash": request.input_hash,
        "document": request.document,
        "enqueued_at": clock.seconds_now(),
    }
