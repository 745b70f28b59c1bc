"""The ways from a panel's language to the audience's, and how many interpreters work on each of their legs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medixchange.languages.bridge import Mode, TooLongToInterpret, team_size
from medixchange.matching.match import Route, Team
from medixchange.matching.problem import Problem, Request

MOST_LEGS = 2
"""By relay."""


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of route: its mode and languages, and the pairs of languages between which teams of ``team`` work."""

    mode: Mode
    speech: str
    audience: str
    team: int = 0
    legs: tuple[tuple[str, str], ...] = ()


def heard(request: Request, problem: Problem) -> tuple[str, ...]:
    """The languages that the audience of ``request`` follows well enough, the best first."""
    levels = request.audience
    enough = (tag for tag, level in levels.items() if level >= problem.policy.lang_min_audience)
    return tuple(sorted(enough, key=lambda tag: (-levels[tag], tag)))


def team_of(request: Request, problem: Problem) -> int:
    """How many interpreters work on a leg; 0 where no team works that long."""
    try:
        return team_size(request.minutes, problem.policy.team_sizes)
    except TooLongToInterpret:
        return 0


def ways(request: Request, problem: Problem, speech: str) -> Iterator[Way]:
    """The ways from ``speech`` to each language of the audience, the best heard first, whoever can interpret."""
    relay, team = problem.policy.relay, team_of(request, problem)
    for audience in heard(request, problem):
        if audience == speech:
            yield Way("direct", speech, audience)
        elif team:
            yield Way("interpreter", speech, audience, team, ((speech, audience),))
            if relay not in (speech, audience):
                yield Way("relay", speech, audience, team, ((speech, relay), (relay, audience)))


def route(way: Way, hired: Sequence[str]) -> Route:
    """``way`` with its people, leg after leg."""
    teams = (
        Team(source, target, tuple(hired[leg * way.team : (leg + 1) * way.team]))
        for leg, (source, target) in enumerate(way.legs)
    )
    return Route(way.mode, way.speech, way.audience, tuple(teams))
