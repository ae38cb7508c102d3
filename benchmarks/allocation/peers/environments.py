"""The environments of the peers, made on first use in a folder that git ignores."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "var" / "peers"
JAVA = Path(__file__).with_name("java")

PYJOBSHOP = ("pyjobshop==0.0.9", "ortools>=9.15,<9.16")
TIMEFOLD = ("timefold==1.24.0b0",)
JDK = "default-jdk-headless"


class NotAvailableError(Exception):
    """A peer cannot be run on this machine; says why."""


def python_with(name: str, packages: Sequence[str]) -> Path:
    """The interpreter of a virtual environment with these packages."""
    folder = FOLDER / name
    python, ready = folder / "bin" / "python", folder / f"ready-{_digest(' '.join(packages).encode())}"
    if not ready.exists():
        print(f"installing {', '.join(packages)} into {folder.relative_to(ROOT)}", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
        ready.touch()
    return python


def java() -> Path:
    """The Java launcher of a JDK; the Debian package is installed where it is missing and we may.

    Raises:
        NotAvailableError: when there is no JDK and it cannot be installed.
    """
    if shutil.which("javac") is None:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise NotAvailableError(f"no javac on the path; install {JDK} (17 or later)")
        print(f"installing {JDK}", flush=True)
        _run(["apt-get", "update"])
        _run(["apt-get", "install", "--yes", JDK])
    found = shutil.which("java")
    if found is None or shutil.which("javac") is None:
        raise NotAvailableError("a JDK was installed, but java and javac are not on the path")
    return Path(found)


def timefold_jars() -> Path:
    """The folder of the jars that the wheel of Timefold carries."""
    python = python_with("timefold", TIMEFOLD)
    found = sorted(python.parents[1].glob("lib/python*/site-packages/timefold/solver/jars"))
    if not found:
        raise NotAvailableError("the wheel of timefold carries no jars")
    return found[0]


def class_path() -> str:
    """Jars and compiled sources of the Java peer; compiled anew whenever the sources change."""
    java()
    jars = str(timefold_jars() / "*")
    sources = sorted(JAVA.glob("*.java"))
    classes = FOLDER / "java" / _digest(b"".join(source.read_bytes() for source in sources))
    if not (classes / "ready").exists():
        print("compiling the Java peer", flush=True)
        classes.mkdir(parents=True, exist_ok=True)
        _run(["javac", "-proc:none", "-d", str(classes), "-cp", jars, *map(str, sources)])
        (classes / "ready").touch()
    return os.pathsep.join([jars, str(classes)])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise NotAvailableError(f"{' '.join(command[:4])} failed: {' | '.join(tail)}")
