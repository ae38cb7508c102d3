"""Texts of what surrounds all pages, in the Portuguese of Brazil."""

from __future__ import annotations

FRAME_PORTUGUESE: dict[str, str] = {
    "page.week": "Semana",
    "page.schedule": "Agenda",
    "question.week": "A escala está boa?",
    "question.schedule": "Onde estão as sessões?",
    "sign_in.title": "Entre para ver os planos",
    "sign_in.why": "Este painel mostra dados do trabalho e só se abre a quem tem acesso.",
    "sign_in.button": "Entrar",
    "sign_in.out": "Sair",
    "sign_in.role": "Seu perfil: {role}",
    "role.viewer": "consulta",
    "role.planner": "planejamento",
    "role.manager": "gestão",
    "job.waiting": "Na fila: outros cálculos estão em andamento…",
    "job.running": "Calculando: {share} ({seconds} s)",
    "job.cancel": "Cancelar",
    "job.gone": "O resultado não está mais guardado. Calcule de novo.",
    "job.died": "O cálculo terminou de repente (memória insuficiente, talvez). Nada mudou; tente de novo.",
    "job.failed": "O cálculo falhou por um defeito do Pontual. Nada mudou.",
    "job.refused": "O cálculo não é possível com estes dados. Nada mudou:",
}
