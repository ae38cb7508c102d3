"""Texts of a forecast, in English."""

from __future__ import annotations

# ruff: noqa: E501
FORECAST_ENGLISH: dict[str, str] = {
    "forecast.days": "Bookings expected, with 90% intervals",
    "forecast.back_test.one": "On the past: {n} origin, {days} days held back",
    "forecast.back_test.many": "On the past: {n} origins, {days} days held back from each",
    "forecast.picked": "Picked: {model}, with the least error on what was held back.",
    "forecast.history": "History from {first} to {last}: {recorded} days with bookings; nothing is recorded of {missing} others on which the service should have been open.",
    "forecast.widened": "The intervals are {factor} times as wide as the model's own: that is what the past asks for.",
    "forecast.shifts": "The level shifted suddenly on: {days}.",
    "forecast.echo": "The level of a year ago takes part: certificates of one year are renewed.",
    "forecast.no_echo": "The level of a year ago takes no part: that needs a year and a half of history.",
    "forecast.what_if": "What if: {factor} sessions for each one as in the past.",
    "forecast.assumed": "No bookings show how long these sessions take; the middle of what the policy allows is assumed: {skills}.",
    "forecast.without_agents": "No agent has these skills: {skills}.",
    "forecast.demand": "Demand of {hours} agent hours, sessions taking {load} of the time in service.",
    "forecast.how_to_plan": "Plan for it: pontual roster {folder}",
    "forecast_left_out.closed_days": "Left out: {n} days with bookings that are closed by today's opening hours and holidays.",
    "forecast_left_out.later_rows": "Left out: {n} rows that are not past at the moment of planning.",
    "forecast_left_out.bad_rows": "Left out: {n} bad rows (pontual calibrate lists them).",
    "forecast_column.day": "day",
    "forecast_column.expected": "bookings",
    "forecast_column.interval": "90% interval",
    "forecast_column.model": "model",
    "forecast_column.error": "error",
    "forecast_column.coverage": "inside 90% intervals",
    "forecast_model.seasonal_naive": "as the same weekday before",
    "forecast_model.steady_growth": "calendar and steady growth",
    "forecast_model.local_level": "calendar and a drifting level",
    "forecast_model.combined": "mean of steady growth and drifting level",
}
