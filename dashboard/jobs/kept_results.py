"""Results of jobs on the disk, by input hash; the folder never grows beyond its bounds."""

from __future__ import annotations

import contextlib
import os
import re
import zlib
from pathlib import Path

from data.files.atomic import replace_file

MOST_BYTES = 500_000_000
MOST_FILES = 500

_SUFFIX = ".result"
_KEY = re.compile(r"[0-9a-f]{64}")


def user_cache() -> Path:
    """Where this user's caches are, by the XDG base directory specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pontual" / "jobs"


class KeptResults:
    """Bytes by key. What has not been asked for the longest goes first.

    A disk that is full, or cannot be written to, costs the memory of the results and nothing else.

    Args:
        folder: made when it is missing, for this user alone.
        most_bytes, most_files: bounds of all that is kept.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_files = most_files

    def get(self, key: str) -> bytes | None:
        """What was kept under the key; None when there is nothing whole."""
        place = self._place(key)
        try:
            content = zlib.decompress(place.read_bytes())
            os.utime(place)
        except (OSError, zlib.error):
            return None
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep something, and let go of what no longer fits."""
        place = self._place(key)
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(place, zlib.compress(content, 1))
            self._let_go()

    def drop(self, key: str) -> None:
        """Keep it no longer."""
        with contextlib.suppress(OSError):
            self._place(key).unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("expected an input hash")
        return self._folder / f"{key}{_SUFFIX}"

    def _let_go(self) -> None:
        kept = []
        for place in self._folder.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                about = place.stat()
                kept.append((about.st_mtime_ns, about.st_size, place))
        held = 0
        for number, (_, size, place) in enumerate(sorted(kept, reverse=True)):
            held += size
            if number >= self._most_files or held > self._most_bytes:
                place.unlink(missing_ok=True)
