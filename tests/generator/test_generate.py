"""Whole cases: the mix that they promise, a legal planted answer, and the same case every time."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendars import opening_intervals
from data.eligibility import evaluate, occupations, start_windows
from data.generator import GeneratedCase, GeneratorSettings, generate
from data.generator.team import SKILLS
from data.model import INPUT_TABLES, MISSING, RESULT_TABLES, Case, Unplaced, tokens
from data.referee import judge

DIGEST = """
import hashlib
from data.generator import GeneratorSettings, generate
made = generate(GeneratorSettings(agents=12, days=2, load=0.9, seed=5))
tables = ("agents", "absences", "bookings", "participants", "duties", "breaks", "demand", "history")
print(made.facts, made.planted.rows(), [getattr(made.case, table).rows() for table in tables])
"""

cases = st.builds(
    GeneratorSettings,
    agents=st.integers(10, 60),
    days=st.sampled_from((2, 3, 6, 8, 14)),
    load=st.sampled_from((0.3, 0.6, 0.8, 0.9, 0.95, 1.2)),
    seed=st.integers(0, 10**6),
    first_day=st.dates(date(2026, 1, 1), date(2027, 12, 20)),
)


@cache
def made(agents: int, days: int, load: float = 0.9, seed: int = 1) -> GeneratedCase:
    """A case, kept for the tests that only look at it."""
    return generate(GeneratorSettings(agents=agents, days=days, load=load, seed=seed))


def planted_case(generated: GeneratedCase) -> Case:
    """The case with its planted schedule; the rest is unplaced, as ineligible or for want of room."""
    case = generated.case
    placed = set(generated.planted.booking_id.tolist())
    broken = evaluate(case).broken.tolist()
    unplaced = Unplaced.from_rows(
        {"booking_id": booking, "reason": "not_eligible" if rules else "capacity_full", "rules": rules}
        for booking, rules in zip(case.bookings.booking_id.tolist(), broken, strict=True)
        if booking not in placed
    )
    return replace(case, sessions=generated.planted, unplaced=unplaced)


def open_days(case: Case) -> int:
    """How many days of the horizon the service is open."""
    return sum(hours is not None for hours in opening_intervals(case.plan))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(cases)
def test_the_planted_answer_is_legal_and_complete(wanted: GeneratorSettings) -> None:
    """The referee finds nothing wrong with the planted answer, and up to a load of 1 all are in it."""
    generated = generate(wanted)
    assert judge(planted_case(generated)) == []
    facts = generated.facts
    assert abs(facts["load"] - (wanted.load or 0)) < 40 / facts["free_minutes"]
    if facts["load"] < 1:
        assert facts["planted"] == facts["eligible"]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(cases)
def test_the_mix_is_as_promised(wanted: GeneratorSettings) -> None:
    """Joint, two orders, ineligible, narrow and wide windows reach their quotas at every size."""
    generated = generate(wanted)
    case, facts = generated.case, generated.facts
    assert facts["joint"] >= 0.08 * facts["bookings"]
    assert facts["holders_with_two_orders"] >= 0.03 * facts["holders"]
    assert facts["ineligible"] >= 0.03 * facts["bookings"]
    assert facts["expired_proxies"] >= 1
    assert facts["windows_under_4_hours"] >= 1 / 3
    assert facts["windows_over_days"] >= (1 / 3 if open_days(case) > 1 else 0)
    assert facts["skill_sets"] >= 5
    assert facts["contracts"] == 3


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200))
def test_many_cases_are_legal(seed: int) -> None:
    """The same, over many seeds, sizes and dates."""
    draw = np.random.default_rng(seed)
    first_day = date(2026, 1, 5) + timedelta(days=7 * int(draw.integers(0, 100)))
    agents, days = int(draw.integers(10, 80)), int(draw.integers(5, 20))
    wanted = GeneratorSettings(
        agents, days, load=float(draw.uniform(0.3, 1.3)), seed=seed, first_day=first_day
    )
    assert judge(planted_case(generate(wanted))) == []


@pytest.mark.parametrize(("agents", "days"), [(10, 1), (10, 6), (40, 6), (200, 6), (200, 1)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_first_come_first_served_leaves_enough_out(agents: int, days: int, seed: int) -> None:
    """At a load of 0.9 the greedy leaves at least 3 % of the eligible bookings without a place."""
    facts = made(agents, days, seed=seed).facts
    assert facts["greedy_unplaced"] >= 0.03
    assert facts["greedy_unplaced_bookings"] == round(facts["greedy_unplaced"] * facts["eligible"])


def test_planted_sessions_start_within_the_windows_of_the_solvers() -> None:
    """The solvers' own view of windows and occupations allows every planted session."""
    generated = made(40, 6)
    case = generated.case
    eligibility = evaluate(case)
    windows = start_windows(case, eligibility)
    needed = occupations(case, eligibility)
    position = case.bookings.position
    used = 0
    for booking, start in zip(
        generated.planted.booking_id.tolist(), generated.planted.starts_at.tolist(), strict=True
    ):
        row = position[booking]
        assert any(first <= start <= last for first, last in windows.of(row))
        used += int(needed.occupied[row])
    assert used == round(generated.facts["load"] * generated.facts["free_minutes"])


