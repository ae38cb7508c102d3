"""What models say of a document's field, in Portuguese: pydantic's sentences, and those of its checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_OF_VALUES: Final[Mapping[str, str]] = {
    "{quoted}": "{quoted}",
    "{quoted} or {last_quoted}": "{quoted} ou {last_quoted}",
    "{number}": "{number}",
    "greater than {number}": "um número maior que {number}",
    "greater than or equal to {number}": "um número maior ou igual a {number}",
    "less than {number}": "um número menor que {number}",
    "less than or equal to {number}": "um número menor ou igual a {number}",
    "a multiple of {number}": "um múltiplo de {number}",
    "a finite number": "um número finito",
    "a valid string": "um texto",
    "a valid number": "um número",
    "a valid number, unable to parse string as a number": "um número; o texto não é um",
    "a valid integer": "um número inteiro",
    "a valid integer, unable to parse string as an integer": "um número inteiro; o texto não é um",
    "a valid integer, got a number with a fractional part": "um número inteiro; este tem parte fracionária",
    "a valid boolean": "verdadeiro ou falso (true, false)",
    "a valid boolean, unable to interpret input": "verdadeiro ou falso (true, false)",
    "a valid list": "uma lista",
    "a valid tuple": "uma lista",
    "a valid dictionary": "um objeto",
    "a valid dictionary or instance of {name}": "um objeto ({name})",
    "a valid dictionary or object to extract fields from": "um objeto",
    "a valid date": "uma data",
    "a valid date in the format YYYY-MM-DD, {why}": "uma data no formato AAAA-MM-DD: {why}",
    "a valid date or datetime, {why}": "uma data, com ou sem hora: {why}",
    "a valid time": "uma hora",
    "in a valid time format, {why}": "uma hora: {why}",
    "a valid datetime": "data e hora",
    "a valid datetime, {why}": "data e hora: {why}",
    "a valid datetime or date, {why}": "data e hora: {why}",
}
"""What a value should be. The reader of plan.json says it after "expected"; others leave pydantic's words."""

_BEGINNINGS: Final = ("Input should be", "expected")

