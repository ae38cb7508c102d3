"""Every rule of eligibility: a booking that keeps it, one that breaks it, and the boundary between them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.eligibility import evaluate
from data.model import MISSING, Case
from data.model.service_policy import DeceasedHolderRule, KindPolicy
from data.policies import default_service_policies
from tests.support import cases

Row = dict[str, Any]

DAY = 1440
COMPANY: Row = {"holder_type": "company"}
PROXY: Row = COMPANY | {"proxy_issued_on": -10}
DECEASED_PERSON: Row = {"holder_is_deceased": True, "documents": "court_decision"}
DECEASED_COMPANY: Row = COMPANY | DECEASED_PERSON
DECEASED_UNREGISTERED: Row = COMPANY | {
    "holder_is_deceased": True,
    "holder_is_registered": False,
    "documents": "executor_certificate",
}


def case_of(changes: Row, roles: tuple[str, ...], people: Row, policy: Row, days: int = 1) -> Case:
    service = tuple(p.model_copy(update=policy) for p in default_service_policies())
    return cases.case(
        agents=[cases.agent("A1")],
        bookings=[cases.booking("B", **({"duration": 20} | changes))],
        participants=[
            cases.participant("B", f"P{place}", 0, DAY, role=role, **people)
            for place, role in enumerate(roles)
        ],
        days=days,
        service=service,
    )


def broken(
    changes: Row | None = None,
    *roles: str,
    people: Row | None = None,
    policy: Row | None = None,
    days: int = 1,
) -> str:
    """The rules that one booking breaks; without roles, the holder alone is listed."""
    case = case_of(changes or {}, roles or ("holder",), people or {}, policy or {}, days)
    found = evaluate(case)
    assert bool(found.eligible[0]) == (found.broken[0] == "")
    return str(found.broken[0])


def required(changes: Row, *roles: str, policy: Row | None = None) -> list[str]:
    """The roles of those who must attend one booking."""
    case = case_of(changes, roles, {}, policy or {})
    return [role for role, must in zip(roles, evaluate(case).required.tolist(), strict=True) if must]


def kind(changes: Row, *roles: str) -> str:
    return str(evaluate(case_of(changes, roles, {}, {})).kind[0])


@pytest.mark.parametrize(
    ("status", "expected"), [("paid", ""), ("pending", "R1"), ("cancelled", "R1"), ("refunded", "R1")]
)
def test_r1_only_paid_orders(status: str, expected: str) -> None:
    """R1: an order that is not paid, or no longer, is not served."""
    assert broken({"order_status": status}) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"has_cnh": True, "has_biometrics": False}, ""),
        ({"has_cnh": False, "has_biometrics": True}, ""),
        ({"has_cnh": False, "has_biometrics": False}, "R7"),
    ],
)
def test_r7_licence_or_biometrics(people: Row, expected: str) -> None:
    """R7: either will do, and none won't."""
    assert broken(people=people) == expected


@pytest.mark.parametrize(
    ("issued_on", "expected"),
    [(-3, "R7"), (-2, ""), (-1, ""), (None, "R7")],
)
def test_r7_date_of_the_licence(issued_on: int | None, expected: str) -> None:
    """R7: a policy's earliest date counts itself; an unknown date does not count."""
    people: Row = {"has_cnh": True} | ({} if issued_on is None else {"cnh_issued_on": issued_on})
    assert broken(people=people, policy={"cnh_issued_from": date(2026, 11, 28)}) == expected
    assert broken(people=people) == ""


def test_r7_what_the_policy_accepts() -> None:
    """R7: a policy may accept only one of the two; biometrics make up for an old licence."""
    both: Row = {"has_cnh": True, "has_biometrics": True}
    only_licence: Row = {"has_cnh": True}
    only_biometrics: Row = {"has_cnh": False, "has_biometrics": True}
    assert broken(people=only_licence, policy={"cnh_accepted": False}) == "R7"
    assert broken(people=only_biometrics, policy={"biometrics_accepted": False}) == "R7"
    assert broken(people=both, policy={"cnh_accepted": False}) == ""
    assert broken(people=both, policy={"cnh_issued_from": date(2026, 12, 31)}) == ""


