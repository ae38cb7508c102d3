"""YAML as people write it: plain values, each key once, and no surprises.

Of YAML's types only the plain ones are read: texts, numbers, true and false, null, lists and mappings.
`10:00` stays a text (YAML 1.1 reads it as a number of seconds), `no` too. A key that is given twice is a
fault, and so are references to other parts of the file.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from data.files.errors import BadDataError, Problem, shown
from data.identity import masked

MOST_BYTES = 5_000_000


class _PlainLoader(yaml.SafeLoader):
    """The safe loader with the plain types of YAML 1.2 alone."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as the base has it

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "expected no references to other parts", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: ARG002 - as the base has it
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "expected a word as a key", key_node.start_mark
                )
            if key_node.value in found:
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    f"expected each key once, {shown(key_node.value)} is there twice",
                    key_node.start_mark,
                )
            found[key_node.value] = self.construct_object(value_node, deep=True)
        return found


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$",
        "-+.0123456789",
    ),
    ("tag:yaml.org,2002:null", r"^(?:~|null|)$", ("~", "n", "")),
):
    _PlainLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _decimal(loader: _PlainLoader, node: Any) -> int:
    return int(loader.construct_scalar(node))


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _decimal)


def read_yaml(content: bytes, file: str) -> Any:
    """What a YAML file says; keys are texts.

    Args:
        content: of the file, in UTF-8.
        file: what messages call it.

    Raises:
        BadDataError: when it is not YAML of this kind; the row is told.
    """
    if len(content) > MOST_BYTES:
        raise BadDataError([Problem(file, None, "", "", f"expected {MOST_BYTES:,} bytes at most")])
    try:
        return yaml.load(content.decode("utf-8-sig"), Loader=_PlainLoader)  # noqa: S506 - a safe loader
    except UnicodeDecodeError as error:
        raise BadDataError([Problem(file, None, "", "", "expected text in UTF-8")]) from error
    except yaml.YAMLError as error:
        raise BadDataError([_problem(file, error)]) from error
    except (RecursionError, ValueError) as error:
        raise BadDataError([Problem(file, None, "", "", "expected YAML")]) from error


def _problem(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", "") or "")
    told = what if what.startswith("expected") else f"expected YAML: {what}".rstrip(": ")
    return Problem(file, None if mark is None else mark.line + 1, "", "", masked(told))
