"""People, rooms and a request as layers: the starts that each kind of condition alone would leave them.

The starts of several conditions together are the AND of their layers, so that a condition is lifted by leaving its
layer out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from functools import reduce
from typing import Generic, TypeVar

import numpy as np

from medixchange.matching.candidates import helpers
from medixchange.matching.kept import PERSON, ROOM
from medixchange.matching.kernel.rows import Rows, row_of, rows_of, starts_in
from medixchange.matching.listed import once
from medixchange.matching.opened import NOTHING, opened, starts_left
from medixchange.matching.presence import (
    asking_masks,
    dates,
    expert_left,
    gives_any,
    interpreter_left,
    interprets_so_long,
    room_left,
)
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.resources import Expert, Interpreter, Person, Room
from medixchange.times.grid import Grid, starts

Kinds = frozenset[str]
"""Names of layers: a side and a kind of mask, or what the request itself sets."""
NONE: Kinds = frozenset()
EARLIEST, DEADLINE, WINDOWS = "earliest", "deadline", "windows"
HOSPITAL, EXPERTS, INTERPRETERS, ROOMS = "hospital", "experts", "interpreters", "rooms"
TAKEN, CAPPED = "taken", "capped"
"""What other sessions take, with rest and caps; and that somebody gives none at all, which nothing lifts."""
Who = TypeVar("Who", Expert, Interpreter, Room)


def layer(side: str, kind: str) -> str:
    """The name of the layer of one kind of one side."""
    return f"{side}-{kind}"


OTHERS: Kinds = frozenset(layer(side, TAKEN) for side in (HOSPITAL, EXPERTS, INTERPRETERS, ROOMS))
"""What the sessions that stand take."""


class Layered(Generic[Who]):
    """Several people, or the rooms, and their layers: the starts (a row of bits) that each is left by each kind."""

    def __init__(self, who: Sequence[Who], grid: Grid, layers: Mapping[str, Rows]) -> None:
        self.who: Sequence[Who] = who
        self.kinds: Kinds = frozenset(layers)
        self._layers = layers
        self._grid = grid
        self._left: dict[Kinds, Rows] = {}

    def starts(self, lifted: Kinds = NONE) -> Rows:
        """The starts that each is left without the ``lifted`` kinds; every bit of the grid where there is none."""
        own = lifted & self.kinds
        if own not in self._left:
            layers = [self._layers[kind] for kind in self.kinds - own]
            self._left[own] = reduce(np.bitwise_and, layers) if layers else rows_of({}, len(self.who), self._grid.slots)
        return self._left[own]


def left(layers: Mapping[str, int], lifted: Kinds) -> int:
    """The starts that ``layers`` leave without the ``lifted`` kinds; every bit (-1) where there is none."""
    found = -1
    for kind, allowed in layers.items():
        if kind not in lifted:
            found &= allowed
    return found


def of_request(request: Request, problem: Problem) -> dict[str, int]:
    """The layers of the asking side: its dates, its windows where it can come only then, its calendar and sessions."""
    grid, length = problem.grid, problem.length(request.minutes)
    found = {"horizon": starts(grid.full, length)}
    masks = ((mask, opening) for _, mask, opening in asking_masks(request, problem))
    for mask, opening in (*((each, NOTHING) for each in dates(request, problem)), *masks):
        name = mask.kind if mask.kind in (EARLIEST, DEADLINE, WINDOWS) else layer(HOSPITAL, mask.kind)
        found[name] = starts_left((mask,), opening, length, within=found.get(name, -1))
    return found


def of_experts(places: Sequence[int], request: Request, problem: Problem) -> Layered[Expert]:
    """The experts at these ``places`` of the problem, who may sit on a panel for ``request``."""
    grid, held, people = problem.grid, problem.held_by_person, [problem.experts[place] for place in places]
    taken = {
        place: expert_left(each, request, problem) & grid.full for place, each in enumerate(people) if each.id in held
    }
    capped = {place: 0 for place, each in enumerate(people) if not gives_any(each)}
    layers = _by_masks(EXPERTS, problem.experts, places, request, problem)
    layers[layer(EXPERTS, TAKEN)] = rows_of(taken, len(people), grid.slots)
    layers[layer(EXPERTS, CAPPED)] = rows_of(capped, len(people), grid.slots)
    return Layered(people, grid, layers)


def of_interpreters(request: Request, problem: Problem) -> Layered[Interpreter]:
    """The interpreters who could work for ``request``, if its hospital wants any."""
    people = [each for each in helpers(request, problem) if interprets_so_long(each, request.minutes)]
    places = [problem.interpreter_place[each.id] for each in people]
    grid, held = problem.grid, problem.held_by_person
    taken = {
        place: interpreter_left(each, request, problem) & grid.full
        for place, each in enumerate(people)
        if each.id in held
    }
    layers = _by_masks(INTERPRETERS, problem.interpreters, places, request, problem)
    layers[layer(INTERPRETERS, TAKEN)] = rows_of(taken, len(people), grid.slots)
    return Layered(people, grid, layers)


def of_rooms(request: Request, problem: Problem) -> Layered[Room]:
    """The rooms; when one is open is one layer."""
    grid, length, rooms = problem.grid, problem.length(request.minutes), problem.rooms
    every = starts(grid.full, length)
    free = {
        ROOMS: [
            starts_left(each.masks, opened(ROOM, each.id, request, problem), length, within=every) for each in rooms
        ],
        layer(ROOMS, TAKEN): [starts(room_left(each, request, problem), length) for each in rooms],
    }
    layers = {kind: rows_of(dict(enumerate(left)), len(rooms), grid.slots) for kind, left in free.items()}
    return Layered(rooms, grid, layers)


def _by_masks(
    side: str, everybody: tuple[Person, ...], places: Sequence[int], request: Request, problem: Problem
) -> dict[str, Rows]:
    """The layers that the masks of those at ``places`` of ``everybody`` make, by name."""
    length, found = problem.length(request.minutes), dict[str, Rows]()
    openings = [opened(PERSON, everybody[place].id, request, problem) for place in places]
    some = {row: opening for row, opening in enumerate(openings) if opening}
    for kind, (have, rows) in once(everybody, ("masks", problem.grid), lambda: _masks(everybody, problem.grid)).items():
        if not have.isdisjoint(places):
            left = starts_in(rows[places], length)
            for row, opening in some.items():
                if kind in opening:
                    left[row] |= row_of(starts(opening[kind], length), problem.grid.slots)[0]
            found[layer(side, kind)] = left
    return found


def _masks(everybody: Sequence[Person], grid: Grid) -> Mapping[str, tuple[Set[int], Rows]]:
    """By kind the places of those who have such a mask, and the slots that it leaves to each of ``everybody``."""
    slots = defaultdict[str, dict[int, int]](dict)
    for place, each in enumerate(everybody):
        for mask in each.masks:
            allowed = slots[mask.kind]
            allowed[place] = allowed[place] & mask.slots if place in allowed else mask.slots
    return {kind: (frozenset(left), rows_of(left, len(everybody), grid.slots)) for kind, left in slots.items()}
