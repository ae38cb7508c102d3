"""Explanations as plain documents: figures and codes for programs, sentences for people."""

from __future__ import annotations

from typing import Any

from data.model import MISSING
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.working_plan import Placement
from optimizer.explanations.causes import Cause
from optimizer.explanations.explain import Explanation
from optimizer.explanations.overview import Overview
from optimizer.explanations.price import Move, Price
from optimizer.explanations.standing import Standing
from optimizer.explanations.texts import CATALOGUES, say

SHOWN_MOVES = 12
"""Moves in a sentence at most; the document lists all."""


def explanation_document(standing: Standing, explanation: Explanation, language: str) -> dict[str, Any]:
    """One booking: state, causes, price and alternatives, with `sentences` in the language."""
    problem, booking = standing.problem, explanation.booking
    placement = standing.plan.sessions.get(booking)
    wish = int(problem.wish[booking])
    document: dict[str, Any] = {
        "booking": standing.name(booking),
        "placed": placement is not None,
        "start": None if placement is None else _instant(standing, placement[0] * problem.grid),
        "agent": None if placement is None else standing.agent(placement[1]),
        "wish": None if wish == MISSING else _instant(standing, wish),
        "deviation": None if placement is None or wish == MISSING else standing.deviation(booking),
        "reason": explanation.reason or None,
        "causes": [_cause(cause, language) for cause in explanation.causes],
        "held_back": standing.held_back,
        "free_place": _placement(standing, explanation.free_place),
        "displaces": explanation.displaces,
        "price": None if explanation.price is None else _price(standing, explanation.price),
        "competing": explanation.competing,
        "competitors": list(explanation.competitors),
        "alternatives": [_instant(standing, minute) for minute in explanation.alternatives],
    }
    return document | {"sentences": sentences(standing, explanation, language)}


def overview_document(standing: Standing, found: Overview, language: str) -> dict[str, Any]:
    """All bookings that are unplaced or not at their wish: counts by cause, and the worst one by one."""
    bookings = standing.problem.case.bookings
    return {
        "bookings": standing.problem.bookings,
        "placed": found.placed,
        "at_the_wish": found.at_the_wish,
        "without_a_wish": found.without_a_wish,
        "unplaced": found.unplaced,
        "off_the_wish": found.off_the_wish,
        "worst": [
            {
                "booking": standing.name(listed.booking),
                "priority": int(bookings.priority[listed.booking]),
                "unplaced": listed.unplaced,
                "cause": listed.cause,
                "deviation": listed.deviation,
                "start": _start_of(standing, listed.booking),
            }
            for listed in found.worst
        ],
        "language": language,
    }


def sentences(standing: Standing, explanation: Explanation, language: str) -> list[str]:
    """What a person reads, in order."""
    told = [_state(standing, explanation, language)]
    told += [f"{cause.rule}: {cause_sentence(cause, language)}" for cause in explanation.causes]
    if not explanation.reason and standing.misses_wish(explanation.booking) and not explanation.causes:
        told.append(say(language, "free"))
    moments, grid = standing.moments, standing.problem.grid
    if explanation.free_place is not None:
        slot, agent = explanation.free_place
        free = "free.held_back" if standing.held_back else "free.place"
        told.append(say(language, free, start=moments.moment(slot * grid), agent=standing.agent(agent)))
    if explanation.competing:
        names = ", ".join(explanation.competitors)
        told.append(say(language, "competitors", count=explanation.competing, bookings=names))
    told += _price_sentences(standing, explanation, language)
    if explanation.reason:
        starts = ", ".join(moments.moment(minute) for minute in explanation.alternatives)
        key = "alternatives" if starts else "alternatives.none"
        told.append(say(language, key, starts=starts))
    return told


def cause_sentence(cause: Cause, language: str) -> str:
    """A cause in words; the rules of eligibility have their sentences in the registry of rules."""
    if cause.code.startswith("eligibility."):
        return str(cause.values["title"])
    return say(language, cause.code, **cause.values)


def label(code: str, language: str) -> str:
    """A short name of a cause for a table of counts."""
    catalogue = CATALOGUES[language]
    return catalogue.get(f"label.{code}") or catalogue[f"reason.{code}"]


def _state(standing: Standing, explanation: Explanation, language: str) -> str:
    booking, moments = explanation.booking, standing.moments
    if explanation.reason:
        return say(language, "unplaced", reason=say(language, f"reason.{explanation.reason}"))
    slot, agent = standing.plan.sessions[booking]
    placed = say(
        language, "placed", start=moments.moment(slot * standing.problem.grid), agent=standing.agent(agent)
    )
    wish = int(standing.problem.wish[booking])
    if wish == MISSING:
        return f"{placed}, {say(language, 'placed.no_wish')}"
    minutes = standing.deviation(booking)
    if not minutes:
        return f"{placed}, {say(language, 'placed.at_wish')}"
    return f"{placed}, {say(language, 'placed.wish', wish=moments.moment(wish), minutes=minutes)}"


