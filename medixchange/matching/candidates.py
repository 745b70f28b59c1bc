"""Who and what could serve one request, and at which starts: the ground that every search stands on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Generic, NamedTuple, TypeVar

from medixchange.matching.listed import once
from medixchange.matching.match import Match
from medixchange.matching.opened import room_enough
from medixchange.matching.presence import (
    expert_starts,
    hospital_starts,
    interpreter_starts,
    room_starts,
)
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Interpreter, Room
from medixchange.matching.sorts import experts_of_use, presenting
from medixchange.matching.unmasked import Unmasked
from medixchange.matching.ways import Pair, Way, heard, manners, team_starts, ways
from medixchange.times.grid import at_least, union
from medixchange.times.grid import starts as starts_in

Who = TypeVar("Who")


class Candidate(NamedTuple, Generic[Who]):
    """Somebody or something of use, and the starts (bits) at which it can serve the whole session."""

    who: Who
    starts: int


@dataclass(frozen=True, slots=True)
class Ground:
    """One request, the starts that the asking side allows, and the candidates within these.

    Experts know a topic and present in some language, by id; interpreters hold a pair that could be of use, those
    with a domain of the request first, then by id; rooms hold the seats and come smallest first. ``presenters`` are
    the places of the experts who can present in each language, the languages sorted.
    """

    problem: Problem
    request: Request
    length: int
    starts: int
    experts: tuple[Candidate[Expert], ...]
    interpreters: tuple[Candidate[Interpreter], ...]
    rooms: tuple[Candidate[Room], ...]
    presenters: Mapping[str, Sequence[int]]

    def holders(self, one: str, other: str) -> list[int]:
        """The places of the interpreters who join two languages."""
        able = _joining(self.problem).get((one, other), frozenset())
        return [place for place, each in enumerate(self.interpreters) if each.who.id in able]

    def straighter(self, way: Way) -> int:
        """The starts at which teams are free that reach the same languages as ``way`` with fewer relays."""
        alike = (each for each in ways(self.request, self.problem, way.speech) if each.audiences == way.audiences)
        return union(team_starts(each, self._free) for each in alike if len(each.relayed) < len(way.relayed))

    def _free(self, legs: Sequence[Pair], most: int) -> int:
        """The starts at which ``most`` are free of those who join the languages of some of ``legs``."""
        places = {place for leg in legs for place in self.holders(*leg)}
        return at_least(most, (self.interpreters[place].starts for place in places))

    def room_starts(self, channels: int) -> int:
        """The starts at which a room with ``channels`` is free."""
        return union(self._rooms_enough(channels).values())

    def room_at(self, start: int, channels: int) -> str:
        """The smallest room that will do at ``start``, the first of equals; one must be free."""
        return next(room for room, starts in self._rooms_enough(channels).items() if starts >> start & 1)

    def _rooms_enough(self, channels: int) -> dict[str, int]:
        """The starts at which each room is free and large enough, and has ``channels``; the smallest first."""
        enough = ((each, room_enough(each.who, self.request, channels, self.problem)) for each in self.rooms)
        return {each.who.id: each.starts & starts_in(slots, self.length) for each, slots in enough}


def helpers(request: Request, problem: Problem) -> list[Interpreter]:
    """The interpreters who could work for ``request``, into a language of the audience or the relay's, by id.

    Those with a domain of the request come first. Whoever could sit on its panel as well is kept for that: nobody does
    both in one session.
    """
    targets, topics = {*heard(request, problem), problem.policy.relay}, frozenset(request.specialties)
    hospitals, able = request.hospitals, _joining_any(targets, problem) - _teaching(request, problem)
    found = (
        each
        for each in problem.interpreters
        if each.id in able and each.interprets(request) and each.exclude_hospitals.isdisjoint(hospitals)
    )
    return sorted(found, key=lambda each: (-len(topics & each.domains), each.id))


def _teaching(request: Request, problem: Problem) -> Set[str]:
    """Those of the interpreters who could sit on a panel for ``request``, by id."""
    both = problem.in_both_roles
    return {each.id for each in experts_of_use(request, problem) if each.id in both} if both else both


def _joining(problem: Problem) -> Mapping[Pair, Set[str]]:
    """Who joins each pair of languages, by id."""

    def find() -> Mapping[Pair, Set[str]]:
        found = defaultdict[Pair, set[str]](set)
        for each in problem.interpreters:
            for pair in each.both_ways:
                found[pair].add(each.id)
        return dict(found)

    return once(problem.interpreters, "joining", find)


def _joining_any(tags: Set[str], problem: Problem) -> Set[str]:
    """Who joins one of ``tags`` and another language, by id."""
    return set().union(*(who for (one, _), who in _joining(problem).items() if one in tags))


def ground(problem: Problem, request: Request, *, unmasked: Unmasked | None = None) -> Ground:
    """The ground for one request of the problem, in either manner of interpreting; ``unmasked`` is of the same problem,
    and what it knows of one request serves the next."""
    allowed, there = hospital_starts(request, problem), unmasked or Unmasked(problem)
    able = sorted(experts_of_use(request, problem), key=lambda each: each.id) if allowed else []
    helping = helpers(request, problem) if allowed and request.interpreting else []
    rooms = sorted(problem.rooms, key=by_size) if allowed else []
    in_rooms = ((each, room_starts(each, request, problem) & allowed) for each in rooms)
    experts = _candidates(there.experts(able, request, within=allowed))
    return Ground(
        problem=problem,
        request=request,
        length=problem.length(request.minutes),
        starts=allowed,
        experts=experts,
        interpreters=_candidates(there.interpreters(helping, request, within=allowed)),
        rooms=_candidates((each, starts) for each, starts in in_rooms if starts),
        presenters=_presenters(experts, problem),
    )


def _candidates(there: Iterable[tuple[Who, int]]) -> tuple[Candidate[Who], ...]:
    return tuple(starmap(Candidate, there))


def _presenters(experts: Iterable[Candidate[Expert]], problem: Problem) -> Mapping[str, Sequence[int]]:
    """The places of those who can present in each language."""
    tongues, found = presenting(problem), defaultdict[str, list[int]](list)
    for place, each in enumerate(experts):
        for tag in tongues[each.who.id]:
            found[tag].append(place)
    return {tag: found[tag] for tag in sorted(found)}


def scoped(problem: Problem, request: Request) -> Problem:
    """The problem of ``request`` with those people alone who could ever serve it, in either manner of interpreting: the
    same answers, sooner."""
    helping = {each.id: each for manner in manners(request, problem) for each in helpers(manner, problem)}
    experts = tuple(experts_of_use(request, problem))
    return replace(problem, requests=(request,), experts=experts, interpreters=tuple(helping.values()))


def gathering(match: Match, problem: Problem) -> int:
    """The starts (bits) at which the people of ``match``, its room and its hospitals could all be there.

    Raises KeyError when the problem does not know one of them.
    """
    request = replace(problem.request[match.request], minutes=match.minutes)
    possible = hospital_starts(request, problem) & room_starts(problem.room[match.room], request, problem)
    for who in match.panel:
        possible &= expert_starts(problem.expert[who], request, problem)
    for who in match.route.interpreters:
        possible &= interpreter_starts(problem.interpreter[who], request, problem)
    return possible


def by_size(room: Room) -> tuple[bool, int, bool, int]:
    """Rooms in the order of what they hold: fewest seats first, of equals fewest channels, no limit last."""
    return room.seats is None, room.seats or 0, room.channels is None, room.channels or 0
