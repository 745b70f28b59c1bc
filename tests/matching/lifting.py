"""The problem without one of the conditions that a match must meet: what the program counts by layers, done to the
problem itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Room
from medixchange.matching.steps import without
from tests.matching.taking import for_every_party

Lift = Callable[[Problem], Problem]
PEOPLE = ("humane", "holiday", "custom", "hours", "leave", "notice", "busy")


def lifts(problem: Problem, request: Request, *, never: bool) -> dict[str, Lift]:
    """How each condition is lifted, by kind, where a match is ``never`` possible or not now."""
    return _asking(problem, request) | (_standing(request) if never else _passing())


def _asking(problem: Problem, request: Request) -> dict[str, Lift]:
    grid = problem.grid
    calendar = {
        f"hospital-{kind}": partial(_open, request=request, kind=kind) for kind in ("hours", "holiday", "custom")
    }
    return calendar | {
        "dates": _request_with(request, earliest=grid.start, deadline=grid.end),
        "hospital-weekend": _parties_with(request, weekend_ok=True),
        "hospital-taken": _less_held("hospital"),
        "windows": _parties_with(request, windows_only=False),
    }


def _passing() -> dict[str, Lift]:
    people = {f"experts-{kind}": partial(_experts_without, kind=kind) for kind in PEOPLE}
    return people | {
        "experts-taken": _less_held("experts"),
        "interpreters": _interpreters_free,
        "interpreters-taken": _less_held("interpreters"),
        "rooms": _rooms_open,
        "rooms-taken": _less_held("room"),
    }


def _standing(request: Request) -> dict[str, Lift]:
    size = {"panel_min": 1, "panel_max": max(1, len(request.specialties))}
    return {
        "excluded": _nobody_excluded,
        "topics": _all_know,
        "panel": _request_with(request, **size),
        "interpreting": _request_with(request, interpreting=True),
        "languages": _one_language,
        "rooms": lambda problem: replace(problem, rooms=(*problem.rooms, Room(id="+room", name="+room"))),
    }


def everybody_free(problem: Problem) -> Problem:
    """The problem without anybody's masks but the hospitals', and without other sessions."""
    return replace(
        problem,
        experts=tuple(replace(each, masks=()) for each in problem.experts),
        interpreters=tuple(replace(each, masks=()) for each in problem.interpreters),
        rooms=tuple(replace(each, masks=()) for each in problem.rooms),
        held=(),
    )


def _request_with(request: Request, **changes: object) -> Callable[[Problem], Problem]:
    """A lift that changes the request as it stands by then."""

    def lift(problem: Problem) -> Problem:
        new = replace(problem.request[request.id], **changes)  # type: ignore[arg-type]  # fields of a request
        return replace(problem, requests=tuple(new if each.id == request.id else each for each in problem.requests))

    return lift


def _parties_with(request: Request, **changes: object) -> Lift:
    """A lift that changes each audience of the request as it stands by then."""

    def lift(problem: Problem) -> Problem:
        new = for_every_party(problem.request[request.id], **changes)
        return replace(problem, requests=tuple(new if each.id == request.id else each for each in problem.requests))

    return lift


def _open(problem: Problem, request: Request, kind: str) -> Problem:
    hospitals = (without(each, (kind,)) if each.id in request.hospitals else each for each in problem.hospitals)
    return replace(problem, hospitals=tuple(hospitals))


def _less_held(side: str) -> Callable[[Problem], Problem]:
    """A lift that gives back what other sessions hold of one side: hospital, experts, interpreters or room."""
    nothing: dict[str, object] = {"hospital": "", "experts": (), "interpreters": (), "room": None}
    guests: dict[str, object] = {"guests": ()} if side == "hospital" else {}

    def lift(problem: Problem) -> Problem:
        change = {side: nothing[side], **guests}
        held = tuple(replace(each, **change) for each in problem.held)  # type: ignore[arg-type]  # a field of Held
        return replace(problem, held=held)

    return lift


def _experts_without(problem: Problem, kind: str) -> Problem:
    return replace(problem, experts=tuple(without(each, (kind,)) for each in problem.experts))


def _interpreters_free(problem: Problem) -> Problem:
    return replace(problem, interpreters=tuple(replace(each, masks=()) for each in problem.interpreters))


def _rooms_open(problem: Problem) -> Problem:
    return replace(problem, rooms=tuple(replace(each, masks=()) for each in problem.rooms))


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
        requests=tuple(for_every_party(each, audience={tag: policy.lang_min_audience}) for each in problem.requests),
        experts=tuple(
            replace(each, speaking={**each.speaking, tag: policy.lang_min_expert}) for each in problem.experts
        ),
    )
