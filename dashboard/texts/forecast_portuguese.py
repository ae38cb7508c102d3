"""Texts of a forecast, in Portuguese."""

from __future__ import annotations

# ruff: noqa: E501
FORECAST_PORTUGUESE: dict[str, str] = {
    "forecast.days": "Pedidos previstos, com intervalos de 90%",
    "forecast.back_test.one": "No passado: {n} origem, {days} dias reservados",
    "forecast.back_test.many": "No passado: {n} origens, {days} dias reservados em cada uma",
    "forecast.picked": "Escolhido: {model}, com o menor erro no que foi reservado.",
    "forecast.history": "Histórico de {first} a {last}: {recorded} dias com pedidos; de outros {missing}, em que o serviço deveria estar aberto, nada foi registrado.",
    "forecast.widened": "Os intervalos são {factor} vezes mais largos que os do próprio modelo: é o que o passado pede.",
    "forecast.shifts": "O nível mudou de repente em: {days}.",
    "forecast.echo": "O nível de um ano atrás entra na conta: certificados de um ano são renovados.",
    "forecast.no_echo": "O nível de um ano atrás não entra na conta: para isso é preciso um ano e meio de histórico.",
    "forecast.what_if": "E se: {factor} atendimentos para cada um do passado.",
    "forecast.assumed": "Nenhum pedido mostra quanto duram estes atendimentos; foi suposto o meio do que a política permite: {skills}.",
    "forecast.without_agents": "Nenhum agente tem estas habilidades: {skills}.",
    "forecast.demand": "Demanda de {hours} horas de agente, com atendimentos em {load} do tempo de serviço.",
    "forecast.how_to_plan": "Para planejar: pontual roster {folder}",
    "forecast_left_out.closed_days": "Fora da conta: {n} dias com pedidos que estão fechados pelo horário e pelos feriados de hoje.",
    "forecast_left_out.later_rows": "Fora da conta: {n} linhas que não são passado no momento do planejamento.",
    "forecast_left_out.bad_rows": "Fora da conta: {n} linhas ruins (pontual calibrate as lista).",
    "forecast_column.day": "dia",
    "forecast_column.expected": "pedidos",
    "forecast_column.interval": "intervalo de 90%",
    "forecast_column.model": "modelo",
    "forecast_column.error": "erro",
    "forecast_column.coverage": "dentro dos intervalos de 90%",
    "forecast_model.seasonal_naive": "como o mesmo dia da semana anterior",
    "forecast_model.steady_growth": "calendário e crescimento constante",
    "forecast_model.local_level": "calendário e nível que se move",
    "forecast_model.combined": "média de crescimento constante e nível que se move",
}