def test_r7_presence_demanded() -> None:
    """R7: a booking that the issuer wants in person is not served by video."""
    assert broken({"needs_presence": True}) == "R7"


@pytest.mark.parametrize(("joint", "expected"), [(True, "R7"), (False, "")])
def test_r7_all_who_must_attend(joint: bool, expected: str) -> None:
    """R7: every required participant counts, and those who need not attend don't."""
    case = cases.case(
        agents=[cases.agent("A1")],
        bookings=[cases.booking("B", joint_clause=joint, **COMPANY)],
        participants=[
            cases.participant("B", "P1", 0, DAY),
            cases.participant("B", "P2", 0, DAY, role="co_representative", has_cnh=False),
        ],
    )
    assert evaluate(case).broken.tolist() == [expected]


@pytest.mark.parametrize(
    ("changes", "roles", "longest"),
    [
        ({}, ("holder",), 30),
        (COMPANY | {"joint_clause": True}, ("holder", "co_representative"), 45),
        (PROXY, ("holder", "proxy"), 45),
        (DECEASED_PERSON, ("court_representative",), 45),
    ],
)
def test_r11_durations_by_kind(changes: Row, roles: tuple[str, ...], longest: int) -> None:
    """R11: 15 to 30 minutes for one person, up to 45 for joint and judicial sessions, both ends allowed."""
    found = {
        minutes: broken(changes | {"duration": minutes}, *roles) for minutes in (14, 15, longest, longest + 1)
    }
    assert found == {14: "R11", 15: "", longest: "", longest + 1: "R11"}


def test_r11_durations_by_policy() -> None:
    """R11: the policy sets the limits of each kind on its own."""
    policy = {"single": KindPolicy(shortest_minutes=20, longest_minutes=25)}
    found = [broken({"duration": minutes}, policy=policy) for minutes in (19, 20, 25, 26)]
    assert found == ["R11", "", "", "R11"]
    joint = COMPANY | {"joint_clause": True, "duration": 19}
    assert broken(joint, "holder", "co_representative", policy=policy) == ""


def test_r13_exactly_one_holder() -> None:
    """R13: no holder or two break the rule, unless the holder has died."""
    assert broken({}, "holder") == ""
    assert broken({}, "co_representative") == "R13"
    assert broken({}, "holder", "holder") == "R13"
    assert broken(DECEASED_PERSON, "court_representative") == ""
    assert broken(DECEASED_PERSON, "court_representative", "holder") == ""


def test_r13_persons_have_no_proxy() -> None:
    """R13: a person attends without a proxy, be it the deed or the person, unless the policy allows one."""
    deed: Row = {"proxy_issued_on": -10}
    assert broken(deed, "holder") == "R13"
    assert broken({}, "holder", "proxy") == "R13"
    assert broken(deed, "holder", "proxy", policy={"persons_may_use_proxy": True}) == ""


def test_bookings_without_participants_break_r13() -> None:
    """A booking for which nobody is listed has no holder."""
    case = cases.case(agents=[cases.agent("A1")], bookings=[cases.booking("B")], participants=[])
    assert evaluate(case).broken.tolist() == ["R13"]


def test_r19_goes_before_r20() -> None:
    """R19, R20: a joint clause needs a co-representative, unless the holder is named administrator."""
    joint = COMPANY | {"joint_clause": True}
    alone = joint | {"holder_is_administrator": True}
    assert broken(joint, "holder") == "R20"
    assert broken(joint, "holder", "co_representative") == ""
    assert broken(joint, "holder", "co_representative", "co_representative") == ""
    assert broken(alone, "holder") == ""
    assert broken(COMPANY | {"holder_is_administrator": True}, "holder") == ""
    assert broken(DECEASED_COMPANY | {"joint_clause": True}, "court_representative") == ""


def test_r20_a_proxy_may_stand_in_by_policy() -> None:
    """R20, R24: only by policy does a proxy stand in for partners, and only with deed and person."""
    joint = PROXY | {"joint_clause": True}
    stands_in = {"proxy_replaces_co_representatives": True}
    assert broken(joint, "holder", "proxy") == "R20"
    assert broken(joint, "holder", "proxy", policy=stands_in) == ""
    assert broken(joint, "holder", policy=stands_in) == "R20|R22"
    assert broken(COMPANY | {"joint_clause": True}, "holder", "proxy", policy=stands_in) == "R20|R22"


