"""Following a day: events in, what to do about them out, and a journal that survives the process."""

from optimizer.live.live_day import JOURNAL_FILE, SCHEMA, LiveDay, Mend, Output, Tell

__all__ = ["JOURNAL_FILE", "SCHEMA", "LiveDay", "Mend", "Output", "Tell"]
