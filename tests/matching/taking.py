"""The problem once a step is agreed: what the program counts by sides, done to the problem itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Interpreter, Room
from medixchange.matching.steps import LARGEST_PANEL, Step, raised, without


def take(step: Step, problem: Problem, request_id: str) -> Problem:
    """The problem once ``step`` is agreed."""
    return TAKE[step.kind](step, problem, problem.request[request_id])


def _room(_: Step, problem: Problem, __: Request) -> Problem:
    return replace(problem, rooms=(*problem.rooms, Room(id="+room", name="+room")))


def _interpreters(step: Step, problem: Problem, request: Request) -> Problem:
    one, other, more = step.what
    hospital = problem.hospital[request.hospital]
    team = tuple(
        Interpreter(
            id=f"+{one}-{other}-{n}",
            name=f"+{one}-{other}-{n}",
            zone=hospital.zone,
            country=hospital.country,
            pairs=frozenset({(one, other), (other, one)}),
            max_minutes_day=request.minutes,
            max_minutes_week=request.minutes,
        )
        for n in range(int(more))
    )
    return replace(problem, interpreters=(*problem.interpreters, *team))


def _expert(step: Step, problem: Problem, request: Request) -> Problem:
    tongue, *topics = step.what
    hospital = problem.hospital[request.hospital]
    newcomer = Expert(
        id="+expert-" + "-".join(step.what),
        name="+expert",
        zone=hospital.zone,
        country=hospital.country,
        specialties=dict.fromkeys(topics, 1),
        speaking={tongue: problem.policy.lang_min_expert},
    )
    return replace(problem, experts=(*problem.experts, newcomer))


def _asked(step: Step, problem: Problem, _: Request) -> Problem:
    return replace(
        problem,
        experts=tuple(without(each, step.what) if each.id in step.who else each for each in problem.experts),
        interpreters=tuple(without(each, step.what) if each.id in step.who else each for each in problem.interpreters),
    )


def _cap(step: Step, problem: Problem, _: Request) -> Problem:
    return replace(problem, experts=tuple(raised(each) if each.id in step.who else each for each in problem.experts))


def _calendar(step: Step, problem: Problem, _: Request) -> Problem:
    return replace(
        problem,
        hospitals=tuple(without(each, step.what) if each.id in step.who else each for each in problem.hospitals),
    )


def _shorter(step: Step, problem: Problem, request: Request) -> Problem:
    changed = _changed(lambda request, _: replace(request, minutes=int(step.what[0])))
    return changed(step, problem, request)


def for_every_party(request: Request, **changes: Any) -> Request:
    """The same with something changed for each of its audiences."""
    return replace(request, joint=tuple(replace(each, **changes) for each in request.joint), **changes)


def _changed(change: Callable[[Request, Problem], Request]) -> Callable[[Step, Problem, Request], Problem]:
    def taken(_: Step, problem: Problem, request: Request) -> Problem:
        new = change(request, problem)
        return replace(problem, requests=tuple(new if each.id == request.id else each for each in problem.requests))

    return taken


TAKE: dict[str, Callable[[Step, Problem, Request], Problem]] = {
    "room": _room,
    "interpreters": _interpreters,
    "expert": _expert,
    "asked": _asked,
    "cap": _cap,
    "calendar": _calendar,
    "interpreting": _changed(lambda request, _: replace(request, interpreting=True)),
    "shorter": _shorter,
    "windows": _changed(lambda request, _: for_every_party(request, windows_only=False)),
    "weekend": _changed(lambda request, _: for_every_party(request, weekend_ok=True)),
    "panel": _changed(lambda request, _: replace(request, panel_min=1, panel_max=LARGEST_PANEL)),
    "earliest": _changed(lambda request, problem: replace(request, earliest=problem.grid.start)),
    "deadline": _changed(lambda request, problem: replace(request, deadline=problem.grid.end)),
}
"""How each kind of step is taken."""
