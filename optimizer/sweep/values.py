"""What a scenario sets a lever to: a value, a share more or less, or at most a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

_RELATIVE = re.compile(r"^([+-]\d+(?:\.\d+)?)\s*%$")
_SHARE = re.compile(r"^(\d+(?:\.\d+)?)\s*%$")
_AT_MOST = re.compile(r"^<=\s*(\d+(?:\.\d+)?)$")

DIGITS = 6
"""Of numbers in texts of values, significant ones."""


@dataclass(frozen=True)
class Setting:
    """What a lever is set to.

    Attributes:
        kind: as it is; a share more (or less, below 0) than now; or now, but at most so much.
        value: a number for the latter two; a number, text, flag, None or tuple for the first.
    """

    kind: Literal["exactly", "relative", "at_most"]
    value: Any

    @classmethod
    def of(cls, raw: Any) -> Setting:
        """From what a scenario file says: 12, 12%, +20%, -20%, <=2400, a text, a flag, a list, null."""
        if isinstance(raw, str):
            text = raw.strip()
            if found := _RELATIVE.match(text):
                return cls("relative", float(found[1]) / 100.0)
            if found := _SHARE.match(text):
                return cls("exactly", float(found[1]) / 100.0)
            if found := _AT_MOST.match(text):
                return cls("at_most", float(found[1]))
            return cls("exactly", text)
        return cls("exactly", tuple(raw) if isinstance(raw, list) else raw)

    @property
    def is_number(self) -> bool:
        """Whether it says a number."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)

    def applied_to(self, now: Any) -> Any:
        """The new value.

        Raises:
            ValueError: when a share or a limit is asked of what is not a number.
        """
        if self.kind == "exactly":
            return self.value
        if isinstance(now, bool) or not isinstance(now, int | float):
            raise ValueError(  # noqa: TRY004 - the value is at fault, not its type
                f"expected a value: there is no number now that {self} could change"
            )
        return now * (1.0 + self.value) if self.kind == "relative" else min(now, self.value)

    def __str__(self) -> str:
        match self.kind:
            case "relative":
                return f"{100.0 * self.value:+.{DIGITS}g}%"
            case "at_most":
                return f"<={self.value:.{DIGITS}g}"
            case _:
                if isinstance(self.value, bool):
                    return str(self.value).lower()
                if isinstance(self.value, tuple):
                    return "[" + ", ".join(str(Setting("exactly", item)) for item in self.value) + "]"
                if self.value is None:
                    return "null"
                return f"{self.value:.{DIGITS}g}" if isinstance(self.value, float) else str(self.value)


def whole(number: float) -> float | int:
    """The number, as a whole one where it is one but for rounding."""
    nearest = round(number)
    return nearest if abs(number - nearest) < 1e-9 else number
