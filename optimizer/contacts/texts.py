"""What planners read of a contact list, by key, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# ruff: noqa: E501
_ENGLISH = {
    "weekdays": "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
    "channel.phone": "Call",
    "channel.email": "Write to",
    "contact": "{channel} the billing contact of {booking} by {by} ({occasion}): {change}",
    "occasion.answer": "the first alternative can be agreed to until then",
    "occasion.link_mail": "the link goes out then",
    "occasion.start": "the session would begin then",
    "occasion.leaves": "who is there leaves about then",
    "occasion.at_once": "at once",
    "change.delay": "begins {minutes} min later, at {after} instead of {before}",
    "change.new_time": "has the new time {after} instead of {before}, to be agreed to",
    "change.rebook": "cannot be held at {before} and is rebooked with priority",
    "alternatives": "offer {starts}",
    "reason": "no alternative up to {horizon}: {reason}",
    "reason.unknown_booking": "the plan has no such booking",
    "reason.not_eligible": "the booking is not eligible ({rules})",
    "reason.proxy_expires": "none is left before the proxy expires (last day {day}); a new one is needed (R23)",
    "reason.no_common_window": "no start is left to all who attend, the opening hours and the lead time; ask for other hours",
    "reason.participant_busy": "whenever all could, somebody is in another session",
    "reason.no_skilled_agent": "no agent with the skill is on duty at any start that is left",
    "reason.capacity_full": "every such agent's time is taken",
    "notice.call_standby": "Call {agent} from standby at once, to serve {start}-{end}",
    "notice.move_break": "Tell {agent} by {by}: the break of {before} is at {start}-{end}",
}

_PORTUGUESE = {
    "weekdays": "seg|ter|qua|qui|sex|sáb|dom",
    "channel.phone": "Telefonar",
    "channel.email": "Escrever",
    "contact": "{channel} ao contato de faturamento de {booking} até {by} ({occasion}): {change}",
    "occasion.answer": "até então se pode aceitar a primeira alternativa",
    "occasion.link_mail": "então sai o e-mail com o link",
    "occasion.start": "então começaria a sessão",
    "occasion.leaves": "por volta disso quem espera vai embora",
    "occasion.at_once": "já",
    "change.delay": "começa {minutes} min mais tarde, em {after} em vez de {before}",
    "change.new_time": "tem o novo horário {after} em vez de {before}, a ser aceito",
    "change.rebook": "não pode ser atendido em {before} e é remarcado com prioridade",
    "alternatives": "oferecer {starts}",
    "reason": "nenhuma alternativa até {horizon}: {reason}",
    "reason.unknown_booking": "o plano não tem esse agendamento",
    "reason.not_eligible": "o agendamento não está apto ({rules})",
    "reason.proxy_expires": "não resta horário antes de a procuração vencer (último dia {day}); é preciso uma nova (R23)",
    "reason.no_common_window": "não resta horário comum a quem participa, ao funcionamento e à antecedência mínima; pedir outras horas",
    "reason.participant_busy": "sempre que todos poderiam, alguém está em outra sessão",
    "reason.no_skilled_agent": "nenhum agente com a competência está em serviço nos horários que restam",
    "reason.capacity_full": "o tempo de todos esses agentes está tomado",
    "notice.call_standby": "Chamar já {agent}, de sobreaviso, para atender {start}-{end}",
    "notice.move_break": "Avisar {agent} até {by}: a pausa de {before} fica em {start}-{end}",
}

CATALOGUES: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "pt-BR": _PORTUGUESE})


def say(language: str, key: str, **values: str | int) -> str:
    """The sentence with this key, its placeholders filled in."""
    return CATALOGUES[language][key].format(**values)
