"""A name for what a result follows from: the program, the function, and all of its arguments."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

OUR_PACKAGES = ("data", "simulation", "optimizer", "dashboard")


def input_hash(function: Callable[..., Any], arguments: Sequence[Any]) -> str:
    """SHA-256 of a piece of work; equal work has the same name in every process.

    Args:
        function: of a module.
        arguments: dataclasses, pydantic models, arrays, containers and plain values. A path is refused: what
            lies there may change.

    Raises:
        TypeError: when an argument holds something else.
    """
    digest = hashlib.sha256()
    _feed(digest, (program_fingerprint(), function.__module__, function.__qualname__, tuple(arguments)))
    return digest.hexdigest()


@cache
def program_fingerprint() -> str:
    """Changes whenever a source file of ours does, so that no result of another version is taken."""
    digest = hashlib.sha256()
    for name in OUR_PACKAGES:
        (place,) = importlib.import_module(name).__path__
        for source in sorted(Path(place).rglob("*.py")):
            about = source.stat()
            digest.update(f"{source.relative_to(place)}\0{about.st_size}\0{about.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    """Write a value into the digest, each with its type, so that no two different ones look alike."""
    kind = type(value)
    digest.update(f"<{kind.__module__}.{kind.__qualname__}>".encode())
    match value:
        case None | bool() | int() | float() | complex() | date() | datetime() | time() | timedelta():
            digest.update(repr(value).encode())
        case Enum():
            digest.update(value.name.encode())
        case str():
            _feed(digest, value.encode())
        case bytes():
            digest.update(f"{len(value)}:".encode() + value)
        case np.ndarray():
            digest.update(f"{value.dtype.str}{value.shape}".encode())
            if value.dtype.hasobject:
                _feed(digest, value.tolist())
            else:
                digest.update(np.ascontiguousarray(value).tobytes())
        case np.generic():
            _feed(digest, value.item())
        case BaseModel():
            _feed(digest, value.model_dump_json())
        case Mapping():
            digest.update(f"{len(value)}".encode())
            for name, inside in sorted(value.items(), key=lambda item: repr(item[0])):
                _feed(digest, name)
                _feed(digest, inside)
        case Set():
            for one in sorted(_alone(inside) for inside in value):
                digest.update(one)
        case list() | tuple():
            digest.update(f"{len(value)}".encode())
            for inside in value:
                _feed(digest, inside)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for spec in fields(value):
                digest.update(f".{spec.name}".encode())
                _feed(digest, getattr(value, spec.name))
        case _:
            raise TypeError(f"the input hash does not know {kind.__module__}.{kind.__qualname__}")


def _alone(value: Any) -> bytes:
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.digest()
