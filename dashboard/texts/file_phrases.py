"""What the readers of files say is wrong, in Portuguese; names of tables and columns stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FILE_PHRASES: Final[Mapping[str, str]] = {
    # Files as a whole.
    "can't be read": "não pode ser lido",
    "is missing": "não foi encontrado",
    "no such folder": "não há essa pasta",
    "not found in {folder}": "não foi encontrado em {folder}",
    "expected this file (or the table as .parquet or .json)": (
        "esperava-se este arquivo (ou a tabela como .parquet ou .json)"
    ),
    "expected one file of {table}, found {files}": "esperava-se um só arquivo de {table}; há {files}",
    "{name} and {others}": "{name} e {others}",
    "{name} or {other}": "{name} ou {other}",
    "expected a file of type {types}": "esperava-se um arquivo do tipo {types}",
    "expected UTF-8 (or Portuguese text in Windows-1252)": (
        "esperava-se UTF-8 (ou texto em português em Windows-1252)"
    ),
    "expected a header and rows; the file is empty": "esperavam-se cabeçalho e linhas; o arquivo está vazio",
    "expected rows; there are none": "esperavam-se linhas; não há nenhuma",
    "expected text; there is a NUL byte": "esperava-se texto; há um byte NUL",
    "byte 0x{byte}": "byte 0x{byte}",
    "a quoted cell does not end": "uma célula entre aspas não termina",
    "expected cells quoted as in RFC 4180: {why}": "esperavam-se células com aspas segundo a RFC 4180: {why}",
    "expected whole UTF-16 text, as its first bytes say": (
        "esperava-se texto UTF-16 inteiro, como dizem os primeiros bytes"
    ),
    "unexpected end": "fim inesperado",
    "expected JSON; the file is empty": "esperava-se JSON; o arquivo está vazio",
    "expected JSON in UTF-8": "esperava-se JSON em UTF-8",
    "expected JSON: {why} at line {line}, column {column}": (
        "esperava-se JSON: {why} na linha {line}, coluna {column}"
    ),
    "expected JSON that is not nested so deeply": "esperava-se JSON com menos níveis",
    "expected JSON with numbers of ordinary size": "esperava-se JSON com números de tamanho comum",
    "expected each name once in an object: {name} is there twice": (
        "esperava-se cada nome uma vez em um objeto: {name} aparece duas vezes"
    ),
    "expected a list of objects, one a row": "esperava-se uma lista de objetos, um por linha",
    "expected an object": "esperava-se um objeto",
    "expected a text, a number, true, false, null, or a list of texts": (
        "esperava-se texto, número, true, false, null ou uma lista de textos"
    ),
    "expected a Parquet file; it is damaged, or something else": (
        "esperava-se um arquivo Parquet; está danificado ou é outra coisa"
    ),
    "expected texts, numbers, flags, dates or timestamps": (
        "esperavam-se textos, números, marcas, datas ou instantes"
    ),
    # Columns and rows.
    "column {number}": "coluna {number}",
    "expected a name: the column holds data": "esperava-se um nome: a coluna contém dados",
    "expected a header with columns {known}": "esperava-se um cabeçalho com as colunas {known}",
    "no such column": "não há essa coluna",
    "no such column; did you mean {near}?": "não há essa coluna; seria {near}?",
    "no such column; known are {known}": "não há essa coluna; as conhecidas são {known}",
    "expected once, found {number} times": "esperava-se uma vez; aparece {number} vezes",
    "expected this column": "esperava-se esta coluna",
    "expected this column (or {columns}, with a key)": "esperava-se esta coluna (ou {columns}, com a chave)",
    "expected this column beside the other of {both}": "esperava-se esta coluna junto à outra de {both}",
    "{number} cell": "{number} célula",
    "{number} cells": "{number} células",
    "expected {width}, as many as the header has": "esperavam-se {width}, tantas quantas o cabeçalho tem",
    "expected a value; the cell is empty": "esperava-se um valor; a célula está vazia",
    "expected each key once; row {row} has the same": (
        "esperava-se cada chave uma só vez; a linha {row} tem a mesma"
    ),
    "expected a new one": "esperava-se um novo",
    # Cells.
    "expected one of {options}": "esperava-se um destes: {options}",
    "expected a number from {low} to {high}": "esperava-se um número de {low} a {high}",
    "expected a whole number from {low} to {high}": "esperava-se um número inteiro de {low} a {high}",
    "expected a number up to {high}": "esperava-se um número até {high}",
    "expected true or false (or sim, não, 1, 0, S, N)": (
        "esperava-se verdadeiro ou falso (sim, não, 1, 0, S, N)"
    ),
    "expected text without control characters": "esperava-se texto sem caracteres de controle",
    "expected a {what}, not a CPF or CNPJ": "esperava-se {what}, e não um CPF ou CNPJ",
    "name": "um nome",
    "surrogate": "um substituto",
    "expected words with one | between them": "esperavam-se palavras com um | entre elas",
    "expected words out of {options}, with | between them": (
        "esperavam-se palavras dentre {options}, com | entre elas"
    ),
    "expected an instant such as {example} (or {alternative}, in Brasília)": (
        "esperava-se um instante como {example} (ou {alternative}, de Brasília)"
    ),
    "expected an instant such as {example} (or {alternative}, in Brasília); there is no such date or time": (
        "esperava-se um instante como {example} (ou {alternative}, de Brasília); não há essa data ou hora"
    ),
    "expected a date such as {example} (or {alternative})": (
        "esperava-se uma data como {example} (ou {alternative})"
    ),
    "expected a date such as {example} (or {alternative}); there is no such date": (
        "esperava-se uma data como {example} (ou {alternative}); não há essa data"
    ),
    "expected a time from {low} to {high}": "esperava-se um horário de {low} a {high}",
    "expected a time from {low} to {high} on the {grid}-minute grid": (
        "esperava-se um horário de {low} a {high}, de {grid} em {grid} minutos"
    ),
    "expected an instant of the years {low} to {high}": "esperava-se um instante dos anos {low} a {high}",
    "expected a date of the years {low} to {high}": "esperava-se uma data dos anos {low} a {high}",
    "expected a whole minute, without seconds": "esperava-se um minuto inteiro, sem segundos",
    "expected an offset from UTC such as -03:00": "esperava-se a diferença de UTC, como -03:00",
    "expected an offset: this wall time {why} when the clocks changed": (
        "esperava-se a diferença de UTC: esta hora {why} quando os relógios mudaram"
    ),
    "was shown twice": "ocorreu duas vezes",
    "was skipped": "não existiu",
    # Rows against each other.
    "expected a day of the horizon, {first} to {last}": (
        "esperava-se um dia do horizonte, de {first} a {last}"
    ),
    "expected a wish that touches the horizon, {first} to {last}": (
        "esperava-se um desejo que toque o horizonte, de {first} a {last}"
    ),
    "expected an instant: the booking is pinned": "esperava-se um instante: o pedido está fixado",
    "expected fixed or movable: a pinned start or agent is given": (
        "esperava-se fixed ou movable: há início ou agente fixado"
    ),
    "expected a whole hour": "esperava-se uma hora inteira",
    "expected at most as many as bookings": "esperava-se no máximo o número de pedidos",
    "expected at most {most} different skills": "esperavam-se no máximo {most} competências diferentes",
    "{number} skills": "{number} competências",
    "expected a multiple of {grid}": "esperava-se um múltiplo de {grid}",
    "expected shift types that are in {file}": "esperavam-se tipos de turno que estejam em {file}",
    "expected an interval of the horizon, {first} to {last}": (
        "esperava-se um intervalo do horizonte, de {first} a {last}"
    ),
    "expected the start of an interval of {step} minutes": (
        "esperava-se o início de um intervalo de {step} minutos"
    ),
    "expected {what} that is in {file}": "esperava-se {what} que esteja em {file}",
    "a {column}": "{column}",
    "an {column}": "{column}",
    "expected not before {first}": "esperava-se não antes de {first}",
    "expected later than {first}": "esperava-se depois de {first}",
    "expected at most {most}": "esperava-se no máximo {most}",
    "expected another start or length than in row {row}: a duty is of one type only": (
        "esperava-se outro início ou outra duração que na linha {row}: uma jornada é de um só tipo"
    ),
    "expected {most} at most: the horizon begins on a {weekday}": (
        "no máximo {most}: o horizonte começa em {weekday}"
    ),
    "Monday": "segunda-feira",
    "Tuesday": "terça-feira",
    "Wednesday": "quarta-feira",
    "Thursday": "quinta-feira",
    "Friday": "sexta-feira",
    "Saturday": "sábado",
    "Sunday": "domingo",
    "expected {days} at least: all days of the week so far were worked": (
        "no mínimo {days}: todos os dias da semana até aqui foram trabalhados"
    ),
    "expected {price} as in row {row}, which is of the same interval, {start}": (
        "esperava-se {price}, como na linha {row}, que é do mesmo intervalo, {start}"
    ),
    "expected a regime of which plan.json has a version in force on {day}": (
        "esperava-se um regime de que plan.json tenha versão em vigor em {day}"
    ),
    # Personal columns.
    "expected {column} (a surrogate); {both} can only be read with a secret key ({variables})": (
        "esperava-se {column} (um substituto); {both} só podem ser lidos com a chave secreta ({variables})"
    ),
    "expected an order number as text; a spreadsheet has rounded it": (
        "esperava-se um número de pedido como texto; a planilha o arredondou"
    ),
    "expected an order number that begins with {prefixes}": (
        "esperava-se um número de pedido que comece com {prefixes}"
    ),
    "expected the CPF of a person, not a CNPJ": "esperava-se o CPF de uma pessoa, e não um CNPJ",
    "expected either {column} or {both}, not both": "esperava-se {column} ou {both}, e não os dois",
    "expected a CPF; the cell is empty": "esperava-se um CPF; a célula está vazia",
    "expected a CPF or CNPJ; the cell is empty": "esperava-se um CPF ou CNPJ; a célula está vazia",
    "expected all digits: with its leading zeros put back it may be a CPF or a CNPJ": (
        "esperavam-se todos os dígitos: com os zeros à esquerda, pode ser CPF ou CNPJ"
    ),
    # plan.json.
    "expected this field": "esperava-se este campo",
    "expected no such field": "não se esperava este campo",
    "expected a list of {count} or more": "esperava-se uma lista de {count} ou mais",
    "expected a list of {count} at most": "esperava-se uma lista de no máximo {count}",
    "expected a text of {count} or more characters": "esperava-se um texto de {count} ou mais caracteres",
    "expected a text of {count} characters at most": "esperava-se um texto de no máximo {count} caracteres",
    "expected a time with its offset, for example {example}": (
        "esperava-se uma hora com o fuso, por exemplo {example}"
    ),
    "expected otherwise: {why}": "esperava-se outra coisa: {why}",
    # Past sessions and histories.
    "expected the columns of the table history ({first}) or of past sessions ({second})": (
        "esperavam-se as colunas da tabela history ({first}) ou de sessões passadas ({second})"
    ),
    "expected a history whose rows are mostly good; {bad} of {all} are not": (
        "esperava-se um histórico em geral correto; {bad} de {all} linhas não o são"
    ),
    "ended is empty although the session was given up": (
        "ended está vazio, embora a sessão tenha sido abandonada"
    ),
    "arrived is empty although the customer left": "arrived está vazio, embora o cliente tenha saído",
    "started, yet the outcome says not": "iniciada, embora o resultado diga que não",
    "ended is not after started": "ended não é posterior a started",
    "interrupted_minutes is as long as the session": "interrupted_minutes dura tanto quanto a sessão",
    "the same booking and appointment stand in an earlier row": (
        "o mesmo pedido e horário já estão em uma linha anterior"
    ),
    "{column} is empty although the session began": "{column} está vazio, embora a sessão tenha começado",
    "booked_at is after appointed": "booked_at é posterior a appointed",
    "booked_at is after arrived": "booked_at é posterior a arrived",
    "arrived is after started": "arrived é posterior a started",
    "left before appointment and arrival": "saiu antes do horário e da chegada",
    "ended is before arrived": "ended é anterior a arrived",
}