def test_r21_companies_need_their_registered_representative() -> None:
    """R21: an unregistered holder breaks the rule for a living company's holder only."""
    unregistered: Row = {"holder_is_registered": False}
    assert broken(COMPANY) == ""
    assert broken(COMPANY | unregistered) == "R21"
    assert broken(unregistered) == ""
    assert broken(DECEASED_UNREGISTERED, "court_representative") == ""


def test_r22_deed_and_person_come_together() -> None:
    """R22: a company's proxy is a deed with a person; a policy may accept none."""
    refused = {"companies_may_use_proxy": False}
    assert broken(PROXY, "holder", "proxy") == ""
    assert broken(PROXY, "holder") == "R22"
    assert broken(COMPANY, "holder", "proxy") == "R22"
    assert broken(PROXY, "holder", "proxy", policy=refused) == "R22"
    assert broken(PROXY, "holder", policy=refused) == "R22"
    assert broken(COMPANY, "holder", "proxy", policy=refused) == "R22"
    assert broken(COMPANY, "holder", policy=refused) == ""


@pytest.mark.parametrize(
    ("issued_on", "days", "expected"),
    [
        (-90, 1, ""),
        (-91, 1, "R23"),
        (-91, 5, "R23"),
        (0, 1, ""),
        (1, 1, "R23"),
        (1, 2, ""),
        (4, 5, ""),
        (5, 5, "R23"),
    ],
)
def test_r23_age_of_the_proxy(issued_on: int, days: int, expected: str) -> None:
    """R23: on some day of the horizon the proxy must be 0 to 90 days old, both allowed."""
    changes = PROXY | {"proxy_issued_on": issued_on}
    assert broken(changes, "holder", "proxy", days=days) == expected


def test_r23_the_vector_of_the_domain() -> None:
    """R23: for a session on 2026-11-23 the proxy is of 2026-08-25 or later."""
    monday = date(2026, 11, 23)
    service = default_service_policies()
    found = []
    for issued in (date(2026, 8, 24), date(2026, 8, 25)):
        case = cases.case(
            agents=[cases.agent("A1")],
            bookings=[cases.booking("B", **PROXY | {"proxy_issued_on": (issued - monday).days})],
            participants=[
                cases.participant("B", "P1", 0, DAY),
                cases.participant("B", "P2", 0, DAY, role="proxy"),
            ],
            first_day=monday,
            service=service,
        )
        found.append(str(evaluate(case).broken[0]))
    assert found == ["R23", ""]


def test_r23_age_by_policy() -> None:
    """R23: the policy sets the age."""
    changes = PROXY | {"proxy_issued_on": -31}
    assert broken(changes, "holder", "proxy", policy={"proxy_longest_days": 30}) == "R23"
    assert broken(changes, "holder", "proxy", policy={"proxy_longest_days": 31}) == ""


def test_r24_a_proxy_never_replaces_the_holder() -> None:
    """R24: with a proxy, the holder is listed too, unless the holder has died."""
    assert broken(PROXY, "holder", "proxy") == ""
    assert broken(PROXY, "proxy") == "R13|R24"
    stands_in = {"proxy_replaces_co_representatives": True}
    assert broken(PROXY, "proxy", policy=stands_in) == "R13|R24"
    assert broken(DECEASED_COMPANY | {"proxy_issued_on": -10}, "court_representative", "proxy") == ""


@pytest.mark.parametrize(
    ("issued_on", "roles"),
    [(-91, ("proxy",)), (1, ("proxy",)), (-10, ()), (MISSING, ("proxy",))],
)
@pytest.mark.parametrize("accepted", [True, False])
def test_r22_r23_a_proxy_of_the_dead_concerns_nobody(
    issued_on: int, roles: tuple[str, ...], accepted: bool
) -> None:
    """R22, R23: once the holder has died, a proxy may be old, post-dated, half given or not accepted."""
    policy = {"companies_may_use_proxy": accepted}
    listed = ("court_representative", *roles)
    changes = DECEASED_COMPANY | {"proxy_issued_on": issued_on}
    assert broken(changes, *listed, days=1, policy=policy) == ""
    living = COMPANY | {"proxy_issued_on": issued_on}
    assert broken(living, "holder", *roles, days=1, policy=policy) != ""


