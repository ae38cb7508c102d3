"""Texts of sweeps, in Portuguese."""

from __future__ import annotations

# ruff: noqa: E501
SWEEP_PORTUGUESE: dict[str, str] = {
    "sweep.best": "Melhor por {figure}: {name}, com {confidence} de confiança se for melhor que cada outro por {zone} ou mais ({n} replicações)",
    "sweep.undecided": "Não decidido por {figure} após {n} replicações: o melhor, ou um menos de {zone} pior, está entre estes {left}: {names}",
    "sweep.alike": "Nenhuma diferença dele em replicação alguma: {names}",
    "sweep.nothing": "Nenhum cenário tem indicadores",
    "sweep.without.one": "{n} cenário sem indicadores: {names}",
    "sweep.without.many": "{n} cenários sem indicadores: {names}",
    "sweep.ranking": "Os {shown} melhores de {n} cenários; os intervalos das posições valem juntos ({confidence})",
    "sweep.effects": "O que move {figure}: alavancas do experimento, na média das outras",
    "sweep.effects_untold": "Não se pode dizer o que move {figure}: há poucos cenários para as alavancas",
    "sweep.rest": "alavancas em conjunto, e o resto",
    "sweep.frontier": "Fronteira: nada mais custa menos e serve tão bem",
    "sweep.change": "{least} → {most}",
    "sweep.and_more": "{names} e mais {n}",
    "sweep.kept": "{done} de {n} cenários estão guardados em {folder}; o mesmo comando continua daí",
    "sweep_column.scenario": "cenário",
    "sweep_column.rank": "posição",
    "sweep_column.against_today": "em relação a hoje",
    "sweep_column.lever": "alavanca",
    "sweep_column.share": "da variância",
    "sweep_column.setting": "menor → maior em",
    "sweep_column.effect": "diferença",
    "sweep_figure.agent_hours": "Horas em serviço",
    "sweep_figure.not_placed": "Sem sessão",
    "sweep_status.infeasible": "nenhum plano é possível",
    "sweep_status.no_plan": "nenhum plano achado no trabalho permitido",
    "sweep_status.no_sessions": "o plano não atende ninguém",
    "sweep_status.played": "faltam valores aos indicadores",
    "sweep_point.today": "hoje",
    "sweep_point.frontier": "fronteira",
    "sweep_point.dominated": "certamente pior",
    "sweep_point.other": "outros",
}
