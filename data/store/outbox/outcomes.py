"""What events of the day make of the outbox: no link and no instructions for a session that is not held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.store.outbox.entries import INSTALL, LINK, WAITING, WITHDRAWN
from data.store.schema import OUTBOX

if TYPE_CHECKING:
    from data.day.events import Event

NOT_HELD = ("no_show", "booking_cancelled")
"""Events after which the session that the booking had is not held."""


def follow_events(connection: Connection, plan_id: int, events: Iterable[Event]) -> None:
    """Withdraw the mails of sessions that are not held.

    A message that was written after the event is about a newer appointment, and stays.
    """
    for event in events:
        if event.kind in NOT_HELD:
            connection.execute(
                sa.update(OUTBOX)
                .where(
                    OUTBOX.c.plan_id == plan_id,
                    OUTBOX.c.booking_id == getattr(event, "booking_id"),  # noqa: B009
                    OUTBOX.c.family.in_((LINK, INSTALL)),
                    OUTBOX.c.state == WAITING,
                    OUTBOX.c.written_at <= int(event.at.timestamp()),
                )
                .values(state=WITHDRAWN)
            )
