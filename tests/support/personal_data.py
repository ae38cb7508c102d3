"""Looks for personal data in what the program under test puts out: CPF, CNPJ, e-mail, telephone.

Written apart from `data.identity.masking`, which it judges: check digits are python-stdnum's, and only what
is certainly personal counts, so that no number of a result is taken for a CPF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.br import cnpj, cpf

AREA_CODES = frozenset(
    str(code)
    for codes in (
        range(11, 20), (21, 22, 24, 27, 28), range(31, 36), (37, 38), range(41, 50), (51, 53, 54, 55),
        range(61, 70), (71, 73, 74, 75, 77, 79), range(81, 90), range(91, 100),
    )
    for code in codes
)  # fmt: skip
"""Of the national numbering plan (Anatel)."""

NOBODY = ".invalid"
"""Addresses in this domain are nobody's (RFC 2606)."""

_NUMBERS = re.compile(r"[(+0-9A-Z][0-9A-Z./() +-]{10,}")
"""Where a CPF, CNPJ or telephone number may stand, whatever it is; found fast in long texts."""
# A digit after a point or a dash may be part of a longer number, a date or a hash.
_BEFORE, _AFTER = r"(?<![\w./+-])", r"(?!\w|[./-]\w)"
_CPF = re.compile(
    rf"(?<!\w)[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}-[0-9]{{2}}(?!\w)|{_BEFORE}[0-9]{{11}}{_AFTER}", re.ASCII
)
_CNPJ = re.compile(
    r"(?<!\w)[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}(?!\w)"
    rf"|{_BEFORE}[0-9A-Z]{{12}}[0-9]{{2}}{_AFTER}",
    re.ASCII,
)
_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*", re.ASCII)
_PHONE = re.compile(
    # With its area in brackets or apart, with the country or without; or bare, a mobile one.
    rf"{_BEFORE}(?:\+?55[ -]?)?(?:\(([0-9]{{2}})\)[ -]?|([0-9]{{2}})[ -])"
    rf"(?:9[0-9]{{4}}|[2-5][0-9]{{3}})[- ]?[0-9]{{4}}{_AFTER}"
    rf"|{_BEFORE}\+55([0-9]{{2}})(?:9[0-9]{{8}}|[2-5][0-9]{{7}}){_AFTER}"
    rf"|{_BEFORE}([0-9]{{2}})9[0-9]{{8}}{_AFTER}",
    re.ASCII,
)


def personal_data_in(text: str) -> Iterator[tuple[str, str]]:
    """What is found: its kind, and the value with all but its ends hidden."""
    for place in _NUMBERS.finditer(text):
        # What stands before and after decides whether it is a number by itself.
        yield from _numbers_in(text[max(0, place.start() - 1) : place.end() + 2])
    if "@" in text:
        for found in _EMAIL.finditer(text):
            name, _, ending = found[0].rpartition(".")
            if "@" in name and ending.isalpha() and not found[0].endswith(NOBODY):
                yield "e-mail", _hidden(found[0])


def _numbers_in(text: str) -> Iterator[tuple[str, str]]:
    for found in _CPF.finditer(text):
        digits = found[0].replace(".", "").replace("-", "")
        if len(set(digits)) > 1 and cpf.is_valid(digits):
            yield "CPF", _hidden(found[0])
    for found in _CNPJ.finditer(text):
        number = re.sub(r"[./-]", "", found[0])
        if len(set(number)) > 1 and cnpj.is_valid(number):
            yield "CNPJ", _hidden(found[0])
    for found in _PHONE.finditer(text):
        if next(filter(None, found.groups()), "") in AREA_CODES:
            yield "telephone", _hidden(found[0])


def _hidden(value: str) -> str:
    return f"{value[:2]}...{value[-2:]}"
