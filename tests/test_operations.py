"""What docs/operations.md has administrators copy: units, cron lines and an image that call real commands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from typer.main import get_command

from data.store import KINDS, STATES, Message, Settings
from pontual.cli import app
from pontual.outbox_documents import message_document, message_schema

DOCS = Path(__file__).parents[1] / "docs"
UNITS = sorted(path for path in (DOCS / "operations").iterdir() if path.suffix in (".service", ".timer"))
ANALYZE = shutil.which("systemd-analyze")


def verified(units: list[Path]) -> subprocess.CompletedProcess[str]:
    """What systemd says of unit files."""
    command = [str(ANALYZE), "verify", "--man=no", *map(str, units)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_systemd_takes_the_units() -> None:
    """`systemd-analyze verify` finds nothing in the units, and something in one with a slip of the pen."""
    assert len(UNITS) == 6
    if ANALYZE is not None:
        done = verified(UNITS)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "slip", [("Type=oneshot", "Type=onceshot"), ("OnCalendar=minutely", "OnCalendar=often")]
)
def test_systemd_finds_a_slip_of_the_pen(tmp_path: Path, slip: tuple[str, str]) -> None:
    """The check above is one: a unit with a wrong value is told."""
    if ANALYZE is None:
        return
    copies = []
    for unit in UNITS:
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(unit.read_text(encoding="utf-8").replace(*slip), encoding="utf-8")
    assert slip[1].split("=")[1] in verified(copies).stderr


def commands() -> list[str]:
    """Every call of the program in the units, the cron lines, and the blocks of the documents."""
    found = []
    for unit in UNITS:
        found += re.findall(r"^ExecStart=/usr/bin/env pontual (.*)$", unit.read_text(encoding="utf-8"), re.M)
    for name in ("operations.md", "outbox.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        found += re.findall(r"(?:^|&& |\| )pontual ([a-z].*?)(?:$| \||  +#| >>|`)", text, re.M)
        found += re.findall(r"`pontual ([^`]*)`", text)
    return found


def test_what_is_called_exists() -> None:
    """Every command and option that the documents and units name is one."""
    called = commands()
    assert len(called) >= 15
    for call in called:
        known: Any = get_command(app)
        for word in call.split():
            if hasattr(known, "commands"):
                assert word in known.commands, call
                known = known.commands[word]
            elif word.startswith("--"):
                options = {name for one in known.params for name in (*one.opts, *one.secondary_opts)}
                assert word in options, call


def test_every_message_is_in_the_documents() -> None:
    """The table of docs/outbox.md has each kind once, and the text names every field of a line."""
    text = (DOCS / "outbox.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.M)) == sorted(KINDS)
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    message = Message(
        "id", "contact", "waiting", "week", "b", moment, None, 20, moment, None, 0, {}, moment, 1, None, None
    )
    (fields,) = re.findall(r"^Fields of a line: (.*?) What does not", text, re.M)
    assert set(message_document(message, Settings())) <= set(re.findall(r"`(\w+)`", fields))


def test_messages_are_as_their_schema_says() -> None:
    """The example of the documents is what a confirmation looks like; the schema has each kind and state."""
    start = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("America/Sao_Paulo"))
    written = start - timedelta(days=2)
    message = Message(
        "confirmation-example", "confirmation", "waiting", "week", "b-example", None, start, 20, written,
        None, 0, {}, written, 1, written + timedelta(minutes=10), None,
    )  # fmt: skip
    settings = Settings(organizer="agenda@issuer.invalid", organizer_name="Emissor")
    document = message_document(message, settings)
    assert document == json.loads((DOCS / "outbox" / "message.json").read_text(encoding="utf-8"))
    schema = message_schema()
    jsonschema.validate(document, schema)
    assert tuple(schema["properties"]["kind"]["enum"]) == KINDS
    assert tuple(schema["properties"]["state"]["enum"]) == STATES
    for wrong in ({"kind": "other"}, {"start": None, "id": None}, {"more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document | wrong, schema)


def test_the_image_copies_what_the_package_is_made_of() -> None:
    """Each package is copied, and nothing that is not there."""
    text = (DOCS / "operations" / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (?!--)(.*)$", text, re.M) for name in line.split()[:-1]}
    assert {"pontual", "dashboard", "optimizer", "simulation", "data", "pyproject.toml"} <= copied
    assert all((DOCS.parent / name).exists() for name in copied)
