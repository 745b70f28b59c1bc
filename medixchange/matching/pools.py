"""Where enough people are free for a panel and for teams of interpreters; nothing is priced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from medixchange.matching.kernel.panels import divisions
from medixchange.matching.presence import gives_any
from medixchange.matching.problem import Expert, Interpreter, Problem, Request
from medixchange.matching.ways import Pair
from medixchange.times.grid import union


class Sort(NamedTuple):
    """What tells experts apart whatever the hour: the topics that they know (bits, by the request's order), the
    languages in which they present, whether they are excluded, and whether they give any session at all."""

    knows: int
    tongues: tuple[str, ...]
    excluded: bool
    gives: bool


Alike = Mapping[Sort, Sequence[int]]
"""The places of experts by sort."""


def alike(request: Request, problem: Problem, *, everybody: bool = False) -> Alike:
    """The problem's experts who know some topic of ``request``, or ``everybody``, by sort."""
    least, unwanted, hospitals = problem.policy.lang_min_expert, request.exclude, request.hospitals
    topics = frozenset(request.specialties)
    found = defaultdict[tuple[int, tuple[str, ...], bool, bool], list[int]](list)
    for place, each in enumerate(problem.experts):
        if everybody or not topics.isdisjoint(each.specialties):
            tongues = tuple([tag for tag, level in each.speaking.items() if level >= least])
            excluded = each.id in unwanted or not each.exclude_hospitals.isdisjoint(hospitals)
            found[known(each, request), tongues, excluded, gives_any(each)].append(place)
    return {Sort(*sort): places for sort, places in found.items()}


def known(expert: Expert, request: Request) -> int:
    """The topics of ``request`` that ``expert`` knows, one bit each in their order."""
    levels, found, bit = expert.specialties, 0, 1
    for code in request.specialties:
        if levels.get(code, 0):
            found |= bit
        bit <<= 1
    return found


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
    """The places of ``interpreters`` by the languages that they join."""

    def __init__(self, interpreters: Iterable[Interpreter]) -> None:
        self._places = defaultdict[Pair, set[int]](set)
        for place, each in enumerate(interpreters):
            for one, other in each.pairs:
                if (other, one) in each.pairs:
                    self._places[one, other].add(place)

    def some_of(self, legs: Iterable[Pair]) -> list[int]:
        """The places of those who join the languages of some of ``legs``."""
        return sorted(set[int]().union(*(self._places.get(leg, ()) for leg in legs)))
