"""Rooms that are the same to every session count together, so that no plan is tried once for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from medixchange.matching.candidates import Ground
from medixchange.matching.kernel.bits import Indexes, flags, indexes
from medixchange.matching.match import ANY_ROOM
from medixchange.matching.presence import free_of, joined, room_fits
from medixchange.matching.problem import Problem, Room
from medixchange.times.grid import Grid, starts
from medixchange.times.intervals import Interval

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hall:
    """Rooms of the same size, channels and free slots; as many sessions at once as there are ``rooms``.

    ``held`` are stretches (start, end) of sessions that take one of them, whichever.
    """

    rooms: tuple[Room, ...]
    free: int
    held: tuple[Stretch, ...] = ()

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
    anywhere = tuple((each.start, each.end) for each in problem.held_in_room.get(ANY_ROOM, ()))
    halls = (Hall(tuple(rooms), free, anywhere) for (_, _, free), rooms in found.items())
    return tuple(sorted(halls, key=lambda hall: _size(hall.first)))


def _size(room: Room) -> tuple[bool, int, bool, int]:
    return room.seats is None, room.seats or 0, room.channels is None, room.channels or 0


def places_for(found: Ground, halls: Sequence[Hall], channels: int) -> Iterator[tuple[int, int]]:
    """The places of the halls that carry ``channels`` languages, and the starts at which each is free."""
    for place, hall in enumerate(halls):
        if room_fits(hall.first, found.request, channels):
            yield place, starts(hall.free, found.length)


def left_in(halls: Iterable[Hall], grid: Grid) -> Indexes:
    """How many rooms of each hall its held sessions leave at each slot; shape [halls, slots]."""
    return indexes([_left_in(hall, grid) for hall in halls]).reshape(-1, grid.slots)


def _left_in(hall: Hall, grid: Grid) -> Indexes:
    left = np.full(grid.slots, len(hall.rooms), np.int64)
    for start, end in hall.held:
        left -= flags(grid.touched([Interval(start, end)]), grid.slots)
    return np.maximum(left, 0)


def rooms_for(hall: Hall, times: Iterable[Stretch]) -> Sequence[str]:
    """A room for each of ``times``, ascending by start: the first that neither another one nor a held session takes."""
    until: dict[str, datetime] = {}
    found = []
    sessions = [(start, end, True) for start, end in times] + [(start, end, False) for start, end in hall.held]
    for start, end, is_new in sorted(sessions, key=lambda each: each[0]):
        # Held sessions that contradict each other may be more than there are rooms: one of them then has none.
        room = next((each.id for each in hall.rooms if each.id not in until or until[each.id] <= start), None)
        if room is not None:
            until[room] = end
            if is_new:
                found.append(room)
    return found
