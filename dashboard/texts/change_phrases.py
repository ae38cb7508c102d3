"""What the referee says of a roster that follows a published one, and of a repaired day, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CHANGE_PHRASES: Final[Mapping[str, str]] = {
    # Where.
    "booking {booking}, {moment}": "pedido {booking}, {moment}",
    "agent {agent}, {moment}": "agente {agent}, {moment}",
    "participant {participant}, {moment}": "participante {participant}, {moment}",
    "decisions": "decisões",
    # A new roster beside the published one.
    "the duty of {moment} had begun": "a jornada de {moment} já tinha começado",
    "a duty follows on the day of the one begun at {moment}": (
        "há outra jornada no dia da que começou em {moment}"
    ),
    "a duty begins at {moment}, in the past": "uma jornada começa em {moment}, no passado",
    "the day is listed twice": "o dia aparece duas vezes",
    "the rosters do not differ on this day": "as escalas não diferem nesse dia",
    "the rosters differ, expected a row of changes": "as escalas diferem; esperava-se uma linha em changes",
    "the duty before is {moment} to {later}": "a jornada anterior é de {moment} a {later}",
    "the duty after is {moment} to {later}": "a jornada nova é de {moment} a {later}",
    "expected the change {name}": "esperava-se a mudança {name}",
    "expected by_absence {name}": "esperava-se by_absence {name}",
    "expected within_notice {name}": "esperava-se within_notice {name}",
    # The rest of a day.
    "neither held nor rebooked": "não é realizada nem remarcada",
    "held, but there is no such session still to be held": "é realizada, mas não há essa sessão por realizar",
    "both held and rebooked": "é realizada e também remarcada",
    "wrongly said, or not said, to have missed the tolerance": (
        "consta por engano, ou deixou de constar, como quem perdeu a tolerância"
    ),
    "the agent is not there any more today": "o agente não está mais presente hoje",
    "what the session needs is not known, and it changes hands": (
        "não se sabe o que a sessão exige, e ela muda de agente"
    ),
    "the agent is of another pool": "o agente é de outro grupo",
    "no time to begin before {moment}": "não dá para começar antes de {moment}",
    "not over by {moment}": "não termina até {moment}",
    "nothing can begin before {moment}": "nada pode começar antes de {moment}",
    "no new time: {why}": "sem novo horário: {why}",
    "the customer is connected": "o cliente está conectado",
    "nothing before {moment} is given a new time": "nada antes de {moment} recebe novo horário",
    "it is off the grid": "o início não está na grade",
    "the participants' windows are not known": "não se conhecem as janelas dos participantes",
    "it is on another day": "é em outro dia",
    "the participants, the opening hours or the lead time do not allow it": (
        "os participantes, o horário de funcionamento ou a antecedência mínima não o permitem"
    ),
    "the proxy does not count on that day (R23)": "a procuração não vale nesse dia (R23)",
    "a delay that is told is to a start on the grid": "um atraso avisado é para um início na grade",
    "{doing} while in {held}": "{doing} durante {held}",
    "break {number}": "intervalo {number}",
    "a session that runs": "uma sessão em andamento",
    "breaks of an agent who is not at work": "intervalos de um agente que não está trabalhando",
    "breaks {given}, expected {due}": "intervalos {given}; esperavam-se {due}",
    "breaks against the law, and there are legal ones": "intervalos contra a lei, quando há legais",
    "expected breaks as they fall due: the law can't be kept": (
        "esperavam-se os intervalos como vencem: não há como cumprir a lei"
    ),
    "needed, and not decided": "necessária, mas não decidida",
    "decided, and not needed": "decidida, mas não necessária",
    "one is there twice": "uma aparece duas vezes",
}
