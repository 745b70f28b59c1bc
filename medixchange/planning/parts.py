"""A part of a board: the requests that can begin within some weeks, beside a plan that stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from medixchange.matching.kernel.asks import Ask, StaffedWay, Tongue
from medixchange.matching.kernel.bits import Flags, Indexes
from medixchange.planning.board import Board
from medixchange.planning.columns import Column
from medixchange.planning.taken import Taken


@dataclass(frozen=True, slots=True)
class Part:
    """A ``board`` of its own, whose asks are those with ``numbers`` in the whole one; slots and people are the same."""

    board: Board
    numbers: tuple[int, ...]

    def inward(self, columns: Iterable[Column]) -> Iterator[Column]:
        """The columns of the whole board as columns of this part, those of other asks left out."""
        places = {number: place for place, number in enumerate(self.numbers)}
        return (replace(each, ask=places[each.ask]) for each in columns if each.ask in places)

    def outward(self, columns: Iterable[Column]) -> Iterator[Column]:
        """The columns of this part as columns of the whole board."""
        return (replace(each, ask=self.numbers[each.ask]) for each in columns)


def part(standing: Taken, first: int, end: int) -> Part:
    """What the plan ``standing`` leaves to the asks that it does not serve, as far as they begin in slots ``first`` to
    ``end``."""
    found, numbers, rows = list[Ask](), list[int](), dict[int, int]()
    for ask in standing.board.asks:
        inside = (ask.at >= first) & (ask.at < end)
        if ask.row not in standing.plan and inside.any() and ask.can_be:
            left = _left(standing, ask, inside)
            if left.can_be:
                row = rows.setdefault(ask.row, len(rows))
                numbers.append(ask.number)
                found.append(replace(left, number=len(found), row=row))
    return Part(standing.rest(tuple(found)), tuple(numbers))


def _left(standing: Taken, ask: Ask, inside: Flags) -> Ask:
    """What ``standing`` leaves to ``ask`` at the starts ``inside``."""
    net = standing.net(ask)
    starts = inside & np.isfinite(net.hours)
    experts, interpreters = np.isfinite(net.experts), np.isfinite(net.interpreters)
    knowing, hired = _places(experts[starts]), _places(interpreters[starts])
    halls = tuple(
        tuple((place, free[starts] & np.isfinite(net.halls[place, starts])) for place, free in leg) for leg in ask.halls
    )
    return replace(
        ask,
        at=ask.at[starts],
        base=ask.base[starts],
        experts=ask.experts.part(experts, starts),
        levels=ask.levels[knowing >= 0],
        interpreters=ask.interpreters.part(interpreters, starts),
        ways=tuple(_way(each, hired, starts) for each in ask.ways),
        tongues=tuple(Tongue(_moved(each.rows, knowing), each.ways) for each in ask.tongues),
        halls=halls,
    )


def _places(free: Flags) -> Indexes:
    """The new row of each one who is ``free`` [starts, n] at all, -1 for the others."""
    some = free.any(axis=0)
    return np.where(some, np.cumsum(some) - 1, -1)


def _moved(rows: Indexes, places: Indexes) -> Indexes:
    moved = places[rows]
    return moved[moved >= 0]


def _way(way: StaffedWay, places: Indexes, starts: Flags) -> StaffedWay:
    holders = tuple(_moved(each, places) for each in way.holders)
    return replace(way, holders=holders, free=None if way.free is None else way.free[starts])
