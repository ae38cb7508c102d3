"""Explanations of rosters: what is missing where they are understaffed, and the price of each rule."""

from optimizer.roster_explanations.documents import (
    prices_document,
    understaffing_document,
    understaffing_table,
)
from optimizer.roster_explanations.margins import Margin, rule_margins
from optimizer.roster_explanations.rule_prices import RulePrices, rule_prices
from optimizer.roster_explanations.understaffing import Run, understaffed_runs

__all__ = [
    "Margin",
    "RulePrices",
    "Run",
    "prices_document",
    "rule_margins",
    "rule_prices",
    "understaffed_runs",
    "understaffing_document",
    "understaffing_table",
]
