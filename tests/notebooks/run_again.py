"""Runs notebooks from beginning to end.

`python -m tests.notebooks.run_again [NAME ...]` runs those named, or all, and writes their outputs anew,
without what changes from run to run.
"""

from __future__ import annotations

import argparse
import base64
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = tuple(sorted((ROOT / "notebooks").glob("*.ipynb")))
CELL_SECONDS = 300
"""The first run on a machine compiles the simulation and the annealing for about a minute."""

COLOURS = 128
"""Of a picture that is kept: charts have a few, and the shades of their edges."""


def executed(path: Path) -> NotebookNode:
    """The notebook with fresh outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: when a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory(prefix="kernel") as folder:
        # Sockets in a folder of ours: over TCP, others on the machine could talk to the kernel.
        sockets = {"transport": "ipc", "ip": str(Path(folder, "socket"))}
        NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(ROOT)}},
            record_timing=False,
            coalesce_streams=True,
            config=Config({"AsyncKernelManager": sockets}),
        ).execute()
    return notebook


def lasting(notebook: NotebookNode) -> NotebookNode:
    """The notebook as it is kept: pictures small, and nothing of which Python ran it."""
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if picture := output.get("data", {}).get("image/png"):
                output["data"]["image/png"] = _smaller(picture)
    return notebook


def _smaller(picture: str) -> str:
    """A PNG, in base 64, with a palette."""
    written = BytesIO()
    with Image.open(BytesIO(base64.b64decode(picture))) as image:
        image.convert("RGB").quantize(COLOURS).save(written, "PNG", optimize=True)
    return base64.b64encode(written.getvalue()).decode()


def main() -> None:
    """Run notebooks and keep what they show."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = {path.stem: path for path in NOTEBOOKS}
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; default: all")
    asked = parser.parse_args().names
    unknown = [name for name in asked if name not in known]
    if unknown:
        parser.error(f"no notebook is called {', '.join(unknown)}: expected {', '.join(known)}")
    for name in asked or known:
        nbformat.write(lasting(executed(known[name])), known[name])
        print(f"{name}: {known[name].stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
