"""How many minutes to plan for each session of a run."""

from optimizer.allowances.sample_average import Allowances, DayPrices, sample_average_allowances

__all__ = ["Allowances", "DayPrices", "sample_average_allowances"]
