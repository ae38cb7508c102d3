"""What bookings are like, by skill: bookings of the case to draw from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.eligibility import evaluate
from data.model import Case, Scenario
from data.model.columns import FloatArray, IntArray, TextArray

_UNKNOWN = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class BookingMix:
    """Kinds of bookings; those of a skill stand together and are equally likely.

    Attributes:
        kind: of the session.
        planned, set_up, wrap_up: minutes.
        participants: who must attend.
        booked_at: when it was booked, minutes on the planning axis; far in the future where it is not known.
        first: of each skill, and after the last one; shape (skills + 1,).
    """

    kind: TextArray
    planned: IntArray
    set_up: IntArray
    wrap_up: IntArray
    participants: IntArray
    booked_at: IntArray
    first: IntArray

    @classmethod
    def of(cls, case: Case, skills: Sequence[str], scenario: Scenario) -> BookingMix:
        """The eligible bookings of each skill; of a skill without any, a single session at the reference.

        Args:
            case: with bookings, perhaps of the past.
            skills: of the demand.
            scenario: has the minutes at which a single session is planned without better knowledge.
        """
        eligibility, bookings = evaluate(case), case.bookings
        policy = case.plan.policy
        position = bookings.position
        attended = [
            position[booking]
            for booking, needed in zip(case.participants.booking_id, eligibility.required, strict=True)
            if needed and booking in position
        ]
        participants = np.bincount(np.array(attended, dtype=np.int64), minlength=len(bookings))
        rows: list[tuple[str, int, int, int]] = []
        first = [0]
        for skill in skills:
            chosen = np.flatnonzero((bookings.skill == skill) & eligibility.eligible)
            rows += [
                (
                    str(eligibility.kind[row]),
                    int(bookings.duration_minutes[row]),
                    max(1, int(participants[row])),
                    int(bookings.booked_at[row]),
                )
                for row in chosen.tolist()
            ]
            if not len(chosen):
                rows.append(("single", round(scenario.duration_reference), 1, _UNKNOWN))
            first.append(len(rows))
        kinds = [policy.kind(kind) for kind, *_ in rows]
        return cls(
            kind=np.array([row[0] for row in rows], dtype=object),
            planned=np.array([row[1] for row in rows], dtype=np.int64),
            set_up=np.array([kind.set_up_minutes for kind in kinds], dtype=np.int64),
            wrap_up=np.array([kind.wrap_up_minutes for kind in kinds], dtype=np.int64),
            participants=np.array([row[2] for row in rows], dtype=np.int64),
            booked_at=np.array([row[3] for row in rows], dtype=np.int64),
            first=np.array(first, dtype=np.int64),
        )

    def occupation(self, skill: int) -> float:
        """Mean planned minutes of set-up, session and wrap-up of a skill."""
        of = slice(self.first[skill], self.first[skill + 1])
        return float(np.mean(self.set_up[of] + self.planned[of] + self.wrap_up[of]))

    def lead_days(self, rows: IntArray, starts: IntArray) -> FloatArray:
        """Days between booking and start; 0 where nothing is known."""
        return np.asarray(np.maximum(starts - np.minimum(self.booked_at[rows], starts), 0) / 1440.0)
