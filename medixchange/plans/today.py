"""Compares a plan with today: what it changes for each request, and why. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from medixchange.matching.explain import explain, in_a_free_room
from medixchange.matching.match import Held, Match
from medixchange.matching.opened import hurried_by
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.rules import why_not
from medixchange.matching.score import Score, score
from medixchange.messages import Message, instant, say
from medixchange.plans.gains import Gains, gains_of

NO_TIME = say("There was no time to find it a place; let the next plan take longer.")
GONE = say("Somebody of what was there before does not take part any more, or its room is not in use.")
"""All that can be said without the names of those who are gone."""


class Change(StrEnum):
    """What a plan does to a request, against the best proposal that waits at the desk."""

    NEW = "new"  # nothing was found for it before
    SAME = "same"
    HOUR = "hour"
    PEOPLE = "people"  # at the same hour
    ROOM = "room"  # at the same hour, with the same people
    UNSERVED = "unserved"


@dataclass(frozen=True, slots=True)
class Row:
    """One request in a plan: how it is served there (None: not), why that differs from its best proposal, and what it
    is worth beside that one, where everybody of it takes part still."""

    request: Request
    match: Match | None
    score: Score | None
    change: Change
    why: tuple[Message, ...]
    gains: Gains | None = None


def compared(
    problem: Problem,
    plan: Mapping[str, Match],
    today: Mapping[str, Match],
    *,
    is_trial: bool = False,
    is_begun: bool = False,
) -> Iterator[Row]:
    """A row for each request of ``problem``; ``plan`` and ``today`` are matches by request, today's the best proposals
    at the desk, or of a trial what the house rules in use give. Of a plan that is but begun nobody knows whether what
    it does not serve had a place."""
    held = {request: held_of(match, problem) for request, match in plan.items()}
    for request in problem.requests:
        others = tuple(each for key, each in held.items() if key != request.id)
        beside = replace(problem, held=(*problem.held, *others))
        match, before = plan.get(request.id), today.get(request.id)
        if match is None:
            why = (NO_TIME,) if is_begun else _unserved(beside, request)
            yield Row(request, None, None, Change.UNSERVED, why)
        else:
            change = _change(match, before)
            why, gains = _hurried(match, problem), None
            if before is not None and change is not Change.SAME:
                gains = gains_of(match, before, beside) if is_known(before, beside) else None
                why += _why(beside, gains, before, change, is_trial=is_trial)
            yield Row(request, match, score(match, problem), change, why, gains)


def because(row: Row, disrupted: Collection[Message]) -> tuple[Message, ...]:
    """Why ``row`` is so; of a session that is mended first what has ``disrupted`` it, each said once."""
    found = (each for each in row.why if each not in disrupted and not (disrupted and each == GONE))
    return (*disrupted, *found)


def _change(match: Match, before: Match | None) -> Change:
    if before is None:
        return Change.NEW
    if match.identity == before.identity:
        return Change.SAME
    if match.start != before.start:
        return Change.HOUR
    return Change.ROOM if replace(match, room=before.room).identity == before.identity else Change.PEOPLE


def _why(
    problem: Problem, gains: Gains | None, before: Match, change: Change, *, is_trial: bool
) -> tuple[Message, ...]:
    if gains is None:
        return (GONE,)
    if change is not Change.ROOM:
        before = in_a_free_room(before, problem)
    return _moved(problem, gains.more, before, is_trial=is_trial)


def _hurried(match: Match, problem: Problem) -> tuple[Message, ...]:
    """Who is asked at shorter notice than they want, as only those are who take over at the hour of a session."""
    return tuple(
        say("%(name)s usually wants longer notice: call before you send the letters.", name=each.name)
        for each in hurried_by(match, problem)
    )


def is_known(match: Match, problem: Problem) -> bool:
    """Whether everybody whom ``match`` names takes part still, and its room is in use."""
    in_role = problem.expert.keys() >= set(match.panel) and problem.interpreter.keys() >= set(match.route.interpreters)
    return in_role and match.room in problem.room


def _moved(problem: Problem, more: int, before: Match, *, is_trial: bool) -> tuple[Message, ...]:
    """Why what was there before is not what is planned: others of the plan are in its way, or it is worth less."""
    reasons = [words for reason in why_not(before, problem) for words in (reason.message, *reason.more)]
    if reasons:
        return tuple(reasons)
    if more > 0 and is_trial:
        return (say("By these rules it is worth %(points)s points more.", points=more),)
    if more > 0:
        return (say("It is worth %(points)s points more than the best proposal of today.", points=more),)
    return (say("So other requests can be served better."),)


def _unserved(problem: Problem, request: Request) -> tuple[Message, ...]:
    """What stands in the way of a request beside all that is planned, and what would help it most easily."""
    said = explain(problem, request.id)
    helping = (each.message for each in said.relaxations[:1])
    found = (*(each.message for each in said.blockers), *said.takers, *helping)
    return found or (NO_TIME,)


def held_of(match: Match, problem: Problem) -> Held:
    """A planned match as a session that stands."""
    request = problem.request[match.request]
    hospital = problem.hospital[request.hospital]
    return Held(
        id=match.request,
        name=say("the planned session with %(hospital)s on %(at)s", hospital=hospital.name, at=instant(match.start)),
        start=match.start,
        end=match.end,
        hospital=hospital.id,
        guests=request.hospitals[1:],
        experts=match.panel,
        interpreters=match.route.interpreters,
        room=match.room,
    )
