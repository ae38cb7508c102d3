"""`pontual dashboard`: start the Streamlit application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Plan folder or run folder to open.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port on this machine.")] = 8501,
) -> None:
    """Open the dashboard in a browser; it listens on this machine only."""
    import os
    import subprocess
    import sys
    from importlib.resources import as_file, files

    environment = dict(os.environ)
    if folder is not None:
        environment["PONTUAL_RUN"] = str(folder.resolve())
    with as_file(files("dashboard").joinpath("app.py")) as application:
        command_line = [
            sys.executable, "-m", "streamlit", "run", str(application),
            "--server.port", str(port), "--server.address", "127.0.0.1",
            "--browser.gatherUsageStats", "false",
        ]  # fmt: skip
        raise typer.Exit(subprocess.call(command_line, env=environment))  # noqa: S603 - our own arguments
