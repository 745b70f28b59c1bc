"""The search for one request: the best match at every start of the horizon, exactly, best first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from heapq import merge

import numpy as np

from medixchange.matching.candidates import ground
from medixchange.matching.kernel.bits import NEVER, Indexes, indexes, mask_of
from medixchange.matching.kernel.layout import ask
from medixchange.matching.kernel.pricing import Best, alone, best
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem, Request
from medixchange.matching.score import Score, score
from medixchange.matching.terms_of_experts import load_of
from medixchange.matching.ways import manners, most_legs, route
from medixchange.times.grid import union


@dataclass(frozen=True, slots=True)
class Ranked:
    """A match and what it is worth."""

    match: Match
    score: Score


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search found: matches, the best first, and all starts (bits) at which the request could be served."""

    request: str
    matches: tuple[Ranked, ...]
    starts: int


class Search:
    """The best match at every start for one request, beside the sessions that stand.

    Raises KeyError when the problem does not know the request.
    """

    def __init__(self, problem: Problem, request_id: str) -> None:
        self.problem, self.request = problem, problem.request[request_id]
        self._manners = tuple(_Manner(problem, each) for each in manners(self.request, problem))

    @cached_property
    def starts(self) -> int:
        """All starts (bits) at which there is a match."""
        return union(each.starts for each in self._manners)

    def best_at(self, start: int) -> tuple[int, Match] | None:
        """The points and the best match at ``start``; None when there is none.

        Of matches that are worth the same the first manner, language, way, division of topics and person is taken.
        """
        found = filter(None, (each.best_at(start) for each in self._manners))
        return max(found, key=lambda each: each[0], default=None)

    def ranked(self) -> Iterator[tuple[int, Match]]:
        """The points and the best match of every start, best first, earliest first among equals."""
        seen = set[datetime]()
        for points, match in self.in_every_manner():
            if match.start not in seen:
                seen.add(match.start)
                yield points, match

    def in_every_manner(self) -> Iterator[tuple[int, Match]]:
        """The same for each manner of interpreting by itself, so that a start may come twice."""
        rankings = (each.ranked() for each in self._manners)
        return merge(*rankings, key=lambda found: (-found[0], found[1].start))


class _Manner:
    """The search in one manner of interpreting."""

    def __init__(self, problem: Problem, request: Request) -> None:
        self.problem = problem
        self.ground = ground(problem, request)
        # One room is as good as another of those that will do: one place stands for them all.
        rooms = [[(0, self.ground.room_starts(channels))] for channels in range(most_legs(request) + 1)]
        self.ask = ask(self.ground, rooms)

    @cached_property
    def _best(self) -> Best:
        return best(self.ask, alone(self.ask, self._load()))

    def _load(self) -> Indexes:
        """The sessions of each expert that fairness counts; [experts]."""
        request = self.ground.request
        return indexes([load_of(each.who, request, self.problem) for each in self.ground.experts])

    @cached_property
    def starts(self) -> int:
        """All starts (bits) at which there is a match."""
        return mask_of(self.ask.at[self._best.value > NEVER], self.problem.grid.slots)

    def best_at(self, start: int) -> tuple[int, Match] | None:
        """The points and the best match at ``start``; None when there is none."""
        if not self.starts >> start & 1:
            return None
        return self._found(int(np.searchsorted(self.ask.at, start)))

    def ranked(self) -> Iterator[tuple[int, Match]]:
        """The points and the best match of every start, best first, earliest first among equals."""
        value = self._best.value
        for at in np.argsort(-value, kind="stable"):
            if value[at] > NEVER:
                yield self._found(int(at))

    @cached_property
    def _rows(self) -> tuple[list[list[int]], list[list[int]], list[int], list[float]]:
        """Who, over which way and for how many points at each start, as plain lists: looked at one by one, these are
        quicker than arrays."""
        found = self._best
        return found.panel.T.tolist(), found.hired.T.tolist(), found.way.tolist(), found.value.tolist()

    def _found(self, at: int) -> tuple[int, Match]:
        panels, teams, ways, values = self._rows
        experts, interpreters, start = self.ground.experts, self.ground.interpreters, int(self.ask.at[at])
        way = self.ask.ways[ways[at]].way
        match = Match(
            request=self.ground.request.id,
            start=self.problem.grid.at(start),
            minutes=self.ground.request.minutes,
            panel=tuple(sorted([experts[row].who.id for row in panels[at] if row >= 0])),
            route=route(way, [interpreters[row].who.id for row in teams[at] if row >= 0]),
            room=self.ground.room_at(start, way.channels),
        )
        return round(values[at]), match


def search(problem: Problem, request_id: str, *, limit: int = 5, dismissed: Collection[Match] = ()) -> Outcome:
    """Up to ``limit`` matches for one request that a person would call different, the best first.

    The first is the best of all there are, but for the ``dismissed``. Each next one is the best whose hours do not
    overlap those of a match before it, or whose panel shares nobody with it.

    A confirmed session is the only match of its request (H10).

    Raises KeyError when the problem does not know the request.
    """
    fixed = confirmed(problem, request_id)
    if fixed is not None:
        at = 1 << problem.grid.slot(fixed.start)
        return Outcome(request_id, (Ranked(fixed, score(fixed, problem)),), at)
    finder = Search(problem, request_id)
    refused = {match.identity for match in dismissed}
    chosen: list[Match] = []
    for _, match in _best_first(finder, dismissed):
        if len(chosen) == limit:
            break
        if match.identity not in refused and all(_differ(match, other) for other in chosen):
            chosen.append(match)
    ranked = tuple(Ranked(match, score(match, problem)) for match in chosen)
    return Outcome(request_id, ranked, finder.starts)


def _best_first(finder: Search, dismissed: Collection[Match]) -> Iterator[tuple[int, Match]]:
    """The best match of every start, and the best ones without the panels that were dismissed."""
    asked = finder.request
    searches = [finder]
    for panel in {frozenset(match.panel) for match in dismissed}:
        without = replace(asked, exclude=asked.exclude | panel)
        searches.append(Search(replace(finder.problem, requests=(without,)), asked.id))
    return merge(*(each.ranked() for each in searches), key=lambda found: -found[0])


def confirmed(problem: Problem, request_id: str) -> Match | None:
    """The confirmed match of a request, which stays (H10); None when there is none."""
    held = problem.held_at_hospital.get(problem.request[request_id].hospital, ())
    return next((each.fixed for each in held if each.serves(request_id)), None)


def _differ(one: Match, other: Match) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    return apart or not set(one.panel) & set(other.panel)
