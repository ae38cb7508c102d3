"""One cell: text to value and back, for every kind of column.

What a Brazilian spreadsheet writes is understood: DD/MM/YYYY, the decimal comma, sim and não. A cell is
stripped of surrounding blanks before it is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Any

from data.files.instants import (
    format_day,
    format_instant,
    format_time_of_day,
    parse_day,
    parse_instant,
    parse_time_of_day,
)
from data.identity import is_valid_cnpj, is_valid_cpf
from data.model import MISSING, PlanningAxis, joined
from data.model.columns import (
    Choice,
    Day,
    Flag,
    Instant,
    Instants,
    Integer,
    Kind,
    Number,
    Surrogate,
    Text,
    TimeOfDay,
    Tokens,
)

Parse = Callable[[str], Any]
Format = Callable[[Any], str]

YES = frozenset({"true", "t", "1", "1.0", "yes", "y", "sim", "s", "verdadeiro", "v"})
NO = frozenset({"false", "f", "0", "0.0", "no", "n", "não", "nao", "falso"})

SHORTEST_TAX_ID, LONGEST_TAX_ID = 11, 18
"""Characters of a CPF without separators, and of a CNPJ with all of them."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:[.,]0{1,9})?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,300}(?:[.,]\d{1,300})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DECIMAL_WITH_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d{1,20}", re.ASCII)
_DASH = "[-\u2010-\u2014]"
_CPF = re.compile(rf"\d{{3}}[. ]?\d{{3}}[. ]?\d{{3}}(?:{_DASH}|[. /])?\d{{2}}", re.ASCII)
_CNPJ = re.compile(
    rf"[0-9A-Z]{{2}}[. ]?[0-9A-Z]{{3}}[. ]?[0-9A-Z]{{3}}[/ ]?[0-9A-Z]{{4}}(?:{_DASH}| )?\d{{2}}", re.ASCII
)


def parser(kind: Kind, axis: PlanningAxis) -> Parse:
    """The function that reads a cell of this kind, already stripped and not empty.

    It raises ValueError; the message is what was expected.
    """
    match kind:
        case Text():
            return lambda text: _parse_name(text, "name")
        case Surrogate():
            return lambda text: _parse_name(text, "surrogate")
        case Choice(options):
            return lambda text: _parse_choice(text, options)
        case Tokens(options):
            return lambda text: _parse_tokens(text, options)
        case Integer():
            return lambda text: _parse_integer(text, kind.low, kind.high)
        case Number():
            return lambda text: _parse_number(text, kind.low, kind.high)
        case Flag():
            return _parse_flag
        case Instant(floor):
            return lambda text: parse_instant(text, axis, floor=floor)
        case Day():
            return lambda text: parse_day(text, axis)
        case TimeOfDay():
            return parse_time_of_day
        case Instants():
            return lambda text: tuple(
                parse_instant(part.strip(), axis, floor=False) for part in text.split("|")
            )


def formatter(kind: Kind, axis: PlanningAxis) -> Format:
    """The function that writes a value of this kind; a missing value becomes the empty cell."""
    match kind:
        case Flag():
            return lambda value: "true" if value else "false"
        case Number():
            return lambda value: "" if value != value else repr(float(value) + 0.0)
        case Integer():
            return lambda value: "" if value == MISSING else str(value)
        case Instant():
            return lambda value: "" if value == MISSING else format_instant(value, axis)
        case Day():
            return lambda value: "" if value == MISSING else format_day(value, axis)
        case TimeOfDay():
            return lambda value: "" if value == MISSING else format_time_of_day(value)
        case Instants():
            return lambda value: "|".join(format_instant(minute, axis) for minute in value)
        case Tokens():
            return lambda value: joined(value.split("|")) if value else ""
        case _:
            return str


def are_plain_names(texts: Collection[str]) -> bool:
    """Whether each of these is a name or surrogate that reads as it stands, told at a glance; else read them.

    Nothing is printable that can't be seen.
    """
    return (
        all(texts)
        and all(text == text.strip() for text in texts)
        and "".join(texts).isprintable()
        and not any(map(_is_tax_id, texts))
    )


def parse_text(text: str) -> str:
    """Text as it stands, if all of it can be seen."""
    if _UNSEEN.search(text):
        raise ValueError("expected text without control characters")
    return text


def _parse_name(text: str, what: str) -> str:
    """A name or surrogate; a CPF or CNPJ in its place would reach logs and screens, so it is refused."""
    if _is_tax_id(text):
        raise ValueError(f"expected a {what}, not a CPF or CNPJ")
    return parse_text(text)


def _is_tax_id(text: str) -> bool:
    """Whether the text is a CPF or CNPJ with right check digits, and separators, if any, in their places.

    Small letters are those of a CNPJ only where its slash is there too.
    """
    # Nearly every text is told apart here: a number has 11 to 18 characters and two digits at its end.
    # (In capitals, a text beyond ASCII may be longer.)
    if len(text) > LONGEST_TAX_ID or (len(text) < SHORTEST_TAX_ID and text.isascii()):
        return False
    if not text[-1:].isdecimal():
        return False
    if _CPF.fullmatch(text):
        return is_valid_cpf(text)
    number = text.upper() if "/" in text else text
    return _CNPJ.fullmatch(number) is not None and is_valid_cnpj(number)


def _parse_choice(text: str, options: tuple[str, ...]) -> str:
    for option in (text, text.lower(), text.upper()):
        if option in options:
            return option
    raise ValueError(f"expected one of {_listed(options)}")


def _listed(options: tuple[str, ...]) -> str:
    return ", ".join(option for option in options if option)


def _parse_tokens(text: str, options: tuple[str, ...]) -> str:
    words = [_parse_name(word.strip(), "name") for word in text.split("|")]
    if not all(words):
        raise ValueError("expected words with one | between them")
    if options and not set(words) <= set(options):
        raise ValueError(f"expected words out of {_listed(options)}, with | between them")
    return joined(words)


def _parse_integer(text: str, low: int, high: int) -> int:
    match = _WHOLE.fullmatch(text)
    if match is None or not low <= int(match[1]) <= high:
        raise ValueError(f"expected a whole number from {low} to {high}")
    return int(match[1])


def _parse_number(text: str, low: float, high: float) -> float:
    """A decimal number; a comma is the decimal sign, and dots before one are thousands."""
    if _DECIMAL_WITH_THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    if _DECIMAL.fullmatch(text):
        value = float(text.replace(",", "."))
        if low <= value <= high:
            return value + 0.0  # minus zero becomes zero
    raise ValueError(f"expected a number from {low:g} to {high:g}")


def _parse_flag(text: str) -> bool:
    word = unicodedata.normalize("NFC", text).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("expected true or false (or sim, não, 1, 0, S, N)")
