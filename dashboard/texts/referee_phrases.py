"""What the referee says of rosters, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REFEREE_PHRASES: Final[Mapping[str, str]] = {
    # Where.
    "agent {agent}": "agente {agent}",
    "agent {agent}, duty {span}": "agente {agent}, jornada {span}",
    "agent {agent}, {kind} {span}": "agente {agent}, {kind} {span}",
    "roster from {day}": "escala a partir de {day}",
    "{moment} to {later}": "{moment} a {later}",
    "no time": "sem horário",
    "minute {minute} of the horizon": "minuto {minute} do horizonte",
    "day {day} of the horizon": "dia {day} do horizonte",
    "meal": "refeição",
    "pause": "pausa",
    # Work of days, weeks and the horizon.
    "{work} of work in all duties, expected {most} at most": (
        "{work} de trabalho em todas as jornadas; no máximo {most}"
    ),
    "{work} of work, expected {least} at least": "{work} de trabalho; no mínimo {least}",
    "{work} of work in one duty, expected {most} at most": (
        "{work} de trabalho em uma jornada; no máximo {most}"
    ),
    "{work} of work on the day, expected {most} at most": "{work} de trabalho no dia; no máximo {most}",
    "{work} of work on the day, {night} at night counted by CLT 73, expected {most} at most": (
        "{work} de trabalho no dia, {night} à noite pela contagem do art. 73 da CLT; no máximo {most}"
    ),
    "{work} of work in the week of this duty, expected {most} at most": (
        "{work} de trabalho na semana desta jornada; no máximo {most}"
    ),
    "{overtime} of overtime in the week of this duty, expected {most} at most": (
        "{overtime} de horas extras na semana desta jornada; no máximo {most}"
    ),
    "{work} of work in the horizon, expected {least} at least": (
        "{work} de trabalho no horizonte; no mínimo {least}"
    ),
    "{work} of work in the horizon, expected {most} at most": (
        "{work} de trabalho no horizonte; no máximo {most}"
    ),
    # Rest, and days in a row.
    "{rest} of rest since a duty until {end}, expected {least} at least": (
        "{rest} de descanso desde a jornada até {end}; no mínimo {least}"
    ),
    "{best} in the week of {week}, expected {least} at least": (
        "{best} na semana de {week}; no mínimo {least}"
    ),
    "{free} free around a day off": "{free} livres em torno de uma folga",
    "no day off": "nenhuma folga",
    "day {number} worked in a row, expected {most} at most": (
        "{number}º dia de trabalho seguido; no máximo {most}"
    ),
    "day {number} worked in its week, expected {most} at most": (
        "{number}º dia de trabalho na semana; no máximo {most}"
    ),
    "Sunday {number} worked in a row, expected one Sunday off in every {weeks} weeks": (
        "{number}º domingo de trabalho seguido; esperava-se um de folga a cada {weeks} semanas"
    ),
    "{days} days worked in a row from here, expected {least} at least": (
        "{days} dias de trabalho seguidos a partir daqui; no mínimo {least}"
    ),
    "{days} days worked in a row in this run, expected {most} at most": (
        "{days} dias de trabalho seguidos nesta sequência; no máximo {most}"
    ),
    "{days} days off in a row before it, expected {least} at least": (
        "{days} dias de folga seguidos antes dela; no mínimo {least}"
    ),
    "weekend {number} worked in the horizon, expected {most} at most": (
        "{number}º fim de semana de trabalho no horizonte; no máximo {most}"
    ),
    # Breaks.
    "{found} in {work} of work, expected {due}": "{found} em {work} de trabalho; esperava-se {due}",
    "no meal": "nenhuma refeição",
    "one meal of {number} min": "uma refeição de {number} min",
    "one meal of {least} to {most} min": "uma refeição de {least} a {most} min",
    "meals: {number}": "refeições: {number}",
    "a meal of another length": "refeição de outra duração",
    "pauses: {number}": "pausas: {number}",
    "a pause of another length": "pausa de outra duração",
    "{number} of {minutes} min": "{number} de {minutes} min",
    "no pause": "nenhuma pausa",
    "the pause is within {minutes} min of an edge of its duty {span}": (
        "a pausa está a menos de {minutes} min do início ou do fim da jornada {span}"
    ),
    "{time} in service without a break ({span}), expected {most} at most": (
        "{time} de atendimento sem intervalo ({span}); no máximo {most}"
    ),
    "the break lies in no duty of the agent": "o intervalo não está em nenhuma jornada do agente",
    "the break ends no later than it starts": "o intervalo não termina depois do início",
    # Duties, one by one.
    "the agent's contract names no labour regime in force on that day": (
        "o contrato do agente não indica regime de trabalho em vigor nesse dia"
    ),
    "the agent is absent {span}": "o agente está ausente {span}",
    "the agent's credential (CAR) is not valid on that day": (
        "a credencial do agente (CAR) não é válida nesse dia"
    ),
    "{holiday} is a holiday of the agent's establishment, expected no duty": (
        "{holiday} é feriado no estabelecimento do agente; não se esperava jornada"
    ),
    "no such agent in agents": "não há esse agente na tabela agents",
    "the duty ends no later than it starts": "a jornada não termina depois do início",
    "expected times on the {grid}-minute grid": "esperavam-se horários de {grid} em {grid} minutos",
    "expected within {span}": "esperava-se dentro de {span}",
    "the agent starts another duty on the same day, expected one at most": (
        "o agente inicia outra jornada no mesmo dia; no máximo uma"
    ),
    "overlaps the agent's duty {span}": "sobrepõe-se à jornada {span} do agente",
    "overlaps the agent's {kind} {span}": "sobrepõe-se à {kind} {span} do agente",
    # Shift types.
    "no shift type starts then and lasts {length}": "nenhum tipo de turno começa então e dura {length}",
    "duty {number} of type {kind}, expected {most} at most": (
        "{number}ª jornada do tipo {kind}; no máximo {most}"
    ),
    "a duty of type {kind} on the day after one of type {eve}": (
        "jornada do tipo {kind} no dia seguinte a uma do tipo {eve}"
    ),
}
