"""Why a request cannot be served at one hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from medixchange.matching.candidates import Ground, ground
from medixchange.matching.match import Match, Route
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert
from medixchange.matching.rules import a_room_is_free, hospital_is_not_double, hospital_is_open, within_its_dates
from medixchange.matching.rules_of_experts import experts_are_free, experts_have_rest
from medixchange.matching.sides import Sides
from medixchange.matching.sorts import experts_of_use
from medixchange.matching.steps import ANOTHER_ROOM
from medixchange.matching.uncounted import uncounted
from medixchange.matching.ways import consecutively
from medixchange.matching.words_of_conflict import experts_excluded
from medixchange.messages import Message, listed, say, specialty

MOST_NAMED = 3
"""Of how many experts a topic's explanation tells why they cannot."""
ASKING = (within_its_dates, hospital_is_open, hospital_is_not_double)


def why_not_at(problem: Problem, request_id: str, start: datetime) -> tuple[Message, ...]:
    """What stands in the way of a session that begins at ``start``; empty when one could.

    First what the asking side refuses; then the rooms; then for each topic why those who cover it cannot come, the
    deepest knowledge first; then the same of a longer session that is interpreted consecutively, where only that
    could be; last, that panels who could come and the audience do not converse, and whose languages do not count.

    Raises KeyError when the problem does not know the request.
    """
    request, slot = problem.request[request_id], problem.grid.slot(start)
    refused = tuple(_refused(problem, request, start))
    if refused or Sides(problem, request_id).possible() >> slot & 1:
        return refused
    found = tuple(_lacking(problem, request, start)) or tuple(_lacking_longer(problem, request, start))
    if found:
        return found
    few = say("Those who are free then are too few for a panel, or cannot converse with the audience.")
    return few, *uncounted(problem, request_id)


def _bare(request: Request, start: datetime) -> Match:
    """A match of which only the hour is known."""
    return Match(request.id, start, request.minutes, (), Route("direct", "", ""), "")


def _refused(problem: Problem, request: Request, start: datetime) -> Iterator[Message]:
    """What the asking side refuses."""
    reasons = (rule(_bare(request, start), problem) for rule in ASKING)
    yield from (reason.message for reason in reasons if reason is not None)


def _lacking(problem: Problem, request: Request, start: datetime) -> Iterator[Message]:
    """Why no room is free, or for some topic nobody, in the request's manner of interpreting."""
    here = ground(problem, request)
    yield from _no_room(here, start)
    yield from _no_expert(here, start)


def _lacking_longer(problem: Problem, request: Request, start: datetime) -> Iterator[Message]:
    """What a session that is interpreted consecutively lacks, where people would converse in it."""
    other = consecutively(request, problem)
    if other is None or not Sides(problem, other.id, manner=other).ever.possible():
        return
    found = [*_refused(problem, other, start), *_lacking(problem, other, start)]
    if found:
        yield say("Interpreted consecutively it takes %(minutes)s minutes.", minutes=other.minutes)
        yield from found


def _no_room(here: Ground, start: datetime) -> Iterator[Message]:
    """Why no room is free, if none is."""
    problem, request, slot = here.problem, here.request, here.problem.grid.slot(start)
    if here.room_starts(0) >> slot & 1:
        if Sides(problem, request.id, manner=request).possible(steps=(ANOTHER_ROOM,)) >> slot & 1:
            yield say("No video room with enough interpreting channels is free at that time.")
        return
    for room in problem.rooms:
        reason = a_room_is_free(replace(_bare(request, start), room=room.id), problem)
        if reason is not None:
            yield reason.message


def _no_expert(here: Ground, start: datetime) -> Iterator[Message]:
    """For each topic that nobody can cover at that hour, why not those who know it best."""
    slot = here.problem.grid.slot(start)
    free = [each.who for each in here.experts if each.starts >> slot & 1]
    for code in here.request.specialties:
        if not any(each.specialties.get(code) for each in free):
            yield from _nobody_on(code, here, start)


def _nobody_on(code: str, here: Ground, start: datetime) -> Iterator[Message]:
    problem, request = here.problem, here.request
    knowing = [each for each in problem.experts if each.specialties.get(code)]
    able = [each for each in experts_of_use(request, problem) if each.specialties.get(code)]
    able.sort(key=lambda each: (-each.specialties[code], each.id))
    if not knowing:
        yield say("No expert covers %(topics)s.", topics=listed([specialty(code)]))
    elif not able:
        yield (
            experts_excluded()
            if _present(knowing, problem)
            else say("The experts speak no language well enough to present in it.")
        )
    for expert in able[:MOST_NAMED]:
        alone = replace(_bare(request, start), panel=(expert.id,))
        reasons = (experts_are_free(alone, problem), experts_have_rest(alone, problem))
        yield from (reason.message for reason in reasons if reason is not None)


def _present(people: Iterable[Expert], problem: Problem) -> bool:
    """Whether some of ``people`` can present in a language at all."""
    return any(level >= problem.policy.lang_min_expert for each in people for level in each.speaking.values())
