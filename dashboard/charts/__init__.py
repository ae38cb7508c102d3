"""Pure functions that turn a planning case into Altair charts.

Every chart function takes the texts of the reader's language and the colours of the page that it is on.
Times are wall-clock times in the zone of the service, and do not depend on the zone of the reader.
"""

from dashboard.charts.colours import DARK, LIGHT, Colours
from dashboard.charts.coverage import coverage_chart, coverage_rows
from dashboard.charts.fitted import fitted_chart, fitted_rows
from dashboard.charts.frontier import FrontierPoint, frontier_chart, frontier_rows
from dashboard.charts.occupancy import occupancy_chart, occupancy_rows
from dashboard.charts.requirement import requirement_chart, requirement_rows
from dashboard.charts.roster_gantt import roster_gantt, roster_rows
from dashboard.charts.sessions_by_day import sessions_by_day_chart, sessions_by_day_rows
from dashboard.charts.unplaced_by_reason import unplaced_by_reason_chart, unplaced_by_reason_rows
from dashboard.charts.waiting import waiting_chart, waiting_rows

__all__ = [
    "DARK",
    "LIGHT",
    "Colours",
    "FrontierPoint",
    "coverage_chart",
    "coverage_rows",
    "fitted_chart",
    "fitted_rows",
    "frontier_chart",
    "frontier_rows",
    "occupancy_chart",
    "occupancy_rows",
    "requirement_chart",
    "requirement_rows",
    "roster_gantt",
    "roster_rows",
    "sessions_by_day_chart",
    "sessions_by_day_rows",
    "unplaced_by_reason_chart",
    "unplaced_by_reason_rows",
    "waiting_chart",
    "waiting_rows",
]
