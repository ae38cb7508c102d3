"""The report says everything, escapes everything, and loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.report import ReportContent, report_html, write_report
from dashboard.report.markup import Markup, element, table, together
from dashboard.results import GroupEstimates
from dashboard.texts import LANGUAGES, Language, Texts
from data.model import Case, Schedule, Sessions, Unplaced
from simulation import Kpi
from tests.dashboard.weeks import content, week
from tests.support import cases

WEEK = week(agents=6, days=2)
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE agents; --",
    "</style><script>",
    "</title>",
    "&lt;b&gt; & <b>",
    "javascript:alert(1)",
    "]]><![CDATA[",
    "{{7*7}} ${7*7}",
    "\u202eevil",
    "http://example.com/x.png",
    "url(http://example.com/)",
)


class Reader(HTMLParser):
    """Collects elements, attributes and visible text, and checks that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def assert_safe(html: str) -> Reader:
    """No script, no handler, no link out, nothing to load, and well-formed."""
    reader = read(html)
    names = {tag for tag, _ in reader.elements}
    assert not names & {
        "script",
        "img",
        "iframe",
        "link",
        "object",
        "embed",
        "base",
        "form",
        "a",
        "image",
        "use",
    }
    for _, attributes in reader.elements:
        for name, value in attributes.items():
            assert not name.lower().startswith("on")
            assert name.lower() not in {"src", "href", "xlink:href", "srcset", "action", "background"}
            assert "url(" not in (value or "") or re.search(r"url\(#", value or "")
    assert "url(" not in reader.style
    assert "@import" not in reader.style
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_is_self_contained(language: Language) -> None:
    """Both languages: charts are drawn into the file, which has no script and loads nothing."""
    html = report_html(content(WEEK), language)
    reader = assert_safe(html)
    drawings = [attributes for tag, attributes in reader.elements if tag == "svg"]
    assert len(drawings) >= 6
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in drawings)
    assert html.startswith("<!DOCTYPE html>")
    assert ("html", {"lang": language}) in reader.elements
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_has_indicators_by_skill_and_by_interval(language: Language) -> None:
    """Both families are there, each group under its name, with values and intervals; without any, neither."""
    texts = Texts(language)
    html = report_html(content(WEEK), language)
    body = "".join(read(html).text)
    for key in ("by_skill", "by_interval"):
        assert texts.say(f"kpi_group.{key}") in body
    for said in ("09:00", "10:00", texts.label("skill", "pj")):
        assert said in body
    cell = texts.say(
        "kpi_group.cell", mean=texts.minutes(2.5), low=texts.decimal(2.25), high=texts.decimal(2.75)
    )
    assert html.count(f">{cell}<") == 2
    bare = "".join(read(report_html(content(WEEK, by_skill={}, by_interval={}), language)).text)
    assert texts.say("kpi_group.by_skill") not in bare
    assert texts.say("kpi_group.by_interval") not in bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_has_every_unplaced_booking_with_its_reason(language: Language) -> None:
    """Each unplaced booking stands in a table under its reason, with its alternatives; keys are shortened."""
    texts = Texts(language)
    html = report_html(content(WEEK), language)
    body = "".join(read(html).text)
    unplaced = WEEK.unplaced
    assert len(unplaced) > 0
    for row in unplaced.rows():
        assert html.count(f'<span class="key">{row["booking_id"][:10]}\u2026</span>') == 1
        assert row["booking_id"] not in html
        for start in row["alternatives"]:
            assert texts.instant(WEEK.axis.instant_of(start)) in body
    for reason in set(unplaced.reason):
        count = int((unplaced.reason == reason).sum())
        assert f"{texts.label('reason', reason)} ({count})" in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_has_figures_levels_and_provenance(language: Language) -> None:
    """Every indicator with its interval, every level with its gap, and where the result comes from."""
    texts = Texts(language)
    written = datetime(2026, 11, 27, 21, 4, tzinfo=UTC)
    body = " ".join(read(report_html(content(WEEK, written_at=written), language)).text)
    for expected in (
        texts.integer(len(WEEK.sessions)),
        texts.label("kpi", "wait_over_10"), texts.percent(0.0213), texts.percent(0.0246),
        texts.money(61250.5), texts.percent(0.0021, 2), texts.decimal(480.5, 2),
        texts.label("status", "optimal"), "cp-sat", "ortools", "9.15",
        texts.say("verdict.clean"), texts.instant(written.astimezone(WEEK.axis.zone)),
    ):  # fmt: skip
        assert expected in body


