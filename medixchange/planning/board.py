"""A whole problem laid out for planning."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from medixchange.matching.candidates import Ground, ground
from medixchange.matching.kernel.asks import Ask
from medixchange.matching.kernel.bits import Indexes, indexes
from medixchange.matching.kernel.layout import ask
from medixchange.matching.problem import Problem
from medixchange.matching.unmasked import Unmasked
from medixchange.matching.ways import manners, most_legs
from medixchange.planning.halls import Hall, Rooms, halls_of, places_for, rooms_of
from medixchange.planning.staff import Staff, experts_of, interpreters_of


@dataclass(frozen=True, slots=True)
class Board:
    """The requests without a confirmed session as asks, one a manner of interpreting; everybody's caps; the halls.

    ``load`` [experts] counts the sessions given, lent and held that fairness counts before the plan (S9), ``most``
    [experts] how many more of this board each could give at all.
    """

    problem: Problem
    experts: Staff
    interpreters: Staff
    halls: tuple[Hall, ...]
    asks: tuple[Ask, ...]
    load: Indexes
    most: Indexes
    rooms: Rooms

    @property
    def requests(self) -> int:
        """How many requests the asks are about."""
        return self.asks[-1].row + 1 if self.asks else 0

    @property
    def possible(self) -> list[Ask]:
        """The asks that can be served at all."""
        return [each for each in self.asks if each.can_be]

    @property
    def slots(self) -> int:
        """How many slots the grid has."""
        return self.problem.grid.slots


def board(problem: Problem) -> Board:
    """``problem`` laid out."""
    experts, interpreters, halls = experts_of(problem), interpreters_of(problem), halls_of(problem)
    open_ones = [each for each in problem.requests if each.id not in problem.confirmed]
    wanted = [(row, manner) for row, each in enumerate(open_ones) for manner in manners(each, problem)]
    unmasked = Unmasked(problem)
    grounds = (ground(problem, each, unmasked=unmasked) for _, each in wanted)
    asks = tuple(
        _ask(number, row, found, halls) for number, ((row, _), found) in enumerate(zip(wanted, grounds, strict=True))
    )
    held = [len(problem.held_by_expert.get(each.id, ())) for each in problem.experts]
    load = indexes([each.counted for each in problem.experts]) + indexes(held)
    return Board(problem, experts, interpreters, halls, asks, load, most_of(experts, asks), rooms_of(halls, problem))


def _ask(number: int, row: int, found: Ground, halls: tuple[Hall, ...]) -> Ask:
    places = [list(places_for(found, halls, channels)) for channels in range(most_legs(found.request) + 1)]
    return ask(found, places, number=number, row=row)


def most_of(experts: Staff, asks: tuple[Ask, ...]) -> Indexes:
    """How many requests of ``asks`` each expert could serve: by the caps that are left, and as a candidate."""
    found = np.zeros(len(experts.ids), np.int64)
    for _, manners_of_one in groupby(asks, key=lambda each: each.row):
        found[np.unique(np.concatenate([each.experts.people for each in manners_of_one]))] += 1
    for cap in experts.caps:
        found = np.minimum(found, np.maximum(cap.left, 0).sum(axis=1).astype(np.int64))
    return found
