"""The referee stands alone: it shares no code with what it judges."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

import data.referee

DAY = ("data.day.records", "data.day.decisions", "data.day.repaired")
"""What the day's state, decisions and plans are, without any rule about them."""

ALLOWED = ("data.model", "data.referee", *DAY)
LIBRARIES = ("holidays", "numpy", "pandas")


def imported_modules(paths: Iterable[Path]) -> set[str]:
    """Every module that these modules import, wherever in their text."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path.name} imports relatively"
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_only_the_model_is_imported():
    """Of Pontual nothing but the model; of libraries none that decides anything."""
    for name in imported_modules(sorted(Path(data.referee.__file__).parent.glob("**/*.py"))):
        root = name.partition(".")[0]
        own = any(name == base or name.startswith(f"{base}.") for base in ALLOWED)
        assert own or root in LIBRARIES or root in sys.stdlib_module_names, name


def test_the_day_is_data_alone():
    """The records of the day that the referee reads know nothing but the model and each other."""
    place = Path(data.referee.__file__).parent.parent / "day"
    for name in imported_modules(place / f"{module.rpartition('.')[2]}.py" for module in DAY):
        if name.startswith("data."):
            assert name.startswith(("data.model", *DAY)), name


def test_nothing_is_imported_by_name():
    """No dynamic import goes round the test above."""
    for path in sorted(Path(data.referee.__file__).parent.glob("**/*.py")):
        assert "import_module" not in path.read_text(encoding="utf-8")
        assert "__import__" not in path.read_text(encoding="utf-8")
