"""What leaves Pontual for other programs: iCalendar files."""

from data.exports.icalendar_files import agent_calendars

__all__ = ["agent_calendars"]
