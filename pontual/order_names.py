"""Which booking is meant, and who asks: a CPF or CNPJ is on no command line, and in no message."""

from __future__ import annotations

import getpass
import re
import sys

import typer

from data.files import MissingInputError
from data.files.personal import booking_surrogate
from data.identity import SurrogateKey

_SURROGATE = re.compile(r"b-[a-z2-7]{20}", re.ASCII)


def booking_named(order: str) -> str:
    """The surrogate of a booking.

    Args:
        order: a surrogate, or an order number when the environment names a key; then the CPF or CNPJ is read
            from standard input, unseen where that is a terminal. Without a key, it is taken as it is.

    Raises:
        BadDataError: when the two can't be those of an order; the message shows neither.
        BadKeyError: when the environment names a key that can't be used.
        MissingInputError: when standard input is empty.
    """
    key = None if _SURROGATE.fullmatch(order) else SurrogateKey.if_named()
    if key is None:
        return order
    return booking_surrogate(key, order, _tax_id_from_standard_input())


def account() -> str:
    """The account on this machine under which the command runs, for the store's record of who wrote."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _tax_id_from_standard_input() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("CPF or CNPJ", hide_input=True, err=True))
    given = sys.stdin.readline().strip()
    if not given:
        raise MissingInputError(["the CPF or CNPJ of the order, on standard input"], "nothing was given")
    return given
