"""Files: planning cases as CSV, Parquet and JSON; every problem is named, and nothing is half-written."""

from data.files.booking_history import read_booking_history
from data.files.case_reader import read_case, read_table
from data.files.errors import (
    BadDataError,
    BusyError,
    CannotWriteError,
    FilesError,
    MissingInputError,
    Problem,
)
from data.files.past_sessions import BadRow, ReadHistory, SessionHistory, read_past_sessions
from data.files.plan_folder import PlanFolder, case_files, write_case, write_folder
from data.files.scenario_file import read_scenario_file, write_scenario_file
from data.files.smptsp import read_smptsp
from data.files.tables import FileFormat, table_bytes

__all__ = [
    "BadDataError",
    "BadRow",
    "BusyError",
    "CannotWriteError",
    "FileFormat",
    "FilesError",
    "MissingInputError",
    "PlanFolder",
    "Problem",
    "ReadHistory",
    "SessionHistory",
    "case_files",
    "read_booking_history",
    "read_case",
    "read_past_sessions",
    "read_scenario_file",
    "read_smptsp",
    "read_table",
    "table_bytes",
    "write_case",
    "write_folder",
    "write_scenario_file",
]
