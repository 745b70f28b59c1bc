"""Which matches for one request are proposed: the best, unlike each other, and none that was dismissed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, merge

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.score import score
from medixchange.matching.solver import Found, Ranked, Search
from medixchange.times.intervals import MINUTE, Interval

TRIES = 300
"""In how many ways people are left out of one hour before everybody is who was ever taken off it."""

People = frozenset[str]
NOBODY: People = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search found: matches, the best first, and all starts (bits) at which the request could be served."""

    request: str
    matches: tuple[Ranked, ...]
    starts: int


def search(problem: Problem, request_id: str, *, limit: int = 5, dismissed: Collection[Match] = ()) -> Outcome:
    """Up to ``limit`` matches for one request that a person would call different, the best first.

    The first is the best of all there are, but for the ``dismissed``. Each next one is the best whose hours do not
    overlap those of a match before it, or whose panel shares nobody with it. Whoever takes a match off the desk does
    not want all of its people at its hour: a match there that has them all is dismissed too, in whichever room or
    language and whoever comes beside them.

    A confirmed session is the only match of its request (H10).

    Raises KeyError when the problem does not know the request.
    """
    fixed = problem.confirmed.get(request_id)
    if fixed is not None:
        # Where it begins between two slots, the one in which it does.
        at = problem.grid.touched([Interval(fixed.start, fixed.start + MINUTE)])
        return Outcome(request_id, (Ranked(fixed, score(fixed, problem)),), at)
    finder = Search(problem, request_id)
    chosen: list[Match] = []
    for _, match in _best_first(finder, dismissed):
        if len(chosen) == limit:
            break
        if all(_differ(match, other) for other in chosen):
            chosen.append(match)
    return Outcome(request_id, tuple(Ranked(match, score(match, problem)) for match in chosen), finder.starts)


def _differ(one: Match, other: Match) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    return apart or not set(one.panel) & set(other.panel)


def _best_first(finder: Search, dismissed: Collection[Match]) -> Iterator[Found]:
    """The best match of every start beside the ``dismissed``, best first, earliest first among equals."""
    refused = _by_start(finder, dismissed)
    others = (_best_beside(finder, start, people) for start, people in refused.items())
    plain = (each for each in finder.ranked() if finder.problem.grid.slot(each[1].start) not in refused)
    return merge(plain, sorted(filter(None, others), key=_order), key=_order)


def _by_start(finder: Search, dismissed: Collection[Match]) -> Mapping[int, Sequence[People]]:
    """Who was dismissed together, by the start (slot) at which there would be a match."""
    grid, found = finder.problem.grid, defaultdict[int, list[People]](list)
    for match in dismissed:
        slot, rest = divmod(match.start - grid.start, grid.step)
        if not rest and slot >= 0 and finder.starts >> slot & 1:
            found[slot].append(match.people)
    return found


def _best_beside(finder: Search, start: int, refused: Sequence[People]) -> Found | None:
    """The best match at ``start`` without all the people of any of ``refused``; None where there is none.

    Best first over those who are left out: whatever still has all the people of one refused is tried again without
    each of these. Exact but for TRIES.
    """
    open_ones, tried = list[tuple[int, int, Found, People]](), set[People]()

    def look(without: People) -> None:
        tried.add(without)
        found = finder.best_at(start, without=without)
        if found is not None:
            heappush(open_ones, (-found[0], len(tried), found, without))

    look(NOBODY)
    while open_ones:
        *_, found, without = heappop(open_ones)
        people = found[1].people
        together = next((each for each in refused if each <= people), None)
        if together is None:
            return found
        if len(tried) > TRIES:
            return finder.best_at(start, without=NOBODY.union(*refused))
        for fewer in (without | {who} for who in sorted(together)):
            if fewer not in tried:
                look(fewer)
    return None


def _order(found: Found) -> tuple[int, object]:
    points, match = found
    return -points, match.start
