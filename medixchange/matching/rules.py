"""The hard rules H1 to H10 of FORMAT.md: each a function that says why a match cannot be, or None.

One list serves the tests of the solver, the desk and the explanation. A rule speaks of one match beside the
sessions that stand already; rules between the matches of one plan follow from them by holding the others.
"""

from __future__ import annotations

from medixchange.matching.kept import ROOM
from medixchange.matching.match import Match
from medixchange.matching.opened import blocks, opened, room_enough
from medixchange.matching.presence import asking_masks, beside, room_taken, taken
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Reason, Rule, overlapping, slots_of_match
from medixchange.matching.requests import Request
from medixchange.matching.resources import Room
from medixchange.matching.rules_of_experts import experts_are_free, experts_have_rest, panel_covers_the_topic
from medixchange.matching.rules_of_languages import can_converse, interpreters_are_free
from medixchange.matching.words import hospital_blocked, room_blocked
from medixchange.messages import Message, count, instant, say


def within_its_dates(match: Match, problem: Problem) -> Reason | None:
    """H1: on the grid, inside the horizon, between the request's earliest and deadline."""
    request, grid = problem.request[match.request], problem.grid
    if match.start < grid.start:
        return Reason("H1", say("This hour is over, or too near to be planned."), "horizon", (request.id,))
    if match.end > grid.end:
        return Reason("H1", say("That is outside the weeks that are planned now."), "horizon", (request.id,))
    if (match.start - grid.start) % grid.step:
        words = say("Sessions start every %(minutes)s minutes.", minutes=grid.minutes)
        return Reason("H1", words, "grid", (request.id,))
    name = problem.hospital[request.hospital].name
    if match.start < request.earliest:
        words = say("%(name)s asks for a time from %(at)s on.", name=name, at=instant(request.earliest))
        return Reason("H1", words, "dates", (request.id,))
    if match.end > request.deadline:
        words = say("%(name)s asks for a time until %(at)s.", name=name, at=instant(request.deadline))
        return Reason("H1", words, "dates", (request.id,))
    return None


def hospital_is_open(match: Match, problem: Problem) -> Reason | None:
    """H2: within every hospital's humane hours, no holiday, no weekend, and inside its windows if only then."""
    request = problem.request[match.request]
    slots = slots_of_match(match, problem)
    for hospital, mask, opening in asking_masks(request, problem):
        if mask.kind != "taken" and blocks(mask, slots, opening):
            return Reason("H2", hospital_blocked(hospital, mask, slots), mask.kind, (hospital.id,))
    return None


def a_room_is_free(match: Match, problem: Problem) -> Reason | None:
    """H8: the room is open and free, large enough, and carries the languages."""
    request, room = problem.request[match.request], problem.room[match.room]
    slots = slots_of_match(match, problem)
    enough = room_enough(room, request, match.route.channels, problem)
    if not enough or slots & ~enough:
        return Reason("H8", _too_small(room, request, match), "size", (room.id,))
    opening = opened(ROOM, room.id, request, problem)
    for mask in (*room.masks, room_taken(room, request, problem)):
        if blocks(mask, slots, opening):
            return Reason("H8", room_blocked(room.name, mask, slots), mask.kind, (room.id,))
    return None


def _too_small(room: Room, request: Request, match: Match) -> Message:
    if room.seats is not None and room.seats < request.seats:
        return say(
            "%(name)s has %(seats)s seats for %(wanted)s people.",
            name=room.name,
            seats=room.seats,
            wanted=request.seats,
        )
    wanted = match.route.channels
    return count(
        "%(name)s has no free channel for interpreting; %(num)s is needed.",
        "%(name)s has too few channels for interpreting; %(num)s are needed.",
        wanted,
        name=room.name,
    )


def hospital_is_not_double(match: Match, problem: Problem) -> Reason | None:
    """H9: no hospital of the session has another one at the same time."""
    request, slots = problem.request[match.request], slots_of_match(match, problem)
    for each in request.hospitals:
        held = overlapping(beside(problem.held_at_hospital, each, request), match)
        mask = taken(held, problem.grid)
        if slots & ~mask.slots:
            return Reason("H9", hospital_blocked(problem.hospital[each], mask, slots), "taken", (each,))
    return None


def confirmed_stays(match: Match, problem: Problem) -> Reason | None:
    """H10: a request that has a confirmed session keeps it unchanged."""
    for held in problem.held_at_hospital.get(problem.request[match.request].hospital, ()):
        if held.fixed is not None and held.serves(match.request) and not same(held.fixed, match):
            words = say("The session is confirmed for %(at)s and stays as it is.", at=instant(held.start))
            return Reason("H10", words, "confirmed", (held.id,))
    return None


def same(one: Match, other: Match) -> bool:
    """Whether two matches are the same to those who take part: the order of names and the room do not count."""
    return _told(one) == _told(other)


def _told(match: Match) -> tuple[object, ...]:
    route = match.route
    people = frozenset(match.panel), frozenset(route.interpreters)
    return match.start, match.minutes, route.mode, route.speech, route.audiences, people


RULES: tuple[Rule, ...] = (
    within_its_dates,
    hospital_is_open,
    panel_covers_the_topic,
    experts_are_free,
    experts_have_rest,
    can_converse,
    interpreters_are_free,
    a_room_is_free,
    hospital_is_not_double,
    confirmed_stays,
)


def why_not(match: Match, problem: Problem) -> list[Reason]:
    """Every rule that refuses ``match``, in the order of FORMAT.md; empty when it may be.

    Raises KeyError when the match names somebody whom the problem does not know.
    """
    return [reason for rule in RULES if (reason := rule(match, problem)) is not None]
