"""Whom to contact, from the contact list, as documents of a followed day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.day import DayState, Decision
from data.model import Case
from data.model.contact_messages import ContactMessages
from optimizer.contacts import contact_list, held_places


@dataclass(frozen=True)
class ContactDocuments:
    """Lists customers and agents with the issuer's texts; sentences for planners are in `language`."""

    messages: ContactMessages
    language: str

    def __call__(
        self,
        case: Case,
        state: DayState,
        decisions: Sequence[Decision],
        now: float,
        told: Mapping[str, Mapping[str, Any]],
    ) -> dict[str, Mapping[str, Any]]:
        """Documents by id; places that were offered before are not offered to others."""
        earlier = [document for document in told.values() if "contact_id" in document]
        listed = contact_list(
            case,
            state,
            decisions,
            now,
            messages=self.messages,
            held=held_places(earlier, case.axis),
            told=told.keys(),
        ).document(self.language)
        found = {str(one["contact_id"]): one for one in listed["contacts"]}
        return found | {str(one["notice_id"]): one for one in listed["agents"]}
