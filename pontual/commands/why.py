"""`pontual why`: who placed or moved the session of an order, when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pontual.options import JsonOption, OrderArgument, StoreOption

if TYPE_CHECKING:
    from data.store import RecordedChange, SessionThen


def command(order: OrderArgument, store: StoreOption, as_json: JsonOption = False) -> None:
    """Tell who placed or moved the session of an order, when, and why.

    With PONTUAL_KEY or PONTUAL_KEY_FILE set, ORDER may be an order number; its CPF or CNPJ is then read from
    standard input.
    """
    from data.files import MissingInputError
    from data.store import Store
    from pontual.console import print_json, print_table
    from pontual.order_names import booking_named

    booking = booking_named(order)
    changes = Store(store).history(booking)
    if not changes:
        raise MissingInputError(["the order"], "no session of it is or was in the store")
    if as_json:
        print_json({"booking": booking, "changes": [_document(change) for change in changes]})
        return
    rows = [
        (
            f"{c.recorded_at:%Y-%m-%d %H:%M}",
            c.change.replace("_", " "),
            _session(c.before),
            _session(c.after),
            c.reason,
            " ".join(filter(None, (c.command, c.who and f"({c.who})"))),
        )
        for c in changes
    ]
    print_table("Changes of the session", ("when", "what", "from", "to", "why", "by"), rows)


def _session(session: SessionThen | None) -> str:
    return "" if session is None else f"{session.starts_at:%Y-%m-%d %H:%M} {session.agent_id}"


def _document(change: RecordedChange) -> dict[str, Any]:
    return {
        "recorded_at": change.recorded_at.isoformat(),
        "plan": change.plan,
        "change": change.change,
        **{
            when: None
            if session is None
            else {
                "start": session.starts_at.isoformat(),
                "agent_id": session.agent_id,
                "duration_minutes": session.duration_minutes,
            }
            for when, session in (("before", change.before), ("after", change.after))
        },
        "reason": change.reason,
        "command": change.command,
        "who": change.who,
    }
