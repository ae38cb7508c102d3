"""Signing in by OpenID Connect, in a real browser, against a provider that the tests start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from dashboard.access import Role
from dashboard.app_pages.application import PAGES
from dashboard.texts import Texts
from data.files import PlanFolder
from tests.dashboard.browser.conftest import Reader, Server, started, stopped
from tests.dashboard.browser.identity_provider import CLIENT_ID, CLIENT_SECRET, Person, Provider, providing
from tests.support.personal_data import personal_data_in

TEXTS = Texts("pt-BR")
USER_COOKIE = "_streamlit_user"
PLANNER, MANAGER = "ana@issuer.example", "rui@issuer.example"
PEOPLE = [
    Person("guest", {"email": "guest@issuer.example", "email_verified": True}),
    Person("unverified", {"email": PLANNER, "email_verified": False}),
    Person("planner", {"email": PLANNER.upper(), "email_verified": True}),
    Person("manager", {"email": MANAGER, "email_verified": True}),
]
FORGED = [
    Person("for another", {"email": MANAGER}, forged={"aud": "somebody else"}),
    Person("of another", {"email": MANAGER}, forged={"iss": "http://127.0.0.1:1"}),
    Person("replayed", {"email": MANAGER}, forged={"nonce": "of another time"}),
    Person("without nonce", {"email": MANAGER}, forged={"nonce": None}),
    Person("expired", {"email": MANAGER}, forged={"exp": int(time.time()) - 3600}),
    Person("self-made", {"email": MANAGER}, signed_by_another=True),
]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing([*PEOPLE, *FORGED]) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(
    planned_week: Path, chromium: str, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The dashboard with the secrets that `docs/dashboard.md` names."""
    place = tmp_path_factory.mktemp("served")
    secrets = place / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        f"""
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "a long random text, of the tests alone"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider.address}/.well-known/openid-configuration"

[roles]
planner = ["{PLANNER}"]
manager = ["{MANAGER}"]
""",
        encoding="utf-8",
    )
    running = started(planned_week, place / "cache", place)
    yield running
    stopped(running)


def _signs_in(reader: Reader, server: Server, person: str) -> None:
    reader.opens(server.page("week", lang="pt-BR"))
    reader.page.get_by_role("button", name=TEXTS.say("sign_in.button"), exact=True).click()
    reader.page.get_by_role("link", name=person, exact=True).click()
    reader.settles()


def _is_signed_in(page: Page) -> bool:
    return any(cookie["name"] == USER_COOKIE for cookie in page.context.cookies())


def test_nothing_of_a_plan_is_shown_before_signing_in(
    guarded: Server, reader: Reader, planned_week: Path
) -> None:
    """Whatever page is asked for: neither on the screen nor in what the server sends."""
    sent: list[bytes] = []

    def heard(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: sent.append(frame if isinstance(frame, bytes) else b""))

    reader.page.on("websocket", heard)
    for entry in PAGES:
        reader.opens(guarded.page(entry.name, lang="pt-BR"))
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(TEXTS.say("sign_in.title"))
        expect(reader.page.get_by_test_id("stSelectbox")).to_have_count(0)
    case = PlanFolder(planned_week).read()
    held = [
        *map(str, case.agents.agent_id),
        *map(str, case.bookings.booking_id),
        *(TEXTS.say(f"question.{entry.name}") for entry in PAGES),
        planned_week.name + "/runs",
    ]
    received = b"".join(sent)
    assert TEXTS.say("sign_in.title").encode() in received
    assert [each for each in held if each.encode() in received] == []


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ("planner", Role.PLANNER),
        ("unverified", Role.VIEWER),
        pytest.param("guest", Role.VIEWER, marks=pytest.mark.soak),
        pytest.param("manager", Role.MANAGER, marks=pytest.mark.soak),
    ],
)
def test_people_may_do_what_their_role_allows(
    guarded: Server, reader: Reader, provider: Provider, person: str, role: Role
) -> None:
    """Week's edits, What if's plans, Capacity's work; no address is shown; signing out ends it all."""
    page, ended = reader.page, provider.ended
    _signs_in(reader, guarded, person)
    expect(page.get_by_role("heading", level=1)).to_have_text(TEXTS.say("question.week"))
    page.get_by_role("tab", name=TEXTS.say("week.tab_edit")).click()
    planner = role is not Role.VIEWER
    told = page.get_by_text(TEXTS.say("edit.not_allowed"))
    page.get_by_role("button", name=TEXTS.say("edit.apply")).or_(told).wait_for()
    assert page.get_by_role("button", name=TEXTS.say("edit.apply")).count() == int(planner)
    page.get_by_role("link", name=TEXTS.say("page.capacity"), exact=True).click()
    page.get_by_role("heading", level=1, name=TEXTS.say("question.capacity")).wait_for()
    reader.settles()
    assert page.get_by_text(TEXTS.say("what_if.look_only")).count() == int(not planner)
    page.get_by_role("button", name=TEXTS.say("sign_in.out"), exact=True).hover()
    page.get_by_text(TEXTS.say("sign_in.role", role=TEXTS.label("role", role.value))).wait_for()
    assert list(personal_data_in(page.inner_text("body"))) == []
    page.get_by_role("button", name=TEXTS.say("sign_in.out"), exact=True).click()
    page.get_by_role("heading", level=1, name=TEXTS.say("sign_in.title")).wait_for()
    assert not _is_signed_in(page)
    assert provider.ended == ended + 1
    assert provider.refused == []


def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(guarded: Server, reader: Reader) -> None:
    """Of another audience, issuer, occasion or time, or signed by somebody else."""
    for person in FORGED:
        _signs_in(reader, guarded, person.name)
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(TEXTS.say("sign_in.title"))
        assert not _is_signed_in(reader.page), person.name


def test_an_altered_cookie_lets_nobody_in(guarded: Server, reader: Reader) -> None:
    """The role cannot be taken by writing another address into the cookie."""
    _signs_in(reader, guarded, "guest")
    context = reader.page.context
    (cookie,) = (each for each in context.cookies() if each["name"] == USER_COOKIE)
    half = len(cookie["value"]) // 2
    other = "A" if cookie["value"][half] != "A" else "B"
    altered = cookie["value"][:half] + other + cookie["value"][half + 1 :]
    context.add_cookies(
        [{"name": USER_COOKIE, "value": altered, "domain": cookie["domain"], "path": cookie["path"]}]
    )
    reader.opens(guarded.page("week", lang="pt-BR"))
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(TEXTS.say("sign_in.title"))