def test_bookings_can_be_counted_instead_of_load() -> None:
    """The number is met exactly, and the load follows; beyond what fits, some have no planted place."""
    few = generate(GeneratorSettings(agents=20, days=6, bookings=600)).facts
    many = generate(GeneratorSettings(agents=20, days=6, bookings=2000)).facts
    assert few["bookings"] == 600
    assert few["planted"] == few["eligible"]
    assert many["bookings"] == 2000
    assert many["load"] > 1 > few["load"]
    assert many["planted"] < many["eligible"]


def test_about_eight_per_cent_live_in_the_west() -> None:
    """UTC-4 and UTC-5 hold about 8 % of participants (DOMAIN 2.4); about 48 % are persons (DOMAIN 2.3)."""
    facts = made(200, 6).facts
    assert 0.06 <= facts["west_share"] <= 0.10
    assert 0.44 <= facts["persons"] / facts["bookings"] <= 0.52


def test_wishes_are_not_the_planted_starts() -> None:
    """A wish gives the planted place away no more often than chance would, and wishes crowd at the peaks."""
    generated = made(200, 6)
    bookings = generated.case.bookings
    rows = [bookings.position[booking] for booking in generated.planted.booking_id.tolist()]
    wish = bookings.preferred_start[rows]
    assert np.mean(wish == generated.planted.starts_at) < 0.05
    hour = wish[wish != MISSING] % 1440 // 60
    assert np.mean(np.isin(hour, (10, 14, 15))) > 0.35
    assert (bookings.booked_at < generated.case.plan.as_of_minute).all()


def test_pins_agree_with_the_planted_schedule() -> None:
    """Every pin names the planted start; only a movable one names an agent, the planted one."""
    generated = made(40, 6)
    bookings = generated.case.bookings
    planted = {row["booking_id"]: row for row in generated.planted.rows()}
    pinned = [row for row in bookings.rows() if row["pin"]]
    assert {row["pin"] for row in pinned} == {"fixed", "movable"}
    for row in pinned:
        session = planted[row["booking_id"]]
        assert row["pinned_start"] == session["starts_at"]
        assert row["pinned_agent"] == (session["agent_id"] if row["pin"] == "movable" else "")


def test_every_rule_that_can_be_broken_is_broken() -> None:
    """The ineligible bookings of a large case break each of these rules, one rule each."""
    case = made(200, 6).case
    broken = set(evaluate(case).broken.tolist()) - {""}
    assert broken == {"R1", "R7", "R11", "R13", "R20", "R21", "R22", "R23", "R25", "R26"}


