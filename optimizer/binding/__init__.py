"""Binding: sessions with promised starts to agents, kept possible while sessions come and go."""

from optimizer.binding.binder import Answer, Binder, Limits, Verdict
from optimizer.binding.dispatch import Dispatcher
from optimizer.binding.team import Kind, Service, Team
from optimizer.binding.witness import Session, Witness

__all__ = [
    "Answer",
    "Binder",
    "Dispatcher",
    "Kind",
    "Limits",
    "Service",
    "Session",
    "Team",
    "Verdict",
    "Witness",
]
