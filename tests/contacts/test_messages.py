"""What customers are told: times of every participant, the issuer's own texts, and nothing personal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from data.day import Delay, Rebook
from data.files import BadDataError, table_bytes
from data.files.contact_messages import (
    CARRIED_FILE,
    MESSAGES_FILE,
    default_contact_messages,
    parse_contact_messages,
    read_contact_messages,
)
from data.model import CUSTOMER_ZONES
from data.model.contact_messages import FILLED, MAILING, fill
from optimizer.contacts.wording import CITIES, start_words
from tests.contacts.test_contact_list import DAY, NINE, REBOOK, TWO, list_of, one_session, small_case
from tests.support.cases import agent, booking, participant, plan

CARRIED = (Path(__file__).resolve().parents[2] / "data" / "policies" / CARRIED_FILE).read_text("utf-8")


def test_each_participants_clock_is_shown_where_it_differs() -> None:
    """R4, R20: Brasília first, then cities whose clocks show something else; those alike are not repeated."""
    axis = plan().axis
    zones = ["America/Sao_Paulo", "America/Fortaleza", "America/Manaus", "America/Cuiaba"]
    assert start_words(axis, TWO, zones) == (
        "segunda-feira, 30/11/2026, 14:00 (horário de Brasília; 13:00 em Cuiabá e Manaus)"
    )
    assert start_words(axis, TWO, zones[:2]) == "segunda-feira, 30/11/2026, 14:00 (horário de Brasília)"
    early = start_words(axis, DAY + 30, ["America/Rio_Branco", "America/Noronha"])
    assert early == (
        "terça-feira, 01/12/2026, 00:30 (horário de Brasília; 01:30 em Fernando de Noronha; "
        "22:30 de 30/11 em Rio Branco)"
    )


def test_every_zone_has_a_city() -> None:
    """No customer reads the name of a zone."""
    assert set(CITIES) == set(CUSTOMER_ZONES)


def test_a_joint_session_is_told_in_all_zones() -> None:
    """Both participants' clocks are in the message and in the document."""
    people = [
        participant("B1", "P1", 0, DAY, time_zone="America/Manaus"),
        participant("B1", "P2", 0, DAY, "co_representative", time_zone="America/Noronha"),
    ]
    row = booking("B1", "pj", holder_type="company", joint_clause=True)
    made = small_case([(row, TWO, "A1")], people, agents=[agent("A1")])
    listed = list_of(made, [REBOOK], NINE)
    (contact,) = listed.contacts
    assert (
        "14:00 (horário de Brasília; 13:00 em Manaus; 15:00 em Fernando de Noronha)" in contact.message.email
    )
    local = listed.document()["contacts"][0]["alternatives"][0]["local"]
    assert [one["zone"] for one in local] == ["America/Manaus", "America/Noronha"]
    assert local[0]["start"] == "2026-11-30T13:05:00-04:00"


def test_a_delay_tells_both_starts() -> None:
    """The old start, the new one, the minutes, and the day of the install mail."""
    decision = Delay(booking_id="B1", agent_id="A1", start=TWO + 10)
    (contact,) = list_of(one_session(), [decision], NINE).contacts
    for part in ("30/11/2026, 14:00", "30/11/2026, 14:10", " 10 minutos", "quarta-feira, 02/12/2026"):
        assert part in contact.message.email


def test_without_an_option_the_customer_is_asked_for_other_hours() -> None:
    """No empty list of options is sent."""
    (contact,) = list_of(one_session(until=TWO + 20), [REBOOK], TWO - 30).contacts
    assert "dias e as horas em que podem" in contact.message.email
    assert "1)" not in contact.message.email


def test_only_placeholders_of_the_mailing_are_left() -> None:
    """Each message of each sort is filled in but for what the issuer's mailing knows."""
    made = one_session()
    for decision in (REBOOK, Delay(booking_id="B1", agent_id="A1", start=TWO + 10)):
        (contact,) = list_of(made, [decision], NINE).contacts
        message = contact.message
        left = set(re.findall(r"{(\w*)}", message.subject + message.email + message.phone))
        assert "customer_name" in left
        assert left <= MAILING


