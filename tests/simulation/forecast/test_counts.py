"""Past bookings are counted by day, interval and series."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from data.files import read_past_sessions
from data.model import History, PlanningAxis
from simulation.forecast import Series, counts_of_history, counts_of_sessions
from tests.simulation.forecast.plans import plan_from

AXIS = PlanningAxis(date(2026, 11, 30), 7)


def test_hours_of_a_history() -> None:
    """Hours add up by skill; days without a row are unknown; rows that are not past are left out."""
    rows = [(-3, 9, "pj", 4), (-3, 9, "pf", 2), (-3, 23, "pf", 1), (-1, 8, "pf", 5), (0, 8, "pf", 7)]
    history = History.from_rows(
        {"starts_at": AXIS.at(day, 60 * hour), "skill": skill, "bookings": count}
        for day, hour, skill, count in rows
    )
    found = counts_of_history(history, AXIS, date(2026, 11, 30))
    assert (found.first, found.later) == (date(2026, 11, 27), 1)
    assert found.series == (Series("", "pf"), Series("", "pj"))
    assert found.recorded.tolist() == [True, False, True]
    assert found.count.sum(axis=(0, 1)).tolist() == [8, 4]
    assert found.count[0, 9].tolist() == [2, 4]
    assert found.count[0, 23].tolist() == [1, 0]


def test_sessions_count_at_their_appointment(tmp_path: object) -> None:
    """Whatever became of it, a session counts in the interval in which it was appointed, in Brasília."""
    path = tmp_path / "past.csv"  # type: ignore[operator]
    path.write_text(
        "booking_id,kind,skill,planned_minutes,appointed,outcome,started,arrived,ended\n"
        "a,single,pf,20,2026-11-27T09:10:00-03:00,no_show,,,\n"
        "b,single,pf,20,2026-11-27T12:14:59Z,no_show,,,\n"
        "c,joint,,30,27/11/2026 09:15,no_show,,,\n",
        encoding="utf-8",
    )
    found = counts_of_sessions(read_past_sessions(path).history, 15, date(2026, 11, 30))
    assert found.series == (Series("joint", ""), Series("single", "pf"))
    assert found.first == date(2026, 11, 27)
    assert found.count[0, 36].tolist() == [0, 2]
    assert found.count[0, 37].tolist() == [1, 0]


def test_no_past_is_refused() -> None:
    """Bookings of the horizon alone are no history."""
    history = History.from_rows([{"starts_at": 600, "skill": "pf", "bookings": 3}])
    with pytest.raises(ValueError, match="expected bookings before 2026-11-30; there are none"):
        counts_of_history(history, AXIS, date(2026, 11, 30))


def test_the_order_of_rows_does_not_matter() -> None:
    """The same rows in any order give the same counts."""
    rng = np.random.default_rng(1)
    rows = [
        {"starts_at": AXIS.at(-day, 60 * hour), "skill": skill, "bookings": int(rng.poisson(3))}
        for day in range(1, 20) for hour in range(8, 12) for skill in ("pf", "pj", "libras")
    ]  # fmt: skip
    until = plan_from(AXIS.first_day).first_day
    one = counts_of_history(History.from_rows(rows), AXIS, until)
    other = counts_of_history(History.from_rows(rows[::-1]), AXIS, until)
    assert one.series == other.series
    assert (one.count == other.count).all()
