"""Timefold in Java: segments with lists of sessions, compiled against the jars of the Python wheel.

The start of a session is a shadow variable: whenever a list changes, its sessions are timed anew by an exact
dynamic programme (`java/Timing.java`), so that idle time lies where it serves the wishes best. The score is
counted by an incremental calculator, moves to places that do not fit are filtered, and the search starts from
cheapest insertion (`java/Seed.java`). With several threads as many searches with seeds of their own run side
by side, and the best plan counts: the search of many threads is not in this edition.
"""

from __future__ import annotations

import subprocess
from itertools import chain
from pathlib import Path

from benchmarks.allocation.peers.answer import Answer, Request, serve
from benchmarks.allocation.peers.environments import JAVA, class_path, java
from benchmarks.allocation.peers.instance import Instance

TOTAL_WEIGHT = 2**62
"""All weights together stay within a long."""


def numbers_of(instance: Instance) -> str:
    """The instance as integers in the order in which `java/Reader.java` reads them."""
    weights = instance.weights(TOTAL_WEIGHT)
    rows: list[list[int]] = [[instance.grid, instance.slots], [len(instance.segments)]]
    for segment in instance.segments:
        skills = sum(1 << skill for skill in instance.skills_of[segment.agent])
        latest = min(segment.latest, instance.slots)
        rows.append([segment.agent, segment.start, segment.end, segment.earliest, latest, skills])
    rows.append([len(instance.bookings)])
    for booking in instance.bookings:
        fixed = [int(booking.fixed), booking.fixed_agent, booking.movable, booking.movable_agent]
        rows.append(
            [
                *(booking.skill, booking.set_up, booking.occupied, booking.held, booking.wish),
                *(weights[booking.priority], *fixed),
                *(len(booking.windows), *chain.from_iterable(booking.windows)),
                *(len(booking.people), *booking.people),
            ]
        )
    return "\n".join(" ".join(map(str, row)) for row in rows) + "\n"


def answer_of(text: str) -> Answer:
    """The answer that `java/Main.java` wrote."""
    built, score, *rows = text.splitlines()
    placements = [tuple(map(int, row.split())) for row in rows]
    return Answer([(b, s, a) for b, s, a in placements], built_at=float(built), note=score)


def command(request: Request, numbers: Path, answer: Path, configuration: Path) -> list[str]:
    """The command that runs the Java peer; its garbage collector has no threads of its own."""
    return [
        str(java()),
        "-XX:+UseSerialGC",
        "-Xms1g",
        "-cp",
        class_path(),
        "peers.Main",
        *(str(numbers), str(answer), repr(request.deadline), str(request.threads), str(request.seed)),
        str(configuration),
    ]


def solve(request: Request) -> Answer:
    """Write the numbers, run the Java program, and read its answer."""
    instance = Instance.read(request.folder / "instance.json")
    numbers, answer = request.answer.with_suffix(".numbers"), request.answer.with_suffix(".plan")
    numbers.write_text(numbers_of(instance), encoding="ascii")
    subprocess.run(command(request, numbers, answer, JAVA / "solver.xml"), check=True, capture_output=True)
    return answer_of(answer.read_text(encoding="ascii"))


if __name__ == "__main__":
    serve(solve)
