"""What has changed behind a session that stands, so that it cannot be as it was agreed. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeVar

from medixchange.matching.kept import (
    HOSPITAL,
    NO_EXPERT,
    NO_INTERPRETER,
    OUT_OF_USE,
    PERSON,
    ROOM,
    SIZE,
    Kept,
    concerning,
)
from medixchange.matching.match import Match
from medixchange.matching.presence import asking_masks
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Finding, slots_of_match
from medixchange.matching.resources import Expert, Interpreter, Mask, Person, Room
from medixchange.matching.rules import a_room_is_free
from medixchange.matching.words import hospital_blocked, person_blocked
from medixchange.messages import Message, say, to_json

OF_PEOPLE = frozenset({"hours", "leave", "busy", "holiday"})
"""Masks of people that change with what they or their country say; the others are house rules, or pass with time."""
OF_HOSPITALS = frozenset({"holiday"})


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a session cannot be as agreed: the kind of fact, whom or what it concerns (``person:7``), the words, and the
    ``days`` that are closed, each with its place (``CN 2026-04-05``)."""

    kind: str
    concerns: str
    message: Message
    days: tuple[str, ...] = ()

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
    return (*_of_hospitals(match, problem), *_of_people(match, problem, names), *_of_room(match, problem, names))


def is_more(cause: Cause, message: Mapping[str, Any], days: Collection[str]) -> bool:
    """Whether ``cause`` is about more than the one of its kind that was agreed to with this ``message``, in JSON, and
    these ``days``: about another day or place that is closed, or else of another substance. How days, people, hospitals
    and rooms are called does not count."""
    if cause.days and days:
        return not set(cause.days) <= set(days)
    return _substance(to_json(cause.message)) != _substance(message)


def _substance(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the ``message`` of a cause, in JSON, says beside how the person, the hospital or the room is called."""
    return {**message, "values": {key: value for key, value in message["values"].items() if key != "name"}}


def retired(match: Match, problem: Problem, names: Mapping[str, str]) -> Iterator[Finding]:
    """Those of ``match`` who are not any more what they come as, expert or interpreter; ``names`` by their ids."""
    experts = [(NO_EXPERT, who) for who in match.panel if who not in problem.expert]
    interpreters = [(NO_INTERPRETER, who) for who in match.route.interpreters if who not in problem.interpreter]
    for kind, who in (*experts, *interpreters):
        yield kind, say("%(name)s does not take part any more.", name=names[who]), who


def _of_hospitals(match: Match, problem: Problem) -> Iterator[Cause]:
    slots = slots_of_match(match, problem)
    for hospital, mask, _ in asking_masks(problem.request[match.request], problem):
        if mask.kind in OF_HOSPITALS and slots & ~mask.slots:
            message = hospital_blocked(hospital, mask, slots)
            yield Cause(mask.kind, concerning(HOSPITAL, hospital.id), message, _days(mask, slots))


def _of_people(match: Match, problem: Problem, names: Mapping[str, str]) -> Iterator[Cause]:
    experts = [problem.expert[who] for who in match.panel if who in problem.expert]
    interpreters = [problem.interpreter[who] for who in match.route.interpreters if who in problem.interpreter]
    theirs = {key.removeprefix(f"{PERSON}:"): name for key, name in names.items()}
    people: Collection[Person] = (*experts, *interpreters)
    for kind, message, who in retired(match, problem, theirs):
        yield Cause(kind, concerning(PERSON, who), message)
    slots = slots_of_match(match, problem)
    for each in people:
        # All of them: what was agreed about one must not hide the next.
        for mask in each.masks:
            if mask.kind in OF_PEOPLE and slots & ~mask.slots:
                message = person_blocked(each, mask, slots)
                yield Cause(mask.kind, concerning(PERSON, each.id), message, _days(mask, slots))


def _days(mask: Mask, slots: int) -> tuple[str, ...]:
    """The closed days, each with its place, that take some of ``slots`` from ``mask``."""
    return tuple(sorted({block.day for block in mask.blocks if block.day and block.slots & slots}))


def _of_room(match: Match, problem: Problem, names: Mapping[str, str]) -> Iterator[Cause]:
    concerns = concerning(ROOM, match.room)
    if match.room not in problem.room:
        yield Cause(OUT_OF_USE, concerns, say("%(name)s is not in use any more.", name=names[concerns]))
        return
    reason = a_room_is_free(match, problem)
    if reason is not None and reason.kind == SIZE:
        yield Cause(reason.kind, concerns, reason.message)


def as_kept(problem: Problem, kept: Mapping[str, Sequence[Kept]]) -> Problem:
    """``problem`` in which nothing of what each request's session was ``kept`` for stands in its way at its own hour.

    For the other requests it does: whoever takes no part any more, and a room that is not in use, are given with the
    others of ``problem``, and are there for the sessions alone that keep them.
    """
    if not kept:
        return problem
    gone = defaultdict[str, set[str]](set)
    for each in chain(*kept.values()):
        gone[each.kind].add(each.concerns)
    return replace(
        problem,
        requests=tuple(replace(each, kept=tuple(kept.get(each.id, ()))) for each in problem.requests),
        experts=tuple(_gone(each, PERSON, NO_EXPERT, gone) for each in problem.experts),
        interpreters=tuple(_gone(each, PERSON, NO_INTERPRETER, gone) for each in problem.interpreters),
        rooms=tuple(_gone(each, ROOM, OUT_OF_USE, gone) for each in problem.rooms),
    )


Masked = TypeVar("Masked", Expert, Interpreter, Room)


def _gone(it: Masked, side: str, kind: str, gone: Mapping[str, Collection[str]]) -> Masked:
    """Without any hour, where it is one of those that are ``gone``."""
    return replace(it, masks=(*it.masks, Mask(kind, 0))) if concerning(side, it.id) in gone.get(kind, ()) else it
