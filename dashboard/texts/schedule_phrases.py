"""What the referee says of sessions and of bookings without one, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SCHEDULE_PHRASES: Final[Mapping[str, str]] = {
    # Where.
    "booking {booking}": "pedido {booking}",
    "booking {booking}, agent {agent}, {moment}": "pedido {booking}, agente {agent}, {moment}",
    "booking {booking}, unplaced": "pedido {booking}, sem sessão",
    "row {number} of sessions": "linha {number} de sessions",
    "row {number} of sessions, agent {agent}, {moment}": (
        "linha {number} de sessions, agente {agent}, {moment}"
    ),
    "row {number} of unplaced": "linha {number} de unplaced",
    "all agents, {span}": "todos os agentes, {span}",
    # What a session is of, and how often.
    "no such booking in bookings": "não há esse pedido na tabela bookings",
    "the booking has another session, expected one at most": "o pedido tem outra sessão; no máximo uma",
    "listed in unplaced more than once": "aparece mais de uma vez em unplaced",
    "the booking has a session and is listed in unplaced": "o pedido tem sessão e também está em unplaced",
    "the booking has neither a session nor a row in unplaced": (
        "o pedido não tem sessão nem linha em unplaced"
    ),
    "expected a start on the {minutes}-minute grid": (
        "esperava-se um início de {minutes} em {minutes} minutos"
    ),
    "{minutes} min, expected {number} as booked": "{minutes} min; esperavam-se {number}, como no pedido",
    # Whether the booking may have a session at all.
    "the order is not paid": "o pedido não está pago",
    "somebody who must attend has neither an accepted CNH nor biometrics, or the issuer demands presence": (
        "alguém que precisa comparecer não tem CNH aceita nem biometria, ou a emissora exige presença física"
    ),
    "the booking's planned duration is outside the limits of its kind of session": (
        "a duração planejada do pedido está fora dos limites do seu tipo de sessão"
    ),
    "expected exactly one holder among the participants, and no proxy for a person (PF)": (
        "esperava-se exatamente um titular entre os participantes e, para pessoa física (PF), nenhum "
        "procurador"
    ),
    "the articles demand joint representation, and no co-representative is listed": (
        "o contrato social exige representação conjunta, e nenhum outro representante está na lista"
    ),
    "the holder is not the legal representative registered with the Receita": (
        "o titular não é o representante legal registrado na Receita"
    ),
    "expected the proxy's date and a proxy among the participants, and a policy that accepts proxies": (
        "esperavam-se a data da procuração, um procurador entre os participantes e uma política que aceite "
        "procurações"
    ),
    "the proxy is too old, or post-dated, on every day of the horizon": (
        "a procuração está vencida ou tem data futura em todos os dias do horizonte"
    ),
    "a proxy is given, and no holder is among the participants": (
        "há procuração, mas nenhum titular entre os participantes"
    ),
    "expected a representative named by a court, with the court decision": (
        "esperava-se um representante nomeado em juízo, com a decisão judicial"
    ),
    "expected a representative named by a court, with the executor's certificate": (
        "esperava-se um representante nomeado em juízo, com a certidão de inventariante"
    ),
    # Whether the agent can hold it.
    "the agent lacks the skill {skill}": "o agente não tem a competência {skill}",
    "the agent is occupied {span}, which lies in no duty of the agent": (
        "o agente está ocupado {span}, fora de qualquer jornada sua"
    ),
    "the agent is occupied {span}, across the meal {other_span}": (
        "o agente está ocupado {span}, por cima da refeição {other_span}"
    ),
    "the agent is occupied {span}, across the pause {other_span}": (
        "o agente está ocupado {span}, por cima da pausa {other_span}"
    ),
    "the agent is occupied {span}, across the {kind} {other_span}": (
        "o agente está ocupado {span}, por cima do intervalo {kind} {other_span}"
    ),
    "the agent is occupied by {session} until {moment}": "o agente está ocupado com {session} até {moment}",
    # Whether the start suits people, the service and the law.
    "participant {participant} is available {span} only": "o participante {participant} só pode {span}",
    "participant {participant} attends in {zone} between {opens} and {closes} (local) of one day": (
        "o participante {participant} participa em {zone} entre {opens} e {closes} (hora local) do mesmo dia"
    ),
    "the service is closed on that day": "o serviço está fechado nesse dia",
    "the service is open {span}": "o serviço funciona {span}",
    "{hours}, and the session lasts {span}": "{hours}, e a sessão ocupa {span}",
    "the lead time has passed {moment}, expected no earlier start": (
        "a antecedência mínima termina {moment}; não se esperava início antes disso"
    ),
    "the proxy counts from {first} to {last}": "a procuração vale de {first} a {last}",
    "participant {participant} is in the session of {session} until {moment}": (
        "o participante {participant} está na sessão de {session} até {moment}"
    ),
    # Pinned sessions, and capacity held back.
    "no session, expected the pinned start {moment}": "sem sessão; esperava-se o início fixado {moment}",
    "expected the pinned start {moment}": "esperava-se o início fixado {moment}",
    "expected the pinned agent {agent}": "esperava-se o agente fixado {agent}",
    "bookings of priority 2 to 9 take {figure} minutes of the {share} held back": (
        "pedidos de prioridade 2 a 9 ocupam {figure} minutos dos {share} reservados"
    ),
    # Why bookings have no session.
    "expected no_common_window: no start is possible at all": (
        "esperava-se no_common_window: nenhum início é possível"
    ),
    "expected proxy_expires: the proxy leaves no start": (
        "esperava-se proxy_expires: a procuração não deixa nenhum início"
    ),
    "the booking breaks no rule of eligibility": "o pedido não viola nenhuma regra de elegibilidade",
    "expected not_eligible: the booking breaks {known}": "esperava-se not_eligible: o pedido viola {known}",
    "expected the rules {known}": "esperavam-se as regras {known}",
    "expected the rules (none)": "não se esperava regra nenhuma",
    "the participants, the opening hours and the lead time leave a start": (
        "os participantes, o horário de funcionamento e a antecedência mínima deixam um início possível"
    ),
    "the limit of the proxy is not what leaves the booking without a start": (
        "não é o prazo da procuração que deixa o pedido sem início possível"
    ),
    "an agent with the skill is in service at one of the possible starts": (
        "há agente com a competência em serviço em um dos inícios possíveis"
    ),
    "expected no_skilled_agent: nobody with the skill is in service": (
        "esperava-se no_skilled_agent: ninguém com a competência está em serviço"
    ),
    "the alternative {moment} cannot be offered: closed, too soon, after the proxy's last day, or no agent "
    "with the skill is free": (
        "a alternativa {moment} não pode ser oferecida: serviço fechado, cedo demais, depois do último dia "
        "da procuração ou nenhum agente livre com a competência"
    ),
}
