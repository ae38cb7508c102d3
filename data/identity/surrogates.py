"""Surrogates: pseudonymous keys that only the booking side can trace back (DOMAIN 3.3).

There are so few CPFs that a plain hash of one is undone by trying them all; hence a keyed hash, whose secret
stays outside the data. Surrogates remain personal data under the LGPD, but the solver needs no more.
"""

from __future__ import annotations

import base64
import hmac
import os
import stat
from pathlib import Path
from typing import Final, NoReturn

from data.identity.tax_ids import CPF_LENGTH, normalise_order_number, normalise_tax_id

KEY_VARIABLE: Final = "PONTUAL_KEY"
KEY_FILE_VARIABLE: Final = "PONTUAL_KEY_FILE"
SHORTEST_KEY_BYTES: Final = 16
SURROGATE_CHARACTERS: Final = 20
"""Characters of base 32 after the prefix: 100 bits, so that chance collisions do not occur."""


class BadKeyError(Exception):
    """There is no usable key for surrogates; the message says what to do, and never shows the key."""


class SurrogateKey:
    """The secret under which order numbers and CPFs become surrogates (HMAC-SHA-256).

    Bookings and participants are hashed under two keys derived from the secret, so that nothing can be
    learnt by comparing the one kind with the other. The secret is in no representation, copy or pickle of
    the object.
    """

    __slots__ = ("_booking_key", "_participant_key")

    def __init__(self, secret: bytes) -> None:
        """Take the secret.

        Raises:
            BadKeyError: when it is shorter than 16 bytes.
        """
        if len(secret) < SHORTEST_KEY_BYTES:
            raise BadKeyError(f"the key has {len(secret)} bytes, expected at least {SHORTEST_KEY_BYTES}")
        self._booking_key = hmac.digest(secret, b"pontual surrogate of a booking", "sha256")
        self._participant_key = hmac.digest(secret, b"pontual surrogate of a participant", "sha256")

    def __repr__(self) -> str:
        return "SurrogateKey(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SurrogateKey is not copied or pickled, so that it does not reach a file")

    @classmethod
    def from_environment(cls) -> SurrogateKey:
        """The key in PONTUAL_KEY or, when that is not set, in the file that PONTUAL_KEY_FILE names.

        One line end at the end of the file does not count: both ways give the same key for the same text.

        Raises:
            BadKeyError: when neither is set, the key is too short, or the file can't be read, is not a
                regular file, or may be read by other users or written by the group.
        """
        text = os.environ.get(KEY_VARIABLE, "")
        if text:
            return cls(text.encode())
        name = os.environ.get(KEY_FILE_VARIABLE, "")
        if name:
            return cls(_secret_in(Path(name)))
        raise BadKeyError(
            f"order numbers and CPFs are only read with a key: set {KEY_VARIABLE}, or {KEY_FILE_VARIABLE} "
            f"to a file that only you can read, with at least {SHORTEST_KEY_BYTES} bytes"
        )

    @classmethod
    def if_named(cls) -> SurrogateKey | None:
        """The key that the environment names; None where it names none.

        Raises:
            BadKeyError: when it names one that can't be used.
        """
        named = any(os.environ.get(variable) for variable in (KEY_VARIABLE, KEY_FILE_VARIABLE))
        return cls.from_environment() if named else None

    def booking(self, order_number: str, tax_id: str) -> str:
        """The surrogate of an order: ``b-`` and 20 characters of base 32.

        Both parts are normalised first, so that formatting and case do not matter (R8, R14).

        Raises:
            ValueError: when the order number is empty, or the tax id is no valid CPF or CNPJ.
        """
        # The tax id is last and holds only digits and letters, so the two parts can't run into each other.
        message = f"{normalise_order_number(order_number)}\n{normalise_tax_id(tax_id)}"
        return "b-" + _characters(self._booking_key, message)

    def participant(self, cpf: str) -> str:
        """The surrogate of a person: ``p-`` and 20 characters of base 32; the same in all bookings.

        Raises:
            ValueError: when the text is no valid CPF.
        """
        number = normalise_tax_id(cpf)
        if len(number) != CPF_LENGTH:
            raise ValueError("expected the CPF of a person, not a CNPJ")
        return "p-" + _characters(self._participant_key, number)


def _characters(key: bytes, message: str) -> str:
    digest = hmac.digest(key, message.encode(), "sha256")
    return base64.b32encode(digest[:15])[:SURROGATE_CHARACTERS].decode("ascii").lower()


def _secret_in(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise BadKeyError(f"{KEY_FILE_VARIABLE} does not name a regular file")
            if os.name == "posix" and status.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
                raise BadKeyError(
                    f"the file in {KEY_FILE_VARIABLE} may be read by other users or written by its group: "
                    "chmod 600 it, and change the key if others may have seen it"
                )
            content = file.read()
    except OSError as error:
        raise BadKeyError(f"the file in {KEY_FILE_VARIABLE} can't be read: {error.strerror}") from None
    return content.removesuffix(b"\n").removesuffix(b"\r")
