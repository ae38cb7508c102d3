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
    import signal
    import subprocess
    import sys
    from importlib.resources import as_file, files

    from data.files import MissingInputError
    from pontual.console import say
    from pontual.exit_codes import ExitCode

    environment = dict(os.environ)
    if folder is not None:
        if not folder.is_dir():
            raise MissingInputError([str(folder)])
        environment["PONTUAL_RUN"] = str(folder.resolve())
    with as_file(files("dashboard").joinpath("app.py")) as application:
        command_line = [
            sys.executable, "-m", "streamlit", "run", str(application),
            "--server.port", str(port), "--server.address", "127.0.0.1",
            "--browser.gatherUsageStats", "false",
        ]  # fmt: skip
        with subprocess.Popen(command_line, env=environment) as server:  # noqa: S603 - our own arguments
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())
            ended = server.wait()
    if ended not in (0, 130):
        say(f"The dashboard ended with code {ended}; is port {port} in use?")
        raise typer.Exit(int(ExitCode.TRY_AGAIN))
