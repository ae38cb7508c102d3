"""What a followed day says to people, by key, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ENGLISH = {
    "rebind": "{booking}: {agent} takes over from {before}, at the same time ({start})",
    "rebind.nobody": "{booking}: {agent} holds it, at the same time ({start})",
    "conflict": "event {number} is another one than the event of that number taken in before; left out",
    "missing": "missing events: {ranges}",
    "bad": "not taken in: {problem}",
    "resumed": "Going on after event {number}; {count} events were taken in before",
    "summary": "{date}: {events} events",
    "status.expected": "expected",
    "status.connected": "connected, waiting",
    "status.running": "running",
    "status.ended": "ended",
    "status.no_show": "no-shows",
    "status.left": "left",
    "status.cancelled": "cancelled",
    "status.to_rebook": "to be rebooked",
    "status.elsewhere": "moved to another day",
}

_PORTUGUESE = {
    "rebind": "{booking}: {agent} assume no lugar de {before}, no mesmo horário ({start})",
    "rebind.nobody": "{booking}: fica com {agent}, no mesmo horário ({start})",
    "conflict": "o evento {number} difere do evento de mesmo número já recebido; ignorado",
    "missing": "eventos que faltam: {ranges}",
    "bad": "não recebido: {problem}",
    "resumed": "Continua depois do evento {number}; {count} eventos já recebidos",
    "summary": "{date}: {events} eventos",
    "status.expected": "esperadas",
    "status.connected": "conectadas, à espera",
    "status.running": "em atendimento",
    "status.ended": "encerradas",
    "status.no_show": "não comparecimentos",
    "status.left": "desistências",
    "status.cancelled": "canceladas",
    "status.to_rebook": "a remarcar",
    "status.elsewhere": "movidas para outro dia",
}

CATALOGUES: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "pt-BR": _PORTUGUESE})


def say(language: str, key: str, **values: str | int) -> str:
    """The sentence with this key, its placeholders filled in."""
    return CATALOGUES[language][key].format(**values)
