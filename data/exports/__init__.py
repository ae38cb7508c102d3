"""What leaves Pontual for other programs: iCalendar files and the roster as a workbook."""

from data.exports.icalendar_files import agent_calendars
from data.exports.invitations import Invitation, Organizer, invitation_file
from data.workbooks import roster_workbook

__all__ = ["Invitation", "Organizer", "agent_calendars", "invitation_file", "roster_workbook"]
