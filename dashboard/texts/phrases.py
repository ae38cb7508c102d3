"""What the referee and the readers of files say, in the language of the page.

They speak English, to whomever they speak. Their sentences come from templates, and a phrase book holds each
template with its Portuguese; what the sentence fills in is carried over, with kinds and dates put into
Portuguese too. A sentence that no phrase fits stays as it is.

A template may hold little of its own, such as "{moment} to {later}". So that it takes no other sentence for
one of its kind, the names of its values say what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from dashboard.texts.change_phrases import CHANGE_PHRASES
from dashboard.texts.document_phrases import DOCUMENT_PHRASES
from dashboard.texts.event_phrases import EVENT_PHRASES
from dashboard.texts.file_phrases import FILE_PHRASES
from dashboard.texts.formats import SHORT_WEEKDAYS, Language
from dashboard.texts.referee_phrases import REFEREE_PHRASES
from dashboard.texts.refusal_phrases import REFUSAL_PHRASES
from dashboard.texts.scenario_phrases import SCENARIO_PHRASES
from dashboard.texts.schedule_phrases import SCHEDULE_PHRASES

BOOKS: tuple[Mapping[str, str], ...] = (
    REFEREE_PHRASES,
    SCHEDULE_PHRASES,
    CHANGE_PHRASES,
    FILE_PHRASES,
    DOCUMENT_PHRASES,
    SCENARIO_PHRASES,
    EVENT_PHRASES,
    REFUSAL_PHRASES,
)

PHRASES: Mapping[str, str] = {english: told for book in BOOKS for english, told in book.items()}
"""Portuguese templates by the English ones; both name the same values in braces."""

_VALUE = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4})-(\d\d)-(\d\d)\b")

_ANYTHING = ".+?"
_NUMBER = r"-?\d[\d.,]*"
_MOMENT = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d|no time|minute -?\d+ of the horizon)"
_SPAN = rf"{_MOMENT}(?:-\d\d:\d\d| to {_MOMENT})"
_NAME = r"[^\s,;:']+"
_QUOTED = r"""(?:'[^']*'|"[^"]*")"""
_SHAPES: Mapping[str, str] = {
    "number": _NUMBER,
    "figure": _NUMBER,
    "minutes": _NUMBER,
    "moment": _MOMENT,
    "later": _MOMENT,
    "span": _SPAN,
    "other_span": _SPAN,
    "code": "[A-Z][A-Z0-9-]+",
    "name": _NAME,
    "others": rf"{_NAME}(?: and {_NAME})*",
    "other": _NAME,
    "names": rf"{_NAME}(?:, {_NAME})*",
    "quoted": rf"{_QUOTED}(?:, {_QUOTED})*",
    "last_quoted": _QUOTED,
}
"""What values look like that are named so; all others may be anything."""

_AS_THEY_ARE = frozenset({"code", "name", "other", "names", "options", "known", "quoted", "last_quoted"})
"""Values that are names in files and tables; they are not words, even where they look like some."""

_SIGNS = str.maketrans(",.", ".,")
"""Of figures, which people read; numbers stay as files have them."""


def phrase(said: str, language: Language) -> str:
    """A sentence of the referee or of the files, in this language."""
    return said if language == "en" else _in_portuguese(said)


@lru_cache(maxsize=4096)
def _in_portuguese(said: str) -> str:
    for pattern, template in _patterns():
        found = pattern.fullmatch(said)
        if found is not None:
            values = {name: _value(name, value) for name, value in found.groupdict().items()}
            return template.format(**values)
    return _DAY.sub(_brazilian_day, said)


def _value(name: str, value: str) -> str:
    if name in _AS_THEY_ARE:
        return value
    return value.translate(_SIGNS) if name == "figure" else _in_portuguese(value)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The phrase book, ready to be matched: what leaves the least to fill in comes first."""
    ordered = sorted(PHRASES, key=lambda template: -len(_VALUE.sub("", template)))
    return tuple((_pattern(template), PHRASES[template]) for template in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    parts = _VALUE.split(template)
    fixed, names = parts[::2], parts[1::2]
    groups = [f"(?P<{name}>{_SHAPES.get(name, _ANYTHING)})" for name in names]
    return re.compile(
        "".join(re.escape(text) + group for text, group in zip(fixed, [*groups, ""], strict=True))
    )


def _brazilian_day(found: re.Match[str]) -> str:
    try:
        on = date(*map(int, found.groups()))
    except ValueError:
        return found[0]
    return f"{SHORT_WEEKDAYS['pt-BR'][on.weekday()]} {on:%d/%m/%Y}"
