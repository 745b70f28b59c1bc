"""The world clock picture: one lane of a day for each person, drawn on the server; a table says the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from medixchange.i18n import Words
from medixchange.times.intervals import Interval, intersection

DAY = timedelta(hours=24)
STEP = timedelta(minutes=15)
WORKING = range(9, 18)
EARLY_OR_LATE = (range(7, 9), range(18, 22))
TICK_HOURS = 2
NARROW_TICK_HOURS = 4
MARGIN = 3.0
"""Percent from the edge within which a label is set inwards instead of centred."""


@dataclass(frozen=True)
class Lane:
    """Somebody to draw: what they are called, in what part, where, and when they are free."""

    name: str
    part: str
    zone: str
    free: Sequence[Interval]


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane, in percent of its width from the left; ``kind`` is its class."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    """An hour below a lane; ``date`` at midnight, where a new local day begins."""

    x: float
    text: str
    anchor: str
    is_odd: bool
    is_midnight: bool


@dataclass(frozen=True)
class DrawnLane:
    """A lane as the page shows it, in bars and in words."""

    name: str
    part: str
    place: str
    offset: str
    session: str
    free_words: str
    bars: list[Bar]
    ticks: list[Tick]


def draw(lanes: Iterable[Lane], starts: datetime, ends: datetime, *, base_zone: str, words: Words) -> list[DrawnLane]:
    """Lanes over the 24 hours that hold the session: the local day of ``base_zone`` where it fits in.

    From right to left in languages that run so.
    """
    scale = _Scale(_first_moment(starts, ends, base_zone), mirrored=words.direction == "rtl")
    return [_drawn(lane, starts, ends, scale=scale, base_zone=base_zone, words=words) for lane in lanes]


@dataclass(frozen=True)
class _Scale:
    first: datetime
    mirrored: bool

    def x(self, at: datetime) -> float:
        share = min(max((at - self.first) / DAY, 0.0), 1.0) * 100
        return round(100 - share if self.mirrored else share, 3)

    def bar(self, kind: str, starts: datetime, ends: datetime) -> Bar:
        edges = sorted((self.x(starts), self.x(ends)))
        return Bar(kind, edges[0], round(edges[1] - edges[0], 3))

    def steps(self) -> list[datetime]:
        return [self.first + number * STEP for number in range(DAY // STEP)]


def _first_moment(starts: datetime, ends: datetime, base_zone: str) -> datetime:
    local = starts.astimezone(ZoneInfo(base_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(starts.tzinfo)
    if ends <= midnight + DAY:
        return midnight
    middle = starts + (ends - starts) / 2
    return (middle - DAY / 2).replace(minute=0, second=0, microsecond=0)


def _drawn(lane: Lane, starts: datetime, ends: datetime, *, scale: _Scale, base_zone: str, words: Words) -> DrawnLane:
    free = intersection(lane.free, [Interval(scale.first, scale.first + DAY)])
    strips = [scale.bar("free", each.start, each.end) for each in free]
    return DrawnLane(
        name=lane.name,
        part=lane.part,
        place=words.place(lane.zone),
        offset=words.offset(starts, lane.zone),
        session=_session(starts, ends, lane.zone, base_zone, words),
        free_words=words.listed([words.hours(each.start, each.end, lane.zone) for each in free]),
        bars=[*_hours(ZoneInfo(lane.zone), scale), *strips, scale.bar("slot", starts, ends)],
        ticks=_ticks(lane.zone, scale, words),
    )


def _session(starts: datetime, ends: datetime, zone: str, base_zone: str, words: Words) -> str:
    hours = words.hours(starts, ends, zone)
    here, there = starts.astimezone(ZoneInfo(zone)).date(), starts.astimezone(ZoneInfo(base_zone)).date()
    return hours if here == there else f"{words.short_day(starts, zone)}, {hours}"


def _hours(zone: ZoneInfo, scale: _Scale) -> list[Bar]:
    bars = []
    for kind, group in groupby(scale.steps(), key=lambda at: _kind(at.astimezone(zone).hour)):
        stretch = list(group)
        bars.append(scale.bar(kind, stretch[0], stretch[-1] + STEP))
    return bars


def _kind(hour: int) -> str:
    if hour in WORKING:
        return "day"
    return "edge" if any(hour in stretch for stretch in EARLY_OR_LATE) else "night"


def _ticks(zone: str, scale: _Scale, words: Words) -> list[Tick]:
    local = ((at, at.astimezone(ZoneInfo(zone))) for at in scale.steps())
    return [
        _tick(at, there, scale, words.month_day(there.date()))
        for at, there in local
        if there.minute == 0 and there.hour % TICK_HOURS == 0
    ]


def _tick(at: datetime, there: datetime, scale: _Scale, date: str) -> Tick:
    x = scale.x(at)
    is_midnight = there.hour == 0 and MARGIN < x < 100 - MARGIN
    anchor = "start" if x < MARGIN else "end" if x > 100 - MARGIN else "middle"
    text = date if is_midnight else f"{there:%H}"
    return Tick(x, text, anchor, bool(there.hour % NARROW_TICK_HOURS), is_midnight)
