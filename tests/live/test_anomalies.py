"""What does not fit, in words."""

from __future__ import annotations

import pytest

from data.day import Anomaly, Odd, Status
from optimizer.live import anomaly_document, anomaly_sentence
from optimizer.live.anomalies import SENTENCES


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_everything_that_can_be_odd_has_words(language: str) -> None:
    """With any status; nothing is left to fill in; a sentence of one language is not that of the other."""
    (other,) = set(SENTENCES) - {language}
    for what in Odd:
        for status in Status:
            anomaly = Anomaly(1, "B001", what, status)
            sentence = anomaly_sentence(anomaly, language)
            assert "{" not in sentence
            assert sentence != anomaly_sentence(anomaly, other)


def test_subjects_are_masked() -> None:
    """Whoever sends a CPF in place of a booking reads it neither in words nor in a document."""
    anomaly = Anomaly(3, "123.456.789-09", Odd.NO_SUCH_SESSION)
    shown = f"{anomaly_sentence(anomaly, 'pt-BR')} {anomaly_document(anomaly)}"
    assert "123" not in shown
