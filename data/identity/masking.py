"""Masks for people and logs: what a text may show of a CPF, CNPJ, e-mail address or telephone number.

Masking errs on the side of hiding: a long number that might be personal is hidden even if it is not.
"""

from __future__ import annotations

import re

from data.identity.tax_ids import CNPJ_LENGTH, CPF_LENGTH, compact_tax_id, is_valid_cnpj, is_valid_cpf

HIDDEN = "***"

_START = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_DASH = "[-\u2010-\u2015]"

_EMAIL = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)*")
_CNPJ = re.compile(
    rf"{_START}[0-9A-Za-z]{{2}}\.?[0-9A-Za-z]{{3}}\.?[0-9A-Za-z]{{3}}/?[0-9A-Za-z]{{4}}{_DASH}?[0-9]{{2}}{_END}"
)
_CPF = re.compile(rf"{_START}[0-9]{{3}}[. ]?[0-9]{{3}}[. ]?[0-9]{{3}}(?:{_DASH}|[. /])?[0-9]{{2}}{_END}")
# With all its points and dashes a number is known even where it runs into its neighbours.
_GLUED_CNPJ = re.compile(rf"[0-9A-Za-z]{{2}}(?:\.[0-9A-Za-z]{{3}}){{2}}/[0-9A-Za-z]{{4}}{_DASH}[0-9]{{2}}")
_GLUED_CPF = re.compile(rf"[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}{_DASH}[0-9]{{2}}")
_PHONE_WITH_AREA = re.compile(
    rf"(?<![0-9A-Za-z+(])(?:\+?55[ .]?{_DASH}?)?\(?0?[1-9][0-9]\)?[ .]?{_DASH}?"  # country and area
    rf"(?:9[ .]?)?[2-9][0-9]{{3}}[ .]?{_DASH}?[0-9]{{4}}{_END}"
)
_LOCAL_PHONE = re.compile(
    rf"(?<![0-9A-Za-z.,-])(?!(?:19|20)[0-9]{{2}}{_DASH}(?:19|20)[0-9]{{2}}{_END})"  # no range of years
    rf"(?:9[0-9]{{4}}{_DASH}?|[2-5][0-9]{{3}}{_DASH})[0-9]{{4}}(?![0-9A-Za-z]|{_DASH}[0-9])"
)
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{10,}(?![0-9A-Za-z])")
_GLUED_NUMBER = re.compile(r"[0-9]{11,}")


def mask_tax_id(text: str) -> str:
    """A CPF as ``***.444.777-**``, a CNPJ as ``**.222.333/****-**``; anything else is hidden whole."""
    number = compact_tax_id(text).upper()
    if len(number) == CPF_LENGTH and number.isascii() and number.isdigit():
        return f"***.{number[3:6]}.{number[6:9]}-**"
    if len(number) == CNPJ_LENGTH and number.isascii() and number.isalnum():
        return f"**.{number[2:5]}.{number[5:8]}/****-**"
    return HIDDEN


def masked(text: str) -> str:
    """The text with CPFs and CNPJs masked, and with e-mail addresses and telephone numbers hidden.

    Numbers are found with or without their points and dashes, right or wrong in their check digits; glued to
    letters or digits they are found when they have all their points and dashes, or right check digits. Other
    runs of 10 digits or more are hidden too. Dates, times and surrogates pass unharmed. Masking a masked
    text changes nothing.
    """
    text = _EMAIL.sub(HIDDEN, text)
    text = _GLUED_CNPJ.sub(_mask_number, text)
    text = _GLUED_CPF.sub(_mask_number, text)
    text = _CNPJ.sub(_mask_number, text)
    text = _CPF.sub(_mask_number, text)
    text = _PHONE_WITH_AREA.sub(HIDDEN, text)
    text = _LOCAL_PHONE.sub(HIDDEN, text)
    text = _LONG_NUMBER.sub(HIDDEN, text)
    return _GLUED_NUMBER.sub(_mask_if_valid, text)


def _mask_number(found: re.Match[str]) -> str:
    """A bare number that is no CPF or CNPJ may be a telephone number or a word: hide it whole."""
    number = found[0]
    if number.isalnum() and not is_valid_cpf(number) and not is_valid_cnpj(number.upper()):
        return HIDDEN
    return mask_tax_id(number)


def _mask_if_valid(found: re.Match[str]) -> str:
    """Digits glued to letters may be part of a hash: up to 14 stay unless they are or hold a CPF or CNPJ."""
    number = found[0]
    if is_valid_cpf(number) or is_valid_cnpj(number):
        return mask_tax_id(number)
    windows = (number[at : at + CPF_LENGTH] for at in range(len(number) - CPF_LENGTH + 1))
    return HIDDEN if len(number) > CNPJ_LENGTH or any(map(is_valid_cpf, windows)) else number
