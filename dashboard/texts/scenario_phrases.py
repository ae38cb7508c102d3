"""What is wrong with scenario files and with levers, in Portuguese; names of levers stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SCENARIO_PHRASES: Final[Mapping[str, str]] = {
    # Names alone: versions, kinds, words that a field may hold.
    "expected {names}": "esperava-se {names}",
    "expected {name} or {other}": "esperava-se {name} ou {other}",
    # YAML and JSON.
    "there is no file that ends with .yaml or .yml": "não há arquivo que termine em .yaml ou .yml",
    "expected {figure} bytes at most": "esperavam-se no máximo {figure} bytes",
    "expected {figure} letters at most": "esperavam-se no máximo {figure} letras",
    "expected text in UTF-8": "esperava-se texto em UTF-8",
    "expected a JSON document": "esperava-se um documento JSON",
    "expected YAML": "esperava-se YAML",
    "expected YAML: {why}": "esperava-se YAML: {why}",
    "expected a word as a key": "esperava-se uma palavra como chave",
    "expected each key once, {key} is there twice": (
        "esperava-se cada chave uma vez; {key} aparece duas vezes"
    ),
    "expected no references to other parts": "não se esperavam referências a outras partes do arquivo",
    # What the reader of YAML says itself.
    "mapping values are not allowed here": "não cabe outro : aqui; valores com : vão entre aspas",
    "mapping keys are not allowed here": "não cabe uma chave aqui",
    "sequence entries are not allowed here": "não cabe um item de lista (-) aqui",
    "could not find expected ':'": "falta : depois da chave",
    "found character {quoted} that cannot start any token": "nada pode começar com o caractere {quoted}",
    "could not determine a constructor for the tag {quoted}": "não se aceita o tipo {quoted}",
    "found undefined tag handle {quoted}": "não há o tipo {quoted}",
    "found unexpected end of stream": "o texto acaba antes de fechar as aspas",
    "found unexpected document separator": "há um separador de documentos (---) dentro das aspas",
    "found unknown escape character {quoted}": "não há o código {quoted} depois da barra invertida",
    "but found another document": "há outro documento depois do primeiro",
    "special characters are not allowed": "há caracteres especiais",
    "expected <block end>, but found {quoted}": (
        "esperava-se o fim do bloco, mas há {quoted}; confira o recuo das linhas"
    ),
    "expected ',' or ']', but got {quoted}": "esperava-se , ou ], mas há {quoted}",
    "expected ',' or '}', but got {quoted}": "esperava-se , ou }}, mas há {quoted}",
    "expected the node content, but found {quoted}": "esperava-se um valor, mas há {quoted}",
    "expected '<document start>', but found {quoted}": "esperava-se o início do documento, mas há {quoted}",
    # What a file of scenarios holds.
    "expected a scenario or more": "esperava-se ao menos um cenário",
    "expected one scenario": "esperava-se um cenário",
    "expected a mapping: a scenario, scenarios, or levers and a design": (
        "esperavam-se chaves e valores: um cenário, vários em scenarios, ou levers e design"
    ),
    "expected scenarios, or {options}": "esperava-se scenarios, ou {options}",
    "expected a list of scenarios": "esperava-se uma lista de cenários",
    "expected a mapping: a name, and the levers that are moved": (
        "esperavam-se chaves e valores: name e as alavancas que mudam"
    ),
    "expected a name": "esperava-se um nome",
    "expected another name: this one is for no change at all": (
        "esperava-se outro nome: este é o de quando nada muda"
    ),
    "expected each name once": "esperava-se cada nome uma só vez",
    "expected a value": "esperava-se um valor",
    "expected a lever or more to be moved": "esperava-se ao menos uma alavanca mudada",
    # Designs.
    "expected one design in all files together": "esperava-se um só design em todos os arquivos",
    "expected levers, each with its values": "esperavam-se alavancas, cada uma com os seus valores",
    "expected {figure} combinations at most": "esperavam-se no máximo {figure} combinações",
    "expected a number of scenarios from 2 to {figure}": "esperava-se um número de cenários de 2 a {figure}",
    "expected no points: a full factorial design has all combinations": (
        "não se esperava points: um fatorial completo tem todas as combinações"
    ),
    "a full factorial design needs levels: a list, or from, to and steps": (
        "um fatorial completo precisa de níveis: uma lista, ou from, to e steps"
    ),
    "expected two different values or more": "esperavam-se dois valores diferentes ou mais",
    "expected a list of values, or from and to (and steps)": (
        "esperava-se uma lista de valores, ou from e to (e steps)"
    ),
    "expected two numbers of one kind, the smaller first, such as from: 5 and to: 20": (
        "esperavam-se dois números do mesmo tipo, o menor primeiro, como from: 5 e to: 20"
    ),
    "expected a number of steps from 2 to {figure}": "esperava-se um número de passos de 2 a {figure}",
    # Levers of the day.
    "expected a lever: one of {options}": "esperava-se uma alavanca, uma destas: {options}",
    "expected a value: there is no number now that {change} could change": (
        "esperava-se um valor: hoje não há número que {change} possa mudar"
    ),
    "expected a value for {name}, nothing below it": "esperava-se um valor para {name}, sem nada abaixo",
    "expected a share from 0 to 1, or 0% to 100%": "esperava-se uma parcela de 0 a 1, ou de 0% a 100%",
    "expected a time of day such as 10:00": "esperava-se um horário, como 10:00",
    "expected a day of the horizon from 1 to {number}": "esperava-se um dia do horizonte, de 1 a {number}",
    "expected minutes from 1 to 1440": "esperavam-se minutos, de 1 a 1440",
    "expected a number of agents from 1 on, {name} or {other}": (
        "esperava-se um número de agentes a partir de 1, {name} ou {other}"
    ),
    # Levers of the demand.
    "expected a change such as +20%, or a factor above 0, {number} at most": (
        "esperava-se uma mudança, como +20%, ou um fator acima de 0, no máximo {number}"
    ),
    "expected all, {options}": "esperava-se all, {options}",
    "expected whole minutes, such as 5 or -5": "esperavam-se minutos inteiros, como 5 ou -5",
    # Levers of labour.
    "expected {name} or a regime ({known}), and under it one of {options}": (
        "esperava-se {name} ou um regime ({known}) e, abaixo dele, um destes: {options}"
    ),
    "expected {name} or a contract ({known}), and under it one of {options}": (
        "esperava-se {name} ou um contrato ({known}) e, abaixo dele, um destes: {options}"
    ),
    "expected a column that can be changed": "esperava-se uma coluna que possa mudar",
    # Levers of the opening hours.
    "expected a weekday: one of {options}": "esperava-se um dia da semana, um destes: {options}",
    "expected a weekday of the horizon; it has no {name}": (
        "esperava-se um dia da semana do horizonte; nele não há {name}"
    ),
    "expected hours such as 08:00-14:00, or {name}": "esperava-se um horário, como 08:00-14:00, ou {name}",
    "expected an open day in the horizon": "esperava-se ao menos um dia aberto no horizonte",
    # Levers of rules.
    "expected the lever of the day {name}": "esperava-se a alavanca do dia {name}",
    "expected a field of the service policy: {options}": (
        "esperava-se um campo da política de serviço: {options}"
    ),
    # Levers of the team.
    "expected {name}: a training says who learns what": (
        "esperava-se {name}: um treinamento diz quem aprende o quê"
    ),
    "expected a contract, a pool or a skill set of agents, or all": (
        "esperava-se um contrato, um grupo ou um conjunto de competências de agentes, ou all"
    ),
    "expected a skill: one of {options}": "esperava-se uma competência, uma destas: {options}",
    "expected a contract that agents have: one of {options}": (
        "esperava-se um contrato que agentes tenham, um destes: {options}"
    ),
    "expected a number of agents from {least} to {figure}": (
        "esperava-se um número de agentes de {least} a {figure}"
    ),
    "expected an agent who stays": "esperava-se que ao menos um agente ficasse",
}
