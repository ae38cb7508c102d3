"""Plan against reality: what was planned, what happened, why customers had to wait, and what to recalibrate.

It lives here because it asks what the simulation asks: what a plan meets on the day. Days as they were and
days as they are played are counted by the same functions; no decision is made, so that no solver is needed.
"""

from simulation.review.causes import CAUSES, Cause
from simulation.review.demand_error import DemandError, ErrorSummary, merged, summed
from simulation.review.documents import review_document
from simulation.review.events_of_day import EventsOfDay, events_of_day
from simulation.review.expected import REPLICATIONS, Expected
from simulation.review.facts import OUTCOMES, AgentFact, DayFacts, SessionFact
from simulation.review.figures import FIGURES, SHARES
from simulation.review.happened import day_facts
from simulation.review.past import past_sessions
from simulation.review.recalibration import Change, Recalibration
from simulation.review.review import HARMS, Figure, Harm, Review, review
from simulation.review.written import review_files

__all__ = [
    "CAUSES",
    "FIGURES",
    "HARMS",
    "OUTCOMES",
    "REPLICATIONS",
    "SHARES",
    "AgentFact",
    "Cause",
    "Change",
    "DayFacts",
    "DemandError",
    "ErrorSummary",
    "EventsOfDay",
    "Expected",
    "Figure",
    "Harm",
    "Recalibration",
    "Review",
    "SessionFact",
    "day_facts",
    "events_of_day",
    "merged",
    "past_sessions",
    "review",
    "review_document",
    "review_files",
    "summed",
]
