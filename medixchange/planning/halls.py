"""Rooms that are the same to every session count together, so that no plan is tried once for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from medixchange.matching.presence import joined, taken
from medixchange.matching.problem import Problem, Room


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
        held = taken(problem.held_in_room.get(room.id, ()), problem.grid)
        free = joined((*room.masks, held), problem.grid)
        found.setdefault((room.seats, room.channels, free), []).append(room)
    halls = (Hall(tuple(rooms), free) for (_, _, free), rooms in found.items())
    return tuple(sorted(halls, key=lambda hall: _size(hall.first)))


def _size(room: Room) -> tuple[bool, int, bool, int]:
    return room.seats is None, room.seats or 0, room.channels is None, room.channels or 0


def rooms_for(hall: Hall, times: Iterable[tuple[datetime, datetime]]) -> Sequence[str]:
    """A room for each of ``times`` (start, end), ascending by start: the first that is free."""
    until: dict[str, datetime] = {}
    found = []
    for start, end in times:
        room = next(each.id for each in hall.rooms if each.id not in until or until[each.id] <= start)
        until[room] = end
        found.append(room)
    return found
