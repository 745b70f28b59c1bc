"""Every column that comes near the best of its request: those that a better plan could still use.

A column whose worth beyond its price lies further below its request's best than bound and plan lie apart can be in no
better plan (reduced costs); so what is found here with that slack is all that an exact search has to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from medixchange.matching.kernel.asks import Ask, StaffedWay
from medixchange.matching.kernel.bits import NEVER, Indexes, Numbers
from medixchange.matching.kernel.panels import divisions
from medixchange.matching.kernel.pricing import Net, best
from medixchange.planning.apart import done
from medixchange.planning.columns import Column, column, points_of
from medixchange.planning.prices import Prices

ROUNDING = 1e-9
"""What sums of the same points and prices in another order may differ by: who is that near is near enough."""
Option = tuple[float, tuple[int, ...]]
"""What a panel or a team is worth beyond its price, and its rows."""


def best_at_each_start(prices: Prices, beyond: Numbers, *, slack: float, workers: int = 1) -> Iterator[Column]:
    """The best column at each start that comes within ``slack`` of its request's best (``beyond`` [requests])."""

    def near(ask: Ask) -> list[Column]:
        found = best(ask, prices.net(ask))
        return [column(ask, found, int(at)) for at in np.flatnonzero(found.value >= max(beyond[ask.row], 0.0) - slack)]

    return chain.from_iterable(done(near, prices.board.possible, workers=workers))


def all_near(prices: Prices, beyond: Numbers, *, slack: float) -> Iterator[Column]:
    """Every column within ``slack`` of its request's best."""
    for ask in prices.board.possible:
        net = prices.net(ask)
        found = best(ask, net)
        least = beyond[ask.row] - slack - ROUNDING
        for at in np.flatnonzero(found.value >= least):
            yield from _at(ask, net, int(at), least)


def _at(ask: Ask, net: Net, at: int, least: float) -> Iterator[Column]:
    """The columns at one start that are worth ``least`` beyond their price."""
    experts, interpreters = net.experts[at], net.interpreters[at]
    for tongue in ask.tongues:
        panels = _Panels(ask, experts, tongue.rows)
        for number in tongue.ways:
            way = ask.ways[number]
            if way.free is not None and not way.free[at]:
                continue
            for hall, free in ask.halls[way.way.channels]:
                given = net.hours[at] + net.halls[hall, at] + way.points
                if free[at] and np.isfinite(given):
                    for worth, hired in _teams(way, interpreters, least - given - panels.best):
                        for _, panel in panels.at_least(least - given - worth):
                            yield _column(ask, at, panel, number, hired, hall)


def _column(ask: Ask, at: int, panel: Iterable[int], way: int, hired: Iterable[int], hall: int) -> Column:
    start = int(ask.at[at])
    people = tuple(sorted(int(ask.experts.people[row]) for row in panel))
    team = tuple(int(ask.interpreters.people[row]) for row in hired)
    return Column(ask.number, start, people, way, team, hall, points_of(ask, start, people, way, team))


class _Panels:
    """The panels of one language at one start."""

    def __init__(self, ask: Ask, net: Numbers, rows: Indexes) -> None:
        self.ask, self.net = ask, net
        self.rows = [int(row) for row in rows if np.isfinite(net[row])]
        request = ask.request
        self.parts = divisions(len(request.specialties), request.panel_min, request.panel_max, guests=True)
        self.ranked = {part: self._ranked(part) for parts in self.parts for part in parts}
        self.best = max((sum(self._best(part) for part in parts) for parts in self.parts), default=NEVER)

    def _best(self, part: int) -> float:
        return self.ranked[part][0][0] if self.ranked[part] else NEVER

    def _ranked(self, part: int) -> list[tuple[float, int]]:
        """Everybody for one part, the best first."""
        topics = [topic for topic in range(self.ask.levels.shape[1]) if part >> topic & 1]
        found = []
        for row in self.rows:
            levels = self.ask.levels[row][topics]
            if (levels > 0).all():
                found.append((float(self.net[row]) + self.ask.topic * int(levels.sum()), row))
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def at_least(self, least: float) -> Iterator[Option]:
        """The panels that are worth ``least``, each once."""
        seen = set()
        for parts in self.parts:
            for worth, rows in self._chosen(parts, least, ()):
                panel = tuple(sorted(rows))
                if panel not in seen:
                    seen.add(panel)
                    yield worth, panel

    def _chosen(self, parts: Sequence[int], least: float, chosen: tuple[int, ...]) -> Iterator[Option]:
        if not parts:
            if least <= ROUNDING:
                yield -least, chosen
            return
        rest = sum(self._best(part) for part in parts[1:])
        for worth, row in self.ranked[parts[0]]:
            if worth + rest < least - ROUNDING:
                return
            if row not in chosen:
                yield from self._chosen(parts[1:], least - worth, (*chosen, row))


def _teams(way: StaffedWay, net: Numbers, least: float) -> Iterator[Option]:
    """The teams of a way that are worth ``least``, in the order of the legs."""
    legs = [sorted((-float(net[row]), int(row)) for row in able if np.isfinite(net[row])) for able in way.holders]
    yield from _combined([[(-cost, row) for cost, row in leg] for leg in legs], way.way.team, least, 0.0, ())


def _combined(
    legs: Sequence[Sequence[tuple[float, int]]], size: int, least: float, worth: float, hired: tuple[int, ...]
) -> Iterator[Option]:
    """A team of ``size`` for each leg, whose people come best first, beside those who are ``hired``."""
    if not legs:
        yield worth, hired
        return
    rest = sum(_most(leg, size) for leg in legs[1:])
    for value, team in _some(legs[0], size, least - worth - rest):
        if not set(team) & set(hired):
            yield from _combined(legs[1:], size, least, worth + value, (*hired, *sorted(team)))


def _most(leg: Sequence[tuple[float, int]], size: int) -> float:
    return sum(value for value, _ in leg[:size]) if len(leg) >= size else NEVER


def _some(people: Sequence[tuple[float, int]], size: int, least: float) -> Iterator[Option]:
    """Every choice of ``size`` among ``people``, who come best first, that is worth ``least``."""
    if not size:
        yield 0.0, ()
        return
    for place in range(len(people) - size + 1):
        if _most(people[place:], size) < least - ROUNDING:
            return
        value, row = people[place]
        for more, others in _some(people[place + 1 :], size - 1, least - value):
            yield value + more, (row, *others)
