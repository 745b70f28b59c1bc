"""The ways from a panel's language to those of its audiences, and how many interpreters work on each of their legs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from medixchange.languages.bridge import Mode, TooLongToInterpret, team_size
from medixchange.matching.match import Agreed, Route, Team, reached
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Party, Request

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of route: its mode and languages, and the pairs of languages between which teams of ``team`` work.

    ``audience`` is what the request's own audience hears, ``others`` what further ones do.
    """

    mode: Mode
    speech: str
    audience: str
    team: int = 0
    legs: tuple[Pair, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def hired(self) -> int:
        """How many interpreters work on it."""
        return self.team * len(self.legs)

    @property
    def channels(self) -> int:
        """How many languages a room carries beside the floor."""
        return 0 if self.mode == "consecutive" else len(self.legs)

    @property
    def audiences(self) -> tuple[str, ...]:
        """What each audience hears, the request's own first."""
        return (self.audience, *self.others)

    @property
    def relayed(self) -> tuple[str, ...]:
        """The languages that are reached through another one."""
        return tuple(target for source, target in self.legs if source != self.speech)


def heard(request: Request, problem: Problem) -> tuple[str, ...]:
    """The languages that some audience of ``request`` follows well enough, the best of its own first."""
    return tuple(dict.fromkeys(tag for party in request.parties for tag in heard_by(party, problem)))


def heard_by(party: Party, problem: Problem) -> tuple[str, ...]:
    """The languages that one audience follows well enough, the best first."""
    levels = party.audience
    enough = (tag for tag, level in levels.items() if level >= problem.policy.lang_min_audience)
    return tuple(sorted(enough, key=lambda tag: (-levels[tag], tag)))


def most_legs(request: Request) -> int:
    """How many legs a way can have at most: one to each audience, and one to the language of relay."""
    return len(request.parties) + 1


def team_of(minutes: int, problem: Problem, languages: int = 2) -> int:
    """How many interpreters work on a leg by the house rules (see ``team_for``); 0 where no team works that long."""
    try:
        return team_for(minutes, problem, languages)
    except TooLongToInterpret:
        return 0


def team_for(minutes: int, problem: Problem, languages: int) -> int:
    """How many interpreters work on a leg where so many ``languages`` are spoken and heard.

    In meetings of three languages booths that work both ways have three (AIIC, teams of interpreters). Raises
    TooLongToInterpret.
    """
    policy = problem.policy
    team = team_size(minutes, policy.team_sizes)
    return max(team, policy.multilingual_team) if languages > 2 else team


def manners(request: Request, problem: Problem) -> tuple[Request, ...]:
    """``request`` as it is, and as it would be if it were interpreted consecutively, where that may be."""
    other = consecutively(request, problem) if request.interpreting else None
    return (request,) if other is None else (request, other)


def consecutively(request: Request, problem: Problem) -> Request | None:
    """``request`` interpreted consecutively, which takes longer; None where too few do that for its audience, the house
    forbids it, or there are several audiences."""
    if request.consecutive or request.joint or not may_be_consecutive(request, problem):
        return None
    targets = heard(request, problem)
    working = (each for each in problem.interpreters if each.consecutive)
    able = sum(1 for each in working if any(other in targets for _, other in each.both_ways))
    if able < min(consecutive_teams(request, problem)):
        return None
    return replace(request, minutes=minutes_if_consecutive(request, problem), consecutive=True)


def may_be_consecutive(request: Request, problem: Problem) -> bool:
    """Whether the house interprets consecutively, or agreed to it for the session that ``request`` has."""
    return problem.policy.consecutive or _agreed_consecutive(request) is not None


def _agreed_consecutive(request: Request) -> Agreed | None:
    return request.agreed if request.agreed and request.agreed.consecutive else None


def consecutive_teams(request: Request, problem: Problem) -> tuple[int, ...]:
    """How many may take turns where ``request`` is interpreted consecutively: as many as were agreed, or as the house
    wants where it wants that at all."""
    agreed, policy = _agreed_consecutive(request), problem.policy
    sizes = ([agreed.team] if agreed else []) + ([policy.consecutive_team] if policy.consecutive else [])
    return tuple(dict.fromkeys(sizes))


def minutes_if_consecutive(request: Request, problem: Problem) -> int:
    """How long ``request`` takes if it is interpreted consecutively: as was agreed, else as the house wants."""
    agreed = _agreed_consecutive(request)
    return agreed.minutes if agreed else consecutive_minutes(request.minutes, problem)


def simultaneous_teams(request: Request, problem: Problem, languages: int) -> tuple[int, ...]:
    """How many may work on each leg of ``request``: as many as were agreed, or as the house wants; nothing where none
    works so long."""
    agreed = request.agreed.team if request.agreed and not request.agreed.consecutive else 0
    return tuple(dict.fromkeys(filter(None, (agreed, team_of(request.minutes, problem, languages)))))


def consecutive_minutes(minutes: int, problem: Problem) -> int:
    """How many minutes of the grid a session of ``minutes`` takes if it is interpreted consecutively."""
    grid = problem.grid.minutes
    return -(-minutes * problem.policy.consecutive_percent // (100 * grid)) * grid


def ways(request: Request, problem: Problem, speech: str) -> Iterator[Way]:
    """The ways from ``speech`` to a language of each audience, the best heard first, whoever can interpret.

    Where the session that ``request`` has was agreed with other teams than the house wants by now, one of each size.
    """
    if request.consecutive:
        for tag, team in product(heard(request, problem), consecutive_teams(request, problem)):
            if tag != speech:
                yield Way("consecutive", speech, tag, team, ((speech, tag),))
        return
    for audiences in product(*(heard_by(party, problem) for party in request.parties)):
        foreign = tuple(dict.fromkeys(tag for tag in audiences if tag != speech))
        teams = simultaneous_teams(request, problem, 1 + len(foreign)) if foreign else (0,)
        for team, legs in product(teams, legs_to(speech, foreign, problem.policy.relay)):
            yield Way(farthest(speech, foreign, legs), speech, audiences[0], team, legs, audiences[1:])


def legs_to(speech: str, foreign: Sequence[str], relay: str) -> Iterator[tuple[Pair, ...]]:
    """The legs that reach each of ``foreign``, straight or through ``relay``; the straightest first."""
    choices = [_roads(speech, tag, relay) for tag in foreign]
    for roads in product(*choices):
        yield tuple(dict.fromkeys(leg for road in roads for leg in road))


def _roads(speech: str, target: str, relay: str) -> tuple[tuple[Pair, ...], ...]:
    straight = ((speech, target),)
    return (straight,) if relay in (speech, target) else (straight, ((speech, relay), (relay, target)))


def farthest(speech: str, foreign: Sequence[str], legs: Collection[Pair]) -> Mode:
    """How the audience is reached that is reached the longest way."""
    if not foreign:
        return "direct"
    return "relay" if any(reached(speech, tag, legs) == "relay" for tag in foreign) else "interpreter"


def narrowed(whole: Route, others: tuple[str, ...]) -> Route:
    """What is left of a route when fewer ``others`` listen: the legs that still lead to somebody."""
    foreign = [tag for tag in dict.fromkeys((whole.audience, *others)) if tag != whole.speech]
    needed = set[Pair]()
    for tag in foreign:
        if reached(whole.speech, tag, whole.pairs) == "interpreter":
            needed.add((whole.speech, tag))
        else:
            needed |= {(whole.speech, whole.relay), (whole.relay, tag)}
    legs = tuple(leg for leg in whole.legs if (leg.source, leg.target) in needed)
    mode = farthest(whole.speech, foreign, whole.pairs)
    return Route(mode, whole.speech, whole.audience, legs, others)


def team_starts(way: Way, free: Callable[[Sequence[Pair], int], int]) -> int:
    """The starts at which each leg of ``way`` has a team; every bit (-1) for no leg.

    ``free`` tells when at least so many are free of those who join the languages of some of these legs. Nobody is in
    two teams: enough for each leg, and for any of them together, is enough (Hall's marriage theorem).
    """
    starts = -1
    for many in range(1, len(way.legs) + 1):
        for legs in combinations(way.legs, many) if starts else ():
            starts &= free(legs, many * way.team)
    return starts


def route(way: Way, hired: Sequence[str]) -> Route:
    """``way`` with its people, leg after leg; those of a team come in the order of their ids."""
    teams = (
        Team(source, target, tuple(sorted(hired[leg * way.team : (leg + 1) * way.team])))
        for leg, (source, target) in enumerate(way.legs)
    )
    return Route(way.mode, way.speech, way.audience, tuple(teams), way.others)
