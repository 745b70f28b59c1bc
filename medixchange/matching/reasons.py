"""A reason why a match cannot be, and what the rules of people have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from medixchange.matching.kept import PERSON
from medixchange.matching.match import Held, Match
from medixchange.matching.opened import blocks, opened
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Person
from medixchange.matching.words import person_blocked
from medixchange.messages import Message, count, say
from medixchange.times.intervals import Interval


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match cannot be: the rule, the words, the kind of mask or check, and the ids it concerns.

    ``more`` are the words for others whom the same rule refuses.
    """

    rule: str
    message: Message
    kind: str
    concerns: tuple[str, ...] = ()
    more: tuple[Message, ...] = ()


Rule = Callable[[Match, Problem], Reason | None]
Finding = tuple[str, Message, str]  # kind, words, whom it concerns


def first(rule: str, findings: Iterable[Finding]) -> Reason | None:
    """One reason of ``findings``: the first one's words, the others' beside."""
    found = list(findings)
    if not found:
        return None
    kind, message, _ = found[0]
    concerns = tuple(dict.fromkeys(who for _, _, who in found))
    return Reason(rule, message, kind, concerns, tuple(words for _, words, _ in found[1:]))


def slots_of_match(match: Match, problem: Problem) -> int:
    """The slots that the session touches, as bits."""
    return problem.grid.touched([Interval(match.start, match.end)])


def overlapping(held: Iterable[Held], match: Match) -> Iterator[Held]:
    """The held sessions that share an instant with ``match``."""
    return (each for each in held if each.start < match.end and match.start < each.end)


def masked(people: Iterable[Person], match: Match, problem: Problem) -> Iterator[Finding]:
    """For each person the first mask that blocks the session."""
    request, slots = problem.request[match.request], slots_of_match(match, problem)
    for each in people:
        opening = opened(PERSON, each.id, request, problem)
        mask = next((mask for mask in each.masks if blocks(mask, slots, opening)), None)
        if mask is not None:
            yield mask.kind, person_blocked(each, mask, slots), each.id


def too_close(person: Person, held: Iterable[Held], match: Match) -> Iterator[Finding]:
    """Held sessions of ``person`` that overlap the match or leave less than the person's rest."""
    rest = timedelta(minutes=person.rest_minutes)
    for each in held:
        if each.start < match.end and match.start < each.end:
            words = say("%(name)s is in another session: %(what)s.", name=person.name, what=each.name)
            yield "taken", words, person.id
        elif each.start - match.end < rest and match.start - each.end < rest:
            words = count(
                "%(name)s rests %(num)s minute between sessions; %(what)s is too close.",
                "%(name)s rests %(num)s minutes between sessions; %(what)s is too close.",
                person.rest_minutes,
                name=person.name,
                what=each.name,
            )
            yield "rest", words, person.id
