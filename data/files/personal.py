"""Order numbers, CPFs and CNPJs at the boundary: checked, and turned into surrogates (R8, DOMAIN 3.3 and 4).

Their values never appear in a problem. A spreadsheet that takes a CPF or CNPJ for a number cuts off its
leading zeros; they are put back when the check digits then fit, and fit one kind only.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from data.files.cells import parse_text
from data.files.errors import BadDataError, Problem
from data.files.raw_table import HEADER_ROW, Cells, RawTable
from data.identity import (
    SurrogateKey,
    is_valid_cnpj,
    is_valid_cpf,
    mask_tax_id,
    normalise_order_number,
    normalise_tax_id,
)
from data.model.columns import BoolArray, Column, Surrogate

CPF_DIGITS, CNPJ_CHARACTERS = 11, 14
FEWEST_DIGITS_LEFT = 3

_ROUNDED_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+", re.ASCII)


def derive_surrogates(
    raw: RawTable, column: Column, key: SurrogateKey | None, order_number_prefixes: tuple[str, ...]
) -> tuple[Any, BoolArray, list[Problem]]:
    """A column of surrogates from its personal columns, of which the file has at least one.

    Returns:
        The surrogates ("" where there is none), which rows are good, and the problems.
    """
    assert isinstance(column.kind, Surrogate)  # noqa: S101 - for the type checker
    names = column.kind.raw
    count = len(raw.rows)
    surrogates = np.full(count, "", dtype=object)
    nothing = np.zeros(count, dtype=np.bool_)
    form = _problems_of_form(raw, column.name, names, key)
    if form or key is None:
        return surrogates, nothing, form
    good = np.ones(count, dtype=np.bool_)
    problems: list[Problem] = []
    parts: list[tuple[Cells, list[str]]] = []
    for name in names:
        cells = raw.columns[name]
        values, wrong = _read_distinct(name, cells, order_number_prefixes)
        parts.append((cells, values))
        if wrong:
            good &= ~np.isin(cells.codes, np.fromiter(wrong, dtype=np.int64))
            for place in np.flatnonzero(np.isin(cells.codes, np.fromiter(wrong, dtype=np.int64))).tolist():
                number = int(cells.codes[place])
                value = _hidden(name, cells.texts[number])
                problems.append(Problem(raw.file, int(raw.rows[place]), name, value, wrong[number]))
    known: dict[tuple[str, ...], str] = {}
    for place in np.flatnonzero(good).tolist():
        values_of_row = tuple(values[cells.codes[place]] for cells, values in parts)
        if values_of_row not in known:
            known[values_of_row] = _surrogate(key, values_of_row)
        surrogates[place] = known[values_of_row]
    return surrogates, good, problems


def _problems_of_form(
    raw: RawTable, column: str, names: tuple[str, ...], key: SurrogateKey | None
) -> list[Problem]:
    both = " and ".join(names)
    if column in raw.columns:
        return [Problem(raw.file, HEADER_ROW, column, "", f"expected either {column} or {both}, not both")]
    absent = [name for name in names if name not in raw.columns]
    if absent:
        return [
            Problem(raw.file, HEADER_ROW, name, "", f"expected this column beside the other of {both}")
            for name in absent
        ]
    if key is None:
        expected = (
            f"expected {column} (a surrogate); {both} can only be read with a secret key "
            "(PONTUAL_KEY or PONTUAL_KEY_FILE)"
        )
        return [Problem(raw.file, HEADER_ROW, both, "", expected)]
    return []


def _surrogate(key: SurrogateKey, values: tuple[str, ...]) -> str:
    match values:
        case (order_number, tax_id):
            return key.booking(order_number, tax_id)
        case (cpf,):
            return key.participant(cpf)
        case _:
            raise AssertionError("surrogates come from an order number and a tax id, or from a CPF")


def _read_distinct(
    name: str, cells: Cells, order_number_prefixes: tuple[str, ...]
) -> tuple[list[str], dict[int, str]]:
    values, wrong = [], {}
    for number, text in enumerate(cells.texts):
        try:
            if name == "order_number":
                values.append(read_order_number(text, order_number_prefixes))
            else:
                values.append(read_tax_id(text, cpf_only=name == "cpf"))
        except ValueError as error:
            values.append("")
            wrong[number] = str(error)
    return values, wrong


def _hidden(name: str, text: str) -> str:
    if not text:
        return ""
    return "***" if name == "order_number" else mask_tax_id(text)


def read_order_number(text: str, prefixes: tuple[str, ...]) -> str:
    """R8: an order number is text that begins with one of the policy's prefixes; no prefixes: any text.

    Raises:
        ValueError: the message is what was expected; it never holds the number.
    """
    if _ROUNDED_NUMBER.fullmatch(text):
        raise ValueError("expected an order number as text; a spreadsheet has rounded it")
    number = normalise_order_number(parse_text(text))
    if prefixes and not number.startswith(prefixes):
        raise ValueError(f"expected an order number that begins with {' or '.join(prefixes)}")
    return number


def read_tax_id(text: str, *, cpf_only: bool) -> str:
    """A CPF (or CNPJ) with right check digits, its leading zeros put back where a spreadsheet cut them off.

    Zeros are put back when the result is a valid CPF or a valid CNPJ; where both would fit, it is refused.

    Raises:
        ValueError: the message is what was expected; it never holds the number.
    """
    if not text:
        raise ValueError(
            "expected a CPF; the cell is empty" if cpf_only else "expected a CPF or CNPJ; the cell is empty"
        )
    digits = text if text.isascii() and text.isdigit() else ""
    if FEWEST_DIGITS_LEFT <= len(digits) < CNPJ_CHARACTERS and not is_valid_cpf(digits):
        candidates = []
        if len(digits) < CPF_DIGITS and is_valid_cpf(digits.zfill(CPF_DIGITS)):
            candidates.append(digits.zfill(CPF_DIGITS))
        if not cpf_only and is_valid_cnpj(digits.zfill(CNPJ_CHARACTERS)):
            candidates.append(digits.zfill(CNPJ_CHARACTERS))
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise ValueError("expected all digits: with its leading zeros put back it may be a CPF or a CNPJ")
    number = normalise_tax_id(text)
    if cpf_only and len(number) != CPF_DIGITS:
        raise ValueError("expected the CPF of a person, not a CNPJ")
    return number


def booking_surrogate(key: SurrogateKey, order_number: str, tax_id: str) -> str:
    """The surrogate of the order that a person names by its number and CPF or CNPJ.

    Raises:
        BadDataError: when the two can't be those of an order; the message shows neither.
    """
    values, problems = [], []
    for name, text in (("order_number", order_number), ("tax_id", tax_id)):
        try:
            is_order = name == "order_number"
            values.append(read_order_number(text, ()) if is_order else read_tax_id(text, cpf_only=False))
        except ValueError as error:
            problems.append(Problem("order", None, name, "", str(error)))
    if problems:
        raise BadDataError(problems)
    return key.booking(*values)
