"""What leaves Pontual for other programs: iCalendar files and the roster as a workbook."""

from data.exports.icalendar_files import agent_calendars
from data.workbooks import roster_workbook

__all__ = ["agent_calendars", "roster_workbook"]
