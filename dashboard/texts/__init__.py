"""What people read: the message catalogue (Portuguese of Brazil first, and English) and number formats."""

from dashboard.texts.formats import NOT_KNOWN, Formats, Language
from dashboard.texts.texts import CATALOGUES, LANGUAGES, Texts, skill_order

__all__ = ["CATALOGUES", "LANGUAGES", "NOT_KNOWN", "Formats", "Language", "Texts", "skill_order"]
