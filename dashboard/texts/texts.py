"""The message catalogue: every text that a person reads, by key, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.texts.calibration_english import CALIBRATION_ENGLISH
from dashboard.texts.calibration_portuguese import CALIBRATION_PORTUGUESE
from dashboard.texts.capacity_english import CAPACITY_ENGLISH
from dashboard.texts.capacity_portuguese import CAPACITY_PORTUGUESE
from dashboard.texts.data_english import DATA_ENGLISH
from dashboard.texts.data_portuguese import DATA_PORTUGUESE
from dashboard.texts.english import ENGLISH
from dashboard.texts.forecast_english import FORECAST_ENGLISH
from dashboard.texts.forecast_portuguese import FORECAST_PORTUGUESE
from dashboard.texts.formats import Formats, Language
from dashboard.texts.frame_english import FRAME_ENGLISH
from dashboard.texts.frame_portuguese import FRAME_PORTUGUESE
from dashboard.texts.phrases import phrase
from dashboard.texts.planning_english import PLANNING_ENGLISH
from dashboard.texts.planning_portuguese import PLANNING_PORTUGUESE
from dashboard.texts.portuguese import PORTUGUESE
from dashboard.texts.requirement_english import REQUIREMENT_ENGLISH
from dashboard.texts.requirement_portuguese import REQUIREMENT_PORTUGUESE
from dashboard.texts.review_english import REVIEW_ENGLISH
from dashboard.texts.review_portuguese import REVIEW_PORTUGUESE
from dashboard.texts.rules_english import RULES_ENGLISH
from dashboard.texts.rules_portuguese import RULES_PORTUGUESE
from dashboard.texts.schedule_english import SCHEDULE_ENGLISH
from dashboard.texts.schedule_portuguese import SCHEDULE_PORTUGUESE
from dashboard.texts.staffing_english import STAFFING_ENGLISH
from dashboard.texts.staffing_portuguese import STAFFING_PORTUGUESE
from dashboard.texts.sweep_english import SWEEP_ENGLISH
from dashboard.texts.sweep_portuguese import SWEEP_PORTUGUESE
from dashboard.texts.today_english import TODAY_ENGLISH
from dashboard.texts.today_portuguese import TODAY_PORTUGUESE
from dashboard.texts.week_english import WEEK_ENGLISH
from dashboard.texts.week_portuguese import WEEK_PORTUGUESE
from dashboard.texts.what_if_english import WHAT_IF_ENGLISH
from dashboard.texts.what_if_portuguese import WHAT_IF_PORTUGUESE

CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    "pt-BR": PORTUGUESE
    | CALIBRATION_PORTUGUESE
    | FRAME_PORTUGUESE
    | CAPACITY_PORTUGUESE
    | FORECAST_PORTUGUESE
    | REQUIREMENT_PORTUGUESE
    | PLANNING_PORTUGUESE
    | REVIEW_PORTUGUESE
    | TODAY_PORTUGUESE
    | DATA_PORTUGUESE
    | STAFFING_PORTUGUESE
    | RULES_PORTUGUESE
    | WEEK_PORTUGUESE
    | SCHEDULE_PORTUGUESE
    | SWEEP_PORTUGUESE
    | WHAT_IF_PORTUGUESE,
    "en": ENGLISH
    | CALIBRATION_ENGLISH
    | FRAME_ENGLISH
    | CAPACITY_ENGLISH
    | FORECAST_ENGLISH
    | REQUIREMENT_ENGLISH
    | PLANNING_ENGLISH
    | REVIEW_ENGLISH
    | TODAY_ENGLISH
    | DATA_ENGLISH
    | STAFFING_ENGLISH
    | RULES_ENGLISH
    | WEEK_ENGLISH
    | SCHEDULE_ENGLISH
    | SWEEP_ENGLISH
    | WHAT_IF_ENGLISH,
}
LANGUAGES: tuple[Language, ...] = tuple(CATALOGUES)
"""The languages on offer, the default first."""

_SKILLS_IN_ORDER = ("pf", "pj", "joint", "judicial", "libras")


@dataclass(frozen=True)
class Texts(Formats):
    """Texts and formats of one language."""

    def say(self, key: str, **values: Any) -> str:
        """The text with this key, its placeholders filled in.

        Raises:
            KeyError: when the catalogue has no such key.
        """
        return CATALOGUES[self.language][key].format(**values)

    def count(self, key: str, number: int, **values: Any) -> str:
        """The text for this many: the key with ``.one`` or ``.many``; `{n}` is the formatted number."""
        return self.say(f"{key}.{'one' if number == 1 else 'many'}", n=self.integer(number), **values)

    def phrase(self, said: str) -> str:
        """What the referee or a reader of files says, in this language."""
        return phrase(said, self.language)

    def label(self, family: str, name: str) -> str:
        """What people call a thing that data name; unknown things keep the name that data give them."""
        return CATALOGUES[self.language].get(f"{family}.{name}", name)


def skill_order(skills: Iterable[str]) -> list[str]:
    """Skills in the usual order, then the others by name."""
    rank = {name: place for place, name in enumerate(_SKILLS_IN_ORDER)}
    return sorted(set(skills), key=lambda name: (rank.get(name, len(rank)), name))