def test_report_names_broken_rules() -> None:
    """Violations are said in the header, in the singular and in the plural."""
    assert "1 violação de regra<" in report_html(content(WEEK, violations=1))
    assert "1.204 violações de regras<" in report_html(content(WEEK, violations=1204))
    assert "Ainda não conferido<" in report_html(content(WEEK, violations=None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_of_nothing(language: Language) -> None:
    """A case without roster, schedule and results still gives a report that says so."""
    texts = Texts(language)
    html = report_html(ReportContent(cases.case(agents=[cases.agent("A1")])), language)
    body = " ".join(assert_safe(html).text)
    for name in ("roster", "sessions", "unplaced", "waiting", "levels", "coverage"):
        assert texts.say(f"empty.{name}") in body
    assert "nan" not in re.findall(r"\b\w+\b", body)


def nasty_case(text: str) -> Case:
    """A case whose every free text is this one."""
    built = cases.case(
        agents=[cases.agent(text, skills=text.replace("|", ""))],
        bookings=[cases.booking(text, text), cases.booking(f"{text}2", text)],
        participants=[cases.participant(text, text, 0, 1440), cases.participant(f"{text}2", text, 0, 1440)],
        demand=[{"starts_at": 540, "skill": text, "required": 2}],
        duties=[{"agent_id": text, "starts_at": 540, "ends_at": 900}],
        breaks=[{"agent_id": text, "starts_at": 600, "ends_at": 610, "kind": "pause"}],
        name=text,
    )
    session = {"booking_id": text, "agent_id": text, "starts_at": 600, "duration_minutes": 20}
    left = {"booking_id": f"{text}2", "reason": "not_eligible", "rules": text, "alternatives": (700,)}
    return built.with_schedule(Schedule(Sessions.from_rows([session]), Unplaced.from_rows([left])))


def nasty_content(text: str) -> ReportContent:
    document = {
        "status": text, "engine": text, "seconds": 1.5, "reproducible": False,
        "levels": [{"name": text, "objective": 1, "bound": None, "gap": text}],
    }  # fmt: skip
    return content(
        nasty_case(text),
        roster=document,
        allocation=document,
        kpis={text: Kpi(1.0, float("nan"), float("nan"))},
        by_skill={text: GroupEstimates(1.0, {})},
        by_interval={text: GroupEstimates(1.0, {})},
        versions={text: text},
    )


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_are_escaped(text: str) -> None:
    """What comes from data is text, wherever it stands: names, skills, rules, engines, versions."""
    reader = assert_safe(report_html(nasty_content(text)))
    plain = assert_safe(report_html(nasty_content("harmless")))
    assert [tag for tag, _ in reader.elements] == [tag for tag, _ in plain.elements]
    assert text in "".join(reader.text)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_characters="|\r\0", exclude_categories=("Cs", "Cc")), min_size=1
    )
)
def test_any_text_is_escaped(text: str) -> None:
    """The same for texts that nobody thought of."""
    assert_safe(report_html(nasty_content(text)))


@given(st.text(), st.text())
@settings(deadline=None, derandomize=True)
def test_markup_escapes_by_default(text: str, attribute: str) -> None:
    """Plain text and attributes come out of a parser as they went in; markup stays markup."""
    html = element("p", text, Markup("<b>"), title=attribute)
    assert html.endswith("<b></p>")
    start = html.index('"') + 1
    inside = html[start : html.index('"', start)]
    assert "<" not in inside
    assert html.count("<") == 3
    assert isinstance(together(text, html), Markup)
    assert table([text], [[text]], numbers=[0]).count('class="number"') == 2


def test_drawings_follow_the_colours_of_the_page() -> None:
    """Inside the drawings colours are variables, so that the dark page has its own."""
    html = report_html(content(WEEK))
    drawings = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert "var(--duty)" in drawings
    assert "var(--missing)" in drawings
    left = set(re.findall(r'"(#[0-9a-fA-F]{3,8})"', drawings))
    assert left <= {"#000", "#ddd", "#fff"}
    assert "prefers-color-scheme: dark" in html
    used = set(re.findall(r"var\(--([\w-]+)\)", html))
    defined = set(re.findall(r"--([\w-]+):", html))
    assert used <= defined


def test_personal_identifiers_do_not_show() -> None:
    """A CPF where a surrogate belongs is masked before it is shortened."""
    case = cases.case(agents=[cases.agent("A1")], bookings=[cases.booking("111.444.777-35")])
    left = Unplaced.from_rows([{"booking_id": "111.444.777-35", "reason": "capacity_full"}])
    html = report_html(ReportContent(case.with_schedule(Schedule(Sessions.empty(), left))))
    assert "111.444" not in html
    assert "-35" not in "".join(read(html).text)


def test_large_teams_are_cut_in_charts_but_not_in_tables() -> None:
    """With more agents than lines, the report says so, and its table has everybody."""
    agents = [cases.agent(f"A{n:03d}") for n in range(70)]
    duties = [{"agent_id": agent["agent_id"], "starts_at": 540, "ends_at": 900} for agent in agents]
    html = report_html(ReportContent(cases.case(agents=agents, duties=duties)))
    assert "60 de 70 agentes" in html
    assert all(f"<td>{agent['agent_id']}</td>" in html for agent in agents)


def test_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that fails leaves the old one as it was, and no leftovers."""
    path = tmp_path / "report.html"
    write_report(path, content(WEEK))
    before = path.read_text(encoding="utf-8")
    assert before == report_html(content(WEEK))
    broken = replace(
        WEEK,
        sessions=Sessions.from_rows(
            [{"booking_id": "?", "agent_id": "A01", "starts_at": 0, "duration_minutes": 20}]
        ),
    )
    with pytest.raises(KeyError):
        write_report(path, content(broken))

    def refuse(self: Path, target: Path) -> None:
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_report(path, content(WEEK), "en")
    assert path.read_text(encoding="utf-8") == before
    assert list(tmp_path.iterdir()) == [path]
