"""All bookings at once agree with a plain restatement of the rules, one booking after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.eligibility import RULES, Stage, evaluate, occupations
from data.model import DOCUMENTS, MISSING, ORDER_STATUSES, ROLES, ServicePolicy, joined, tokens
from data.model.service_policy import DeceasedHolderRule, KindPolicy
from data.policies import default_service_policies
from tests.support import cases

Row = dict[str, Any]

FLAGS = st.booleans()

POLICIES = st.builds(
    ServicePolicy,
    effective_from=st.just(date(2021, 3, 1)),
    cnh_accepted=st.sampled_from([True, True, False]),
    cnh_issued_from=st.sampled_from([None, cases.MONDAY]),
    biometrics_accepted=FLAGS,
    persons_may_use_proxy=FLAGS,
    companies_may_use_proxy=FLAGS,
    proxy_longest_days=st.integers(0, 3),
    proxy_replaces_co_representatives=FLAGS,
    deceased_holder=st.lists(
        st.builds(
            DeceasedHolderRule,
            holder_type=st.sampled_from(["person", "company"]),
            holder_is_registered=st.sampled_from([None, True, False]),
            rule=st.sampled_from(["R25", "R26"]),
            documents=st.sampled_from([(), ("court_decision",), ("court_decision", "executor_certificate")]),
        ),
        max_size=3,
    ).map(tuple),
)

BOOKING = st.fixed_dictionaries(
    {
        "order_status": st.sampled_from([*ORDER_STATUSES, "paid", "paid", "paid"]),
        "holder_type": st.sampled_from(["person", "company"]),
        "duration": st.sampled_from([14, 15, 30, 31, 45, 46]),
        "joint_clause": FLAGS,
        "holder_is_administrator": FLAGS,
        "holder_is_registered": FLAGS,
        "holder_is_deceased": st.sampled_from([False, False, True]),
        "proxy_issued_on": st.sampled_from([MISSING, MISSING, *range(-5, 5)]),
        "documents": st.sets(st.sampled_from(DOCUMENTS)).map(joined),
        "needs_presence": st.sampled_from([False, False, False, True]),
    }
)

PERSON = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["holder", "holder", *ROLES]),
        "has_cnh": st.sampled_from([True, True, False]),
        "cnh_issued_on": st.sampled_from([MISSING, -1, 0]),
        "has_biometrics": FLAGS,
    }
)


def restated(
    booking: Row, people: list[Row], policy: ServicePolicy, days: int
) -> tuple[str, str, list[bool]]:
    """Rules broken, kind of session and who must attend, in plain words for one booking."""
    roles = [person["role"] for person in people]
    company, dead = booking["holder_type"] == "company", booking["holder_is_deceased"]
    deed = booking["proxy_issued_on"] != MISSING
    joint = booking["joint_clause"] and not booking["holder_is_administrator"] and not dead
    if policy.proxy_replaces_co_representatives and deed and "proxy" in roles:
        joint = False
    if dead:
        wanted = {"court_representative"}
    else:
        wanted = {"holder"} | ({"proxy"} if deed else set()) | ({"co_representative"} if joint else set())
    attending = [role in wanted for role in roles]
    kind = "judicial" if dead else "joint" if sum(attending) >= 2 else "single"

    def known(person: Row) -> bool:
        licence = person["has_cnh"] and policy.cnh_accepted
        if policy.cnh_issued_from:
            issued = person["cnh_issued_on"]
            licence = (
                licence
                and issued != MISSING
                and cases.MONDAY + timedelta(days=issued) >= policy.cnh_issued_from
            )
        return bool(licence or (person["has_biometrics"] and policy.biometrics_accepted))

    rules = set()
    if booking["order_status"] != "paid":
        rules.add("R1")
    if booking["needs_presence"] or not all(
        known(p) for p, must in zip(people, attending, strict=True) if must
    ):
        rules.add("R7")
    limits: KindPolicy = getattr(policy, kind)
    if booking["duration"] not in range(limits.shortest_minutes, limits.longest_minutes + 1):
        rules.add("R11")
    if (not dead and roles.count("holder") != 1) or (
        not company and (deed or "proxy" in roles) and not policy.persons_may_use_proxy
    ):
        rules.add("R13")
    if joint and "co_representative" not in roles:
        rules.add("R20")
    if company and not dead and not booking["holder_is_registered"]:
        rules.add("R21")
    complete = deed and "proxy" in roles and policy.companies_may_use_proxy
    if company and not dead and (deed or "proxy" in roles) and not complete:
        rules.add("R22")
    ages = [day - booking["proxy_issued_on"] for day in range(days)]
    if deed and not dead and not any(0 <= age <= policy.proxy_longest_days for age in ages):
        rules.add("R23")
    if deed and not dead and "holder" not in roles:
        rules.add("R24")
    if dead:
        fitting = [
            rule
            for rule in policy.deceased_holder
            if rule.holder_type == booking["holder_type"]
            and rule.holder_is_registered in (None, booking["holder_is_registered"])
        ]
        served = (
            fitting
            and "court_representative" in roles
            and set(fitting[0].documents) <= tokens(booking["documents"])
        )
        if not served:
            rules.add(fitting[0].rule if fitting else "R25")
    return "|".join(sorted(rules, key=lambda code: int(code[1:]))), kind, attending


@given(
    POLICIES,
    st.lists(st.tuples(BOOKING, st.lists(PERSON, max_size=4)), max_size=8),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_all_bookings_agree_with_the_restatement(
    policy: ServicePolicy, rows: list[tuple[Row, list[Row]]], days: int, shuffler: Any
) -> None:
    """Rules broken, kinds and attendance agree for any mix, in whatever order the participants are listed."""
    people = [
        cases.participant(f"B{place}", f"P{place}.{number}", 0, 1440, **person)
        for place, (_, listed) in enumerate(rows)
        for number, person in enumerate(listed)
    ]
    shuffler.shuffle(people)
    case = cases.case(
        agents=[cases.agent("A1")],
        bookings=[cases.booking(f"B{place}", **booking) for place, (booking, _) in enumerate(rows)],
        participants=people,
        days=days,
        service=(policy,),
    )
    found = evaluate(case)
    expected = [restated(booking, listed, policy, days) for booking, listed in rows]
    assert found.broken.tolist() == [codes for codes, _, _ in expected]
    assert found.eligible.tolist() == [codes == "" for codes, _, _ in expected]
    assert found.kind.tolist() == [kind for _, kind, _ in expected]
    must = {
        f"P{place}.{number}": flag
        for place, (_, _, flags) in enumerate(expected)
        for number, flag in enumerate(flags)
    }
    assert found.required.tolist() == [must[p["participant_id"]] for p in people]
    assert [f"B{row}" for row in found.booking_of.tolist()] == [p["booking_id"] for p in people]


def test_a_case_without_bookings() -> None:
    """Empty tables give empty arrays."""
    found = evaluate(cases.case(agents=[cases.agent("A1")]))
    assert [len(part) for part in (found.broken, found.eligible, found.kind, found.required)] == [0, 0, 0, 0]


def test_participants_of_unknown_bookings_are_refused() -> None:
    """A participant whose booking is missing is an error that names the row, not a silent loss."""
    case = cases.case(
        agents=[cases.agent("A1")],
        bookings=[cases.booking("B1")],
        participants=[cases.participant("B1", "P1", 0, 60), cases.participant("B2", "P2", 0, 60)],
    )
    with pytest.raises(ValueError, match="row 1 belongs to no booking"):
        evaluate(case)


def test_the_policy_of_the_first_day_holds() -> None:
    """Of dated policies, the one in force on the first day of the horizon decides."""
    old = default_service_policies()[0]
    strict = old.model_copy(
        update={"effective_from": date(2026, 12, 1), "single": KindPolicy(longest_minutes=20)}
    )

    def found(first_day: date) -> list[str]:
        case = cases.case(
            agents=[cases.agent("A1")],
            bookings=[cases.booking("B", duration=25)],
            participants=[cases.participant("B", "P", 0, 1440)],
            first_day=first_day,
            service=(strict, old),
        )
        return [str(codes) for codes in evaluate(case).broken]

    assert found(date(2026, 11, 30)) == [""]
    assert found(date(2026, 12, 1)) == ["R11"]


@pytest.mark.parametrize(
    ("duration", "set_up", "wrap_up", "expected"),
    [
        (20, 5, 3, 30),
        (22, 5, 3, 30),
        (23, 5, 3, 35),
        (15, 0, 0, 15),
        (16, 0, 0, 20),
        (30, 10, 5, 45),
        (27, 5, 3, 35),
    ],
)
def test_r17_occupations_are_rounded_as_one_sum(
    duration: int, set_up: int, wrap_up: int, expected: int
) -> None:
    """Set-up, planned duration and wrap-up are added first and rounded up to the grid once."""
    single = KindPolicy(set_up_minutes=set_up, wrap_up_minutes=wrap_up)
    service = tuple(p.model_copy(update={"single": single}) for p in default_service_policies())
    case = cases.case(
        agents=[cases.agent("A1")],
        bookings=[cases.booking("B", duration=duration)],
        participants=[cases.participant("B", "P", 0, 1440)],
        service=service,
    )
    found = occupations(case, evaluate(case))
    assert (found.set_up.tolist(), found.occupied.tolist()) == ([set_up], [expected])
    assert expected == single.occupation_minutes(duration, 5)


def test_r17_occupations_go_by_the_kind() -> None:
    """A joint and a judicial session take the set-up and wrap-up of their own kind."""
    kinds = {
        "joint": KindPolicy(longest_minutes=45, set_up_minutes=10, wrap_up_minutes=5),
        "judicial": KindPolicy(longest_minutes=45, set_up_minutes=15, wrap_up_minutes=10),
    }
    service = tuple(p.model_copy(update=kinds) for p in default_service_policies())
    case = cases.case(
        agents=[cases.agent("A1")],
        bookings=[
            cases.booking("B1"),
            cases.booking("B2", holder_type="company", joint_clause=True),
            cases.booking("B3", holder_is_deceased=True, documents="court_decision"),
        ],
        participants=[
            cases.participant("B1", "P1", 0, 1440),
            cases.participant("B2", "P2", 0, 1440),
            cases.participant("B2", "P3", 0, 1440, role="co_representative"),
            cases.participant("B3", "P4", 0, 1440, role="court_representative"),
        ],
        service=service,
    )
    found = occupations(case, evaluate(case))
    assert found.set_up.tolist() == [5, 10, 15]
    assert found.occupied.tolist() == [30, 35, 45]


def test_the_registry_lists_r1_to_r26_once_each() -> None:
    """The registry is complete and in order, and every rule says what it asks for and where it acts."""
    assert [rule.number for rule in RULES] == list(range(1, 27))
    assert [rule.code for rule in RULES][:2] == ["R1", "R2"]
    assert len({rule.title for rule in RULES}) == 26
    assert all(rule.title and rule.stages for rule in RULES)


def test_the_registry_checks_the_rules_of_eligibility() -> None:
    """Rules with a check are those that `evaluate` reports; their functions carry the rule's number."""
    checked = [rule for rule in RULES if rule.check is not None]
    assert [rule.number for rule in checked] == [1, 7, 11, 13, 20, 21, 22, 23, 24, 25, 26]
    for rule in checked:
        assert Stage.ELIGIBILITY in rule.stages
        assert rule.check is not None
        assert rule.check.__name__.startswith(f"r{rule.number:02}_")
        assert rule.check.__doc__ is not None
        assert rule.check.__doc__.startswith(rule.code)
    eligibility = {rule.number for rule in RULES if Stage.ELIGIBILITY in rule.stages}
    assert eligibility == {rule.number for rule in checked} | {19}


def test_the_registry_names_functions_for_all_but_the_day_itself() -> None:
    """A rule of boundary or placement has a function, or is part of the tables and the solver."""
    by_tables_and_solver = {12, 15, 16}
    for rule in RULES:
        acts: set[Stage] = set(rule.stages) - {Stage.SIMULATION, Stage.NOTIFICATION}
        functions: list[Callable[..., Any]] = [*rule.functions, *([rule.check] if rule.check else [])]
        if acts and rule.number not in by_tables_and_solver:
            assert functions, rule.code
