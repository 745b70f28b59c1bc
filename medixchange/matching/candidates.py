"""Who and what could serve one request, and at which starts: the ground that every search stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

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
from medixchange.matching.sorts import experts_of_use
from medixchange.matching.ways import Pair, Way, heard, manners, team_starts, ways
from medixchange.times.grid import at_least, union
from medixchange.times.grid import starts as starts_in

Who = TypeVar("Who")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Who]):
    """Somebody or something of use, and the starts (bits) at which it can serve the whole session."""

    who: Who
    starts: int


@dataclass(frozen=True, slots=True)
class Ground:
    """One request, the starts that the asking side allows, and the candidates within these.

    Experts know a topic and present in some language, by id; interpreters hold a pair that could be of use, those
    with a domain of the request first, then by id; rooms hold the seats and come smallest first.
    """

    problem: Problem
    request: Request
    length: int
    starts: int
    experts: tuple[Candidate[Expert], ...]
    interpreters: tuple[Candidate[Interpreter], ...]
    rooms: tuple[Candidate[Room], ...]

    @property
    def speech(self) -> tuple[str, ...]:
        """The languages in which some candidate can present, sorted."""
        least = self.problem.policy.lang_min_expert
        found = {tag for each in self.experts for tag, level in each.who.speaking.items() if level >= least}
        return tuple(sorted(found))

    def presenters(self, speech: str) -> list[int]:
        """The places of the experts who can present in ``speech``."""
        least = self.problem.policy.lang_min_expert
        return [place for place, each in enumerate(self.experts) if each.who.speaking.get(speech, 0) >= least]

    def holders(self, one: str, other: str) -> list[int]:
        """The places of the interpreters who join two languages."""
        return [place for place, each in enumerate(self.interpreters) if each.who.joins(one, other)]

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

    Those with a domain of the request come first.
    """
    targets, topics = {*heard(request, problem), problem.policy.relay}, frozenset(request.specialties)
    hospitals = request.hospitals
    found = (
        each
        for each in problem.interpreters
        if each.interprets(request)
        and each.exclude_hospitals.isdisjoint(hospitals)
        and any(one in targets for one, _ in each.both_ways)
    )
    return sorted(found, key=lambda each: (-len(topics & each.domains), each.id))


def ground(problem: Problem, request: Request) -> Ground:
    """The ground for one request of the problem, in either manner of interpreting."""
    allowed = hospital_starts(request, problem)
    experts = sorted(experts_of_use(request, problem), key=lambda each: each.id)
    interpreters = helpers(request, problem) if request.interpreting else []
    rooms = sorted(problem.rooms, key=by_size)
    return Ground(
        problem=problem,
        request=request,
        length=problem.length(request.minutes),
        starts=allowed,
        experts=_present(experts, allowed, lambda each: expert_starts(each, request, problem, within=allowed)),
        interpreters=_present(
            interpreters, allowed, lambda each: interpreter_starts(each, request, problem, within=allowed)
        ),
        rooms=_present(rooms, allowed, lambda each: room_starts(each, request, problem) & allowed),
    )


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


def _present(people: Iterable[Who], allowed: int, find: Callable[[Who], int]) -> tuple[Candidate[Who], ...]:
    """Those who have a start among ``allowed``, in their order."""
    if not allowed:
        return ()
    found = ((each, find(each)) for each in people)
    return tuple(Candidate(each, starts) for each, starts in found if starts)
