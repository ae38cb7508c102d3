"""Reading lines, from standard input or a file, and answering each on standard output."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import BinaryIO

from pontual.exit_codes import ExitCode


class _StoppedError(Exception):
    """A signal came while nothing was being done."""


class _Signals:
    """SIGTERM and SIGINT end the process between two requests, never in the middle of one.

    Attributes:
        number: the signal that came, or 0.
        waiting: whether the process waits for input; then a signal interrupts it.
    """

    def __init__(self) -> None:
        self.number = 0
        self.waiting = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
        if self.waiting:
            raise _StoppedError


def follow_lines(answer: Callable[[bytes], bytes], lines: BinaryIO, longest: int) -> ExitCode:
    """Answer until the input ends or a signal comes; every answer is flushed.

    Of a line of more than `longest` bytes, the answer is given the beginning, which is too long still.
    """
    signals = _Signals()
    try:
        while line := _next_line(signals, lines, longest):
            sys.stdout.buffer.write(answer(line))
            sys.stdout.buffer.flush()
    except _StoppedError:
        pass
    except BrokenPipeError:
        # Nobody reads the answers any more; what was done is in the journal.
        sys.stdout = None  # so that the interpreter does not flush it at the end
    if signals.number == signal.SIGTERM:
        return ExitCode.TERMINATED
    return ExitCode.INTERRUPTED if signals.number else ExitCode.OK


def _next_line(signals: _Signals, lines: BinaryIO, longest: int) -> bytes:
    """The next line, empty lines left out; b"" at the end of the input or after a signal."""
    while True:
        signals.waiting = True
        if signals.number:
            return b""
        line = lines.readline(longest + 1)
        rest = line
        while len(rest) > longest and not rest.endswith(b"\n"):
            rest = lines.readline(longest + 1)
        signals.waiting = False
        if not line or line.strip():
            return line