def required_agents_matched(case: Case) -> dict[int, tuple[int, int, int]]:
    """By interval: agents in service for all of it, agents required, and the most that can be matched."""
    length = case.plan.demand_interval_minutes
    skills = [tokens(cell) for cell in case.agents.skills.tolist()]
    needed: dict[int, dict[str, int]] = {}
    for start, skill, required in zip(
        case.demand.starts_at.tolist(), case.demand.skill.tolist(), case.demand.required.tolist(), strict=True
    ):
        needed.setdefault(start, {})[skill] = required
    found = {}
    for start in range(0, case.axis.end, length):
        serving = [
            case.agents.position[duty.agent_id]
            for duty in case.roster.duties
            for begin, end in duty.segments
            if begin <= start and start + length <= end
        ]
        posts = [skill for skill in SKILLS for _ in range(needed.get(start, {}).get(skill, 0))]
        holder: dict[int, int] = {}

        def matched(
            agent: int, seen: set[int], posts: list[str] = posts, holder: dict[int, int] = holder
        ) -> bool:
            for post, skill in enumerate(posts):
                if skill in skills[agent] and post not in seen:
                    seen.add(post)
                    if post not in holder or matched(holder[post], seen, posts, holder):
                        holder[post] = agent
                        return True
            return False

        found[start] = (len(serving), len(posts), sum(matched(agent, set()) for agent in serving))
    return found


def test_the_planted_roster_covers_the_demand_exactly() -> None:
    """In every interval of the horizon all in service are matched to a requirement, and none is left over."""
    found = required_agents_matched(made(14, 6).case)
    assert any(serving for serving, *_ in found.values())
    assert [start for start, (serving, posts, most) in found.items() if not serving == posts == most] == []


def test_expected_bookings_add_up_to_the_eligible_ones() -> None:
    """The forecast spreads what is asked for over the opening hours."""
    generated = made(40, 6)
    assert generated.case.demand.expected_bookings.sum() == pytest.approx(
        generated.facts["eligible"], rel=0.001
    )


def test_history_spans_thirteen_months_before_the_horizon() -> None:
    """It ends before the horizon, has no Sunday and no holiday, and its level is that of the case."""
    generated = made(40, 6)
    case, history = generated.case, generated.case.history
    days = np.unique(case.axis.days_of(history.starts_at))
    dates = [case.axis.date_of(day) for day in days.tolist()]
    assert (dates[0], dates[-1]) == (date(2025, 10, 1), date(2026, 11, 28))
    assert not any(day.weekday() == 6 for day in dates)
    assert date(2026, 11, 20) not in dates
    assert (history.no_shows <= history.bookings).all()
    assert 0.07 < history.no_shows.sum() / history.bookings.sum() < 0.10
    last_weeks = history.bookings[history.starts_at >= -28 * 1440].sum() / 4
    assert 0.6 < last_weeks / generated.facts["eligible"] < 1.4


def test_the_same_settings_give_the_same_case() -> None:
    """Twice in one process, table by table; another seed gives another case."""
    wanted = GeneratorSettings(agents=12, days=2, load=0.9, seed=5)
    first, second = generate(wanted), generate(wanted)
    for kind in (*INPUT_TABLES, *RESULT_TABLES):
        assert first.case.table(kind).same_as(second.case.table(kind)), kind.TABLE
    assert first.planted.same_as(second.planted)
    assert first.facts == second.facts
    assert not generate(replace(wanted, seed=6)).case.bookings.same_as(first.case.bookings)


def test_the_case_does_not_depend_on_the_hash_seed() -> None:
    """Two processes with different hash seeds print the same case."""
    digests = {
        hashlib.sha256(
            subprocess.run(
                [sys.executable, "-c", DIGEST],
                env={**os.environ, "PYTHONHASHSEED": hash_seed},
                capture_output=True,
                check=True,
            ).stdout
        ).hexdigest()
        for hash_seed in ("0", "4242")
    }
    assert len(digests) == 1
