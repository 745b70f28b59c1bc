"""A grid of equal slots over UTC, and sets of slots as the bits of one integer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from medixchange.times.intervals import MINUTE, Interval

QUARTER = 15
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Stretch(Protocol):
    """What lasts from ``start`` until just before ``end``, both aware."""

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Grid:
    """``slots`` slots of ``minutes`` minutes each, the first beginning at ``start`` (aware)."""

    start: datetime
    slots: int
    minutes: int = QUARTER

    @property
    def step(self) -> timedelta:
        """The length of one slot."""
        return self.minutes * MINUTE

    @property
    def end(self) -> datetime:
        """Where the last slot ends."""
        return self.at(self.slots)

    @property
    def full(self) -> int:
        """Every slot."""
        return (1 << self.slots) - 1

    @property
    def span(self) -> Interval:
        """The whole grid as one interval."""
        return Interval(self.start, self.end)

    def at(self, slot: int) -> datetime:
        """When ``slot`` begins."""
        return self.start + self.step * slot

    def slot(self, at: datetime) -> int:
        """The slot that begins at ``at``.

        Raises ValueError when no slot begins then.
        """
        slot, rest = divmod(at - self.start, self.step)
        if rest or not 0 <= slot < self.slots:
            raise ValueError(f"no slot begins at {at.isoformat()}")
        return slot

    def interval(self, slot: int, count: int) -> Interval:
        """The stretch of ``count`` slots from ``slot`` on."""
        return Interval(self.at(slot), self.at(slot + count))

    def mask(self, intervals: Iterable[Interval]) -> int:
        """The slots that lie wholly inside one of ``intervals`` (join touching ones first: ``union``)."""
        found = 0
        for each in intervals:
            first = -((self.start - each.start) // self.step)
            found |= self._bits(first, (each.end - self.start) // self.step)
        return found

    def touched(self, stretches: Iterable[Stretch], *, beside: timedelta = timedelta()) -> int:
        """The slots that share an instant with one of ``stretches`` or the time ``beside`` it, before or after."""
        found, step, late, early = 0, self.step, self.start + beside, self.start - beside
        for each in stretches:
            found |= self._bits((each.start - late) // step, -((early - each.end) // step))
        return found

    def _bits(self, first: int, end: int) -> int:
        first, end = max(first, 0), min(end, self.slots)
        return ((1 << (end - first)) - 1) << first if first < end else 0


def starts(mask: int, length: int) -> int:
    """The slots from which ``length`` slots in a row are all in ``mask`` (logarithmically many shifts)."""
    done = 1
    while done < length:
        step = min(done, length - done)
        mask &= mask >> step
        done += step
    return mask


def slots_of(mask: int) -> Iterator[int]:
    """The slots in ``mask``, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """The stretches of neighbouring slots in ``mask`` as (first slot, how many), ascending."""
    while mask:
        first = (mask & -mask).bit_length() - 1
        length = (~(mask >> first) & -~(mask >> first)).bit_length() - 1
        yield first, length
        mask &= ~(((1 << length) - 1) << first)


def union(masks: Iterable[int]) -> int:
    """The bits that some mask has."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def at_least(most: int, masks: Iterable[int]) -> int:
    """The bits that at least ``most`` of the masks have; every bit (-1) for none."""
    return rungs(most, masks)[-1] if most else -1


def rungs(most: int, masks: Iterable[int]) -> Sequence[int]:
    """The bits that at least one of the masks has, at least two, and so on up to ``most``."""
    found = [-1] + [0] * most
    for mask in masks:
        for rung in range(most, 0, -1):
            found[rung] |= found[rung - 1] & mask
    return found[1:]


def quarter(at: datetime) -> int:
    """How many quarters of an hour after the Unix epoch ``at`` is.

    Raises ValueError when ``at`` is not on a quarter of an hour.
    """
    count, rest = divmod(at - EPOCH, timedelta(minutes=QUARTER))
    if rest:
        raise ValueError(f"{at.isoformat()} is not on a quarter of an hour")
    return count


def quarters(interval: Interval) -> range:
    """The quarters of an hour that ``interval`` fills; both bounds must be on a quarter."""
    return range(quarter(interval.start), quarter(interval.end))
