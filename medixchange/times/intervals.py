"""Half-open stretches of UTC time, and the algebra of sets of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """From ``start`` until just before ``end``, both aware; kept in UTC.

    Raises ValueError for a naive bound or an end that is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval has aware bounds")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def minutes(self) -> int:
        """Whole minutes between the bounds."""
        return (self.end - self.start) // MINUTE

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same instants as few, sorted, separate intervals; those that touch are joined."""
    joined: list[Interval] = []
    for each in sorted(intervals):
        if joined and each.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, each.end))
        else:
            joined.append(each)
    return tuple(joined)


def intersection(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """The instants that both sets hold."""
    found: list[Interval] = []
    left, right = list(union(one)), list(union(other))
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            found.append(Interval(start, end))
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return tuple(found)
