"""A simple mender, and a day followed with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.day import CLOSED, DayState, Decision, Event, Rebind, Rebook, Status
from data.model import Case
from optimizer.live import LiveDay, Output


def mend(state: DayState, now: float) -> list[Decision]:
    """Sessions of agents who have gone go to the next agent on duty, or, when all have gone, are rebooked."""
    present = sorted(
        a.agent_id
        for a in state.agents.values()
        if a.start is not None and a.end is not None and a.gone_since is None and a.end > now
    )
    decisions: list[Decision] = []
    for session in state.sessions.values():
        gone = session.agent_id == "" or state.agents[session.agent_id].gone_since is not None
        if session.status in CLOSED or session.status is Status.RUNNING or not gone:
            continue
        decisions.append(
            Rebind(booking_id=session.booking_id, agent_id=present[session.start % len(present)])
            if present
            else Rebook(booking_id=session.booking_id)
        )
    return decisions


def tell(
    case: Case,
    state: DayState,
    decisions: Sequence[Decision],
    now: float,
    told: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Everybody whose session is decided about, once."""
    del case, now
    found = {
        f"{one.kind} {one.booking_id}": {
            "booking": one.booking_id,
            "was": state.sessions[one.booking_id].agent_id,
        }
        for one in decisions
        if isinstance(one, Rebind | Rebook)
    }
    return {name: document | {"contact_id": name} for name, document in found.items() if name not in told}


class Followed:
    """A day that is followed, its journal, and all that it said; `restart` forgets all but the journal."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.journal: list[Mapping[str, Any]] = []
        self.outputs: list[Output] = []
        self.restart()

    def restart(self) -> None:
        """Begin anew from the journal."""
        self.live = LiveDay(self.case, 0, mend, tell, self._record)
        self.live.begin(list(self.journal))

    def _record(self, record: Mapping[str, Any], *, flush: bool) -> None:
        assert flush == bool("plan" in record or record["decisions"] or record["contacts"])
        self.journal.append(record)

    def take(self, events: Iterable[Event]) -> None:
        """Take events in."""
        self.outputs += [self.live.take(event) for event in events]

    @property
    def contacted(self) -> list[str]:
        """The contacts that were asked for, in order."""
        return [str(contact["contact_id"]) for output in self.outputs for contact in output.contacts]
