"""Excel workbooks: the roster as planners print it, with tables to filter and edit."""

from data.workbooks.texts import LANGUAGES, Language
from data.workbooks.writing import roster_workbook

__all__ = ["LANGUAGES", "Language", "roster_workbook"]
