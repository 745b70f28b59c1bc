"""Rooms that are the same to every session count together, so that no plan is tried once for each of them.

Sessions that are in one of all rooms, whichever, take from the rooms of the house together, and from no hall of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from medixchange.matching.candidates import Ground, by_size
from medixchange.matching.kernel.bits import Indexes, flags, indexes
from medixchange.matching.match import ANY_ROOM
from medixchange.matching.presence import free_of, joined, room_fits
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Room
from medixchange.times.grid import starts
from medixchange.times.intervals import Interval

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hall:
    """Rooms of the same size, channels and free slots; as many sessions at once as there are ``rooms``."""

    rooms: tuple[Room, ...]
    free: int

    @property
    def first(self) -> Room:
        """One of them: they are all the same."""
        return self.rooms[0]


def halls_of(problem: Problem) -> tuple[Hall, ...]:
    """The rooms of the problem, the smallest first."""
    found: dict[tuple[int | None, int | None, int], list[Room]] = {}
    for room in problem.rooms:
        free = joined(room.masks, problem.grid) & ~problem.crowded[0]
        free &= free_of(problem.held_in_room.get(room.id, ()), problem.grid)
        found.setdefault((room.seats, room.channels, free), []).append(room)
    halls = (Hall(tuple(rooms), free) for (_, _, free), rooms in found.items())
    return tuple(sorted(halls, key=lambda hall: by_size(hall.first)))


def places_for(found: Ground, halls: Sequence[Hall], channels: int) -> Iterator[tuple[int, int]]:
    """The places of the halls that carry ``channels`` languages, and the starts at which each is free."""
    for place, hall in enumerate(halls):
        if room_fits(hall.first, found.request, channels):
            yield place, starts(hall.free, found.length)


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many sessions there is room for at once: in each hall, and, where some may be anywhere, in all of them.

    ``left`` [counts, slots] is what each count still has; ``of`` [halls, counts of one hall] says which of them a
    session in a hall takes one of.
    """

    left: Indexes
    of: Indexes


def rooms_of(halls: Sequence[Hall], problem: Problem) -> Rooms:
    """The rooms of ``halls``, which are those of the problem, as the sessions that stand leave them."""
    grid, own = problem.grid, np.arange(len(halls))
    left = indexes([np.full(grid.slots, len(hall.rooms)) for hall in halls]).reshape(-1, grid.slots)
    if ANY_ROOM not in problem.held_in_room:
        return Rooms(left, own[:, None])
    inside = (Interval(each.start, each.end) for each in problem.held if each.room is not None)
    house = np.full(grid.slots, len(problem.rooms), np.int64)
    for each in inside:
        house -= flags(grid.touched([each]), grid.slots)
    house = np.maximum(house, 0)  # sessions that contradict each other may be more than there are rooms
    if len(halls) == 1:
        return Rooms(np.minimum(left, house), own[:, None])
    return Rooms(np.vstack([left, house]), np.column_stack([own, np.full(len(halls), len(halls))]))


def rooms_for(hall: Hall, times: Iterable[Stretch]) -> Sequence[str]:
    """A room for each of ``times``, ascending by start, of which no more are at once than the hall has rooms."""
    until: dict[str, datetime] = {}
    found = []
    for start, end in times:
        room = next(each.id for each in hall.rooms if each.id not in until or until[each.id] <= start)
        until[room] = end
        found.append(room)
    return found
