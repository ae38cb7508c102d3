"""Rules as dated data: the defaults that a new planning case starts from."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from data.model.labour import LabourRegime
from data.model.service_policy import ServicePolicy


@cache
def default_service_policies() -> tuple[ServicePolicy, ...]:
    """The issuer-neutral service policies (DOMAIN 1), oldest first."""
    text = files("data.policies").joinpath("service_policies.json").read_text(encoding="utf-8")
    return tuple(ServicePolicy.model_validate(entry) for entry in json.loads(text))


@cache
def default_labour_regimes() -> tuple[LabourRegime, ...]:
    """The labour regimes of DOMAIN 3.1 and 3.2, every dated version of each."""
    text = files("data.policies").joinpath("labour_regimes.json").read_text(encoding="utf-8")
    return tuple(LabourRegime.model_validate(entry) for entry in json.loads(text))
