"""The kernel: the best column of a request at every start at once, exactly, for any prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from medixchange.matching.kernel.asks import Ask, StaffedWay
from medixchange.matching.kernel.bits import NEVER, Indexes, Numbers
from medixchange.matching.kernel.panels import Panels, Ranking
from medixchange.matching.kernel.routes import Teams


@dataclass(frozen=True, slots=True)
class Net:
    """What everything is worth to one ask at each start, less what it costs there; ``NEVER`` where it is taken.

    ``hours`` [starts], ``experts`` [starts, experts], ``interpreters`` [starts, interpreters], and ``halls``
    [halls that the board has, starts], which cost only.
    """

    hours: Numbers
    experts: Numbers
    interpreters: Numbers
    halls: Numbers


@dataclass(frozen=True, slots=True)
class Best:
    """The best there is at each start: what it is worth, and who, over which way, in which hall; -1 where nobody."""

    value: Numbers
    panel: Indexes
    way: Indexes
    hired: Indexes
    hall: Indexes


def alone(ask: Ask, load: Indexes) -> Net:
    """What everything is worth where nothing else is planned; ``load`` [experts] is what S9 counts of each."""
    fair = ask.fair * (load + 1)
    return Net(
        hours=ask.base,
        experts=ask.experts.net(ask.experts.free, fair),
        interpreters=ask.interpreters.net(ask.interpreters.free),
        halls=np.zeros((1, len(ask.at))),
    )


def best(ask: Ask, net: Net) -> Best:
    """The best column at each start of ``ask``; of equals the first way, division and person."""
    found = _nothing(ask)
    halls = [_cheapest(ask, net, channels) for channels in range(len(ask.halls))]
    panels, teams = Panels(ask, net.experts), Teams(net.interpreters)
    for tongue in ask.tongues:
        ways = [_conversed(ask.ways[number], teams, halls) for number in tongue.ways]
        # No panel of one language is worth more than the best of all: few starts need one of their own.
        reach = panels.most + np.maximum.reduce([each.value for each in ways])
        at = np.flatnonzero((reach >= found.value) & (reach > NEVER))
        if len(at):
            panel = panels.of(tongue.rows, at)
            for number, way in zip(tongue.ways, ways, strict=True):
                _improve(found, number, way, panel, at)
    found.value[:] += net.hours
    return found


def _nothing(ask: Ask) -> Best:
    starts = len(ask.at)
    return Best(
        value=np.full(starts, NEVER),
        panel=np.full((ask.request.panel_max, starts), -1, np.int64),
        way=np.full(starts, -1, np.int64),
        hired=np.full((ask.most_hired, starts), -1, np.int64),
        hall=np.full(starts, -1, np.int64),
    )


class _Conversed(NamedTuple):
    """What a way is worth at each start with its best teams and the cheapest hall; the rows of who is hired
    [interpreters, starts] and the hall [starts]."""

    value: Numbers
    hired: Indexes
    hall: Indexes


def _conversed(way: StaffedWay, teams: Teams, halls: Sequence[tuple[Numbers, Indexes]]) -> _Conversed:
    worth, hired = teams.over(way)
    cost, hall = halls[way.way.channels]
    value = worth + cost
    if way.free is not None:
        value[~way.free] = NEVER
    return _Conversed(value, hired, hall)


def _improve(found: Best, number: int, way: _Conversed, panels: Ranking, at: Indexes) -> None:
    """Take the way with this ``number`` and its ``panels`` at those of the starts ``at`` where that is better."""
    worth, panel = panels
    value, before = worth + way.value[at], found.value[at]
    better = (value > before) | ((value == before) & (number < found.way[at]))
    places = at[better]
    if len(places):
        found.value[places] = value[better]
        found.panel[:, places] = panel[:, better]
        found.way[places] = number
        found.hired[:, places] = -1
        found.hired[: len(way.hired), places] = way.hired[:, places]
        found.hall[places] = way.hall[places]


def _cheapest(ask: Ask, net: Net, channels: int) -> tuple[Numbers, Indexes]:
    """What the cheapest hall that carries so many languages is worth at each start, and which it is."""
    value, hall = np.full(len(ask.at), NEVER), np.full(len(ask.at), -1, np.int64)
    for place, free in ask.halls[channels]:
        worth = np.where(free, net.halls[place], NEVER)
        better = worth > value
        value[better], hall[better] = worth[better], place
    return value, hall
