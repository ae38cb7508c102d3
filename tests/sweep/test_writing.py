"""Scenario files that are written are read as the same scenarios."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Scenario
from optimizer.sweep.reading import scenarios_of
from optimizer.sweep.scenarios import TODAY, SweepScenario
from optimizer.sweep.values import Setting
from optimizer.sweep.writing import raw_value, scenario_file
from tests.sweep.days import day

LEVERS = st.fixed_dictionaries(
    {},
    optional={
        ("late_tolerance",): st.floats(0.0, 60.0) | st.integers(0, 60),
        ("no_show",): st.integers(0, 100).map(lambda share: f"{share}%"),
        ("demand",): st.integers(-90, 200).map(lambda percent: f"{percent:+}%"),
        ("pool_size",): st.sampled_from(["own_list", "as_it_is", 4]),
        ("pooled",): st.booleans(),
        ("opening", "monday"): st.just("08:00-14:00"),
        ("outage", "from"): st.just("10:00"),
        ("outage", "minutes"): st.integers(1, 60),
        ("buffer_minutes", "single"): st.sampled_from([-5, 5]),
        ("buffer_minutes", "joint"): st.just(10),
        ("duration_mean",): st.sampled_from(["<=20", "+12.5%"]),
    },
).filter(lambda levers: (("outage", "from") in levers) == (("outage", "minutes") in levers))
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"),
    min_size=1,
    max_size=20,
).map(str.strip)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(NAMES.filter(lambda name: name not in ("", TODAY)), LEVERS.filter(bool), min_size=1))
def test_what_is_written_is_read(listed: dict[str, dict[tuple[str, ...], object]]) -> None:
    """Whatever names and values look like: as numbers, times, YAML's own words, in any script."""
    scenarios = [
        SweepScenario(name, tuple((path, Setting.of(value)) for path, value in levers.items()))
        for name, levers in listed.items()
    ]
    content = scenario_file([SweepScenario(TODAY), *scenarios])
    today, *found = scenarios_of({"what-if.yaml": content}, day(), Scenario(), 1).scenarios
    assert today == SweepScenario(TODAY)
    assert [(each.name, dict(each.changes)) for each in found] == [
        (each.name, dict(each.changes)) for each in scenarios
    ]


def test_raw_values_look_as_people_write_them() -> None:
    """Shares and limits as in the documentation."""
    for raw in ("+20%", "-12.5%", "own_list", 12, 0.12, True, [1.0, 2.0]):
        assert raw_value(Setting.of(raw)) == raw
    assert raw_value(Setting.of("<=2400")) == "<=2400.0"
