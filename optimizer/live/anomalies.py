"""Anomalies of a day's events, as planners read them, and as documents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from data.day import Anomaly, Odd, Status
from data.identity import masked

_ENGLISH = {
    Odd.NO_SUCH_SESSION: "{subject}: no such session today; left out",
    Odd.NO_SUCH_AGENT: "{subject}: no such agent; left out",
    Odd.CONNECTED_BUT: "{subject}: a customer connected, but the session is {status}; left out",
    Odd.STRANGER: "{subject}: somebody connected who need not attend; left out",
    Odd.LEFT_BUT: "{subject}: the customer left, but the session is {status}; left out",
    Odd.STARTED_BUT: "{subject}: started, but the session is {status}; left out",
    Odd.STARTED_WITHOUT_CUSTOMERS: "{subject}: started while {status}; the customers must be there",
    Odd.AGENT_HAS_BEGUN_ANOTHER: "{subject}: its agent has begun another; it is taken to have ended by then",
    Odd.BACK_AS_BEGUN: "{subject} has begun a session, and so is back",
    Odd.BACK_FROM_BREAK_AS_BEGUN: "{subject} has begun a session, and so is back from the break",
    Odd.ENDED_BUT: "{subject}: ended, but the session is {status}; left out",
    Odd.START_NOT_TOLD: "{subject}: ended while {status}; its start was not told",
    Odd.OVERRUNNING_BUT: "{subject}: running over, but the session is {status}; left out",
    Odd.NO_SHOW_BUT: "{subject}: no-show, but the session is {status}; left out",
    Odd.NO_SHOW_OF_CONNECTED: "{subject}: no-show of customers who were there",
    Odd.BACK_BUT_NOT_GONE: "{subject} is back, but was not gone; left out",
    Odd.NO_BREAK_LEFT: "{subject} began a break, but none is left; left out",
    Odd.AGENT_ON_BREAK: "{subject}: its agent is on a break; it is taken to have ended by then",
    Odd.NO_BREAK_TO_END: "{subject} is back from a break that was not told; left out",
    Odd.CANCELLED_BUT: "{subject}: cancelled, but the session is {status}; left out",
    Odd.ADDED_INCOMPLETE: "{subject}: added without a name, a duration, or participants; left out",
    Odd.ADDED_AGAIN: "{subject}: added, but is there already; left out",
    Odd.ADDED_ELSEWHERE: "{subject}: added on another day; left out",
    Odd.RESCHEDULED_BUT: "{subject}: rescheduled, but the session is {status}; left out",
    Odd.PLATFORM_HAD_NOT_FAILED: "the platform works again, but had not failed; left out",
}

_PORTUGUESE = {
    Odd.NO_SUCH_SESSION: "{subject}: não há esse atendimento hoje; ignorado",
    Odd.NO_SUCH_AGENT: "{subject}: não há esse agente; ignorado",
    Odd.CONNECTED_BUT: "{subject}: um cliente se conectou, mas o atendimento está {status}; ignorado",
    Odd.STRANGER: "{subject}: conectou-se alguém que não precisa comparecer; ignorado",
    Odd.LEFT_BUT: "{subject}: o cliente saiu, mas o atendimento está {status}; ignorado",
    Odd.STARTED_BUT: "{subject}: iniciado, mas o atendimento está {status}; ignorado",
    Odd.STARTED_WITHOUT_CUSTOMERS: "{subject}: iniciado quando estava {status}; supõe-se que chegaram",
    Odd.AGENT_HAS_BEGUN_ANOTHER: "{subject}: o agente já iniciou outro; considera-se encerrado até então",
    Odd.BACK_AS_BEGUN: "{subject} iniciou um atendimento e, portanto, voltou",
    Odd.BACK_FROM_BREAK_AS_BEGUN: "{subject} iniciou um atendimento e, portanto, voltou da pausa",
    Odd.ENDED_BUT: "{subject}: encerrado, mas o atendimento está {status}; ignorado",
    Odd.START_NOT_TOLD: "{subject}: encerrado quando estava {status}; o início não foi informado",
    Odd.OVERRUNNING_BUT: "{subject}: passa do tempo, mas o atendimento está {status}; ignorado",
    Odd.NO_SHOW_BUT: "{subject}: não comparecimento, mas o atendimento está {status}; ignorado",
    Odd.NO_SHOW_OF_CONNECTED: "{subject}: não comparecimento de clientes que estavam conectados",
    Odd.BACK_BUT_NOT_GONE: "{subject} voltou, mas não estava ausente; ignorado",
    Odd.NO_BREAK_LEFT: "{subject} iniciou uma pausa, mas não resta nenhuma; ignorado",
    Odd.AGENT_ON_BREAK: "{subject}: o agente está em pausa; considera-se encerrado até então",
    Odd.NO_BREAK_TO_END: "{subject} voltou de uma pausa que não foi informada; ignorado",
    Odd.CANCELLED_BUT: "{subject}: cancelado, mas o atendimento está {status}; ignorado",
    Odd.ADDED_INCOMPLETE: "{subject}: incluído sem nome, duração ou participantes; ignorado",
    Odd.ADDED_AGAIN: "{subject}: incluído, mas já existe; ignorado",
    Odd.ADDED_ELSEWHERE: "{subject}: incluído em outro dia; ignorado",
    Odd.RESCHEDULED_BUT: "{subject}: remarcado, mas o atendimento está {status}; ignorado",
    Odd.PLATFORM_HAD_NOT_FAILED: "a plataforma voltou, mas não tinha caído; ignorado",
}

_STATUS = {
    "en": {
        Status.EXPECTED: "expected",
        Status.CONNECTED: "connected and waiting",
        Status.RUNNING: "running",
        Status.ENDED: "ended",
        Status.NO_SHOW: "a no-show",
        Status.LEFT: "left by its customer",
        Status.CANCELLED: "cancelled",
        Status.TO_REBOOK: "to be rebooked",
        Status.ELSEWHERE: "moved to another day",
    },
    "pt-BR": {
        Status.EXPECTED: "previsto",
        Status.CONNECTED: "à espera, com o cliente conectado",
        Status.RUNNING: "em andamento",
        Status.ENDED: "encerrado",
        Status.NO_SHOW: "como não comparecimento",
        Status.LEFT: "abandonado pelo cliente",
        Status.CANCELLED: "cancelado",
        Status.TO_REBOOK: "por remarcar",
        Status.ELSEWHERE: "em outro dia",
    },
}

SENTENCES: Mapping[str, Mapping[Odd, str]] = MappingProxyType({"en": _ENGLISH, "pt-BR": _PORTUGUESE})


def anomaly_sentence(anomaly: Anomaly, language: str) -> str:
    """What does not fit, and what was made of it; without personal data."""
    status = "" if anomaly.status is None else _STATUS[language][anomaly.status]
    return SENTENCES[language][anomaly.what].format(subject=masked(anomaly.subject), status=status)


def anomaly_document(anomaly: Anomaly) -> dict[str, Any]:
    """For programs: the event's number, the subject masked, what does not fit, and the session's status."""
    return {
        "event": anomaly.number,
        "subject": masked(anomaly.subject),
        "what": anomaly.what.value,
        "status": None if anomaly.status is None else anomaly.status.value,
    }