@pytest.mark.parametrize(
    ("changes", "rule", "needed"),
    [
        (DECEASED_PERSON, "R25", "court_decision"),
        (DECEASED_PERSON | {"holder_is_registered": False}, "R25", "court_decision"),
        (DECEASED_COMPANY, "R25", "court_decision"),
        (DECEASED_UNREGISTERED, "R26", "executor_certificate"),
    ],
)
def test_r25_r26_representative_and_documents(changes: Row, rule: str, needed: str) -> None:
    """R25, R26: the representative comes, and the documents of the policy's row are presented."""
    other = "executor_certificate" if needed == "court_decision" else "court_decision"
    assert broken(changes, "court_representative") == ""
    assert broken(changes, "holder") == rule
    assert broken(changes | {"documents": ""}, "court_representative") == rule
    assert broken(changes | {"documents": other}, "court_representative") == rule
    assert (
        broken(changes | {"documents": f"court_decision|{needed}|public_proxy"}, "court_representative") == ""
    )
    assert broken(changes | {"documents": f"court_decision|{needed}"}, "court_representative") == ""


def test_r25_r26_are_a_table_of_the_policy() -> None:
    """R25, R26: all documents of the first row that fits are needed; where none fits, R25 is broken."""
    both = DeceasedHolderRule(
        holder_type="company", rule="R26", documents=("court_decision", "executor_certificate")
    )
    never = DeceasedHolderRule(holder_type="company", rule="R25", documents=())
    policy = {"deceased_holder": (both, never)}
    assert broken(DECEASED_COMPANY, "court_representative", policy=policy) == "R26"
    full = DECEASED_COMPANY | {"documents": "court_decision|executor_certificate"}
    assert broken(full, "court_representative", policy=policy) == ""
    assert broken(DECEASED_PERSON, "court_representative", policy=policy) == "R25"
    assert broken({}, "holder", policy={"deceased_holder": ()}) == ""


def test_documents_don_t_matter_to_the_living() -> None:
    """R25, R26: a living holder needs no document of a court."""
    assert broken({"documents": ""}) == ""


def test_several_rules_are_listed_in_order() -> None:
    """A booking that breaks several rules names them all, in order of their numbers."""
    changes = {"order_status": "pending", "needs_presence": True, "duration": 60}
    assert broken(changes, "co_representative") == "R1|R7|R11|R13"


def test_who_must_attend() -> None:
    """The holder, a proxy with a deed, co-representatives who are due; else only whom a court named."""
    everyone = ("holder", "co_representative", "proxy", "court_representative")
    joint = COMPANY | {"joint_clause": True}
    assert required({}, *everyone) == ["holder"]
    assert required(joint, *everyone) == ["holder", "co_representative"]
    assert required(joint | {"holder_is_administrator": True}, *everyone) == ["holder"]
    assert required(PROXY, *everyone) == ["holder", "proxy"]
    assert required(PROXY | {"joint_clause": True}, *everyone) == ["holder", "co_representative", "proxy"]
    assert required(DECEASED_COMPANY | {"joint_clause": True, "proxy_issued_on": -1}, *everyone) == [
        "court_representative"
    ]
    stands_in = {"proxy_replaces_co_representatives": True}
    assert required(PROXY | {"joint_clause": True}, *everyone, policy=stands_in) == ["holder", "proxy"]
    assert required(joint, *everyone, policy=stands_in) == ["holder", "co_representative"]


def test_kinds_of_session() -> None:
    """Judicial when the holder has died, joint when two or more must attend, single otherwise."""
    joint = COMPANY | {"joint_clause": True}
    assert kind({}, "holder") == "single"
    assert kind(COMPANY, "holder", "co_representative") == "single"
    assert kind(joint, "holder", "co_representative") == "joint"
    assert kind(joint, "holder") == "single"
    assert kind(PROXY, "holder", "proxy") == "joint"
    assert kind(DECEASED_PERSON, "court_representative") == "judicial"
    assert kind(DECEASED_PERSON, "court_representative", "court_representative") == "judicial"
