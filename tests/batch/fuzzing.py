"""Documents by chance: of the schema's shape with wrong and right values, and good ones with broken bytes."""

from __future__ import annotations

import json
import random
from typing import Any

from data.batch.requests import MODES
from tests.batch.asking import NOW, at

NAMES = [
    "B1",
    "B2",
    "B3",
    "B4",
    "X1",
    "X2",
    "",
    " ",
    "a" * 200,
    "111.444.777-35",
    "b-\u202e",
    "joão@exemplo.br",
]
SKILLS = ["pf", "pj", "none", "", "x" * 101]
INSTANTS = [
    *(at(minute) for minute in range(480, 840, 35)), NOW, at(603), "2026-11-30T10:05:00", "2026-11-30",
    "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z", "2026-12-25T10:00:00Z", "yesterday", "",
    "2026-11-30T10:05:30-03:00", "2026-11-30T24:00:00-03:00", "1969-07-20T20:17:00Z",
]  # fmt: skip
MOMENTS = [
    NOW,
    "2026-11-29T17:00:00-03:00",
    "2026-11-29T18:00:00",
    "9999-12-31T23:59:59+14:00",
    "today",
    "",
    None,
]
"""None is later than NOW: a moment never goes back, and the documents after it would all be too early."""
NUMBERS = [0, 1, 5, 15, 20, 30, 45, 240, 241, -1, 10**9, 10**30, 0.5, 1e-9, 1e308, True]
ODD: list[Any] = [None, [], {}, "", "x", 0, -1, 1.5, True, [[]], {"a": {}}, "\ud800", "\x00", [None] * 3]


class Chance(random.Random):
    """Chance, with the share of fields that get a value of any sort."""

    spoilt = 0.0


def chosen(chance: Chance, good: list[Any]) -> Any:
    """A value of the right sort, mostly."""
    return chance.choice(ODD) if chance.random() < chance.spoilt else chance.choice(good)


SHAPES: dict[str, tuple[str, ...]] = {
    "offers": ("skill", "duration_minutes"),
    "hold": ("booking", "start", "seconds"),
    "reschedule": ("booking", "start"),
    "wait": ("booking", "skill", "duration_minutes", "windows"),
}
"""Fields of the items of a mode; of the other modes, the booking alone."""


def some_item(chance: Chance, mode: Any) -> dict[str, Any]:
    """An item, mostly of the mode's shape."""
    fields: dict[str, list[Any]] = {
        "booking": NAMES[:6],
        "start": INSTANTS,
        "seconds": [1, 60, 600, 86_400],
        "skill": SKILLS,
        "duration_minutes": [15, 20, 25, 30, 45],
        "session": ["single", "joint", "judicial", "double"],
        "participants": [1, 2, ["p1"], ["p1", "p2"], ["p1", "p1"]],
        "priority": [1, 5, 9],
        "windows": [[{"earliest": at(540), "ends_by": at(780)}], [{"earliest": at(700), "ends_by": at(600)}]],
        "order_number": ["CERTI-1", "X", "1E+12"],
        "tax_id": ["111.444.777-35", "11144477735", "0"],
    }
    if chance.random() >= 4 * chance.spoilt:
        shape = SHAPES.get(str(mode), ("booking",))
        return {name: chosen(chance, fields[name][:12]) for name in shape}
    shape = chance.choice(
        [*SHAPES.values(), ("order_number", "tax_id"), tuple(chance.sample(sorted(fields), 4))]
    )
    return {name: chosen(chance, fields[name]) for name in shape}


def some_booking(chance: Chance) -> dict[str, Any]:
    """A row of bookings."""
    return {
        "booking_id": chosen(chance, NAMES[:6]),
        "order_status": chosen(chance, ["paid", "paid", "pending", "PAID", "free"]),
        "holder_type": chosen(chance, ["person", "company", "robot"]),
        "skill": chosen(chance, SKILLS[:3]),
        "duration_minutes": chosen(chance, NUMBERS),
        "booked_at": chosen(chance, INSTANTS),
        **({"pin": chosen(chance, ["fixed", "movable", ""])} if chance.random() < 0.2 else {}),
        **({"colour": "red"} if chance.random() < 0.03 else {}),
    }


def some_person(chance: Chance) -> dict[str, Any]:
    """A row of participants."""
    return {
        "booking_id": chosen(chance, NAMES[:6]),
        "participant_id": chosen(chance, ["P1", "P2", "Q1", "111.444.777-35"]),
        "role": chosen(chance, ["holder", "proxy", "co_representative", "friend"]),
        "has_cnh": chosen(chance, [True, "sim", "no"]),
        "window_start": chosen(chance, INSTANTS[:12]),
        "window_end": chosen(chance, INSTANTS[:14]),
    }


def some_document(chance: Chance, key: str) -> dict[str, Any]:
    """A request of any mode; most fields are as the schema says."""
    chance.spoilt = chance.choice([0.0, 0.0, 0.02, 0.1])
    mode = chosen(chance, [*MODES[:3], *MODES[3:] * 4])
    document: dict[str, Any] = {
        "schema": chosen(chance, ["pontual/batch-request@1.0"]),
        "key": key if chance.random() >= chance.spoilt else chosen(chance, ["k", "", NAMES[9]]),
        "plan": "day" if chance.random() >= chance.spoilt else chosen(chance, ["other"]),
        "mode": mode,
        "now": NOW if chance.random() >= chance.spoilt else chosen(chance, MOMENTS),
    }
    if mode in ("allocate", "reoptimise", "roster"):
        document["work"] = chosen(chance, [0.05, 0.1])
        if chance.random() < 0.3:
            document["seed"] = chosen(chance, NUMBERS)
    else:
        document["items"] = [some_item(chance, mode) for _ in range(chance.randint(chance.spoilt == 0.0, 4))]
    if chance.random() < 3 * chance.spoilt:
        document["bookings"] = [some_booking(chance) for _ in range(chance.randint(0, 3))]
        document["participants"] = [some_person(chance) for _ in range(chance.randint(0, 3))]
    for name, values in (
        ("deadline_seconds", [5.0, 10, 0, -1, 1e-6]),
        ("why", ["asked by 111.444.777-35", "x" * 501, "ok"]),
        ("priority", NUMBERS),
        ("table", [True, False]),
        ("first_day", ["2026-11-30", "2026-12-31", "30/11/2026"]),
        ("replan", [True, False]),
        ("colour", ["red"]),
    ):
        if chance.random() < chance.spoilt:
            document[name] = chosen(chance, values)
    return document


PIECES = [b"\xef\xbb\xbf", b"\x00", b"[" * 500, b"1e999", b"{}", b","]


def broken(chance: Chance, content: bytes) -> bytes:
    """The same bytes but for some that were lost, doubled, or became others."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0 if data:
                data[min(place, len(data) - 1)] = chance.randrange(256)
            case 1:
                data[place:place] = bytes([chance.randrange(256)])
            case 2:
                del data[place : place + chance.randint(1, 20)]
            case 3:
                data[place:place] = data[place : place + chance.randint(1, 30)]
            case _:
                data[place:place] = chance.choice(
                    [b"\xef\xbb\xbf", b"\x00", b"[" * 500, b"1e999", b"{}", b","]
                )
    return bytes(data)


def some_content(chance: Chance, key: str) -> bytes:
    """A document as bytes, a third of them broken."""
    content = json.dumps(some_document(chance, key)).encode()
    return broken(chance, content) if chance.random() < 0.33 else content
