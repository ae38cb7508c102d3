"""What planners read of a repair, by key, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ENGLISH = {
    "anomaly": "event {number}, {sentence}",
    "title": "{date}, {time}: decisions: {count}",
    "nothing": "{date}, {time}: nothing is wrong",
    "rebind": "{booking} ({start}): {agent} takes over from {before}",
    "rebind.nobody": "{booking} ({start}): {agent} holds it",
    "call_standby": "call {agent} from standby, to serve {start}-{end}",
    "move_break": "{agent}: the break of {before} begins at {start}",
    "delay": "{booking} ({before}): begins at {start} with {agent}; the customer is told",
    "new_time": "{booking} ({before}): new time {start} with {agent}, to be agreed to",
    "rebook": "{booking} ({before}): rebooked; {reason}",
    "reason.out_of_reach": "nobody can hold it today, whatever becomes of the others",
    "reason.no_room": "those who could hold it in time are needed by others",
    "awaited": "{booking}: not come within the tolerance; a no-show to be declared",
    "missing": "missing events: {ranges}",
    "conflict": "event {number} is there twice, with different words; the first one counts",
    "level": "level",
    "value": "value",
    "bound": "proven bound",
    "rebooked": "rebooked",
    "new_times": "new times today",
    "told_delays": "delays that are told",
    "agents_disturbed": "standby called, breaks moved",
    "minutes": "minutes later or elsewhere",
    "rebound": "with another agent",
    "limited_by": "limited by",
    "limit.parts": "large pools are decided part by part",
    "limit.work": "the work allowed",
    "limit.clock": "the time allowed",
    "foreseen": "until {until}, {late} customers are likely to wait over {minutes} minutes, or in vain",
    "precaution": "worth it: {change} (expected in the pool: {before} -> {after})",
    "likely_late": "{booking} ({start}): {percent} likely to wait so long, or in vain",
}

_PORTUGUESE = {
    "anomaly": "evento {number}, {sentence}",
    "title": "{date}, {time}: decisões: {count}",
    "nothing": "{date}, {time}: nada a corrigir",
    "rebind": "{booking} ({start}): {agent} assume no lugar de {before}",
    "rebind.nobody": "{booking} ({start}): fica com {agent}",
    "call_standby": "chamar {agent}, de sobreaviso, para atender {start}-{end}",
    "move_break": "{agent}: a pausa de {before} começa em {start}",
    "delay": "{booking} ({before}): começa em {start} com {agent}; o cliente é avisado",
    "new_time": "{booking} ({before}): novo horário {start} com {agent}, a ser aceito",
    "rebook": "{booking} ({before}): remarcado; {reason}",
    "reason.out_of_reach": "ninguém pode atender hoje, haja o que houver com os outros",
    "reason.no_room": "quem poderia atender a tempo é necessário para outros",
    "awaited": "{booking}: não veio dentro da tolerância; não comparecimento a declarar",
    "missing": "eventos que faltam: {ranges}",
    "conflict": "o evento {number} aparece duas vezes, com teores diferentes; vale o primeiro",
    "level": "nível",
    "value": "valor",
    "bound": "limite provado",
    "rebooked": "remarcados",
    "new_times": "novos horários hoje",
    "told_delays": "atrasos avisados",
    "agents_disturbed": "sobreavisos chamados, pausas movidas",
    "minutes": "minutos depois ou em outra hora",
    "rebound": "com outro agente",
    "limited_by": "limitado por",
    "limit.parts": "grupos grandes são decididos por partes",
    "limit.work": "o trabalho permitido",
    "limit.clock": "o tempo permitido",
    "foreseen": "até {until}, espera-se que {late} clientes aguardem mais de {minutes} minutos, ou em vão",
    "precaution": "vale a pena: {change} (esperado no grupo: {before} -> {after})",
    "likely_late": "{booking} ({start}): probabilidade de {percent} de esperar tanto, ou em vão",
}

CATALOGUES: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "pt-BR": _PORTUGUESE})


def say(language: str, key: str, **values: str | int) -> str:
    """The sentence with this key, its placeholders filled in."""
    return CATALOGUES[language][key].format(**values)
