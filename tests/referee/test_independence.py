"""The referee stands alone: it shares no code with what it judges."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import data.referee

ALLOWED = ("data.model", "data.referee")
LIBRARIES = ("holidays", "numpy", "pandas")


def imported_modules() -> set[str]:
    """Every module that some module of the referee imports, wherever in its text."""
    found = set()
    for path in sorted(Path(data.referee.__file__).parent.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path.name} imports relatively"
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_only_the_model_is_imported():
    """Of Pontual nothing but the model; of libraries none that decides anything."""
    for name in imported_modules():
        root = name.partition(".")[0]
        own = any(name == base or name.startswith(f"{base}.") for base in ALLOWED)
        assert own or root in LIBRARIES or root in sys.stdlib_module_names, name


def test_nothing_is_imported_by_name():
    """No dynamic import goes round the test above."""
    for path in sorted(Path(data.referee.__file__).parent.glob("**/*.py")):
        assert "import_module" not in path.read_text(encoding="utf-8")
        assert "__import__" not in path.read_text(encoding="utf-8")
