"""What-if: other shares of video and of issuance without an agent than in the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Shares:
    """Of the certificates issued, how many come without any agent, and how many of the others by video.

    Attributes:
        video: share by video of what agents issue, in the days to come.
        past_video: the same in the history.
        automated: share issued without an agent (Resolução CG 197), in the days to come.
        past_automated: the same in the history.

    Raises:
        ValueError: when a share is out of its range.
    """

    video: float = 1.0
    past_video: float = 1.0
    automated: float = 0.0
    past_automated: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.video <= 1.0:
            raise ValueError(f"the share of video is {self.video:g}, expected 0 to 1")
        if not 0.0 < self.past_video <= 1.0:
            raise ValueError(f"the past share of video is {self.past_video:g}, expected above 0, at most 1")
        if not 0.0 <= self.automated <= 1.0:
            raise ValueError(f"the automated share is {self.automated:g}, expected 0 to 1")
        if not 0.0 <= self.past_automated < 1.0:
            raise ValueError(
                f"the past automated share is {self.past_automated:g}, expected 0 or more, below 1"
            )

    @property
    def factor(self) -> float:
        """Sessions by video in the days to come for each one as in the past."""
        now = self.video * (1.0 - self.automated)
        return now / (self.past_video * (1.0 - self.past_automated))


UNCHANGED: Final = Shares()
