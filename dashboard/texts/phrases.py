"""What the referee and the readers of files say, in the language of the page.

They speak English, to whomever they speak. Their sentences come from templates, and a phrase book holds each
template with its Portuguese; what the sentence fills in is carried over, with kinds and dates put into
Portuguese too. A sentence that no phrase fits stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from dashboard.texts.file_phrases import FILE_PHRASES
from dashboard.texts.formats import SHORT_WEEKDAYS, Language
from dashboard.texts.referee_phrases import REFEREE_PHRASES

PHRASES: Mapping[str, str] = {**REFEREE_PHRASES, **FILE_PHRASES}
"""Portuguese templates by the English ones; both name the same values in braces."""

_VALUE = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4})-(\d\d)-(\d\d)\b")


def phrase(said: str, language: Language) -> str:
    """A sentence of the referee or of the files, in this language."""
    return said if language == "en" else _in_portuguese(said)


@lru_cache(maxsize=4096)
def _in_portuguese(said: str) -> str:
    for pattern, template in _patterns():
        found = pattern.fullmatch(said)
        if found is not None:
            values = {name: _in_portuguese(value) for name, value in found.groupdict().items()}
            return template.format(**values)
    return _DAY.sub(_brazilian_day, said)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The phrase book, ready to be matched: what leaves the least to fill in comes first."""
    ordered = sorted(PHRASES, key=lambda template: -len(_VALUE.sub("", template)))
    return tuple((_pattern(template), PHRASES[template]) for template in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    parts = _VALUE.split(template)
    fixed, names = parts[::2], parts[1::2]
    groups = [f"(?P<{name}>.+?)" for name in names]
    return re.compile(
        "".join(re.escape(text) + group for text, group in zip(fixed, [*groups, ""], strict=True))
    )


def _brazilian_day(found: re.Match[str]) -> str:
    try:
        on = date(*map(int, found.groups()))
    except ValueError:
        return found[0]
    return f"{SHORT_WEEKDAYS['pt-BR'][on.weekday()]} {on:%d/%m/%Y}"
