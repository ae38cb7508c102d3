"""The reference cases: facts with their sources, and whether a value agrees with one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).resolve().parents[2] / "tests" / "simulation" / "theory" / "reference_cases.json"
"""The facts as taken over, so that a clone has them."""

SHARED = (
    Path(__file__).resolve().parents[3] / "shared" / "reference" / "appointments" / "reference_cases.json"
)
"""Where the collection lies beside a clone."""


@dataclass(frozen=True)
class ReferenceCase:
    """One case.

    Attributes:
        tolerance: absolute and element by element, or words.
        printed_decimals: for each part of the value, to how many decimals it is given where that is coarser
            than the tolerance; empty where it isn't.
    """

    id: str
    source: str
    kind: str
    quantity: str
    parameters: dict[str, Any]
    value: Any
    tolerance: float | str
    printed_decimals: tuple[int | None, ...] = ()

    def numbers(self) -> list[float]:
        """The value as one list of numbers."""
        return flat(self.value)

    def differences(self, ours: Any) -> tuple[float, bool]:
        """The largest difference, and whether every number agrees within the tolerance.

        A number that is given to fewer decimals than the tolerance has agrees when ours rounds to it.
        """
        if isinstance(self.tolerance, str):
            raise TypeError(f"{self.id}: expected a tolerance in numbers")
        found, expected = flat(ours), self.numbers()
        if len(found) != len(expected):
            raise ValueError(f"{self.id}: expected {len(expected)} numbers, got {len(found)}")
        parts = self.value if self.printed_decimals else [self.value]
        decimals = [
            digits
            for part, digits in zip(parts, self.printed_decimals or (None,), strict=True)
            for _ in flat(part)
        ]
        agree = [
            abs(a - b) <= self.tolerance if digits is None else round(a, digits) == round(b, digits)
            for a, b, digits in zip(found, expected, decimals, strict=True)
        ]
        return float(np.max(np.abs(np.subtract(found, expected)))), all(agree)


def reference_cases(path: Path = FILE) -> dict[str, ReferenceCase]:
    """All cases by name."""
    names = ReferenceCase.__dataclass_fields__
    return {
        row["id"]: ReferenceCase(
            **{
                name: tuple(value) if name == "printed_decimals" else value
                for name, value in row.items()
                if name in names
            }
        )
        for row in json.loads(path.read_text(encoding="utf-8"))["cases"]
    }


def flat(value: Any) -> list[float]:
    """Nested numbers as one list."""
    if isinstance(value, list | tuple | np.ndarray):
        return [number for part in value for number in flat(part)]
    return [float(value)]
