"""Surrogates: stable, separate for bookings and participants, and silent about the key."""

from __future__ import annotations

import copy
import hashlib
import hmac
import os
import pickle
import re
from pathlib import Path

import pytest

from data.identity import BadKeyError, SurrogateKey

SECRET = b"a secret of more than 16 bytes"
CPF = "111.444.777-35"
CNPJ = "12.ABC.345/01DE-35"


@pytest.fixture
def key() -> SurrogateKey:
    return SurrogateKey(SECRET)


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PONTUAL_KEY", raising=False)
    monkeypatch.delenv("PONTUAL_KEY_FILE", raising=False)


def test_surrogates_have_their_documented_form(key: SurrogateKey) -> None:
    """A prefix and 20 characters of base 32."""
    assert re.fullmatch("b-[a-z2-7]{20}", key.booking("CERTI1", CPF))
    assert re.fullmatch("p-[a-z2-7]{20}", key.participant(CPF))


def test_surrogates_are_hmac_sha_256(key: SurrogateKey) -> None:
    """The surrogate is the HMAC (computed here from its definition) of the CPF under the derived key."""

    def definition(secret: bytes, message: bytes) -> bytes:
        block = secret.ljust(64, b"\0")
        inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + message).digest()
        return hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).digest()

    derived = definition(SECRET, b"pontual surrogate of a participant")
    number = int.from_bytes(definition(derived, b"11144477735"), "big") >> (256 - 100)
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    expected = "".join(letters[number >> 5 * place & 31] for place in reversed(range(20)))
    assert key.participant(CPF) == f"p-{expected}"


def test_surrogates_never_change(key: SurrogateKey) -> None:
    """Stored surrogates stay valid from version to version: the values are fixed here."""
    assert key.booking("CERTI0001", CPF) == "b-4d2e7g3ovpty5bgwwivf"
    assert key.participant(CPF) == "p-j4m4gfguvyyjddx6ic4h"


def test_formats_do_not_matter(key: SurrogateKey) -> None:
    """The same order and person give the same surrogates, however they are written (R8, R14)."""
    assert key.booking(" certi0001 ", "11144477735") == key.booking("CERTI0001", CPF)
    assert key.booking("17-1", "12abc34501de35") == key.booking("17-1", CNPJ)
    assert key.participant("11144477735") == key.participant(CPF)


def test_each_part_and_the_key_matter(key: SurrogateKey) -> None:
    """Another order, holder, kind or secret gives another surrogate."""
    seen = {
        key.booking("CERTI0001", CPF),
        key.booking("CERTI0002", CPF),
        key.booking("CERTI0001", "529.982.247-25"),
        key.booking("CERTI0001", CNPJ),
        SurrogateKey(SECRET + b"!").booking("CERTI0001", CPF),
    }
    assert len(seen) == 5
    assert key.booking("CERTI0001", CPF)[2:] != key.participant(CPF)[2:]


def test_bookings_and_participants_are_separate_domains(key: SurrogateKey) -> None:
    """The same message under the secret itself gives neither kind of surrogate."""
    plain = hmac.digest(SECRET, b"11144477735", "sha256").hex()
    assert key.participant(CPF)[2:] not in plain
    assert key._booking_key != key._participant_key


@pytest.mark.parametrize("number", ["", "11144477736", "11111111111", "abc"])
def test_wrong_numbers_get_no_surrogate(key: SurrogateKey, number: str) -> None:
    """An invalid CPF or CNPJ is refused, and the message does not show it."""
    for attempt in (lambda: key.booking("CERTI1", number), lambda: key.participant(number)):
        with pytest.raises(ValueError, match=r"expected|fit") as caught:
            attempt()
        assert not number or number not in str(caught.value)


def test_a_participant_is_a_person(key: SurrogateKey) -> None:
    """A CNPJ is no participant, and an order needs its number."""
    with pytest.raises(ValueError, match="not a CNPJ"):
        key.participant(CNPJ)
    with pytest.raises(ValueError, match="order number"):
        key.booking("  ", CPF)


def test_the_key_shows_nowhere(key: SurrogateKey) -> None:
    """Neither text nor pickle nor copy nor attributes reveal the secret or the derived keys."""
    for text in (repr(key), str(key), f"{key}"):
        assert text == "SurrogateKey(hidden)"
    assert not hasattr(key, "__dict__")
    for attempt in (lambda: pickle.dumps(key), lambda: copy.copy(key), lambda: copy.deepcopy(key)):
        with pytest.raises(TypeError, match="not copied or pickled"):
            attempt()


def test_short_keys_are_refused() -> None:
    """Sixteen bytes will do, fifteen won't; the message does not show them."""
    SurrogateKey(b"x" * 16)
    with pytest.raises(BadKeyError, match="15 bytes, expected at least 16") as caught:
        SurrogateKey(b"x" * 15)
    assert "xxx" not in str(caught.value)


def test_key_from_the_environment(monkeypatch: pytest.MonkeyPatch, key: SurrogateKey) -> None:
    """PONTUAL_KEY holds the secret itself, and goes before a file."""
    monkeypatch.setenv("PONTUAL_KEY", SECRET.decode())
    monkeypatch.setenv("PONTUAL_KEY_FILE", "/nowhere")
    assert SurrogateKey.from_environment().participant(CPF) == key.participant(CPF)


@pytest.mark.parametrize("line_end", [b"", b"\n", b"\r\n"])
def test_key_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: SurrogateKey, line_end: bytes
) -> None:
    """The file gives the same key as the variable; a line end does not count."""
    file = tmp_path / "key"
    file.write_bytes(SECRET + line_end)
    file.chmod(0o600)
    monkeypatch.setenv("PONTUAL_KEY_FILE", str(file))
    assert SurrogateKey.from_environment().participant(CPF) == key.participant(CPF)


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX systems")
@pytest.mark.parametrize(
    ("mode", "accepted"),
    [
        (0o600, True),
        (0o400, True),
        (0o640, True),
        (0o604, False),
        (0o602, False),
        (0o601, False),
        (0o620, False),
    ],
)
def test_key_files_are_private(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, accepted: bool
) -> None:
    """A key that others can read, or the group can write, is refused."""
    file = tmp_path / "key"
    file.write_bytes(SECRET)
    file.chmod(mode)
    monkeypatch.setenv("PONTUAL_KEY_FILE", str(file))
    if accepted:
        SurrogateKey.from_environment()
    else:
        with pytest.raises(BadKeyError, match="chmod 600"):
            SurrogateKey.from_environment()


def test_a_missing_key_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a key, with a missing file or a folder, the message says what to do."""
    with pytest.raises(BadKeyError, match="set PONTUAL_KEY, or PONTUAL_KEY_FILE"):
        SurrogateKey.from_environment()
    monkeypatch.setenv("PONTUAL_KEY_FILE", str(tmp_path / "missing"))
    with pytest.raises(BadKeyError, match="can't be read: No such file"):
        SurrogateKey.from_environment()
    monkeypatch.setenv("PONTUAL_KEY_FILE", str(tmp_path))
    with pytest.raises(BadKeyError, match=r"can't be read|regular file"):
        SurrogateKey.from_environment()


def test_many_surrogates_are_distinct(key: SurrogateKey) -> None:
    """20,000 orders give 20,000 surrogates."""
    seen = {key.booking(f"CERTI{number}", CPF) for number in range(20_000)}
    assert len(seen) == 20_000
