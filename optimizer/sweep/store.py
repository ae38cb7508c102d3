"""What a sweep has done so far, kept so that it can go on after anything: one small file for each scenario
and block of replications, which is there whole or not at all; and in the end one table of everything."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.files import BadDataError, CannotWriteError, Problem, case_files
from data.files.atomic import locked, replace_file, replace_files, writing
from data.model import Case
from optimizer.sweep.playing import FIGURES, Played, SweepInputs
from optimizer.sweep.scenarios import SweepSpecification
from optimizer.sweep.values import Setting

RESULTS = "results.parquet"
INPUTS = "inputs.json"
_PARTS, _LOCK = "parts", "sweep.lock"
_UNFINISHED = ".*.????????"
"""What a writer that was killed leaves behind (`data.files.atomic`)."""

_FORMAT, _VERSION = "pontual-sweep", 1

Blocks = dict[tuple[int, int], Played]
"""What was played, by scenario and block."""


@dataclass(frozen=True)
class SweepFolder:
    """The folder of one sweep."""

    path: Path

    @contextlib.contextmanager
    def opened(self, fingerprint: str) -> Iterator[Blocks]:
        """The folder for this sweep alone, and what it holds of it already.

        Raises:
            BusyError: when another process works on it.
            BadDataError: when it holds another sweep.
            CannotWriteError: when it is something else, or can't be written to.
        """
        if self.path.is_dir() and not (self.path / INPUTS).exists() and self._holds_others():
            raise CannotWriteError(
                f"cannot write {self.path}: it is there already, and not the folder of a sweep"
            )
        with contextlib.ExitStack() as stack:
            with writing(self.path):
                (self.path / _PARTS).mkdir(parents=True, exist_ok=True)
                stack.enter_context(locked(self.path / _LOCK, str(self.path)))
                self._check(fingerprint)
                held = self._held()
            yield held

    def keep(self, played: Played) -> None:
        """Keep what became of a scenario in a block."""
        name = f"{played.block:04}-{played.number:06}.parquet"
        with writing(self.path):
            replace_file(self.path / _PARTS / name, _part(played))

    def finish(self, table: bytes) -> None:
        """Keep the table of everything; the parts are not needed any more."""
        with writing(self.path):
            replace_file(self.path / RESULTS, table)
            for part in (self.path / _PARTS).iterdir():
                part.unlink()

    def keep_files(self, files: Mapping[str, bytes]) -> None:
        """Write other files into the folder, all or none.

        Raises:
            CannotWriteError: when one can't be written.
        """
        with writing(self.path):
            replace_files({self.path / name: content for name, content in files.items()})

    def scenarios_kept(self) -> int:
        """How many scenarios were played so far."""
        if (self.path / RESULTS).exists():
            held = pq.read_table(self.path / RESULTS, columns=["scenario"])
            return len(held["scenario"].unique())
        return len(list((self.path / _PARTS).glob("0000-*.parquet")))

    def _holds_others(self) -> bool:
        return any(child.name not in (_PARTS, _LOCK) for child in self.path.iterdir())

    def _check(self, fingerprint: str) -> None:
        """Begin the sweep, or go on with the same."""
        place = self.path / INPUTS
        if not place.exists():
            document = {"format": _FORMAT, "version": _VERSION, "fingerprint": fingerprint}
            replace_file(place, (json.dumps(document, indent=2) + "\n").encode())
            return
        try:
            held = json.loads(place.read_bytes())["fingerprint"]
        except (ValueError, KeyError, TypeError) as error:
            raise BadDataError([Problem(INPUTS, None, "", "", "expected the inputs of a sweep")]) from error
        if held != fingerprint:
            expected = "expected the plan, scenarios, replications, work and seed with which it was begun"
            raise BadDataError([Problem(str(place), None, "fingerprint", held[:12], expected)])

    def _held(self) -> Blocks:
        found: Blocks = {}
        if (self.path / RESULTS).exists():
            found |= blocks_of(pq.read_table(self.path / RESULTS))
        for part in sorted((self.path / _PARTS).glob("[0-9]*.parquet")):
            played = _read_part(part)
            found[played.number, played.block] = played
        for folder in (self.path, self.path / _PARTS):
            for unfinished in folder.glob(_UNFINISHED):
                unfinished.unlink()
        return found


def case_hash(case: Case) -> hashlib._Hash:
    """A hash of everything in a case, to go on with."""
    found = hashlib.sha256()
    for name, content in sorted(case_files(case, "csv").items()):
        found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found


def fingerprint_of(inputs: SweepInputs, specification: SweepSpecification) -> str:
    """Of everything that the results follow from."""
    found = case_hash(inputs.case)
    document = {
        "format": [_FORMAT, _VERSION],
        "figures": FIGURES,
        "base": inputs.base.model_dump(mode="json"),
        "scenarios": [[scenario.name, scenario.as_texts()] for scenario in specification.scenarios],
        "values": [[repr(setting) for _, setting in s.changes] for s in specification.scenarios],
        "replications": inputs.replications,
        "limits": repr(inputs.limits),
    }
    found.update(json.dumps(document, sort_keys=True).encode())
    return found.hexdigest()


def results_table(specification: SweepSpecification, blocks: Blocks) -> bytes:
    """One Parquet table: a row for each scenario and replication, with the levers and the figures.

    A scenario without figures has one row for each replication, too. The same content is the same bytes.
    """
    levers = _lever_columns(specification)
    names = [scenario.name for scenario in specification.scenarios]
    sink = pa.BufferOutputStream()
    writer: pq.ParquetWriter | None = None
    for (number, block), played in sorted(blocks.items()):
        rows = len(played.values)
        columns: dict[str, Any] = {
            "scenario": pa.array([number] * rows, type=pa.int32()),
            "name": pa.array([names[number]] * rows, type=pa.string()),
            "block": pa.array([block] * rows, type=pa.int32()),
            "replication": pa.array(np.arange(block * rows, (block + 1) * rows), type=pa.int64()),
            "status": pa.array([played.status] * rows, type=pa.string()),
            "plan": pa.array([played.plan] * rows, type=pa.string()),
        }
        for name, values in levers.items():
            kind = pa.float64() if isinstance(values[1], float) else pa.string()
            columns[f"lever {name}"] = pa.array([values[0][number]] * rows, type=kind)
        for place, figure in enumerate(FIGURES):
            columns[figure] = pa.array(played.values[:, place], from_pandas=True)
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(sink, table.schema, compression="zstd", write_page_checksum=True)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return bytes(sink.getvalue().to_pybytes())


def _lever_columns(specification: SweepSpecification) -> dict[str, tuple[list[Any], Any]]:
    """Of each lever, its value in each scenario (None where it is not moved), and one as an example."""
    found = {}
    for path in specification.lever_paths:
        settings = [dict(scenario.changes).get(path) for scenario in specification.scenarios]
        given = [setting for setting in settings if setting is not None]
        numbers = all(setting.is_number and setting.kind == "exactly" for setting in given)
        values = [None if setting is None else _cell(setting, numbers) for setting in settings]
        found[".".join(path)] = (values, 0.0 if numbers else "")
    return found


def _cell(setting: Setting, number: bool) -> float | str:
    return float(setting.value) if number else str(setting)


def blocks_of(table: pa.Table) -> Blocks:
    """What a table of results holds."""
    numbers, blocks = table["scenario"].to_numpy(), table["block"].to_numpy()
    values = np.column_stack([_doubles(table[figure]) for figure in FIGURES])
    cuts = np.flatnonzero((np.diff(numbers) != 0) | (np.diff(blocks) != 0)) + 1
    found: Blocks = {}
    for rows in np.split(np.arange(len(numbers)), cuts):
        if len(rows):
            first = int(rows[0])
            key = (int(numbers[first]), int(blocks[first]))
            status, plan = table["status"][first].as_py(), table["plan"][first].as_py()
            found[key] = Played(*key, status, plan, values[rows])
    return found


def _part(played: Played) -> bytes:
    columns = {figure: pa.array(played.values[:, place]) for place, figure in enumerate(FIGURES)}
    facts = {"number": played.number, "block": played.block, "status": played.status, "plan": played.plan}
    table = pa.table(columns).replace_schema_metadata({"pontual": json.dumps(facts)})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="none")
    return sink.getvalue()


def _read_part(path: Path) -> Played:
    table = pq.read_table(path)
    facts: Mapping[str, Any] = json.loads(table.schema.metadata[b"pontual"])
    values = np.column_stack([_doubles(table[figure]) for figure in FIGURES])
    return Played(facts["number"], facts["block"], facts["status"], facts["plan"], values)


def _doubles(column: Any) -> Any:
    return np.asarray(column.to_numpy(), dtype=np.float64)
