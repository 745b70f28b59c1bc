"""Plans in the exchange format of FORMAT.md: read into matches, written from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from medixchange.errors import Malformed
from medixchange.matching.match import Held, Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.ways import Pair, farthest, legs_to, minutes_if_consecutive, simultaneous_teams
from medixchange.messages import say

SOLUTION = "medix-match-solution/1"
INSTANT = "%Y-%m-%dT%H:%MZ"

Data = Mapping[str, Any]


def read_instant(text: str) -> datetime:
    """The instant that a file writes in UTC; ValueError when it is none."""
    return datetime.strptime(text, INSTANT).replace(tzinfo=UTC)


def held_of(match: Match, problem: Problem) -> Held:
    request = problem.request[match.request]
    name = say("the session %(id)s", id=match.request)
    return Held(
        id=match.request,
        name=name,
        start=match.start,
        end=match.end,
        hospital=request.hospital,
        experts=match.panel,
        interpreters=match.route.interpreters,
        room=match.room,
        fixed=match,
        guests=request.hospitals[1:],
    )


def read_solution(data: Data, problem: Problem) -> list[Match]:
    """The matches of a plan, each put into a room, in the file's order.

    Raises Malformed when it is no such file, or names a request that the problem does not know.
    """
    if data.get("format") != SOLUTION:
        raise Malformed(say("This is no plan of the format %(format)s.", format=SOLUTION))
    try:
        return matches_of(data["sessions"], problem)
    except KeyError as missing:
        raise Malformed(say("The plan names %(what)s, which is not there.", what=str(missing))) from missing


def matches_of(sessions: Iterable[Data], problem: Problem) -> list[Match]:
    """A file's sessions as matches; rooms are given out by start, the first that is free, the last when none is."""
    listed = list(sessions)
    until: dict[str, datetime] = {}
    rooms: dict[int, str] = {}
    ids = [room.id for room in problem.rooms] or [""]
    for at, each in sorted(enumerate(listed), key=lambda item: read_instant(item[1]["start"])):
        start = read_instant(each["start"])
        rooms[at] = next((room for room in ids if room not in until or until[room] <= start), ids[-1])
        until[rooms[at]] = start + timedelta(minutes=_minutes(each, problem))
    return [_match(each, rooms[at], problem) for at, each in enumerate(listed)]


def _match(each: Data, room: str, problem: Problem) -> Match:
    request, minutes = problem.request[each["request"]], _minutes(each, problem)
    audiences = (each["audience"], *each.get("others", ()))
    people = tuple(each["interpreters"])
    if each.get("consecutive", False):
        speech, audience = each["speech"], each["audience"]
        route = Route("consecutive", speech, audience, (Team(speech, audience, people),), audiences[1:])
    else:
        route = _route(each["speech"], audiences, people, request, problem)
    return Match(request.id, read_instant(each["start"]), minutes, tuple(each["experts"]), route, room)


def _minutes(each: Data, problem: Problem) -> int:
    request = problem.request[each["request"]]
    asked = minutes_if_consecutive(request, problem) if each.get("consecutive", False) else request.minutes
    return int(each.get("minutes", asked))


def _route(
    speech: str, audiences: tuple[str, ...], people: tuple[str, ...], request: Request, problem: Problem
) -> Route:
    """The route that a file's bare list of interpreters means; a wrong list stays visible as one leg."""
    audience, *others = audiences
    foreign = tuple(dict.fromkeys(tag for tag in audiences if tag != speech))
    if not foreign and not people:
        return Route("direct", speech, audience, others=tuple(others))
    sizes = simultaneous_teams(request, problem, 1 + len(foreign))
    for pairs, size in product(legs_to(speech, foreign, problem.policy.relay), sizes):
        teams = _teams(pairs, people, size, problem) if len(people) == size * len(pairs) else None
        if teams:
            return Route(farthest(speech, foreign, pairs), speech, audience, teams, tuple(others))
    return Route("interpreter", speech, audience, (Team(speech, audience, people),), tuple(others))


def _teams(pairs: Sequence[Pair], people: tuple[str, ...], size: int, problem: Problem) -> tuple[Team, ...] | None:
    """``people`` as a team of ``size`` for each of ``pairs``; None where they are not."""
    able = {who: [leg for leg, pair in enumerate(pairs) if problem.interpreter[who].joins(*pair)] for who in people}
    seats: list[list[str]] = [[] for _ in pairs]
    if not all(_seated(who, able, seats, size, set()) for who in people):
        return None
    return tuple(Team(*pair, tuple(team)) for pair, team in zip(pairs, seats, strict=True))


def _seated(who: str, able: Mapping[str, list[int]], seats: list[list[str]], size: int, tried: set[int]) -> bool:
    """Whether ``who`` finds a seat, somebody else moving to another leg where that makes room (augmenting paths)."""
    for leg in able[who]:
        if leg in tried:
            continue
        tried.add(leg)
        if len(seats[leg]) < size:
            seats[leg].append(who)
            return True
        for other in seats[leg]:
            if _seated(other, able, seats, size, tried):
                seats[leg][seats[leg].index(other)] = who
                return True
    return False


def write_solution(matches: Iterable[Match], problem: Problem) -> dict[str, Any]:
    """A plan as FORMAT.md writes it, with the confirmed sessions that ``matches`` do not repeat."""
    plan = list(matches)
    served = {match.request for match in plan}
    fixed = [held.fixed for held in problem.held if held.fixed and held.fixed.request not in served]
    sessions = sorted((*plan, *fixed), key=lambda match: (match.start, match.request))
    return {"format": SOLUTION, "sessions": [write_session(match) for match in sessions]}


def write_session(match: Match) -> dict[str, Any]:
    """A match as one session of a file."""
    return {
        "request": match.request,
        "start": match.start.strftime(INSTANT),
        "experts": list(match.panel),
        "speech": match.route.speech,
        "audience": match.route.audience,
        "interpreters": list(match.route.interpreters),
        **({"others": list(match.route.others)} if match.route.others else {}),
        **({"consecutive": True} if match.route.mode == "consecutive" else {}),
    }
