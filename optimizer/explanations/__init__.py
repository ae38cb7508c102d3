"""Why bookings are where they are, or are nowhere: proven causes, and what a change would cost."""

from optimizer.explanations.document import explanation_document, label, overview_document
from optimizer.explanations.explain import Explanation, explain
from optimizer.explanations.overview import Overview, overview
from optimizer.explanations.standing import Standing
from optimizer.explanations.texts import LANGUAGES

__all__ = [
    "LANGUAGES",
    "Explanation",
    "Overview",
    "Standing",
    "explain",
    "explanation_document",
    "label",
    "overview",
    "overview_document",
]
