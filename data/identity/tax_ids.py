"""CPF and CNPJ: their canonical text and their check digits (DOMAIN 4).

Both are text, never numbers: leading zeros count, and a CNPJ may hold letters since July 2026.
"""

from __future__ import annotations

from typing import Final

from stdnum.br import cnpj, cpf

_SEPARATORS = str.maketrans("", "", " .-/\u2010\u2011\u2012\u2013\u2014\u00a0")
CPF_LENGTH: Final = 11
CNPJ_LENGTH: Final = 14


def compact_tax_id(text: str) -> str:
    """The text without blanks, points, dashes and slashes; letters keep their case."""
    return text.strip().translate(_SEPARATORS)


def is_valid_cpf(text: str) -> bool:
    """Whether the text, formatted or not, is a CPF with right check digits.

    The library accepts eleven equal digits, whose check digits happen to fit; no such CPF exists.
    """
    number = compact_tax_id(text)
    return (
        len(number) == CPF_LENGTH
        and number.isascii()
        and number.isdigit()
        and number != number[0] * CPF_LENGTH
        and bool(cpf.is_valid(number))
    )


def is_valid_cnpj(text: str) -> bool:
    """Whether the text, formatted or not, is a CNPJ with right check digits: digits only, or alphanumeric.

    Small letters are refused: they are put in upper case once, by `normalise_tax_id`.
    """
    number = compact_tax_id(text)
    return (
        len(number) == CNPJ_LENGTH
        and number.isascii()
        and number == number.upper()
        and bool(cnpj.is_valid(number))
    )


def normalise_tax_id(text: str) -> str:
    """The canonical text of a CPF (11 digits) or CNPJ (14 characters, letters in upper case).

    Raises:
        ValueError: when it is neither; the message says why and never shows the text.
    """
    number = compact_tax_id(text).upper()
    if len(number) == CPF_LENGTH:
        if is_valid_cpf(number):
            return number
        raise ValueError("a CPF has 11 digits that end in its two check digits; these don't fit")
    if len(number) == CNPJ_LENGTH:
        if is_valid_cnpj(number):
            return number
        raise ValueError("a CNPJ has 14 characters that end in its two check digits; these don't fit")
    if number.isdigit() and len(number) < CNPJ_LENGTH:
        raise ValueError(
            f"expected a CPF of 11 digits or a CNPJ of 14 characters, not {len(number)} digits; "
            "a spreadsheet may have cut off leading zeros"
        )
    raise ValueError(f"expected a CPF of 11 digits or a CNPJ of 14 characters, not {len(number)} characters")


def normalise_order_number(text: str) -> str:
    """The canonical text of an order number: without blanks, letters in upper case.

    Raises:
        ValueError: when nothing is left.
    """
    number = "".join(text.split()).upper()
    if not number:
        raise ValueError("expected an order number")
    return number
