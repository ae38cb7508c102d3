"""Excel workbooks: the roster as planners print it, and duties that planners have edited or brought along."""

from data.workbooks.reading import read_roster_workbook
from data.workbooks.texts import LANGUAGES, Language
from data.workbooks.writing import roster_workbook

__all__ = ["LANGUAGES", "Language", "read_roster_workbook", "roster_workbook"]
