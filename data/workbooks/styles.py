"""How the sheets look: made for a screen and for print in grey."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from data.workbooks.texts import WorkbookTexts

FONT = "Calibri"
LINE_POINTS = 11.5
"""Height of a line of the roster."""

HEAD_LINE_POINTS = 13.0
WIDTH_OF_A_BOLD_CHARACTER = 1.2
"""In the unit of column widths."""

_HEAD_FONT = Font(name=FONT, size=9, bold=True, color="FFFFFF")
_BODY_FONT, _BOLD_FONT = (Font(name=FONT, size=8, bold=bold) for bold in (False, True))
_THIN = Side(style="thin", color="A6A6A6")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_HEAD = PatternFill("solid", fgColor="404040")
_DAY_OFF = PatternFill("solid", fgColor="EDEDED")
_ABSENCE = PatternFill("lightUp", fgColor="7F7F7F", bgColor="FFFFFF")
_ILLEGAL_IN_XML = dict.fromkeys(
    (*(code for code in range(0x20) if code not in (0x09, 0x0A)), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
)
LONGEST_TITLE = 80
"""Characters of a plan's name in a header; Excel takes 255 for the whole of it."""


def put_text(cell: Cell, text: str) -> Cell:
    """Put a text that stays one: never a formula, an error value or a number, whatever it begins with."""
    cell.value = text.translate(_ILLEGAL_IN_XML)
    cell.data_type = "s"
    if text[:1] in {"=", "+", "-", "@"}:
        cell.quotePrefix = True
    return cell


def head(cell: Cell, text: str) -> None:
    """The head of a column."""
    put_text(cell, text)
    cell.font = _HEAD_FONT
    cell.fill, cell.border, cell.alignment = _HEAD, _BORDER, _CENTRED


def body(cell: Cell | MergedCell, *, bold: bool = False) -> None:
    """A cell of the roster."""
    cell.font = _BOLD_FONT if bold else _BODY_FONT
    cell.border, cell.alignment = _BORDER, _CENTRED


def body_rows(sheet: Worksheet) -> None:
    """All cells below the heads of a plain table."""
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            body(cell)


def day_off(cell: Cell) -> None:
    """A day without a duty."""
    body(cell)
    cell.fill = _DAY_OFF


def absence(cell: Cell) -> None:
    """A day with an absence: hatched, which stays visible in print."""
    body(cell, bold=True)
    cell.fill = _ABSENCE


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Widths of the columns in characters."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def set_height_of_heads(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Room for as many lines as the longest head takes in its column."""
    lines = max(
        -(-len(str(cell.value)) // max(int(width / WIDTH_OF_A_BOLD_CHARACTER), 1))
        for cell, width in zip(sheet[1], widths, strict=False)
    )
    sheet.row_dimensions[1].height = lines * HEAD_LINE_POINTS + 3


def set_up_print(
    sheet: Worksheet, texts: WorkbookTexts, *, name: str, title: str, week: str, planned: str
) -> None:
    """One page wide on A4 across, the heads on every page, plan and week above, page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.print_title_rows = "1:1"
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(
        left=_HeaderFooterPart(_literal(name)),
        center=_HeaderFooterPart(_literal(title)),
        right=_HeaderFooterPart(_literal(week)),
    )
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(_literal(planned)),
        right=_HeaderFooterPart(texts.page_of.format(page="&P", pages="&N")),
    )


def _literal(text: str) -> str:
    """A text without codes of headers: & begins one, and digits at the start would be a size of the font."""
    short = " ".join(text.translate(_ILLEGAL_IN_XML)[:LONGEST_TITLE].split())
    return " " + short.replace("&", "&&") if short else ""
