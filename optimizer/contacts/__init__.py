"""The contact list: who must be told of what the repair of a day has decided, and what to offer them."""

from optimizer.contacts.alternatives import Alternative, Offer
from optimizer.contacts.changes import AgentNotice, Change
from optimizer.contacts.contact_list import Contact, ContactList, contact_list
from optimizer.contacts.documents import held_places
from optimizer.contacts.standing import HeldPlace

__all__ = [
    "AgentNotice",
    "Alternative",
    "Change",
    "Contact",
    "ContactList",
    "HeldPlace",
    "Offer",
    "contact_list",
    "held_places",
]
