"""The kernel: the best column of a request at every start at once, exactly, for any prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medixchange.matching.kernel.asks import Ask
from medixchange.matching.kernel.bits import NEVER, Indexes, Numbers
from medixchange.matching.kernel.panels import Panels
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
    """The best column at each start of ``ask``; of equals the first language, way, division and person."""
    starts = len(ask.at)
    found = Best(
        value=np.full(starts, NEVER),
        panel=np.full((ask.request.panel_max, starts), -1, np.int64),
        way=np.full(starts, -1, np.int64),
        hired=np.full((ask.most_hired, starts), -1, np.int64),
        hall=np.full(starts, -1, np.int64),
    )
    halls = [_cheapest(ask, net, channels) for channels in range(len(ask.halls))]
    everybody, teams = Panels(ask, net.experts), Teams(net.interpreters)
    for tongue in ask.tongues:
        panels, panel = everybody.of(tongue.rows)
        for number in tongue.ways:
            way = ask.ways[number]
            worth, hired = teams.over(way)
            cost, hall = halls[way.way.channels]
            value = panels + worth + cost
            if way.free is not None:
                value[~way.free] = NEVER
            better = value > found.value
            if better.any():
                found.value[better] = value[better]
                found.panel[:, better] = panel[:, better]
                found.way[better] = number
                found.hired[:, better] = -1
                found.hired[: len(hired), better] = hired[:, better]
                found.hall[better] = hall[better]
    found.value[:] += net.hours
    return found


def _cheapest(ask: Ask, net: Net, channels: int) -> tuple[Numbers, Indexes]:
    """What the cheapest hall that carries so many languages is worth at each start, and which it is."""
    value, hall = np.full(len(ask.at), NEVER), np.full(len(ask.at), -1, np.int64)
    for place, free in ask.halls[channels]:
        worth = np.where(free, net.halls[place], NEVER)
        better = worth > value
        value[better], hall[better] = worth[better], place
    return value, hall
