"""The store: cases, schedules with their history, events, offers and runs, in SQLite or PostgreSQL."""

from data.store.changes import PlanChanges
from data.store.database import Database
from data.store.days import Offer
from data.store.errors import ChangedMeanwhileError, DoubleBookingError, StoreUnreachableError
from data.store.forgetting import Statistic
from data.store.history import RecordedChange, SessionThen
from data.store.open_plan import OpenPlan
from data.store.outbox.entries import KINDS, STATES
from data.store.outbox.handing_over import Acknowledged, Message
from data.store.plans import StoredCase, StoredPlan
from data.store.requests import BatchAnswer, BatchRequest
from data.store.runs import RecordedRun, Run
from data.store.schedules import CHANGES, SessionChange
from data.store.settings import Settings
from data.store.store import Decided, PlanNow, Store, case_hash
from data.store.upgrade import create_or_upgrade

__all__ = [
    "CHANGES",
    "KINDS",
    "STATES",
    "Acknowledged",
    "BatchAnswer",
    "BatchRequest",
    "ChangedMeanwhileError",
    "Database",
    "Decided",
    "DoubleBookingError",
    "Message",
    "Offer",
    "OpenPlan",
    "PlanChanges",
    "PlanNow",
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
    "StoredPlan",
    "case_hash",
    "create_or_upgrade",
]