def test_nothing_personal_is_in_the_output() -> None:
    """The booking is named by its surrogate; no participant, CPF, CNPJ, e-mail or telephone is."""
    people = [participant("B1", "person-surrogate", 0, DAY)]
    made = small_case([(booking("B1"), TWO, "A1")], people)
    listed = list_of(made, [Rebook(booking_id="B1")], NINE)
    told = json.dumps([listed.document("en"), listed.document("pt-BR")], ensure_ascii=False)
    told += table_bytes(listed.table(), made.axis, "csv").decode()
    assert "person-surrogate" not in told
    assert "@" not in told.replace("contact-list@1.0", "")
    ids = re.sub(r'"contact_id": "[0-9a-f]+"|^[0-9a-f]{20}', "", told, flags=re.MULTILINE)
    assert not re.search(r"\d{11}|\d{3}\.\d{3}\.\d{3}|\d{4}-\d{4}\b", ids)


def test_the_issuers_own_file_goes_before_the_carried_one(tmp_path: Path) -> None:
    """Its texts and limits are used as a whole; without it the carried ones are."""
    assert read_contact_messages(tmp_path) == default_contact_messages()
    own = CARRIED.replace("phone_within_minutes = 240", "phone_within_minutes = 15")
    own = own.replace("Pedimos desculpas pela espera", "Lamentamos {{muito}}")
    (tmp_path / MESSAGES_FILE).write_text(own, "utf-8")
    messages = read_contact_messages(tmp_path)
    decision = Delay(booking_id="B1", agent_id="A1", start=TWO + 10)
    (contact,) = list_of(one_session(), [decision], TWO - 60, messages=messages).contacts
    assert "Lamentamos {muito}" in contact.message.email
    assert contact.channel == "email"


@pytest.mark.parametrize(
    ("old", "new", "place", "expected"),
    [
        ("patience_minutes = 20", "patience_minutes = -1", "limits.patience_minutes", "whole minutes"),
        ("patience_minutes = 20", "patience_minutes = true", "limits.patience_minutes", "whole minutes"),
        ("patience_minutes = 20", "", "limits.patience_minutes", "is missing"),
        ("[limits]", "[limites]", "limites", "expected one of limits"),
        ("{customer_name}", "{nome}", "delay.email", "{customer_name}"),
        ("{customer_name}", "{customer_name.x}", "delay.email", "{customer_name}"),
        ("{customer_name}", "{customer_name!r}", "rebook.phone", "{customer_name}"),
        ("{customer_name}", "{customer_name:>9}", "no_option.email", "{customer_name}"),
        ("{customer_name}", "{}", "new_proxy.email", "{customer_name}"),
        ("{customer_name}", "{customer_name", "new_time.email", "each { with its }"),
        ("{options}", "", "rebook.email", "expected {options} in the text"),
        ("{start}", "", "option.text", "expected {start} in the text"),
        ('subject = "Novo', 'assunto = "Novo', "new_time.assunto", "expected one of subject"),
        ('subject = "Novo', 'subject = "\\n\\nNo\\nvo', "new_time.subject", "one line"),
        ("[option]\ntext = ", "[option]\ntext = 5 #", "option.text", "not empty"),
    ],
)
def test_each_fault_of_the_issuers_file_is_named(old: str, new: str, place: str, expected: str) -> None:
    """File, field and what was expected, as bad data."""
    with pytest.raises(BadDataError) as caught:
        parse_contact_messages(CARRIED.replace(old, new).encode(), MESSAGES_FILE)
    found = [one for one in caught.value.problems if one.column == place and expected in one.expected]
    assert found
    assert {one.file for one in caught.value.problems} == {MESSAGES_FILE}
    assert caught.value.exit_code == 65


def test_all_faults_are_listed_at_once() -> None:
    """A wrong placeholder in each text, and a limit: as many problems."""
    broken = CARRIED.replace("{issuer_name}", "{emissor}").replace("= 240", '= "cedo"')
    with pytest.raises(BadDataError) as caught:
        parse_contact_messages(broken.encode(), MESSAGES_FILE)
    wrong = [one for one in caught.value.problems if one.value == "{emissor}"]
    assert len(wrong) == broken.split("[limits]")[1].count("{emissor}")
    assert len(caught.value.problems) == len(wrong) + 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[delay", b""])
def test_a_file_that_is_no_such_file_is_bad_data(content: bytes) -> None:
    """Not UTF-8, not TOML, or empty."""
    with pytest.raises(BadDataError):
        parse_contact_messages(content, MESSAGES_FILE)


def test_every_message_can_be_filled() -> None:
    """The carried texts use nothing that their message does not have."""
    messages = default_contact_messages()
    assert set(messages.messages) | {"option"} == set(FILLED)
    for name, message in messages.messages.items():
        values = dict.fromkeys(FILLED[name], "x")
        for text in (message.subject, message.email, message.phone):
            assert set(re.findall(r"{(\w*)}", fill(text, values))) <= MAILING
