"""What is wrong with a file of events, or with the journal of a followed day, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVENT_PHRASES: Final[Mapping[str, str]] = {
    # Events of a file.
    "expected each booking once": "esperava-se cada pedido uma só vez",
    "expected each agent once": "esperava-se cada agente uma só vez",
    "expected each running session of an agent once": (
        "esperava-se no máximo uma sessão em andamento por agente"
    ),
    "expected events of a day of the plan, {first} to {last}": (
        "esperavam-se eventos de um dia do plano, de {first} a {last}"
    ),
    # The journal of the day.
    "expected one JSON object a line": "esperava-se um objeto JSON por linha",
    "expected the journal of this plan; roster or schedule of the day have changed since it was begun: put "
    "the journal away to follow the new plan, and begin with a snapshot": (
        "esperava-se o diário deste plano; a escala ou as sessões do dia mudaram desde que ele começou: "
        "guarde o diário em outro lugar para seguir o novo plano, e comece com um snapshot"
    ),
}
