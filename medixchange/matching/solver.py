"""The search for one request: the best match at every start of the horizon, exactly, best first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from heapq import heapify, heappop, heappush, merge

from medixchange.matching.candidates import Ground, ground
from medixchange.matching.clocks import half_hours
from medixchange.matching.match import Match, Route
from medixchange.matching.panels import Panels, union
from medixchange.matching.problem import Problem
from medixchange.matching.score import Score, score, window_points
from medixchange.matching.teams import Teams, Way
from medixchange.times.grid import slots_of, starts


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


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language to present in: its panels, its ways to the audience, and when both are there."""

    panels: Panels
    ways: tuple[Way, ...]
    starts: int


class Search:
    """Prices the starts of one request; made once, asked often."""

    def __init__(self, problem: Problem, request_id: str) -> None:
        self.problem = problem
        self.ground = ground(problem, request_id)
        self.teams = Teams(self.ground)
        self.tongues = tuple(_tongues(self.ground, self.teams))
        self.starts = union(tongue.starts for tongue in self.tongues)

    @cached_property
    def calendar(self) -> dict[int, int]:
        """The points at each start that depend on the request and the hour alone."""
        return _calendar(self.ground, self.starts)

    def best_at(self, start: int) -> tuple[int, Match] | None:
        """The points and the best match at ``start``; None when there is none.

        Of matches that are worth the same the first language, division of topics and expert by id is taken.
        """
        found: tuple[int, Match] | None = None
        for tongue in self.tongues:
            if tongue.starts >> start & 1:
                found = self._best_in(tongue, start, found[0] if found else None) or found
        return found

    def _best_in(self, tongue: Tongue, start: int, least: int | None) -> tuple[int, Match] | None:
        """The best match of one language, if it is worth more than ``least``."""
        panel = tongue.panels.best(start)
        if panel is None:
            return None
        before, best = self.calendar[start] + panel[0], None
        for way in tongue.ways:
            if least is not None and before + way.points <= least:
                break
            if way.starts >> start & 1:
                points, route = self.teams.at(way, start)
                if least is None or before + points > least:
                    least = before + points
                    best = way, route
        if best is None or least is None:
            return None
        return least, self._match(start, panel[1], *best)

    def _match(self, start: int, panel: tuple[str, ...], way: Way, route: Route) -> Match:
        request, at = self.ground.request, self.problem.grid.at(start)
        return Match(request.id, at, request.minutes, panel, route, self.ground.room_at(start, way.channels))

    def ranked(self) -> Iterator[tuple[int, Match]]:
        """The best match of every start, best first, earliest first among equals; priced only as far as asked.

        A start waits with what it could be worth at most and is priced when it comes to the front; it is
        handed out when its real points come to the front.
        """
        waiting: list[tuple[int, int, int]] = [(-most, 0, start) for start, most in self._bounds()]
        heapify(waiting)
        priced: dict[int, Match] = {}
        while waiting:
            points, known, start = heappop(waiting)
            if known:
                yield -points, priced.pop(start)
            elif (found := self.best_at(start)) is not None:
                priced[start] = found[1]
                heappush(waiting, (-found[0], 1, start))

    def _bounds(self) -> Iterator[tuple[int, int]]:
        """For every start of ``starts`` points that its best match cannot exceed."""
        ways = [
            (tongue.panels.bound + way.points, tongue.panels.starts & way.starts)
            for tongue in self.tongues
            for way in tongue.ways
        ]
        left = self.starts
        for most, possible in sorted(ways, reverse=True):
            for start in slots_of(left & possible):
                yield start, self.calendar[start] + most
            left &= ~possible


def _tongues(ground: Ground, teams: Teams) -> Iterator[Tongue]:
    """The languages in which some panel can present and be understood at some start."""
    for speech in ground.speech:
        ways = tuple(teams.ways(speech))
        if not ways:
            continue
        panels = Panels(ground, speech)
        possible = panels.starts & union(way.starts for way in ways)
        if possible:
            yield Tongue(panels, ways, possible)


def _calendar(ground: Ground, possible: int) -> dict[int, int]:
    """S1, S4 and S7, and of S5 and S10 what does not depend on the panel, by start."""
    problem, request = ground.problem, ground.request
    weights, grid = problem.weights, problem.grid
    soft, zone = problem.policy.hospital_soft, problem.hospital[request.hospital].zone
    halves = half_hours(grid, zone, soft, ground.length)
    tick, day = timedelta(microseconds=1), timedelta(days=1) // timedelta(microseconds=1)
    waited, step = (grid.start - request.earliest) // tick, grid.step // tick
    points = {
        start: weights.serve[request.urgency]
        - weights.humane_hospital * halves[start]
        - weights.soon * request.urgency * ((waited + start * step) // day)
        for start in slots_of(possible)
    }
    for start, wish in _wishes(ground, possible):
        points[start] += wish
    return points


def _wishes(ground: Ground, possible: int) -> Iterator[tuple[int, int]]:
    """What the hospital's windows (S4) and the earlier plan's hour (S10) add, by start."""
    weights, left = ground.problem.weights, possible
    for window in sorted(ground.request.windows, key=lambda each: -each.weight):
        inside = starts(window.slots, ground.length) & left
        left &= ~inside
        for start in slots_of(inside):
            yield start, window_points(window.weight, weights)
    earlier = ground.problem.tentative.get(ground.request.id)
    if earlier is not None:
        for start in slots_of(possible):
            if ground.problem.grid.at(start) == earlier.start:
                yield start, weights.stable_start


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
    asked = finder.ground.request
    searches = [finder]
    for panel in {frozenset(match.panel) for match in dismissed}:
        without = replace(asked, exclude=asked.exclude | panel)
        searches.append(Search(replace(finder.problem, requests=(without,)), asked.id))
    return merge(*(each.ranked() for each in searches), key=lambda found: -found[0])


def possible_starts(here: Ground) -> int:
    """All starts (bits) at which the request of this ground could be served, by masks alone: nothing is priced."""
    return union(tongue.starts for tongue in _tongues(here, Teams(here)))


def confirmed(problem: Problem, request_id: str) -> Match | None:
    """The confirmed match of a request, which stays (H10); None when there is none."""
    held = problem.held_at_hospital.get(problem.request[request_id].hospital, ())
    return next((each.fixed for each in held if each.serves(request_id)), None)


def _differ(one: Match, other: Match) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    return apart or not set(one.panel) & set(other.panel)
