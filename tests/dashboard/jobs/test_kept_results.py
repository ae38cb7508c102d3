"""Results on the disk: bounded, whole or not there, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard.jobs import KeptResults, user_cache

KEYS = [f"{number:064x}" for number in range(5)]


def test_the_oldest_go_first(tmp_path: Path) -> None:
    """What was asked for lately stays, whenever it was written."""
    kept = KeptResults(tmp_path / "kept", most_files=3)
    for age, key in enumerate(KEYS[:3]):
        kept.put(key, key.encode())
        os.utime(tmp_path / "kept" / f"{key}.result", (age, age))
    assert kept.get(KEYS[0]) == KEYS[0].encode()
    kept.put(KEYS[3], b"new")
    assert [kept.get(key) is not None for key in KEYS[:4]] == [True, False, True, True]


def test_the_folder_is_bounded(tmp_path: Path) -> None:
    kept = KeptResults(tmp_path, most_bytes=3000)
    for key in KEYS:
        kept.put(key, os.urandom(1000))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3000
    assert kept.get(KEYS[-1]) is not None


def test_damage_and_foreign_keys(tmp_path: Path) -> None:
    kept = KeptResults(tmp_path)
    kept.put(KEYS[0], b"whole")
    (tmp_path / f"{KEYS[0]}.result").write_bytes(b"torn")
    assert kept.get(KEYS[0]) is None
    with pytest.raises(ValueError, match="input hash"):
        kept.get("../../etc/passwd")


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    """Nothing is kept, and nothing fails."""
    (tmp_path / "file").write_text("in the way")
    kept = KeptResults(tmp_path / "file")
    kept.put(KEYS[0], b"lost")
    assert kept.get(KEYS[0]) is None


def test_only_its_user_may_look(tmp_path: Path) -> None:
    kept = KeptResults(tmp_path / "kept")
    kept.put(KEYS[0], b"mine")
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache() == tmp_path / "pontual" / "jobs"
