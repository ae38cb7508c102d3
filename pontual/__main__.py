"""`python -m pontual`, and the `pontual` command: the command line as a process of its own."""

from __future__ import annotations

import atexit
import os
import sys
import threading

from pontual.cli import main


def program() -> None:
    """Run the command line and end the process.

    What is loaded is not taken apart first, which takes half a second where solvers are: the system takes
    it all back anyway. Where threads still work, or what was written cannot be handed on, Python ends the
    process in its own way, which waits for them and tells of it.
    """
    try:
        main()
    except SystemExit as end:
        working = [t for t in threading.enumerate() if t is not threading.main_thread() and not t.daemon]
        if working or not isinstance(end.code, int):
            raise
        atexit._run_exitfuncs()
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        except OSError:
            raise end from None
        os._exit(end.code)


if __name__ == "__main__":
    program()
