"""Offers: which starts can still be sold, and the selling itself (holds, sales, the waiting list)."""

from optimizer.offers.events import SCHEMA, UnplaceableError
from optimizer.offers.loading import JOURNAL_FILE, open_desk
from optimizer.offers.service import LONGEST_LINE, Service
from optimizer.offers.table import OffersOfKind, offer_table

__all__ = [
    "JOURNAL_FILE",
    "LONGEST_LINE",
    "SCHEMA",
    "OffersOfKind",
    "Service",
    "UnplaceableError",
    "offer_table",
    "open_desk",
]
