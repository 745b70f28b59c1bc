"""The best panel at every start at once, exactly.

A panel divides the topics: each expert answers for a part of them, and S3 counts the deepest knowledge, so the best
panel is the best division with the best expert for each part. Parts may be empty where a panel wants more experts
than there are topics, or somebody is welcome for other reasons (continuity).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from medixchange.matching.kernel.asks import Ask
from medixchange.matching.kernel.bits import NEVER, Indexes, Numbers

Part = int
"""Topics as bits; 0 is an expert who answers for none."""
Division = tuple[Part, ...]
Ranking = tuple[Numbers, Indexes]
"""The best few at each start: what each is worth, and the rows; both [rank, starts]."""


@lru_cache(maxsize=256)
def divisions(topics: int, least: int, most: int, *, guests: bool) -> tuple[Division, ...]:
    """Every way to divide ``topics`` topics among ``least`` to ``most`` experts.

    Without ``guests`` experts with no part come only where ``least`` wants them.
    """
    found = set()
    for parts in _divided((1 << topics) - 1):
        for size in range(max(len(parts), least), most + 1):
            if size == len(parts) or guests or size == least:
                found.add((*sorted(parts), *(0,) * (size - len(parts))))
    return tuple(sorted(found, key=lambda parts: (len(parts), parts)))


def _divided(topics: Part) -> Iterator[Division]:
    """The set partitions of the bits of ``topics``."""
    if not topics:
        yield ()
        return
    low = topics & -topics
    others = other = topics ^ low
    while True:
        for rest in _divided(others & ~other):
            yield (low | other, *rest)
        if not other:
            return
        other = (other - 1) & others


class Panels:
    """The best panels for one request; what each expert could do on any of them is looked at once.

    ``net`` [starts, experts] is what each expert is worth there, S3 not counted, ``NEVER`` where not free.
    """

    def __init__(self, ask: Ask, net: Numbers) -> None:
        self.ask, self.net = ask, net
        self.welcome = net.max(axis=0, initial=NEVER) > 0
        self._depth: dict[Part, Numbers] = {}
        self._of_all = self._of(np.arange(net.shape[1]), net)

    @property
    def most(self) -> Numbers:
        """What the best panel of all is worth at each start."""
        return self._of_all[0]

    def of(self, rows: Indexes, at: Indexes) -> Ranking:
        """What the best panel of ``rows`` is worth at each of the starts ``at`` (numbers of them), and its rows
        [panel_max, len(at)], -1 where nobody."""
        if len(rows) == self.net.shape[1]:
            value, panel = self._of_all
            return value[at], panel[:, at]
        return self._of(rows, self.net[at] if len(at) < len(self.net) else self.net)

    def _of(self, rows: Indexes, net: Numbers) -> Ranking:
        request, starts = self.ask.request, len(net)
        guests = request.panel_max > 1 and bool(self.welcome[rows].any())
        found = divisions(len(request.specialties), request.panel_min, request.panel_max, guests=guests)
        ranks = {part: max(len(parts) for parts in found if part in parts) for part in {p for d in found for p in d}}
        best = {part: self._ranked(net, rows, part, ranks[part]) for part in sorted(ranks)}
        value, panel = np.full(starts, NEVER), np.full((request.panel_max, starts), -1, np.int64)
        for parts in found:
            worth, people = _together([best[part] for part in parts])
            better = worth > value
            if better.any():
                value[better] = worth[better]
                panel[:, better] = -1
                panel[: len(parts), better] = people[:, better]
        return value, panel

    def _ranked(self, net: Numbers, rows: Indexes, part: Part, ranks: int) -> Ranking:
        """The best ``ranks`` experts for one part at each start."""
        if not part:
            return ranked(net, rows, ranks)
        if part not in self._depth:
            self._depth[part] = _depth(self.ask, part)
        depth = self._depth[part]
        return ranked(net, rows[depth[rows] > NEVER], ranks, bonus=depth)


def _depth(ask: Ask, part: Part) -> Numbers:
    """S3's points for each expert who answers for one part; ``NEVER`` where somebody does not know all of it."""
    levels = ask.levels[:, [topic for topic in range(ask.levels.shape[1]) if part >> topic & 1]]
    return np.where((levels > 0).all(axis=1), float(ask.topic) * levels.sum(axis=1), NEVER)


def ranked(net: Numbers, rows: Indexes, ranks: int, *, bonus: Numbers | None = None) -> Ranking:
    """The best ``ranks`` of ``rows`` at each start, a ``bonus`` [all rows] counted in; of equals the first."""
    starts = len(net)
    values, who = np.full((ranks, starts), NEVER), np.full((ranks, starts), -1, np.int64)
    worth, at = np.take(net, rows, axis=1), np.arange(starts)
    if bonus is not None:
        worth += bonus[rows]
    for rank in range(min(ranks, len(rows))):
        first = worth.argmax(axis=1)
        values[rank], who[rank] = worth[at, first], rows[first]
        worth[at, first] = NEVER
    return values, who


def _together(parts: list[Ranking]) -> Ranking:
    """The best choice of a different expert for each part, at each start."""
    value = sum((values[0] for values, _ in parts), start=np.zeros(parts[0][0].shape[1]))
    people = np.stack([who[0] for _, who in parts])
    twice = np.flatnonzero(_repeated(people))
    if len(twice):
        value[twice] = NEVER
        for ranks in product(range(len(parts)), repeat=len(parts)):
            chosen = np.stack([who[rank, twice] for rank, (_, who) in zip(ranks, parts, strict=True)])
            worth = sum((values[rank, twice] for rank, (values, _) in zip(ranks, parts, strict=True)), np.zeros(1))
            better = ~_repeated(chosen) & (worth > value[twice])
            value[twice[better]] = worth[better]
            people[:, twice[better]] = chosen[:, better]
    return value, people


def _repeated(people: Indexes) -> npt.NDArray[np.bool_]:
    """Where somebody is named twice; ``people`` is [places, starts]."""
    found = np.zeros(people.shape[1], np.bool_)
    for one in range(len(people)):
        for other in range(one):
            found |= people[one] == people[other]
    return found
