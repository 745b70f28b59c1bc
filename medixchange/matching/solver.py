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
from medixchange.matching.kernel.pricing import Best, Net, alone, best
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.score import Score
from medixchange.matching.terms_of_experts import load_of
from medixchange.matching.ways import Way, manners, most_legs, route
from medixchange.times.grid import union

Found = tuple[int, Match]
"""The points that a search counts, and the match."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A match and what it is worth."""

    match: Match
    score: Score


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

    def best_at(self, start: int, *, without: Collection[str] = ()) -> Found | None:
        """The best match at ``start``, with nobody of ``without``; None when there is none.

        Of matches that are worth the same the first manner, language, way, division of topics and person is taken.
        """
        found = filter(None, (each.best_at(start, without) for each in self._manners))
        return max(found, key=lambda each: each[0], default=None)

    def best_over(self, way: Way, start: int) -> Found | None:
        """The best match at ``start`` of those who converse over ``way``; None when there is none."""
        found = filter(None, (each.best_over(way, start) for each in self._manners))
        return max(found, key=lambda each: each[0], default=None)

    def ranked(self) -> Iterator[Found]:
        """The best match of every start, best first, earliest first among equals."""
        seen = set[datetime]()
        for points, match in self.in_every_manner():
            if match.start not in seen:
                seen.add(match.start)
                yield points, match

    def in_every_manner(self) -> Iterator[Found]:
        """The same for each manner of interpreting by itself, so that a start may come twice."""
        rankings = (each.ranked() for each in self._manners)
        return merge(*rankings, key=lambda found: (-found[0], found[1].start))


_Rows = tuple[list[list[int]], list[list[int]], list[int], list[float]]


def _rows(found: Best) -> _Rows:
    """Who, over which way and for how many points at each start, as plain lists: looked at one by one, these are
    quicker than arrays."""
    return found.panel.T.tolist(), found.hired.T.tolist(), found.way.tolist(), found.value.tolist()


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

    def best_at(self, start: int, without: Collection[str]) -> Found | None:
        """The best match at ``start`` with nobody of ``without``; None when there is none."""
        if not self.starts >> start & 1:
            return None
        at = int(np.searchsorted(self.ask.at, start))
        if not without:
            return self._found(at, self._rows)
        found = best(self.ask, self._net_without(without))
        return self._found(at, _rows(found)) if found.value[at] > NEVER else None

    def best_over(self, way: Way, start: int) -> Found | None:
        """The best match at ``start`` over ``way``; None when there is none."""
        tongues = tuple(
            replace(each, ways=(number,))
            for each in self.ask.tongues
            for number in each.ways
            if self.ask.ways[number].way == way
        )
        if not tongues or start not in self.ask.at:
            return None
        alike, at = replace(self.ask, tongues=tongues), int(np.searchsorted(self.ask.at, start))
        found = best(alike, alone(alike, self._load()))
        return self._found(at, _rows(found)) if found.value[at] > NEVER else None

    def _net_without(self, without: Collection[str]) -> Net:
        """What everybody but ``without`` is worth. Who is left out is still there: a relay stays the last choice."""
        net = alone(self.ask, self._load())
        for worth, candidates in (
            (net.experts, self.ground.experts),
            (net.interpreters, self.ground.interpreters),
        ):
            worth[:, [each.who.id in without for each in candidates]] = NEVER
        return net

    def ranked(self) -> Iterator[Found]:
        """The best match of every start, best first, earliest first among equals."""
        value = self._best.value
        for at in np.argsort(-value, kind="stable"):
            if value[at] > NEVER:
                yield self._found(int(at), self._rows)

    @cached_property
    def _rows(self) -> _Rows:
        return _rows(self._best)

    def _found(self, at: int, rows: _Rows) -> Found:
        panels, teams, ways, values = rows
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
