"""How the twin is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compiled and kept on disk, without counting references.

    The floor holds some twenty arrays, and Numba would count a reference to each at every call, which takes
    longer than what the functions do. The arrays belong to the caller, so that nothing need be counted; such
    functions cannot make arrays.

    `_nrt=False` switches Numba's runtime of reference counts off (numba/core/options.py; shown in the
    docstring of `numba.extending.register_jitable`). What counting costs is told in
    https://github.com/numba/numba/issues/2350.
    """
    decorator: Any = njit  # its types leave `_nrt` out
    made: Function = decorator(cache=True, _nrt=False)(function)
    return made
