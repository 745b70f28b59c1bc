"""What is open to one request and to no other: the hour that its session was kept for, and its own at short notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from medixchange.matching.kept import PERSON, ROOM, SIZE, concerning
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Mask, Person, Room
from medixchange.times.grid import starts, union
from medixchange.times.intervals import Interval

NOTICE = "notice"
"""The kind of mask that passes with time: how long before a session somebody wants to be asked."""
Opened = Mapping[str, int]
"""Slots by the kind of mask: a session of the request that lies inside them may be, whatever the mask says."""
NOTHING: Opened = {}


def is_opened(request: Request, problem: Problem) -> bool:
    """Whether anything may be open to ``request`` that is not to others."""
    return bool(request.kept) or problem.hurry is not None


def opened(side: str, who: str, request: Request, problem: Problem) -> Opened:
    """What is open to ``request`` alone of the person, hospital or room with the id ``who``."""
    if not is_opened(request, problem):
        return NOTHING
    found = defaultdict[str, int](int)
    for each in request.kept:
        if each.concerns == concerning(side, who):
            found[each.kind] |= problem.grid.touched([each.hour])
    if side == PERSON and problem.hurry is not None:
        found[NOTICE] |= _own_hour(request, problem)
    return found


def hurried(person: Person, request: Request, problem: Problem) -> int:
    """The slots of its own hour for which ``request`` asks ``person`` at shorter notice than they want; none of whoever
    comes to the session that stands, since they were asked for it long ago."""
    if problem.hurry is None or _was_asked(person, request, problem):
        return 0
    return union(~each.slots for each in person.masks if each.kind == NOTICE) & _own_hour(request, problem)


def hurried_by(match: Match, problem: Problem) -> list[Person]:
    """Those who take part in ``match`` and are asked for it at shorter notice than they want."""
    request, first = problem.request[match.request], 1 << problem.grid.slot(match.start)
    people: list[Person] = [problem.expert[who] for who in match.panel]
    people += [problem.interpreter[who] for who in match.route.interpreters]
    return [each for each in people if first & hurried(each, request, problem)]


def _was_asked(person: Person, request: Request, problem: Problem) -> bool:
    standing = problem.tentative.get(request.id)
    return standing is not None and person.id in standing.people


def _own_hour(request: Request, problem: Problem) -> int:
    standing = problem.tentative.get(request.id)
    return problem.grid.touched([Interval(standing.start, standing.end)]) if standing else 0


def blocks(mask: Mask, slots: int, opening: Opened) -> bool:
    """Whether ``mask`` keeps a session from all of ``slots``, with what is opened."""
    return bool(slots & ~mask.slots and slots & ~opening.get(mask.kind, 0))


def with_opened(masks: Iterable[Mask], opening: Opened) -> Iterator[Mask]:
    """The masks, and what is opened in them."""
    return (replace(each, slots=each.slots | opening.get(each.kind, 0)) for each in masks)


def starts_left(masks: Iterable[Mask], opening: Opened, length: int, *, slots: int = -1, within: int = -1) -> int:
    """The starts ``within`` others that every mask leaves to a session of ``length`` of these ``slots``, with what is
    opened; who is away at all of them is soon told."""
    found, free = within, slots
    for mask in masks:
        inside = opening.get(mask.kind)
        if inside is None:
            free &= mask.slots
        else:
            found &= starts(mask.slots, length) | starts(inside, length)
        if not free & found:
            return 0
    return starts(free, length) & found


def room_enough(room: Room, request: Request, channels: int, problem: Problem) -> int:
    """The slots in which ``room`` has the seats for ``request`` and ``channels`` languages beside the floor: all (-1),
    or where it has not the hour for which the session was kept in it all the same."""
    if room_fits(room, request, channels):
        return -1
    there = (SIZE, concerning(ROOM, room.id))
    kept = (each for each in request.kept if (each.kind, each.concerns) == there)
    return problem.grid.touched(each.hour for each in kept if channels <= max(room.channels or 0, each.channels))


def room_fits(room: Room, request: Request, channels: int) -> bool:
    """Whether ``room`` has the seats for ``request`` and ``channels`` languages beside the floor."""
    return (room.seats is None or room.seats >= request.seats) and (room.channels is None or room.channels >= channels)
