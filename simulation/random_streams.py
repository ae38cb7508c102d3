"""Random numbers by counter: each is a pure function of seed, replication, cause and key.

Nothing is drawn in sequence. What happens to a booking therefore does not depend on how many agents there
are, in which order sessions are served or which policy rules the day, and two scenarios that are compared on
the same seed share their chance (common random numbers).

The generator is a keyed hash of 64 bits: the finaliser of SplitMix64 (Steele, Lea & Flood 2014, with the
constants of Stafford's variant 13), applied twice to the key under a stream constant that holds seed,
replication and cause. It uses nothing but 64-bit integer arithmetic, so that a compiled engine can repeat it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from data.model.columns import FloatArray

KeyArray = NDArray[np.uint64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_DOUBLE = 2.0**-53

BATCH = 25
"""Replications of a stratified batch: the parts are as fine as a cause's probability of 4 %."""


class Cause(IntEnum):
    """What a random number is for; the numbers are part of every stored result and never change."""

    LATE = 1
    LATENESS = 2
    EARLINESS = 3
    NO_SHOW = 4
    PATIENCE = 5
    DURATION = 6
    FAILURE = 7
    FAILURE_DELAY = 8
    FAILURE_MOMENT = 9
    DOCUMENTS = 10
    ABSENCE = 11
    WAIT_SAMPLE = 12
    LOGIN_LATE = 13
    LOGIN_LATENESS = 14
    CANCELLATION = 15
    NOTICE = 16
    RETURN = 17
    RETURN_DELAY = 18
    WALK_UP = 19
    WALK_UP_LIKE = 20
    BOOKED = 21
    BOOKED_START = 22
    BOOKED_LIKE = 23


@lru_cache(maxsize=1 << 17)
def stable_key(*parts: str | int) -> int:
    """A 64-bit key of names: the same in every process, on every machine (BLAKE2b)."""
    digest = blake2b(digest_size=8)
    for part in parts:
        encoded = str(part).encode()
        digest.update(len(encoded).to_bytes(4, "little"))
        digest.update(encoded)
    return int.from_bytes(digest.digest(), "little")


def stable_keys(names: Iterable[tuple[str | int, ...]]) -> KeyArray:
    """Keys of many names, one for each tuple of parts."""
    return np.array([stable_key(*parts) for parts in names], dtype=np.uint64)


def uniform(seed: int, replication: int, cause: Cause, keys: KeyArray) -> FloatArray:
    """Numbers spread evenly over the open interval (0, 1), one for each key.

    Args:
        seed: any whole number; only its lowest 64 bits count.
        replication: number of the replication, from 0.
        cause: what the numbers are for.
        keys: from `stable_keys`.
    """
    stream = np.uint64(_stream(seed, replication, cause))
    hashed = _mixed_array(_mixed_array(keys ^ stream) + stream)
    return ((hashed >> np.uint64(11)).astype(np.float64) + 0.5) * _DOUBLE


@lru_cache(maxsize=4096)
def streams(seed: int, replication: int, stratified: bool = False) -> KeyArray:
    """What `uniform_at` needs to know of a replication: a row at the number of each cause; not to be changed.

    Stratified, the replications of each batch of BATCH (0 to BATCH - 1, and so on) make a Latin hypercube
    (McKay, Beckman & Conover 1979, Technometrics 21): of BATCH equal parts of the unit interval, each random
    number falls once into each. The part is `factor * place + start` in the field of BATCH elements, factor
    and start being the number's own: so any two replications are in any two unlike parts with equal
    probability, as under random permutations, and on pairs alone the variance of a batch's mean depends.
    """
    rows = np.zeros((max(Cause) + 1, 3), dtype=np.uint64)
    rows[:, 2] = replication % BATCH if stratified else BATCH
    for cause in Cause:
        rows[cause, 0] = _stream(seed, replication, cause)
        if stratified:
            rows[cause, 1] = _stream(seed, -1 - replication // BATCH, cause)
    return rows


@njit(cache=True)
def uniform_at(row: KeyArray, key: np.uint64) -> Any:
    """One number for compiled code; unless stratified the same bits as `uniform`."""
    hashed = _mixed_once(_mixed_once(key ^ row[0]) + row[0])
    plain = (np.float64(hashed >> np.uint64(11)) + 0.5) * _DOUBLE
    if row[2] == np.uint64(BATCH):
        return plain
    order = _mixed_once(_mixed_once(key ^ row[1]) + row[1])
    factor = order % np.uint64(BATCH - 1) + np.uint64(1)
    start = (order >> np.uint64(32)) % np.uint64(BATCH)
    part = np.float64(_affine(factor, row[2], start))
    return min((part + plain) / BATCH, 1.0 - _DOUBLE)


@njit(cache=True)
def _affine(factor: np.uint64, place: np.uint64, start: np.uint64) -> Any:
    """`factor * place + start` in the field of 25 elements: 5 a + b stands for a x + b modulo 5, x^2 = 2."""
    five, two = np.uint64(5), np.uint64(2)
    a, b, c, d = factor // five, factor % five, place // five, place % five
    high = (a * d + b * c + start // five) % five
    low = (b * d + two * a * c + start) % five
    return five * high + low


def _stream(seed: int, replication: int, cause: Cause) -> int:
    return _mixed(_mixed(_mixed(seed) + replication * _GOLDEN) + int(cause) * _GOLDEN)


def _mixed(value: int) -> int:
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


def _mixed_array(values: KeyArray) -> KeyArray:
    values = values + np.uint64(_GOLDEN)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(_FIRST)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(_SECOND)
    return values ^ (values >> np.uint64(31))


_mixed_once: Any = njit(cache=True)(_mixed_array)
