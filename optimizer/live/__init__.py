"""Following a day: events in, what to do about them out, and a journal that survives the process."""

from optimizer.live.anomalies import anomaly_document, anomaly_sentence
from optimizer.live.answers import (
    LONGEST_LINE,
    BadLineError,
    Lines,
    final_document,
    line_of,
    output_document,
)
from optimizer.live.live_day import (
    JOURNAL_FILE,
    SCHEMA,
    LiveDay,
    Mend,
    Output,
    Tell,
    decisions_of,
    event_of,
)
from optimizer.live.sentences import ranges, sentences
from optimizer.live.telling import ContactDocuments
from optimizer.live.texts import say

__all__ = [
    "JOURNAL_FILE",
    "LONGEST_LINE",
    "SCHEMA",
    "BadLineError",
    "ContactDocuments",
    "Lines",
    "LiveDay",
    "Mend",
    "Output",
    "Tell",
    "anomaly_document",
    "anomaly_sentence",
    "decisions_of",
    "event_of",
    "final_document",
    "line_of",
    "output_document",
    "ranges",
    "say",
    "sentences",
]
