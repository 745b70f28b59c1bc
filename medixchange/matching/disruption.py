"""What has changed behind a session that stands, so that it cannot be as it was agreed. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from medixchange.matching.match import Match
from medixchange.matching.presence import asking_masks
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Finding, slots_of_match
from medixchange.matching.resources import Expert, Hospital, Interpreter, Mask, Person, Room
from medixchange.matching.rules import a_room_is_free
from medixchange.matching.words import hospital_blocked, person_blocked
from medixchange.messages import Message, say
from medixchange.times.intervals import Interval

OF_PEOPLE = frozenset({"hours", "leave", "busy", "holiday"})
"""Masks of people that change with what they or their country say; the others are house rules, or pass with time."""
OF_HOSPITALS = frozenset({"holiday"})
NO_EXPERT, NO_INTERPRETER, OUT_OF_USE, SIZE = "no-expert", "no-interpreter", "out-of-use", "size"
NOT_OTHERWISE = (NO_EXPERT, NO_INTERPRETER, OUT_OF_USE)
"""Of these causes nothing is left at other hours."""
PERSON, HOSPITAL, ROOM = "person", "hospital", "room"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a session cannot be as agreed: the kind of fact, whom or what it concerns (``person:7``), and the words."""

    kind: str
    concerns: str
    message: Message

    @property
    def key(self) -> tuple[str, str]:
        """What makes two causes the same to whoever has agreed that a session stays as it is."""
        return self.kind, self.concerns


def causes(match: Match, problem: Problem, names: Mapping[str, str]) -> tuple[Cause, ...]:
    """What keeps those who come to ``match``, its hospitals and its room from being there as things stand by now.

    All rules held when it was agreed, so what these facts break came later. Notice, the grid, caps, rest and what the
    house rules say do not count: none of them undoes what was agreed. ``names`` are those of its people and its room,
    by ``person:7`` and ``room:2``.
    """
    found = (*_of_hospitals(match, problem), *_of_people(match, problem, names), *_of_room(match, problem, names))
    return tuple(Cause(kind, concerns, message) for kind, message, concerns in found)


def retired(match: Match, problem: Problem, names: Mapping[str, str]) -> Iterator[Finding]:
    """Those of ``match`` who are not any more what they come as, expert or interpreter; ``names`` by their ids."""
    experts = [(NO_EXPERT, who) for who in match.panel if who not in problem.expert]
    interpreters = [(NO_INTERPRETER, who) for who in match.route.interpreters if who not in problem.interpreter]
    for kind, who in (*experts, *interpreters):
        yield kind, say("%(name)s does not take part any more.", name=names[who]), who


def _of_hospitals(match: Match, problem: Problem) -> Iterator[Finding]:
    slots = slots_of_match(match, problem)
    for hospital, mask in asking_masks(problem.request[match.request], problem):
        if mask.kind in OF_HOSPITALS and slots & ~mask.slots:
            yield mask.kind, hospital_blocked(hospital, mask, slots), f"{HOSPITAL}:{hospital.id}"


def _of_people(match: Match, problem: Problem, names: Mapping[str, str]) -> Iterator[Finding]:
    experts = [problem.expert[who] for who in match.panel if who in problem.expert]
    interpreters = [problem.interpreter[who] for who in match.route.interpreters if who in problem.interpreter]
    theirs = {key.removeprefix(f"{PERSON}:"): name for key, name in names.items()}
    people: Collection[Person] = (*experts, *interpreters)
    for kind, message, who in retired(match, problem, theirs):
        yield kind, message, f"{PERSON}:{who}"
    slots = slots_of_match(match, problem)
    for each in people:
        # All of them: what was agreed about one must not hide the next.
        for mask in each.masks:
            if mask.kind in OF_PEOPLE and slots & ~mask.slots:
                yield mask.kind, person_blocked(each, mask, slots), f"{PERSON}:{each.id}"


def _of_room(match: Match, problem: Problem, names: Mapping[str, str]) -> Iterator[Finding]:
    concerns = f"{ROOM}:{match.room}"
    if match.room not in problem.room:
        yield OUT_OF_USE, say("%(name)s is not in use any more.", name=names[concerns]), concerns
        return
    reason = a_room_is_free(match, problem)
    if reason is not None and reason.kind == SIZE:
        yield reason.kind, reason.message, concerns


@dataclass(frozen=True, slots=True)
class Kept:
    """A cause for all of which the session of ``request`` stays as it is, as an organizer decided, its hour, and the
    ``channels`` that it needs."""

    request: str
    kind: str
    concerns: str
    hour: Interval
    channels: int = 0

    @property
    def number(self) -> str:
        """The id of the person, hospital or room."""
        return self.concerns.partition(":")[2]


def as_kept(problem: Problem, kept: Collection[Kept]) -> Problem:
    """``problem`` in which nothing that sessions were kept for stands in their way at their own hours.

    Whoever takes no part any more, and a room that is not in use, are there at that hour alone; they are given with the
    others of ``problem``. A room that does not do is as large as what was kept there needs, at every hour. People,
    hospitals and rooms have no masks by request, so all of this holds for the other requests of ``problem`` too.
    """
    if not kept:
        return problem
    open_at = defaultdict[str, dict[str, int]](dict)
    for each in kept:
        hours = open_at[each.concerns]
        hours[each.kind] = hours.get(each.kind, 0) | problem.grid.touched([each.hour])

    def of_person(person: Person, in_other_role: str) -> Mapping[str, int]:
        hours = open_at.get(f"{PERSON}:{person.id}", {})
        return {kind: slots for kind, slots in hours.items() if kind != in_other_role}

    rooms = (_opened(each, open_at.get(f"{ROOM}:{each.id}")) for each in problem.rooms)
    return replace(
        problem,
        hospitals=tuple(_opened(each, open_at.get(f"{HOSPITAL}:{each.id}")) for each in problem.hospitals),
        experts=tuple(_opened(each, of_person(each, NO_INTERPRETER)) for each in problem.experts),
        interpreters=tuple(_opened(each, of_person(each, NO_EXPERT)) for each in problem.interpreters),
        rooms=tuple(_does(each, kept, problem) for each in rooms),
    )


Masked = TypeVar("Masked", Hospital, Expert, Interpreter, Room)


def _opened(it: Masked, hours: Mapping[str, int] | None) -> Masked:
    return it if hours is None else replace(it, masks=_masks(it.masks, hours))


def _masks(masks: Iterable[Mask], hours: Mapping[str, int]) -> tuple[Mask, ...]:
    opened = (replace(each, slots=each.slots | hours.get(each.kind, 0)) for each in masks)
    return (*opened, *(Mask("hours", hours[kind]) for kind in NOT_OTHERWISE if kind in hours))


def _does(room: Room, kept: Iterable[Kept], problem: Problem) -> Room:
    stays = [each for each in kept if (each.kind, each.concerns) == (SIZE, f"{ROOM}:{room.id}")]
    seats, channels = room.seats, room.channels
    for each in stays:
        seats = None if seats is None else max(seats, problem.request[each.request].seats)
        channels = None if channels is None else max(channels, each.channels)
    return replace(room, seats=seats, channels=channels) if stays else room
