"""CPF and CNPJ against the published vectors and against check digits found by trying all of them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.identity import is_valid_cnpj, is_valid_cpf, normalise_order_number, normalise_tax_id

VALUES = {character: ord(character) - 48 for character in string.digits + string.ascii_uppercase}
BODIES_OF_CPF = st.text(string.digits, min_size=9, max_size=9)
BODIES_OF_CNPJ = st.text(string.digits + string.ascii_uppercase, min_size=12, max_size=12)


def digit(characters: str, weights: list[int]) -> str:
    """A check digit as DOMAIN 4 words it: 0 when the remainder is below 2, else 11 less the remainder."""
    remainder = sum(VALUES[c] * w for c, w in zip(characters, weights, strict=True)) % 11
    return str(0 if remainder < 2 else 11 - remainder)


def cpf_of(body: str) -> str:
    first = digit(body, list(range(10, 1, -1)))
    return body + first + digit(body + first, list(range(11, 1, -1)))


def cnpj_of(body: str) -> str:
    first = digit(body, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
    return body + first + digit(body + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])


@pytest.mark.parametrize(
    "text", ["111.444.777-35", "529.982.247-25", "390.533.447-05", "39053344705", " 111 444 777 35 "]
)
def test_published_cpf_are_valid(text: str) -> None:
    """The CPF vectors of DOMAIN 4 are valid, formatted or not."""
    assert is_valid_cpf(text)


@pytest.mark.parametrize("repeated", string.digits)
def test_eleven_equal_digits_are_no_cpf(repeated: str) -> None:
    """Eleven equal digits are refused, although their check digits fit."""
    assert cpf_of(repeated * 9) == repeated * 11
    assert not is_valid_cpf(repeated * 11)
    assert not is_valid_cpf(f"{repeated * 3}.{repeated * 3}.{repeated * 3}-{repeated * 2}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1114447773",
        "111444777355",
        "11144477736",
        "1114447773A",
        "１１１４４４７７７３５",
        "111.444.777=35",
        "-",
        "111444777³5",
    ],
)
def test_other_texts_are_no_cpf(text: str) -> None:
    """Wrong lengths, check digits, letters and digits of other scripts are refused."""
    assert not is_valid_cpf(text)


@pytest.mark.parametrize(
    "text",
    [
        "12.ABC.345/01DE-35",
        "12ABC34501DE35",
        "11.222.333/0001-81",
        "00.000.000/0001-91",
        "16.727.230/0001-97",
    ],
)
def test_published_cnpj_are_valid(text: str) -> None:
    """The CNPJ vectors of DOMAIN 4 are valid, the alphanumeric example included."""
    assert is_valid_cnpj(text)


@pytest.mark.parametrize(
    "text",
    [
        "12ABC34501DE36",
        "00000000000000",
        "12abc34501de35",
        "1222333000181",
        "12ABC34501DEA5",
        "１２ABC34501DE35",
        "12ÀBC34501DE35",
        "",
    ],
)
def test_other_texts_are_no_cnpj(text: str) -> None:
    """Wrong check digits, the zero number, small letters and other scripts are refused."""
    assert not is_valid_cnpj(text)


@given(BODIES_OF_CPF)
def test_exactly_one_pair_of_check_digits_fits_a_cpf(body: str) -> None:
    """Of the hundred pairs of check digits only the computed one is accepted."""
    accepted = [f"{pair:02}" for pair in range(100) if is_valid_cpf(f"{body}{pair:02}")]
    assert accepted == ([] if len(set(body)) == 1 else [cpf_of(body)[-2:]])


@given(BODIES_OF_CNPJ)
def test_exactly_one_pair_of_check_digits_fits_a_cnpj(body: str) -> None:
    """Of the hundred pairs of check digits only the computed one is accepted, letters included."""
    accepted = [f"{pair:02}" for pair in range(100) if is_valid_cnpj(f"{body}{pair:02}")]
    assert accepted == ([] if set(body) == {"0"} else [cnpj_of(body)[-2:]])


@given(BODIES_OF_CPF, st.integers(0, 10), st.sampled_from(string.digits))
def test_one_wrong_digit_of_a_cpf_is_found(body: str, place: int, other: str) -> None:
    """No CPF stays valid when one digit is changed, unless the sum moves between remainders 0 and 1."""
    number = cpf_of(body)
    changed = number[:place] + other + number[place + 1 :]
    expected = changed == cpf_of(changed[:9]) and len(set(changed)) > 1
    assert is_valid_cpf(changed) == expected


def test_normalising_removes_formats_and_raises_case() -> None:
    """Both numbers get one text each, whatever their format; leading zeros stay."""
    assert normalise_tax_id(" 111.444.777-35 ") == "11144477735"
    assert normalise_tax_id("12.abc.345/01de\u201335") == "12ABC34501DE35"
    assert normalise_tax_id("00.000.000/0001-91") == "00000000000191"


@given(st.one_of(BODIES_OF_CPF.map(cpf_of), BODIES_OF_CNPJ.map(cnpj_of)))
def test_normalising_twice_is_normalising_once(number: str) -> None:
    """A canonical number is its own canonical form."""
    if is_valid_cpf(number) or is_valid_cnpj(number):
        assert normalise_tax_id(number) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11144477736", "a CPF has 11 digits"),
        ("11111111111", "a CPF has 11 digits"),
        ("12ABC34501DE36", "a CNPJ has 14 characters"),
        ("1144477735", "10 digits; a spreadsheet may have cut off leading zeros"),
        ("João da Silva", "not 11 digits|a CPF has 11 digits"),
        ("", "not 0 characters"),
    ],
)
def test_bad_numbers_are_refused_without_being_shown(text: str, expected: str) -> None:
    """The error says what is wrong, and does not repeat the number."""
    with pytest.raises(ValueError, match=expected) as caught:
        normalise_tax_id(text)
    assert not text or text not in str(caught.value)


def test_order_numbers_are_compared_without_blanks_and_case() -> None:
    """Order numbers stay text; blanks and case don't count; an empty one is refused."""
    assert normalise_order_number(" certi 0012\t") == "CERTI0012"
    with pytest.raises(ValueError, match="order number"):
        normalise_order_number(" \n")
