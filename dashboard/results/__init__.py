"""What a run came to, as plain values for people to read; the report and the pages both show these."""

from dashboard.results.content import LevelOutcome, ReportContent, SolveOutcome
from dashboard.results.groups import IN_GROUPS, GroupEstimates, group_columns, group_rows
from dashboard.results.indicators import kpi_value
from dashboard.results.reading import (
    ResultError,
    error_words,
    folder_label,
    list_runs,
    newest_change,
    problem_words,
    read_result,
    run_folder,
)
from dashboard.results.summary import (
    Card,
    Tone,
    cards,
    duty_rows,
    headline,
    kpi_rows,
    level_rows,
    provenance_rows,
    short_key,
    title,
    unplaced_in_order,
    unplaced_rows,
    verdict,
)
from dashboard.results.tables import readable_table

__all__ = [
    "IN_GROUPS",
    "Card",
    "GroupEstimates",
    "LevelOutcome",
    "ReportContent",
    "ResultError",
    "SolveOutcome",
    "Tone",
    "cards",
    "duty_rows",
    "error_words",
    "folder_label",
    "group_columns",
    "group_rows",
    "headline",
    "kpi_rows",
    "kpi_value",
    "level_rows",
    "list_runs",
    "newest_change",
    "problem_words",
    "provenance_rows",
    "read_result",
    "readable_table",
    "run_folder",
    "short_key",
    "title",
    "unplaced_in_order",
    "unplaced_rows",
    "verdict",
]
