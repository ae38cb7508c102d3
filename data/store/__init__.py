"""The store: cases, schedules with their history, events, offers and runs, in SQLite or PostgreSQL."""

from data.store.database import Database
from data.store.days import Offer
from data.store.errors import ChangedMeanwhileError, DoubleBookingError, StoreUnreachableError
from data.store.forgetting import Statistic
from data.store.history import RecordedChange, SessionThen
from data.store.outbox.entries import KINDS, STATES
from data.store.outbox.handing_over import Acknowledged, Message
from data.store.plans import StoredCase
from data.store.runs import RecordedRun, Run
from data.store.schedules import CHANGES, SessionChange
from data.store.settings import Settings
from data.store.store import Store, case_hash
from data.store.upgrade import create_or_upgrade

__all__ = [
    "CHANGES",
    "KINDS",
    "STATES",
    "Acknowledged",
    "ChangedMeanwhileError",
    "Database",
    "DoubleBookingError",
    "Message",
    "Offer",
    "RecordedChange",
    "RecordedRun",
    "Run",
    "SessionChange",
    "SessionThen",
    "Settings",
    "Statistic",
    "Store",
    "StoreUnreachableError",
    "StoredCase",
    "case_hash",
    "create_or_upgrade",
]
