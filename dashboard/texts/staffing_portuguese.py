"""Texts of `pontual staff`, in Portuguese."""

from __future__ import annotations

STAFFING_PORTUGUESE: dict[str, str] = {
    "staffing.classes": "Agentes necessários, por contrato e habilidades",
    "staffing.total": "todos",
    "staffing.one_fewer": "Um agente a menos de uma classe",
    "staffing.confirmed": "{targets}: com uma escala destes agentes, atingido em {kept} de {all} períodos; "
    "{surely} com certeza não; de todos os clientes, {share} mal atendidos, em {n} semanas fora da busca",
    "staffing.bound": "Quem tem uma escala que cobre a necessidade custa ao menos {bound} por semana "
    "(provado); estes agentes custam {cost}, a equipe de hoje {present}",
    "staffing.covered": "A escala cobre a necessidade",
    "staffing.uncovered": "A escala deixa {n} intervalos de agente da necessidade sem cobertura, e mesmo "
    "assim atinge as metas",
    "staffing.no_mix": "Nenhuma composição atinge {targets}: {n} foram tentadas",
    "staffing.out_of_reach": "Nenhum número de agentes atinge {targets}: veja pontual requirement",
    "staffing_column.contract": "contrato",
    "staffing_column.skills": "habilidades",
    "staffing_column.needed": "necessários",
    "staffing_column.present": "na equipe",
    "staffing_column.hire": "a contratar",
    "staffing_column.spare": "de sobra",
    "staffing_column.weekly_cost": "custo por semana",
    "staffing_column.verdict": "o que acontece",
    "staffing_column.missing": "intervalos de agente sem cobertura",
    "staffing_column.missing_bound": "provado",
    "staffing_column.periods_missed": "períodos que com certeza falham",
    "staffing_column.served_badly": "mal atendidos",
    "staffing_verdict.misses": "não atinge a meta",
    "staffing_verdict.no_roster": "sem escala legal",
    "staffing_verdict.open": "não se pode dizer",
}
