"""Everybody of one kind: how soon each can begin another session, and what is left of each one's caps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from medixchange.matching.clocks import Key, stretches_by
from medixchange.matching.kernel.bits import Indexes, Numbers, flags, indexes
from medixchange.matching.match import Held
from medixchange.matching.presence import by_day, by_month, by_week, local_date
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Expert, Interpreter, Person
from medixchange.times.grid import Grid


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap by local day, ISO week or month.

    ``keys`` [zones, slots] numbers the stretch under which a session counts that begins at a slot, ``masks`` are
    the slots of each stretch by zone, and ``left`` [people, stretches] is what held sessions leave of the cap.
    """

    keys: Indexes
    masks: tuple[tuple[int, ...], ...]
    left: Numbers


@dataclass(frozen=True, slots=True)
class Staff:
    """People by their place in the problem; ``rest`` in minutes, ``zone`` is a place in each cap's first axis."""

    ids: tuple[str, ...]
    zone: Indexes
    rest: Indexes
    caps: tuple[Cap, ...]
    by_minutes: bool

    def amount(self, minutes: int) -> int:
        """What one session of ``minutes`` takes from the caps."""
        return minutes if self.by_minutes else 1

    def reach(self, minutes: int, grid: Grid) -> Indexes:
        """For each one the slots from the start of such a session to the earliest start of another; [people]."""
        return -(-(minutes + self.rest) // grid.minutes)


def experts_of(problem: Problem) -> Staff:
    """The experts; their caps count sessions by day, week and month."""
    most: tuple[tuple[Key, Sequence[int]], ...] = (
        (by_day, [each.max_day for each in problem.experts]),
        (by_week, [each.max_week for each in problem.experts]),
        (by_month, [each.max_month for each in problem.experts]),
    )
    return _staff(problem.experts, problem.grid, most, problem.held_by_person, by_minutes=False)


def interpreters_of(problem: Problem) -> Staff:
    """The interpreters; their caps count minutes by day and week."""
    most: tuple[tuple[Key, Sequence[int]], ...] = (
        (by_day, [each.max_minutes_day for each in problem.interpreters]),
        (by_week, [each.max_minutes_week for each in problem.interpreters]),
    )
    return _staff(problem.interpreters, problem.grid, most, problem.held_by_person, by_minutes=True)


def _staff(
    people: Sequence[Expert] | Sequence[Interpreter],
    grid: Grid,
    most: Iterable[tuple[Key, Sequence[int]]],
    held: Mapping[str, tuple[Held, ...]],
    *,
    by_minutes: bool,
) -> Staff:
    zones = sorted({each.zone for each in people})
    zone = indexes([zones.index(each.zone) for each in people])
    caps = []
    for key, limits in most:
        cap = _cap(zones, grid, key, limits)
        for who, each in enumerate(people):
            for session in held.get(each.id, ()):
                _take(cap, who, each, key, session, amount=session.minutes if by_minutes else 1, grid=grid)
        caps.append(cap)
    rest = indexes([each.rest_minutes for each in people])
    return Staff(tuple(each.id for each in people), zone, rest, tuple(caps), by_minutes)


def _cap(zones: Sequence[str], grid: Grid, key: Key, limits: Sequence[int]) -> Cap:
    """The cap without what is held."""
    found = [stretches_by(grid, name, key) for name in zones]
    widest = max((len(masks) for masks in found), default=0)
    keys = np.zeros((len(zones), grid.slots), np.int64)
    for row, masks in enumerate(found):
        for number, mask in enumerate(masks.values()):
            keys[row, flags(mask, grid.slots)] = number
    left = np.repeat(np.asarray(limits, np.float64)[:, None], widest, axis=1)
    return Cap(keys, tuple(tuple(masks.values()) for masks in found), left)


def _take(cap: Cap, who: int, person: Person, key: Key, held: Held, *, amount: int, grid: Grid) -> None:
    """Less of the cap for a held session; one that begins outside the grid counts where its week or month goes on."""
    numbers = {name: number for number, name in enumerate(stretches_by(grid, person.zone, key))}
    number = numbers.get(key(local_date(held.start, person.zone)))
    if number is not None:
        cap.left[who, number] -= amount
