"""Texts of `pontual requirement`, in Portuguese."""

from __future__ import annotations

REQUIREMENT_PORTUGUESE: dict[str, str] = {
    "requirement.days": "Agentes necessários por dia; parcelas em {n} dias fora da busca, intervalos de 95%",
    "requirement.skills": "Mal atendidos, por habilidade",
    "requirement.intervals": "Agentes por intervalo: {day}",
    "requirement.reached": "{targets}: atingido em {kept} de {all} períodos; {surely} com certeza não",
    "requirement.out_of_reach": "{day}: nenhum número de agentes atinge {targets} ({periods})",
    "requirement.skill_misses": "{skill}: {share} mal atendidos no dia, mais que {limit}: faltariam agentes "
    "com esta habilidade, ou agentes reservados para ela",
    "requirement.absences": "Com os agentes escalados, dos quais alguns faltam por acaso, a meta é "
    "atingida em {kept} de {all} períodos",
    "requirement.floor": "em atendimento",
    "requirement.rostered": "escalados",
    "requirement.erlang_c": "Erlang C",
    "requirement.erlang_a": "Erlang A",
    "requirement.agents": "agentes",
    "requirement_column.day": "dia",
    "requirement_column.skills": "habilidades",
    "requirement_column.skill": "habilidade",
    "requirement_column.bookings": "agendamentos",
    "requirement_column.floor": "horas de agente",
    "requirement_column.rostered": "escaladas",
    "requirement_column.peak": "pico",
    "requirement_column.erlang_c": "Erlang C",
    "requirement_column.erlang_a": "Erlang A",
    "requirement_column.square_root": "raiz quadrada",
    "requirement_column.worst": "pior período",
    "requirement_column.starts": "desde",
    "requirement_column.load": "carga",
    "requirement_column.agents": "agentes",
    "requirement_column.one_more": "um a mais poupa",
    "requirement_column.one_fewer": "um a menos custa",
    "requirement_column.served_badly": "mal atendidos",
}
