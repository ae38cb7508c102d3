"""What the levers of a what-if are set to, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.texts import Texts
from optimizer.sweep.levers import Path
from optimizer.sweep.levers.day import OWN_LIST
from optimizer.sweep.levers.opening import CLOSED
from optimizer.sweep.values import Setting

SATURDAY: Path = ("opening", "saturday")
ALL_SESSIONS: Path = ("buffer_minutes", "all")


def levers_phrase(changes: Iterable[tuple[Path, Setting]], texts: Texts) -> str:
    """All levers as one enumeration; empty for none."""
    return enumeration([lever_phrase(path, setting, texts) for path, setting in changes], texts)


def enumeration(names: Sequence[str], texts: Texts) -> str:
    """Names with commas, and a word before the last."""
    if len(names) < 2:
        return "".join(names)
    return texts.say("what_if.and", first=", ".join(names[:-1]), last=names[-1])


def lever_phrase(path: Path, setting: Setting, texts: Texts) -> str:
    """One lever; a lever without words of its own keeps the name that scenario files give it."""
    name, value = path[0], setting.value
    exactly = setting.kind == "exactly" and setting.is_number
    match name, len(path):
        case "hired", 2 if exactly:
            key = "what_if_set.hired" if value >= 0 else "what_if_set.leaving"
            return texts.count(key, abs(value), contract=path[1])
        case "standby_agents", 1 if exactly:
            return texts.count("what_if_set.standby_agents", value)
        case "pool_size", 1 if value == OWN_LIST:
            return texts.say("what_if_set.own_list")
        case (("pool_size" | "late_tolerance"), 1) if exactly:
            return texts.say(f"what_if_set.{name}", value=shortest(value, texts))
        case "no_show", 1 if exactly:
            return texts.say("what_if_set.no_show", value=_percent(value, texts))
        case (("demand" | "requirement"), 1) if setting.kind == "relative":
            return texts.say(f"what_if_set.{name}", value=signed(_percent(value, texts), value))
        case "reform", 1:
            return texts.say("what_if_set.reform")
    if path == ALL_SESSIONS and exactly:
        return texts.say("what_if_set.buffer_minutes", value=signed(shortest(value, texts), value))
    if path == SATURDAY:
        return _saturday(str(value), texts)
    return texts.say("what_if_set.other", lever=".".join(path), value=setting)


def _saturday(hours: str, texts: Texts) -> str:
    if hours == CLOSED:
        return texts.say("what_if_set.saturday_closed")
    opens, _, closes = hours.partition("-")
    return texts.say("what_if_set.saturday", opens=opens.strip(), closes=closes.strip())


def signed(written: str, value: float) -> str:
    """A number as it is written, with a plus sign where it is above 0 and shows it."""
    return f"+{written}" if value > 0 and any(digit in written for digit in "123456789") else written


def shortest(value: float, texts: Texts) -> str:
    """A number with no more decimal places than it has, two at most."""
    places = next((count for count in (0, 1) if abs(round(value, count) - value) < 1e-9), 2)
    return texts.decimal(value, places)


def _percent(share: float, texts: Texts) -> str:
    return f"{shortest(100.0 * share, texts)}%"
