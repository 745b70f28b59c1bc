"""The smallest set of conditions that together make a request impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from medixchange.matching.candidates import ground
from medixchange.matching.possible import possible_starts
from medixchange.matching.problem import Problem, Request, Room
from medixchange.matching.steps import CALENDAR, without
from medixchange.matching.words_of_conflict import ASKING, EXPERTS, interpreting_words, language_words, topic_words
from medixchange.messages import Message, instant, say


@dataclass(frozen=True, slots=True)
class Blocker:
    """One condition that stands in the way: its kind, which no other condition of the request has, and the words."""

    kind: str
    message: Message


@dataclass(frozen=True, slots=True)
class Condition:
    """What a match must meet: its kind, the words when it is in the way, and the problem without it."""

    kind: str
    message: Message
    lift: Callable[[Problem], Problem]


def conflict(problem: Problem, request_id: str) -> tuple[Blocker, ...]:
    """A minimal set of conditions that no match meets together: without any one of them there would be a match.

    Conditions that are hard to change are given up first, so that rather those remain that can be talked about.
    Empty when there is a match, or when lifting everything known here does not help.

    Raises KeyError when the problem does not know the request.
    """
    problem, hardest_first = conditions(problem, request_id)
    bare = problem
    for condition in hardest_first:
        bare = condition.lift(bare)
    if not _possible(bare, request_id) or _possible(problem, request_id):
        return ()
    needed: list[Blocker] = []
    for condition in hardest_first:
        lifted = condition.lift(problem)
        if _possible(lifted, request_id):
            needed.append(Blocker(condition.kind, condition.message))
        else:
            problem = lifted
    return tuple(needed)


def conditions(problem: Problem, request_id: str) -> tuple[Problem, list[Condition]]:
    """What a match must meet, the hardest to change first, and the problem that has these conditions.

    Where there is never a match they are about what stands whatever the hour, in a problem in which everybody is
    free; else about everybody's time.
    """
    request = problem.request[request_id]
    if never(problem, request_id):
        free = everybody_free(problem)
        return free, [*_asking(free, request), *_standing(free, request)]
    return problem, [*_asking(problem, request), *_passing()]


def never(problem: Problem, request_id: str) -> bool:
    """Whether there is no match even if everybody were free and every room open at every hour."""
    return not _possible(everybody_free(problem), request_id)


def everybody_free(problem: Problem) -> Problem:
    """The problem without anybody's masks but the hospitals', and without other sessions."""
    return replace(
        problem,
        experts=tuple(replace(each, masks=()) for each in problem.experts),
        interpreters=tuple(replace(each, masks=()) for each in problem.interpreters),
        rooms=tuple(replace(each, masks=()) for each in problem.rooms),
        held=(),
    )


def _possible(problem: Problem, request_id: str) -> bool:
    return possible_starts(ground(problem, request_id)) != 0


def _asking(problem: Problem, request: Request) -> Iterator[Condition]:
    """What the asking side sets: its dates, its calendar, its other sessions, its windows."""
    name, grid = problem.hospital[request.hospital].name, problem.grid
    said = say(
        "The session has to be between %(first)s and %(last)s.",
        first=instant(request.earliest),
        last=instant(request.deadline),
    )
    yield Condition("dates", said, _request_with(request, earliest=grid.start, deadline=grid.end))
    for kind in reversed(CALENDAR):
        lift = partial(_open, request=request, kind=kind)
        yield Condition(f"hospital-{kind}", say(ASKING[kind], name=name), lift)
    keeps = say("%(name)s keeps its weekend.", name=name)
    yield Condition("hospital-weekend", keeps, _request_with(request, weekend_ok=True))
    other = say("%(name)s has another session at the hours that are left.", name=name)
    yield Condition("hospital-taken", other, _less_held("hospital"))
    only = say("%(name)s can come only at the times that it named.", name=name)
    yield Condition("windows", only, _request_with(request, windows_only=False))


def _request_with(request: Request, **changes: object) -> Callable[[Problem], Problem]:
    """A lift that changes the request as it stands by then."""

    def lift(problem: Problem) -> Problem:
        new = replace(problem.request[request.id], **changes)  # type: ignore[arg-type]  # fields of a request
        return replace(problem, requests=tuple(new if each.id == request.id else each for each in problem.requests))

    return lift


def _open(problem: Problem, request: Request, kind: str) -> Problem:
    hospitals = (without(each, (kind,)) if each.id == request.hospital else each for each in problem.hospitals)
    return replace(problem, hospitals=tuple(hospitals))


def _less_held(side: str) -> Callable[[Problem], Problem]:
    """A lift that gives back what other sessions hold of one side: hospital, experts, interpreters or room."""
    nothing: dict[str, object] = {"hospital": "", "experts": (), "interpreters": (), "room": None}

    def lift(problem: Problem) -> Problem:
        change = {side: nothing[side]}
        held = tuple(replace(each, **change) for each in problem.held)  # type: ignore[arg-type]  # a field of Held
        return replace(problem, held=held)

    return lift


def _passing() -> Iterator[Condition]:
    """What people's and rooms' time sets, hardest to change first."""
    for kind, text in EXPERTS.items():
        yield Condition(f"experts-{kind}", say(text), partial(_experts_without, kind=kind))
    taken = say(
        "Experts who are needed have other sessions, rest between them, or give no more that day, week or month."
    )
    yield Condition("experts-taken", taken, _less_held("experts"))
    away = say("The interpreters who are needed are not at work at the hours that are left.")
    yield Condition("interpreters", away, _interpreters_free)
    busy = say("The interpreters who are needed work in other sessions, or interpret no more that day or week.")
    yield Condition("interpreters-taken", busy, _less_held("interpreters"))
    yield Condition("rooms", say("No video room is open at the hours that are left."), _rooms_open)
    yield Condition("rooms-taken", say("Every video room is taken at the hours that are left."), _less_held("room"))


def _experts_without(problem: Problem, kind: str) -> Problem:
    return replace(problem, experts=tuple(without(each, (kind,)) for each in problem.experts))


def _interpreters_free(problem: Problem) -> Problem:
    return replace(problem, interpreters=tuple(replace(each, masks=()) for each in problem.interpreters))


def _rooms_open(problem: Problem) -> Problem:
    return replace(problem, rooms=tuple(replace(each, masks=()) for each in problem.rooms))


def _standing(problem: Problem, request: Request) -> Iterator[Condition]:
    """What stands whatever the hour: who is not wanted, topics, the panel's size, languages, rooms."""
    yield Condition(
        "excluded",
        say("The experts who could answer are excluded, by the hospital or by themselves."),
        _nobody_excluded,
    )
    yield Condition("topics", topic_words(problem, request), _all_know)
    small = say(
        "A panel of %(least)s to %(most)s experts cannot cover the topics.",
        least=request.panel_min,
        most=request.panel_max,
    )
    size = {"panel_min": 1, "panel_max": max(1, len(request.specialties))}
    yield Condition("panel", small, _request_with(request, **size))
    none = interpreting_words(problem, request)
    yield Condition("interpreting", none, _request_with(request, interpreting=True))
    yield Condition("languages", language_words(problem, request), _one_language)
    room = say("No video room has enough seats and interpreting channels.")
    yield Condition("rooms", room, lambda p: replace(p, rooms=(*p.rooms, Room(id="+room", name="+room"))))


def _nobody_excluded(problem: Problem) -> Problem:
    nobody: frozenset[str] = frozenset()
    return replace(
        problem,
        requests=tuple(replace(each, exclude=nobody) for each in problem.requests),
        experts=tuple(replace(each, exclude_hospitals=nobody) for each in problem.experts),
        interpreters=tuple(replace(each, exclude_hospitals=nobody) for each in problem.interpreters),
    )


def _all_know(problem: Problem) -> Problem:
    """Every expert knows every topic that is asked for."""
    topics = {code: 1 for request in problem.requests for code in request.specialties}
    experts = (replace(each, specialties={**topics, **each.specialties}) for each in problem.experts)
    return replace(problem, experts=tuple(experts))


def _one_language(problem: Problem) -> Problem:
    """Everybody presents in and follows the language of relay."""
    tag, policy = problem.policy.relay, problem.policy
    return replace(
        problem,
        requests=tuple(replace(each, audience={tag: policy.lang_min_audience}) for each in problem.requests),
        experts=tuple(
            replace(each, speaking={**each.speaking, tag: policy.lang_min_expert}) for each in problem.experts
        ),
    )
