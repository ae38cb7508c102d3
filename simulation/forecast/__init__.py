"""The forecast: bookings of days to come from those of the past, with intervals.

It lives beside the simulation because both say what may happen, and nothing here decides anything. What is
known of the past and of the calendar is brought together here; the statistics are in `fitting`, whose library
(statsmodels) loads scipy's optimizer and with it a second HiGHS, which must never share a process with that
of OR-Tools. So `fitting` always runs in a process of its own (`apart`), and nothing else may import it.
"""

from simulation.forecast.counts import BookingCounts, Series, counts_of_history, counts_of_sessions
from simulation.forecast.demand import Minutes, demand_of
from simulation.forecast.predicted import Forecast, ModelError
from simulation.forecast.predicting import ClosedHorizonError, TooShortError, forecast
from simulation.forecast.shares import UNCHANGED, Shares

__all__ = [
    "UNCHANGED",
    "BookingCounts",
    "ClosedHorizonError",
    "Forecast",
    "Minutes",
    "ModelError",
    "Series",
    "Shares",
    "TooShortError",
    "counts_of_history",
    "counts_of_sessions",
    "demand_of",
    "forecast",
]
