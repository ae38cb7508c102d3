"""Why nothing was written, or no work begun, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REFUSAL_PHRASES: Final[Mapping[str, str]] = {
    "{file} is being written to by another process; try again later": (
        "outro processo está gravando em {file}; tente de novo mais tarde"
    ),
    "{names}: {why}": "{names}: {why}",
    "not found": "não foi encontrado",
    "cannot write {file}: {why}": "não se pode gravar {file}: {why}",
    "No space left on device": "não há espaço no disco",
    "Permission denied": "permissão negada",
    "Read-only file system": "sistema de arquivos somente leitura",
    "No such file or directory": "o arquivo ou a pasta não existe",
    # A past, or a key, that nothing can be done with.
    "expected at least {number} good rows, found {found}": (
        "esperavam-se ao menos {number} linhas corretas; há {found}"
    ),
    "the key has {found} bytes, expected at least {number}": (
        "a chave tem {found} bytes; esperavam-se ao menos {number}"
    ),
    # A plan that nothing can be done with.
    "there is no roster; make one first: pontual roster": "não há escala; crie uma antes: pontual roster",
    "there are no sessions; make them first: pontual allocate": (
        "não há sessões; marque-as antes: pontual allocate"
    ),
    "the referee disagrees with the solver; nothing was written": (
        "a conferência discorda da otimização; nada foi gravado"
    ),
    "the roster breaks hard rules; make a new one, or mend it": (
        "a escala viola regras obrigatórias; crie outra ou corrija esta"
    ),
    "the sessions break hard rules; make new ones, or mend them": (
        "as sessões violam regras obrigatórias; marque-as de novo ou corrija-as"
    ),
    "{code} {where}: {what}": "{code} {where}: {what}",
    "OBJECTIVE {level}: the solver states {number}, the plan holds {found}": (
        "OBJECTIVE {level}: a otimização informa {number}, o plano tem {found}"
    ),
    "and {number} more": "e mais {number}",
}
