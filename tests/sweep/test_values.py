"""What a scenario file says of a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.sweep.values import Setting


@pytest.mark.parametrize(
    ("raw", "now", "expected"),
    [
        (12, 5, 12),
        ("12%", 5, 0.12),
        ("+20%", 50, 60.0),
        ("-20%", 50, 40.0),
        ("<=2400", 2640, 2400.0),
        ("<=2400", 2160, 2160),
        ("own_list", None, "own_list"),
        (True, False, True),
        ([1.0, 2.0], (), (1.0, 2.0)),
    ],
)
def test_a_value_a_share_a_change_and_a_limit(raw: object, now: object, expected: object) -> None:
    """Each form means what it says."""
    assert Setting.of(raw).applied_to(now) == expected


@pytest.mark.parametrize("now", [None, "text", True])
def test_a_change_needs_a_number_to_change(now: object) -> None:
    """What is not a number can't be a fifth more."""
    with pytest.raises(ValueError, match="there is no number now"):
        Setting.of("+20%").applied_to(now)


@given(st.integers(-99, 500), st.integers(1, 10_000))
def test_texts_of_values_are_read_as_they_were(share: int, number: int) -> None:
    """What is written of a setting is read as the same setting."""
    for setting in (Setting("relative", share / 100.0), Setting("at_most", float(number))):
        assert Setting.of(str(setting)) == setting