def _price_sentences(standing: Standing, explanation: Explanation, language: str) -> list[str]:
    price = explanation.price
    asked = explanation.reason == "capacity_full" or (
        not explanation.reason
        and standing.misses_wish(explanation.booking)
        and not any(cause.lasting and cause.rule != "GRID" for cause in explanation.causes)
    )
    if not asked:
        return []
    told = []
    if explanation.displaces:
        told.append(say(language, "displaces.proven"))
    elif explanation.reason and explanation.free_place is None and (price is None or min(price.placed) < 0):
        told.append(say(language, "displaces.unproven"))
    if price is None:
        return [*told, say(language, "price.impossible" if explanation.impossible else "price.not_found")]
    what = say(language, "price.place" if explanation.reason else "price.wish")
    told.append(f"{what}: {'; '.join(_costs(standing, price, explanation.booking, language))}")
    moves = [_move_sentence(standing, move, language) for move in price.moves[:SHOWN_MOVES]]
    if len(price.moves) > SHOWN_MOVES:
        moves.append(f"+{len(price.moves) - SHOWN_MOVES}")
    told.append(say(language, "price.moves", moves="; ".join(moves)))
    told.append(
        say(language, "held_back", percent=round(100 * standing.held_back))
        if standing.held_back
        else say(
            language, "price.gain" if price.is_gain else "price.even" if price.is_free else "price.worse"
        )
    )
    if not price.proven:
        told.append(say(language, "price.unproven"))
    elif price.whole_plan:
        told.append(say(language, "price.proven.whole"))
    else:
        size = {"segments": price.segments, "sessions": price.sessions}
        told.append(say(language, "price.proven.part", **size))
    return told


def _costs(standing: Standing, price: Price, booking: int, language: str) -> list[str]:
    """What others lose and win."""
    told = []
    for key, listed in (("price.displaced", price.displaced), ("price.won", price.won)):
        names = [standing.name(other) for other in listed if other != booking]
        if names:
            told.append(say(language, key, count=len(names), bookings=", ".join(names)))
    if price.kept:
        key = "price.kept" if price.kept < 0 else "price.kept_more"
        told.append(say(language, key, count=abs(price.kept)))
    if price.others_deviation:
        key = "price.others" if price.others_deviation > 0 else "price.others_less"
        told.append(say(language, key, minutes=abs(price.others_deviation)))
    return told or [say(language, "price.none")]


def _move_sentence(standing: Standing, move: Move, language: str) -> str:
    def where(place: Placement | None) -> str:
        if place is None:
            return say(language, "price.nowhere")
        return f"{standing.moments.moment(place[0] * standing.problem.grid)} {standing.agent(place[1])}"

    name = standing.name(move.booking)
    return say(language, "price.move", booking=name, before=where(move.before), after=where(move.after))


def _price(standing: Standing, price: Price) -> dict[str, Any]:
    return {
        "placed": sum(price.placed),
        "placed_by_priority": {str(n + 1): change for n, change in enumerate(price.placed) if change},
        "displaced": [standing.name(booking) for booking in price.displaced],
        "confirmed_kept": price.kept,
        "own_deviation": price.own_deviation,
        "others_deviation": price.others_deviation,
        "verdict": "gain" if price.is_gain else "even" if price.is_free else "worse",
        "proven": price.proven,
        "scope": "whole_plan" if price.whole_plan else "neighbourhood",
        "segments": price.segments,
        "sessions": price.sessions,
        "moves": [
            {
                "booking": standing.name(move.booking),
                "before": _placement(standing, move.before),
                "after": _placement(standing, move.after),
            }
            for move in price.moves
        ],
    }


def _cause(cause: Cause, language: str) -> dict[str, Any]:
    return {
        "code": cause.code,
        "rule": cause.rule,
        "lasting": cause.lasting,
        "bookings": list(cause.bookings),
        "sentence": cause_sentence(cause, language),
    }


def _placement(standing: Standing, place: Placement | None) -> dict[str, str] | None:
    if place is None:
        return None
    return {"start": _instant(standing, place[0] * standing.problem.grid), "agent": standing.agent(place[1])}


def _start_of(standing: Standing, booking: int) -> str | None:
    place = standing.plan.sessions.get(booking)
    return (
        None if place is None or place[0] == NOBODY else _instant(standing, place[0] * standing.problem.grid)
    )


def _instant(standing: Standing, minute: int) -> str:
    return standing.problem.case.axis.instant_of(minute).isoformat()
