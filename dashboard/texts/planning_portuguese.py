"""Texts of `pontual plan`, in Portuguese."""

from __future__ import annotations

# ruff: noqa: E501
PLANNING_PORTUGUESE: dict[str, str] = {
    "planning.title": "O plano",
    "planning.step": "o quê",
    "planning.figure": "valor",
    "planning.roster": "escala",
    "planning.none": "nenhum",
    "planning.covered": "{covered} de {required} intervalos de agente cobertos, {under} em falta (provado no primeiro nível: ao menos {bound})",
    "planning.service": "clientes esperados",
    "planning.kept": "metas atingidas em {kept} de {all} períodos; {surely} com certeza não",
    "planning.sessions": "agendamentos da pasta",
    "planning.placed": "{placed} de {eligible} elegíveis têm sessão",
    "planning.folder": "pasta",
}
