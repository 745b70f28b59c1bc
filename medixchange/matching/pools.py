"""Where enough people are free for a panel and for teams of interpreters; nothing is priced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from medixchange.matching.kernel.panels import divisions
from medixchange.matching.listed import once
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Interpreter
from medixchange.matching.ways import Pair
from medixchange.times.grid import union


class Pool:
    """Those who can present in one language.

    ``knowing``: by topics (bits, by the request's order) the starts at which somebody is free who knows just these;
    ``free``: the starts at which at least one of all is free, at least two, and so on as far as a panel wants.
    """

    def __init__(self, knowing: Mapping[int, int], free: Sequence[int]) -> None:
        self._knowing = knowing
        self._free = free
        self._by_part: dict[int, int] = {0: -1}

    def starts(self, request: Request, newcomers: Sequence[int] = ()) -> int:
        """The starts at which some of them make a panel: few cover the topics, and anybody of use fills it up.

        ``newcomers`` are more people by the topics that they know; they are always free.
        """
        filled, covered = request.panel_min - len(newcomers), 0
        enough = self._free[filled - 1] if filled > 0 else -1
        for parts in divisions(len(request.specialties), request.panel_min, request.panel_max, guests=False):
            starts = enough
            for part in parts:
                if starts and not any(part & ~knows == 0 for knows in newcomers):
                    starts &= self._knowing_all(part)
            covered |= starts
        return covered

    def _knowing_all(self, part: int) -> int:
        """The starts at which somebody is free who knows all topics of ``part``."""
        if part not in self._by_part:
            able = (starts for knows, starts in self._knowing.items() if part & ~knows == 0)
            self._by_part[part] = union(able)
        return self._by_part[part]


class Joining:
    """Interpreters at ``places`` of the problem, by the languages that they join."""

    def __init__(self, places: Sequence[int], problem: Problem) -> None:
        everybody = problem.interpreters
        self._holders = once(everybody, "pairs", lambda: _by_pair(everybody))
        self._row = {place: row for row, place in enumerate(places)}
        self._some: dict[tuple[Pair, ...], list[int]] = {}

    def some_of(self, legs: Sequence[Pair]) -> list[int]:
        """Which of them, in their order, join the languages of some of ``legs``."""
        key = tuple(legs)
        if key not in self._some:
            able = set[int]().union(*(self._holders.get(leg, ()) for leg in key))
            self._some[key] = sorted(row for place, row in self._row.items() if place in able)
        return self._some[key]


def _by_pair(interpreters: Sequence[Interpreter]) -> Mapping[Pair, Sequence[int]]:
    """The places of those who hold a pair both ways."""
    found = defaultdict[Pair, list[int]](list)
    for place, each in enumerate(interpreters):
        for pair in each.both_ways:
            found[pair].append(place)
    return found
