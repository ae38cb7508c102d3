"""The words of the workbook, in Portuguese of Brazil (the default) and in English."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Language = Literal["pt-BR", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages on offer, the default first."""


@dataclass(frozen=True)
class WorkbookTexts:
    """The words of one language.

    Attributes:
        duty_columns: headings of the table of duties by field, in the order of the columns.
        coverage_columns: headings of the table of coverage, in the order of the columns.
        agents_columns: headings of the table of agents, in the order of the columns.
        breaks: words for the kinds of break.
        weekdays: short names, Monday first.
        date_format: as Excel writes it.
        day_format: of a day in the head of its column, as `strftime` writes it.
    """

    roster_sheet: str
    duties_sheet: str
    coverage_sheet: str
    agents_sheet: str
    agent: str
    work_hours: str
    contract_hours: str
    on_duty: str
    day_off: str
    absence: str
    duty_columns: Mapping[str, str]
    coverage_columns: tuple[str, ...]
    agents_columns: tuple[str, ...]
    all_skills: str
    breaks: Mapping[str, str]
    yes: str
    no: str
    weekdays: tuple[str, ...]
    date_format: str
    day_format: str
    week_from_to: str
    planned_at: str
    page_of: str

    def day(self, on: date) -> str:
        """A day in the head of its column."""
        return f"{self.weekdays[on.weekday()]} {on.strftime(self.day_format)}"

    def full_day(self, on: date) -> str:
        """A date with its year."""
        return f"{on:%d/%m/%Y}" if self.date_format.startswith("dd") else on.isoformat()


TEXTS: Mapping[Language, WorkbookTexts] = {
    "pt-BR": WorkbookTexts(
        roster_sheet="Escala",
        duties_sheet="Jornadas",
        coverage_sheet="Cobertura",
        agents_sheet="Agentes",
        agent="Agente",
        work_hours="Horas",
        contract_hours="Contrato",
        on_duty="Com jornada",
        day_off="Folga",
        absence="Ausência",
        duty_columns={
            "agent": "Agente",
            "date": "Data",
            "start": "Início",
            "end": "Fim",
            "breaks": "Intervalos",
            "work": "Minutos de trabalho",
            "pinned": "Fixa",
        },
        coverage_columns=(
            "Data", "Início", "Fim", "Habilidade", "Exigidos", "Em serviço", "Faltam", "Sobram",
        ),
        agents_columns=(
            "Agente", "Dias", "Horas", "Horas noturnas", "Horas extras", "Dias de fim de semana",
            "Com os anteriores", "Jornadas tardias", "Com as anteriores", "Desejos", "Desejos atendidos",
        ),
        all_skills="todas",
        breaks={"meal": "refeição", "pause": "pausa"},
        yes="sim",
        no="não",
        weekdays=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
        date_format="dd/mm/yyyy",
        day_format="%d/%m",
        week_from_to="{first} a {last}",
        planned_at="Planejada em {day} {time}",
        page_of="Página {page} de {pages}",
    ),
    "en": WorkbookTexts(
        roster_sheet="Roster",
        duties_sheet="Duties",
        coverage_sheet="Coverage",
        agents_sheet="Agents",
        agent="Agent",
        work_hours="Hours",
        contract_hours="Contract",
        on_duty="On duty",
        day_off="Day off",
        absence="Absence",
        duty_columns={
            "agent": "Agent",
            "date": "Date",
            "start": "Start",
            "end": "End",
            "breaks": "Breaks",
            "work": "Work minutes",
            "pinned": "Fixed",
        },
        coverage_columns=("Date", "Start", "End", "Skill", "Required", "In service", "Missing", "Surplus"),
        agents_columns=(
            "Agent", "Days", "Hours", "Night hours", "Overtime", "Weekend days", "With those before",
            "Late duties", "With those before", "Wishes", "Wishes met",
        ),
        all_skills="all",
        breaks={"meal": "meal", "pause": "pause"},
        yes="yes",
        no="no",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        date_format="yyyy-mm-dd",
        day_format="%m-%d",
        week_from_to="{first} to {last}",
        planned_at="Planned at {day} {time}",
        page_of="Page {page} of {pages}",
    ),
}  # fmt: skip


def plain(word: str) -> str:
    """A word without case, accents and surplus blanks, to compare what people write."""
    decomposed = unicodedata.normalize("NFKD", word)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())
