"""Scenarios as the YAML that `optimizer.sweep.reading` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting

_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_ |-]*")
_EXACT_DIGITS = 15


class _Dumper(yaml.SafeDumper):
    """Quotes every text that is not plainly a word: YAML 1.1 and 1.2 differ in what they take for one."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if _PLAIN_WORD.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def scenario_file(scenarios: Iterable[SweepScenario]) -> bytes:
    """A file with these scenarios, each with its name and the levers that it moves.

    A scenario that moves no lever is left out: every sweep has it.
    """
    document = {"scenarios": [scenario_document(scenario) for scenario in scenarios if scenario.changes]}
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True).encode("utf-8")


def scenario_document(scenario: SweepScenario) -> dict[str, Any]:
    """The scenario as nested plain values, as a file states them."""
    document: dict[str, Any] = {"name": scenario.name}
    for path, setting in scenario.changes:
        at = document
        for word in path[:-1]:
            at = at.setdefault(word, {})
        at[path[-1]] = raw_value(setting)
    return document


def raw_value(setting: Setting) -> Any:
    """What `Setting.of` makes the same setting from."""
    match setting.kind:
        case "relative":
            return f"{100.0 * setting.value:+.{_EXACT_DIGITS}g}%"
        case "at_most":
            return f"<={setting.value!r}"
        case _:
            return list(setting.value) if isinstance(setting.value, tuple) else setting.value
