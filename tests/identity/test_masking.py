"""Masks: nothing personal passes, and what is not personal passes unharmed."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.identity import SurrogateKey, mask_tax_id, masked

DIGITS = st.text(string.digits, min_size=9, max_size=9)


def test_masks_of_tax_ids() -> None:
    """A CPF shows its middle six digits, a CNPJ the same of its root, anything else nothing."""
    assert mask_tax_id("11144477735") == "***.444.777-**"
    assert mask_tax_id("111.444.777-35") == "***.444.777-**"
    assert mask_tax_id("11.222.333/0001-81") == "**.222.333/****-**"
    assert mask_tax_id("12abc34501de35") == "**.ABC.345/****-**"
    assert mask_tax_id("1144477735") == "***"
    assert mask_tax_id("") == "***"


@pytest.mark.parametrize(
    "secret",
    [
        "111.444.777-35",
        "11144477735",
        "111444777-35",
        "111 444 777 35",
        "111.444.777/35",
        "111.444.777–35",
        "111.444.777-36",
        "11.222.333/0001-81",
        "11222333000181",
        "11222333/0001-81",
        "11.222.333/0001-99",
        "12.ABC.345/01DE-35",
        "12ABC34501DE35",
        "12.abc.345/01de-35",
        "12abc34501de35",
        "12ABC34501DE36",
        "maria.souza@exemplo.com.br",
        "maria+certificado@exemplo.com",
        "maria@localhost",
        "josé@exemplo.com.br",
        "(11) 98765-4321",
        "(11)98765-4321",
        "11 98765-4321",
        "11987654321",
        "+55 11 98765-4321",
        "+5511987654321",
        "+55 (11) 3333-4444",
        "011 3333-4444",
        "11 3333-4444",
        "1133334444",
        "98765-4321",
        "987654321",
        "3333-4444",
        "11 9 8765-4321",
    ],
)
@pytest.mark.parametrize("around", ["{}", "row: {}, expected", "({})", "cpf={};", "'{}'", "<{}>", "x:{}\ny"])
def test_personal_numbers_and_addresses_are_hidden(secret: str, around: str) -> None:
    """No run of seven digits, no address and no unmasked number is left, wherever the text holds it."""
    shown = masked(around.format(secret))
    assert "***" in shown or "**." in shown
    assert secret not in shown
    assert "@" not in shown
    assert not re.search(r"[0-9]{7}", re.sub(r"[^0-9A-Za-z]", "", shown))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30T08:00:00-03:00",
        "2026-11-30 08:00:00",
        "from 2026-11-30 to 2026-12-05",
        "30/11/2026",
        "20261130",
        "2026-2027",
        "1440 minutes, 200000 bookings",
        "R$ 1.234.567,89",
        "row 123456, column window_start",
        "***.444.777-**",
        "agent A0001 on duty [540, 780)",
        "version 1.2.3",
        "bookings.csv: line 20 has 14 columns",
    ],
)
def test_harmless_texts_pass(text: str) -> None:
    """Dates, times, amounts, counts and masks stay as they are."""
    assert masked(text) == text


@given(st.binary(min_size=16, max_size=32), DIGITS)
def test_surrogates_pass(secret: bytes, digits: str) -> None:
    """Surrogates are what people may see instead: they stay whole."""
    surrogate = SurrogateKey(secret).booking(digits, "11144477735")
    assert masked(f"booking {surrogate}: R7") == f"booking {surrogate}: R7"


@given(DIGITS, st.sampled_from(["cpf{}", "id_{}", "{}x", "P{}"]))
def test_valid_numbers_glued_to_letters_are_hidden(body: str, around: str) -> None:
    """A valid CPF is found even without a gap before it."""
    first = sum(int(d) * w for d, w in zip(body, range(10, 1, -1), strict=True)) * 10 % 11 % 10
    second = sum(int(d) * w for d, w in zip(f"{body}{first}", range(11, 1, -1), strict=True)) * 10 % 11 % 10
    number = f"{body}{first}{second}"
    if len(set(number)) > 1:
        assert number not in masked(around.format(number))


@pytest.mark.parametrize(
    "number",
    ["111.444.777-35", "111.444.777-36", "111.444.777–35", "11.222.333/0001-81", "12.ABC.345/01DE-35",
     "12.abc.345/01de-35"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}agent_id", "x{}", "id_{}x", "7{}", "{}7", "{}11144477735", "{0}{0}"])
def test_formatted_numbers_glued_to_their_neighbours_are_hidden(number: str, around: str) -> None:
    """A damaged file can run a number into its neighbours: with its points and dashes it is still found."""
    shown = masked(around.format(number))
    assert "**" in shown
    assert number not in shown
    assert "11144477735" not in shown
    assert masked(shown) == shown


@pytest.mark.parametrize("around", ["{}2026-12-01", "x{}2026", "7{}x", "{0}{0}", "{}20", "A{}11222333000181"])
def test_bare_digits_glued_to_digits_are_hidden(around: str) -> None:
    """A valid CPF does not show through when other digits follow or precede it."""
    shown = masked(around.format("11144477735"))
    assert "11144477735" not in shown
    assert masked(shown) == shown


def test_what_is_glued_to_a_number_stays() -> None:
    """Only the number is masked, not its neighbours."""
    assert masked("111.444.777-35agent_id") == "***.444.777-**agent_id"
    assert masked("x111.444.777-35") == "x***.444.777-**"
    assert masked("cnpj11.222.333/0001-81_id") == "cnpj**.222.333/****-**_id"


@given(st.text(string.digits + string.ascii_letters + " .-/()+@\n", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    """A masked text holds nothing more to mask."""
    once = masked(text)
    assert masked(once) == once


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    """No text is refused."""
    assert isinstance(masked(text), str)
