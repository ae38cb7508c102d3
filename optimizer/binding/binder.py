"""Binds sessions to agents and says of any further one: yes, no with a proof, or undecided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from optimizer.allocation.problem import NOBODY
from optimizer.binding.chains import NEW, find_chain
from optimizer.binding.cuts import Cut, find_cut
from optimizer.binding.exhaustive import UndecidedError, search_all
from optimizer.binding.team import Team
from optimizer.binding.witness import Session, Witness


class Answer(StrEnum):
    """Whether a further session can be held beside all others."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    """Neither was shown within the limits; to be treated as a no, and told as what it is."""


@dataclass(frozen=True)
class Limits:
    """Work that a check may spend; counted, not timed, so that the same state gives the same answer.

    Attributes:
        chain: agents looked at in the search of an ejection chain; its yes comes cheaply or not at all.
        exhaustive: agents and sessions looked at in the complete search. With the defaults a check takes
            some milliseconds at most.
    """

    chain: int = 1_500
    exhaustive: int = 800


@dataclass(frozen=True)
class Verdict:
    """The answer for a further session, with what shows it.

    Attributes:
        moves: for a yes: sessions that change their agent, and the agent of the further one (`NEW`).
        cut: for a no that one grid point proves; other noes come from the complete search.
    """

    answer: Answer
    moves: dict[int, int] = field(default_factory=dict)
    cut: Cut | None = None


class Binder:
    """Sessions that are placeable together at any moment, with the witness that shows it.

    Answers other than yes are remembered until a session leaves: further sessions cannot turn a no into a
    yes.
    """

    def __init__(self, team: Team, limits: Limits | None = None) -> None:
        self.team = team
        self.limits = limits or Limits()
        self.witness = Witness(team)
        self._refused: dict[tuple[Session, Limits], Verdict] = {}
        self._granted: tuple[Session, Verdict] | None = None
        self._trials: list[list[_Step]] = []

    def __len__(self) -> int:
        return len(self.witness.sessions)

    def check(self, session: Session, limits: Limits | None = None) -> Verdict:
        """Whether the session can be held beside all others; nothing changes."""
        spend = limits or self.limits
        key = (session, spend)
        if key in self._refused:
            return self._proven(key)
        if self._granted is not None and self._granted[0] == session:
            return self._granted[1]
        verdict = self._decide(session, spend)
        if verdict.answer is Answer.YES:
            self._granted = (session, verdict)
        else:
            self._refused[key] = verdict
        return verdict

    def add(self, number: int, session: Session, limits: Limits | None = None) -> Verdict:
        """Bind a further session under a number of its own; only when the answer is yes.

        Raises:
            ValueError: when the number is taken, or is negative.
        """
        if number in self.witness.sessions or number < 0:
            raise ValueError(f"session {number} is there already, or is no number of a session")
        verdict = self.check(session, limits)
        if verdict.answer is Answer.YES:
            self.follow(number, session, verdict)
        return verdict

    def follow(self, number: int, session: Session, verdict: Verdict) -> None:
        """Bind a further session as a check has just found it possible."""
        self._granted = None
        before = self.witness.move({n: agent for n, agent in verdict.moves.items() if n != NEW})
        self.witness.put(number, session, verdict.moves[NEW])
        self._note(_Added(number, before))

    def remove(self, number: int) -> Session:
        """Take a session out and return it.

        Raises:
            KeyError: when there is no such session.
        """
        agent = self.witness.agent_of[number]
        session = self.witness.drop(number)
        self._refused, self._granted = {}, None
        self._note(_Removed(number, session, agent))
        return session

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Take back, at the end, whatever is added and removed inside, the changes of agents included."""
        remembered = self._refused
        self._refused = {}
        self._trials.append([])
        try:
            yield
        finally:
            for step in reversed(self._trials.pop()):
                step.undo(self.witness)
            self._refused, self._granted = remembered, None

    def room(self, session: Session, first_number: int, further: Limits | None = None) -> tuple[int, Answer]:
        """How many sessions like this one could be added together, and why there are not more.

        Args:
            first_number: with all that follow, not in use.
            further: limits for all but the first; None: the same.

        Returns:
            The number, and the answer for one more: no, or undecided.
        """
        answer = self.check(session).answer
        if answer is not Answer.YES:
            return 0, answer
        with self.trial():
            self.add(first_number, session)
            count = 1
            while (answer := self.add(first_number + count, session, further).answer) is Answer.YES:
                count += 1
        return count, answer

    def _proven(self, key: tuple[Session, Limits]) -> Verdict:
        """A remembered answer; one that was undecided may have a cut since, as sessions were added."""
        verdict = self._refused[key]
        if verdict.answer is Answer.UNDECIDED:
            cut = find_cut(self.witness, key[0])
            if cut is not None:
                verdict = self._refused[key] = Verdict(Answer.NO, cut=cut)
        return verdict

    def _decide(self, session: Session, limits: Limits) -> Verdict:
        allowed = self.witness.allowed(session)
        if not self.witness.free(allowed, session.begin, session.end):
            cut = find_cut(self.witness, session)
            if cut is not None:
                return Verdict(Answer.NO, cut=cut)
        moves = find_chain(self.witness, session, limits.chain)
        if moves is not None:
            return Verdict(Answer.YES, moves)
        try:
            moves = search_all(self.witness, session, limits.exhaustive)
        except UndecidedError:
            return Verdict(Answer.UNDECIDED)
        return Verdict(Answer.NO) if moves is None else Verdict(Answer.YES, moves)

    def _note(self, step: _Step) -> None:
        if self._trials:
            self._trials[-1].append(step)

    def bind_as_planned(self, number: int, session: Session, agent: int) -> bool:
        """Bind a session to a given agent without looking further; False when that is not possible as is."""
        witness = self.witness
        if agent == NOBODY or not witness.free(
            witness.allowed(session) & (1 << agent), session.begin, session.end
        ):
            return False
        self.follow(number, session, Verdict(Answer.YES, {NEW: agent}))
        return True


@dataclass(frozen=True)
class _Added:
    """A session was added, and others changed their agents for it."""

    number: int
    before: dict[int, int]

    def undo(self, witness: Witness) -> None:
        """Take it out and put the others back."""
        witness.drop(self.number)
        witness.move(self.before)


@dataclass(frozen=True)
class _Removed:
    """A session was taken out."""

    number: int
    session: Session
    agent: int

    def undo(self, witness: Witness) -> None:
        """Put it back to its agent."""
        witness.put(self.number, self.session, self.agent)


_Step = _Added | _Removed
