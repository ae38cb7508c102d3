"""Brasília's calendar: holidays, business days and opening hours (DOMAIN 3.4 and 3.5)."""

from data.calendars.business_days import add_business_days, install_email_due, is_business_day
from data.calendars.holiday_names import default_holiday_overrides, holiday_name, is_optional_day
from data.calendars.opening import hours_of, opening_intervals

__all__ = [
    "add_business_days",
    "default_holiday_overrides",
    "holiday_name",
    "hours_of",
    "install_email_due",
    "is_business_day",
    "is_optional_day",
    "opening_intervals",
]