DOCUMENT_PHRASES: Final[Mapping[str, str]] = {
    **{
        f"{beginning} {english}": f"esperava-se {portuguese}"
        for english, portuguese in _OF_VALUES.items()
        for beginning in _BEGINNINGS
    },
    "Input should have timezone info": (
        "esperava-se uma hora com o fuso, por exemplo 2026-11-30T09:00:00-03:00"
    ),
    "Field required": "esperava-se este campo",
    "Extra inputs are not permitted": "não se esperava este campo",
    "String should have at least {number} character": "esperava-se um texto de {number} caractere ou mais",
    "String should have at least {number} characters": "esperava-se um texto de {number} caracteres ou mais",
    "String should have at most {number} character": "esperava-se um texto de no máximo {number} caractere",
    "String should have at most {number} characters": "esperava-se um texto de no máximo {number} caracteres",
    "String should match pattern {quoted}": "esperava-se um texto da forma {quoted}",
    **{
        f"{kind} should have {bound} {{number}} {items} after validation, not {{found}}": (
            f"esperava-se uma lista de {told}, e não de {{found}}"
        )
        for kind in ("List", "Tuple")
        for bound, told in (("at least", "{number} ou mais"), ("at most", "no máximo {number}"))
        for items in ("item", "items")
    },
    "Unable to parse input string as an integer, exceeded maximum size": "o número é longo demais",
    "Unable to extract tag using discriminator {quoted}": "esperava-se o campo {quoted}",
    "Input tag {last_quoted} found using {key} does not match any of the expected tags: {quoted}": (
        "{last_quoted} não é valor de {key}; esperava-se um destes: {quoted}"
    ),
    "Value error, {why}": "{why}",
    # What is wrong with JSON, as Python's reader says it.
    "Expecting value": "falta um valor",
    "Expecting property name enclosed in double quotes": "falta um nome entre aspas duplas",
    "Expecting ':' delimiter": "falta : depois do nome",
    "Expecting ',' delimiter": "falta uma vírgula",
    "Extra data": "há algo depois do fim",
    "Illegal trailing comma before end of object": "há uma vírgula antes do fim do objeto",
    "Illegal trailing comma before end of array": "há uma vírgula antes do fim da lista",
    "Unterminated string starting at": "o texto entre aspas não termina; começa",
    "Invalid control character at": "há um caractere de controle",
    "Invalid \\escape": "não há esse código depois da barra invertida",
    "Invalid \\uXXXX escape": "o código \\uXXXX não está inteiro",
    # What is wrong with a date or time.
    "input is too short": "é curta demais",
    "input is too long": "é longa demais",
    "unexpected extra characters at the end of the input": "há caracteres a mais, ou fora da faixa, no fim",
    "invalid character in year": "há um caractere inválido no ano",
    "invalid character in month": "há um caractere inválido no mês",
    "invalid character in day": "há um caractere inválido no dia",
    "invalid character in hour": "há um caractere inválido na hora",
    "invalid character in minute": "há um caractere inválido nos minutos",
    "invalid character in second": "há um caractere inválido nos segundos",
    "invalid date separator, expected `-`": "a data se separa com -",
    "invalid time separator, expected `:`": "a hora se separa com :",
    "invalid datetime separator, expected `T`, `t`, `_` or space": "entre data e hora vai T ou um espaço",
    "month value is outside expected range of 1-12": "o mês vai de 1 a 12",
    "day value is outside expected range": "não há esse dia no mês",
    "hour value is outside expected range of 0-23": "a hora vai de 0 a 23",
    "minute value is outside expected range of 0-59": "os minutos vão de 0 a 59",
    "second value is outside expected range of 0-59": "os segundos vão de 0 a 59",
    # Checks of plan.json.
    "expected the IANA name of a time zone, such as {name}": (
        "esperava-se o nome IANA de um fuso horário, como {name}"
    ),
    "expected hours and minutes of local time, without an offset": (
        "esperavam-se horas e minutos da hora local, sem fuso"
    ),
    "late_duties_end_after: expected hours and minutes of local time, without an offset": (
        "late_duties_end_after: esperavam-se horas e minutos da hora local, sem fuso"
    ),
    "expected closes after opens; 00:00 means midnight at the day's end": (
        "esperava-se closes depois de opens; 00:00 é a meia-noite no fim do dia"
    ),
    "expected both opens and closes, or neither": "esperavam-se opens e closes, ou nenhum dos dois",
    "expected the state (UF) of a state or city holiday": (
        "esperava-se o estado (UF) de um feriado estadual ou municipal"
    ),
    "expected the city of a city holiday": "esperava-se o município de um feriado municipal",
    "expected each weekday in one entry of opening_hours at most": (
        "esperava-se cada dia da semana em no máximo um item de opening_hours"
    ),
    "expected each date in one entry of exceptions at most": (
        "esperava-se cada data em no máximo um item de exceptions"
    ),
    "expected a state (UF) such as {name}": "esperava-se um estado (UF), como {name}",
    "service policy of {day}: {field} is {minutes}, expected a multiple of {number}": (
        "política de serviço de {day}: {field} é {minutes}; esperava-se um múltiplo de {number}"
    ),
    "service policy of {day}: {field} exceeds longest_minutes": (
        "política de serviço de {day}: {field} é maior que longest_minutes"
    ),
    "expected a service policy in force on first_day": (
        "esperava-se uma política de serviço em vigor em first_day"
    ),
    # Checks of what happens on the day.
    "expected 24 factors, one for each hour of the day, got {number}": (
        "esperavam-se 24 fatores, um para cada hora do dia; há {number}"
    ),
    "expected return_delay_low up to return_delay_high": (
        "esperava-se return_delay_low até return_delay_high"
    ),
    "expected overbooking_share or overbooking_risk, not both": (
        "esperava-se overbooking_share ou overbooking_risk, e não os dois"
    ),
    "failure_rebook and failure_recoverable exclude each other: expected a sum up to 1": (
        "failure_rebook e failure_recoverable se excluem: esperava-se uma soma de até 1"
    ),
    "expected failure_delay_low up to failure_delay_high": (
        "esperava-se failure_delay_low até failure_delay_high"
    ),
}
