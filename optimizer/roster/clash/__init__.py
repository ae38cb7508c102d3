"""Pins that can be part of no legal roster: the smallest sets of pins, facts and rules that clash."""

from optimizer.roster.clash.no_tour import why_no_tour
from optimizer.roster.clash.sets import ClashingSet, clashing_sets
from optimizer.roster.clash.words import clash_documents, sentence, sentences

__all__ = ["ClashingSet", "clash_documents", "clashing_sets", "sentence", "sentences", "why_no_tour"]
