"""The report: one self-contained HTML file, without scripts and without anything to load."""

from dashboard.report.page import report_html, write_report
from dashboard.results import ReportContent

__all__ = ["ReportContent", "report_html", "write_report"]
