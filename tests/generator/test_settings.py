"""What the generator refuses."""

from datetime import date

import pytest

from data.generator import GeneratorSettings, generate


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"agents": 9, "days": 1, "load": 0.5}, "agents is 9"),
        ({"agents": 10, "days": 0, "load": 0.5}, "days is 0"),
        ({"agents": 10, "days": 63, "load": 0.5}, "days is 63"),
        ({"agents": 10, "days": 1}, "either load or bookings"),
        ({"agents": 10, "days": 1, "load": 0.5, "bookings": 100}, "either load or bookings"),
        ({"agents": 10, "days": 1, "load": 0.0}, "load is 0.0"),
        ({"agents": 10, "days": 1, "load": 2.5}, "load is 2.5"),
        ({"agents": 10, "days": 1, "bookings": 19}, "bookings is 19"),
        ({"agents": 10, "days": 1, "load": 0.5, "seed": -1}, "seed is -1"),
        ({"agents": 10, "days": 1, "load": 0.5, "first_day": date(2021, 1, 4)}, "first_day is 2021-01-04"),
    ],
)
def test_values_out_of_range_are_refused(values: dict, message: str) -> None:
    """Settings that can't make a case are refused, and the message names the value."""
    with pytest.raises(ValueError, match=message):
        GeneratorSettings(**values)


def test_more_bookings_than_twice_what_fits_are_refused() -> None:
    """The message says how many bookings the duties hold."""
    with pytest.raises(ValueError, match=r"10,000 bookings are more than 2 times the 1\d\d or so"):
        generate(GeneratorSettings(agents=10, days=1, bookings=10_000))


def test_a_closed_horizon_is_refused() -> None:
    """A single Sunday holds no planning case."""
    with pytest.raises(ValueError, match="closed on every day"):
        generate(GeneratorSettings(agents=10, days=1, load=0.5, first_day=date(2026, 11, 29)))
