"""What wall clocks show during a session, for the checker: standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), 1440
Piece = tuple[date, int, int]
"""A local day, and minutes of it from and to which a session takes."""


def instant(text: str) -> datetime:
    """An instant of the format."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def clock(text: str) -> int:
    """Minutes of the day."""
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def span(texts: Sequence[str]) -> tuple[int, int]:
    """Two times of the day as minutes."""
    begin, end = texts
    return clock(begin), clock(end)


def pieces(start: datetime, end: datetime, zone: str) -> Iterator[Piece]:
    """The stretches of local days that a session takes: split at midnights and where the clock is put on or back."""
    for first, last in _steady(start, end, ZoneInfo(zone)):
        local = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        left = (last - first) // MINUTE
        while left:
            minute = local.hour * 60 + local.minute
            taken = min(left, DAY - minute)
            yield local.date(), minute, minute + taken
            local, left = local + taken * MINUTE, left - taken


def _steady(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Stretches in which the zone's offset stays as it is."""
    first = start
    while first < end:
        offset, low, high = first.astimezone(zone).utcoffset(), first, end
        if (end - MINUTE).astimezone(zone).utcoffset() != offset:
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
        yield first, high
        first = high


def inside(piece: Piece, hours: Iterable[tuple[int, int]]) -> bool:
    """Whether the hours of its day hold a piece; hours that meet count as one."""
    _, first, last = piece
    for begin, end in sorted(hours):
        if begin <= first < end:
            first = end
    return first >= last


def minutes_outside(start: datetime, end: datetime, zone: str, hours: tuple[int, int]) -> int:
    """Minutes of a session outside daily hours."""
    total = 0
    for _, first, last in pieces(start, end, zone):
        total += last - first - max(0, min(last, hours[1]) - max(first, hours[0]))
    return total


def local_day(at: datetime, zone: str) -> date:
    """The day that the clock there shows."""
    return at.astimezone(ZoneInfo(zone)).date()
