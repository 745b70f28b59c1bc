"""Rooms that are the same to every session count together, so that no plan is tried once for each of them.

Sessions that are in one of all rooms, whichever, take from the rooms of the house together, and from no hall of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from medixchange.matching.candidates import Ground, by_size
from medixchange.matching.kept import ROOM, concerning
from medixchange.matching.kernel.bits import Indexes, flags, indexes
from medixchange.matching.match import ANY_ROOM
from medixchange.matching.opened import opened, room_enough, starts_left
from medixchange.matching.presence import free_of, joined
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Room
from medixchange.times.grid import starts
from medixchange.times.intervals import Interval

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hall:
    """Rooms of the same size, channels and free slots; as many sessions at once as there are ``rooms``.

    ``free`` is what the sessions that stand leave of them. One in which some session stays though it cannot be as
    agreed is apart from all others.
    """

    rooms: tuple[Room, ...]
    free: int

    @property
    def first(self) -> Room:
        """One of them: they are all the same."""
        return self.rooms[0]


def halls_of(problem: Problem) -> tuple[Hall, ...]:
    """The rooms of the problem, the smallest first."""
    apart = {each.concerns for request in problem.requests for each in request.kept}
    found: dict[tuple[int | None, int | None, int, int, str], list[Room]] = {}
    for room in problem.rooms:
        free = free_of(problem.held_in_room.get(room.id, ()), problem.grid) & ~problem.crowded[0]
        own, concerns = joined(room.masks, problem.grid), concerning(ROOM, room.id)
        key = room.seats, room.channels, own, free, concerns if concerns in apart else ""
        found.setdefault(key, []).append(room)
    halls = (Hall(tuple(rooms), free) for (_, _, _, free, _), rooms in found.items())
    return tuple(sorted(halls, key=lambda hall: by_size(hall.first)))


def places_for(found: Ground, halls: Sequence[Hall], channels: int) -> Iterator[tuple[int, int]]:
    """The places of the halls that carry ``channels`` languages, and the starts at which each is free."""
    request, problem = found.request, found.problem
    for place, hall in enumerate(halls):
        enough = room_enough(hall.first, request, channels, problem)
        if enough:
            within = starts(hall.free & enough, found.length)
            opening = opened(ROOM, hall.first.id, request, problem)
            yield place, starts_left(hall.first.masks, opening, found.length, within=within)


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
