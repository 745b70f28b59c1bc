"""What an organizer chose of a match, part by part, as a form sends it and shows it again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from urllib.parse import urlencode

from medixchange.errors import Refusal
from medixchange.matching.exchange import Exchange
from medixchange.matching.exchange_ways import over
from medixchange.matching.match import Match
from medixchange.matching.parts import NOBODY, Parts, ways_to_converse
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.ways import Way
from medixchange.messages import Message, say
from medixchange.web.form import Typed
from medixchange.web.numbers import moment_in

GONE = say("Somebody whom you had chosen does not take part here any more; choose somebody else.")
NO_ROOM = say("The video room is not in use any more.")
MOVED = say("The hour was taken from that day; look whether it suits.")
FILLED = say("The interpreters who fit this way best are chosen; look at who interprets.")
OTHERWISE = say("These experts converse with the audience in another way; look at who interprets.")


@dataclass(frozen=True)
class Chosen:
    """What was chosen; ``faults`` are what could not be taken as it was, ``notes`` what followed from it."""

    exchange: Exchange
    faults: Sequence[Message]
    notes: Sequence[Message]


def chosen(typed: Typed, standing: Match, problem: Problem) -> Chosen:
    """What was ``typed``, and of the match that stands on the desk whatever was not.

    Raises Refusal where there is no video room at all.
    """
    request = problem.request[standing.request]
    asked = _asked(typed, standing, request, problem)
    known = _known(asked, request, problem)
    faults = [GONE] if _people(known) != _people(asked) else []
    faults += [NO_ROOM] if known.room != asked.room else []
    moved = _on_its_day(Exchange(problem, request.id, known), typed.one("day"))
    is_other = typed.one("was") not in ("", written(known.way))
    there = over(moved, known.way) if is_other else moved
    found = there.understood()
    notes = [MOVED] if moved.parts.start != known.start else []
    notes += [OTHERWISE] if found.parts.way != moved.parts.way else [FILLED] if is_other else []
    return Chosen(found, faults, notes)


def fields(parts: Parts) -> dict[str, str]:
    """The parts by field; beside the way to converse what it ``was``, so that another one is noticed."""
    panel = {f"expert{seat}": who for seat, who in enumerate(parts.panel, 1)}
    teams = {
        f"interpreter{leg}_{seat}": who for leg, team in enumerate(parts.teams, 1) for seat, who in enumerate(team, 1)
    }
    way = written(parts.way)
    return {"at": parts.start.isoformat(), "way": way, "was": way, "room": parts.room, **panel, **teams}


def address(match: Match) -> str:
    """What chooses ``match``, as the end of an address."""
    return "?" + urlencode(fields(Parts.of(match)))


def _asked(typed: Typed, standing: Match, request: Request, problem: Problem) -> Parts:
    """The parts with whomever they name; each seat that there may be is there."""
    own = Parts.of(standing)
    tongues = sorted({tag for each in problem.experts for tag in each.speaking})
    ways = (each for each in ways_to_converse(request, problem, tongues) if written(each) == typed.one("way"))
    way = next(ways, own.way)
    teams = own.teams
    if "way" in typed.fields:
        teams = tuple(_seats(typed, f"interpreter{leg}_", way.team) for leg, _ in enumerate(way.legs, 1))
    seats = max(request.panel_max, len(own.panel))
    panel = _seats(typed, "expert", seats) if "expert1" in typed.fields else own.panel
    return Parts(
        start=moment_in(typed.one("at")) or own.start,
        panel=panel,
        way=way,
        teams=tuple(_padded(team, way.team) for team in teams),
        room=typed.one("room") or own.room,
    )


def _known(parts: Parts, request: Request, problem: Problem) -> Parts:
    """The parts without those whom the problem does not know, with one more seat where the panel may have it, and in a
    room that it knows."""
    if not problem.rooms:
        raise Refusal(say("No video room is in use."))
    panel = tuple(filter(None, _only(parts.panel, problem.expert)))
    return replace(
        parts,
        panel=_padded(panel, min(request.panel_max, max(request.panel_min, len(panel) + 1))),
        teams=tuple(_only(team, problem.interpreter) for team in parts.teams),
        room=parts.room if parts.room in problem.room else problem.rooms[0].id,
    )


def _on_its_day(exchange: Exchange, text: str) -> Exchange:
    """On the day that was chosen, where the hour lies on another one: at the same time of day, or nearest to it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return exchange
    starts = exchange.starts.get(day)
    if starts is None or day == exchange.day:
        return exchange
    wanted = exchange.parts.start + (day - exchange.day)
    return exchange.changed(replace(exchange.parts, start=min(starts, key=lambda at: abs(at - wanted))))


def written(way: Way) -> str:
    """A way to converse as a form keeps it."""
    legs = ",".join(f"{source}>{target}" for source, target in way.legs)
    return "|".join((way.mode, way.speech, ",".join(way.audiences), legs, str(way.team)))


def _seats(typed: Typed, name: str, many: int) -> tuple[str, ...]:
    return tuple(typed.one(f"{name}{seat}") for seat in range(1, many + 1))


def _people(parts: Parts) -> list[str]:
    """Everybody on a seat, as often as they are."""
    return sorted(filter(None, chain(parts.panel, *parts.teams)))


def _padded(seats: tuple[str, ...], many: int) -> tuple[str, ...]:
    return seats + (NOBODY,) * (many - len(seats))


def _only(seats: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    return tuple(who if who in known else NOBODY for who in seats)
