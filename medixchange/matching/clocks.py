"""Wall clocks laid over the grid: which slots read a local hour or day, and which lie outside soft hours.

Between two changes of a zone's offset its wall clock is plain arithmetic, so everything here walks those
stretches; an hour that repeats counts both times, one that is skipped never. A slot that straddles a change
belongs to no stretch (with quarters and halves of an hour there is none).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from medixchange.policies.values import Minutes
from medixchange.times import zones
from medixchange.times.grid import Grid

DAY = 1440
Key = Callable[[date], Hashable]
"""Under what a day counts: itself, its week or its month."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Slots ``first`` to ``end`` (excluded) of one offset; slot ``first`` begins at ``local``.

    ``local`` counts minutes of the wall clock since the first of January of year 1.
    """

    first: int
    end: int
    local: int


@lru_cache(maxsize=512)
def stretches(grid: Grid, zone: str) -> tuple[Stretch, ...]:
    """The stretches of constant offset of ``zone`` (IANA) over ``grid``, in order."""
    found: list[Stretch] = []
    total, first = grid.slots * grid.minutes, 0
    while first < total:
        offset = _offset(grid, zone, first)
        end = first
        while end < total and _offset(grid, zone, end) == offset:
            end = min(end + DAY, total) if _offset(grid, zone, min(end + DAY, total)) == offset else end + 1
        slots = -(-first // grid.minutes), end // grid.minutes
        if slots[0] < slots[1]:
            start = grid.start.toordinal() * DAY + grid.start.hour * 60 + grid.start.minute
            found.append(Stretch(slots[0], slots[1], start + slots[0] * grid.minutes + offset))
        first = end
    return tuple(found)


def _offset(grid: Grid, zone: str, minute: int) -> int:
    """Minutes east of Greenwich, ``minute`` minutes after the grid's start."""
    offset = (grid.start + timedelta(minutes=minute)).astimezone(zones.zone(zone)).utcoffset()
    return int((offset or timedelta()) / timedelta(minutes=1))


def _ordinals(stretch: Stretch, minutes: int) -> range:
    """Days (proleptic ordinals) that the stretch touches."""
    last = stretch.local + (stretch.end - stretch.first) * minutes - 1
    return range(stretch.local // DAY, last // DAY + 1)


def wall_mask(grid: Grid, zone: str, hours: Callable[[date], Iterable[Minutes]]) -> int:
    """Slots wholly inside the ``hours`` of each local day; hours that meet count as one, over midnight too."""
    mask = 0
    for stretch in stretches(grid, zone):
        spans = sorted(
            (day * DAY + begin, day * DAY + end)
            for day in _ordinals(stretch, grid.minutes)
            for begin, end in hours(date.fromordinal(day))
        )
        for begin, end in _joined(spans):
            first = max(0, -((stretch.local - begin) // grid.minutes))
            last = min(stretch.end - stretch.first, (end - stretch.local) // grid.minutes)
            if first < last:
                mask |= ((1 << (last - first)) - 1) << (stretch.first + first)
    return mask


def _joined(spans: list[Minutes]) -> Iterator[Minutes]:
    """Sorted ``spans`` with those that meet or overlap made one."""
    begin, end = 0, -1
    for first, last in spans:
        if first > end:
            if end > begin:
                yield begin, end
            begin, end = first, last
        else:
            end = max(end, last)
    if end > begin:
        yield begin, end


@lru_cache(maxsize=512)
def days(grid: Grid, zone: str) -> dict[date, int]:
    """For each local day of ``zone`` the slots that begin on it."""
    found: dict[date, int] = {}
    for stretch in stretches(grid, zone):
        for day in _ordinals(stretch, grid.minutes):
            first = max(0, -((stretch.local - day * DAY) // grid.minutes))
            last = min(stretch.end - stretch.first, -((stretch.local - (day + 1) * DAY) // grid.minutes))
            bits = ((1 << (last - first)) - 1) << (stretch.first + first)
            key = date.fromordinal(day)
            found[key] = found.get(key, 0) | bits
    return found


@lru_cache(maxsize=512)
def stretches_by(grid: Grid, zone: str, key: Key) -> dict[Hashable, int]:
    """The slots that begin under each ``key`` of the local day, in the order of time."""
    found: dict[Hashable, int] = {}
    for day, slots in days(grid, zone).items():
        found[key(day)] = found.get(key(day), 0) | slots
    return found


def minutes_outside(grid: Grid, zone: str, soft: Minutes, first: int, length: int) -> int:
    """Minutes outside ``soft`` hours of the ``length`` slots from ``first`` on."""
    sums = _outside(grid, zone, soft)
    return sums[first + length] - sums[first]


@lru_cache(maxsize=512)
def half_hours(grid: Grid, zone: str, soft: Minutes, length: int) -> tuple[int, ...]:
    """For each start the begun half-hours outside ``soft`` hours of a session of ``length`` slots."""
    sums = _outside(grid, zone, soft)
    return tuple(-(-(sums[at + length] - sums[at]) // 30) for at in range(grid.slots - length + 1))


@lru_cache(maxsize=512)
def _outside(grid: Grid, zone: str, soft: Minutes) -> array[int]:
    """Running sum over the slots of the minutes that lie outside ``soft`` hours."""
    minutes = [grid.minutes] * grid.slots
    for stretch in stretches(grid, zone):
        for slot in range(stretch.first, stretch.end):
            at = (stretch.local + (slot - stretch.first) * grid.minutes) % DAY
            minutes[slot] -= _overlap(at, at + grid.minutes, soft)
    sums, total = array("i", [0]), 0
    for outside in minutes:
        total += outside
        sums.append(total)
    return sums


@lru_cache(maxsize=4096)  # a day has few beginnings, and eight weeks have thousands of slots
def _overlap(begin: int, end: int, soft: Minutes) -> int:
    """Minutes of [begin, end) inside ``soft`` of this local day or, past midnight, of the next."""
    today = max(0, min(end, soft[1]) - max(begin, soft[0]))
    return today + max(0, min(end, soft[1] + DAY) - max(begin, soft[0] + DAY))
