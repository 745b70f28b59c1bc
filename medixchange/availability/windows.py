"""When somebody can, as UTC intervals: weekly hours with other hours on some days, leave, days off, humane hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from medixchange.messages import Message, say
from medixchange.times.holidays import holiday_on, is_day_off, weekend_of, working_weekends
from medixchange.times.intervals import Interval, intersection, union
from medixchange.times.zones import local, local_day, stretch

ONE_DAY = timedelta(days=1)
EARLIEST, LATEST = timedelta(hours=14), timedelta(hours=-12)
"""How far from UTC the clocks are by which a day begins first and ends last."""
MOST_NAME = 120
MOST_CLOSED = 92
"""How long the name of closed days may be, and how many days may be closed at once."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """A stretch of each week in the person's zone: weekday 0 is Monday, minutes of the local day.

    An end at or before the start is on the next day.
    """

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DayHours:
    """Other hours on one local day: they replace its weekly hours; none means not at all."""

    day: date
    hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Away on the local days from ``first`` to ``last``, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody works on the local days from ``first`` to ``last``, both included; ``name`` is what is kept then, and
    ``place`` the country (ISO 3166) or hospital (``hospital:7``)."""

    first: date
    last: date
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The days that organizers recorded as closed, by country (ISO 3166) and by the number of a hospital."""

    countries: Mapping[str, tuple[Closed, ...]] = field(default_factory=dict)
    hospitals: Mapping[int, tuple[Closed, ...]] = field(default_factory=dict)

    def of(self, country: str, hospital: int | None = None) -> tuple[Closed, ...]:
        """Those of a country, and of a hospital in it."""
        own = () if hospital is None else self.hospitals.get(hospital, ())
        return (*self.countries.get(country, ()), *own)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody said to be there: hours of the week, other hours on some days, leave."""

    weekly: tuple[Weekly, ...] = ()
    other: tuple[DayHours, ...] = ()
    leave: tuple[Leave, ...] = ()


def local_days(zone: str, span: Interval) -> list[date]:
    """The local days of ``zone`` that share an instant with ``span``."""
    last = local(span.end - timedelta(microseconds=1), zone).date()
    return days_between(local(span.start, zone).date(), last)


def days_between(first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last``, both included."""
    return [first + ONE_DAY * step for step in range((last - first).days + 1)]


def said(weekly: Iterable[Weekly], day_hours: Iterable[DayHours], *, zone: str, span: Interval) -> tuple[Interval, ...]:
    """When a person said to be there, inside ``span``, before leave is taken out."""
    week: dict[int, list[tuple[int, int]]] = {}
    for row in weekly:
        week.setdefault(row.weekday, []).append((row.start, row.end))
    other: Mapping[date, tuple[tuple[int, int], ...]] = {row.day: row.hours for row in day_hours}
    found = []
    # The day before may run over midnight into the span.
    for day in [local(span.start, zone).date() - ONE_DAY, *local_days(zone, span)]:
        for start, end in other.get(day, tuple(week.get(day.weekday(), ()))):
            there = stretch(day, start, end, zone)
            if there is not None:
                found.append(there)
    return intersection(found, [span])


def leave_in(leave: Iterable[Leave], zone: str, span: Interval) -> tuple[Interval, ...]:
    """When a person is away, inside ``span``."""
    away = (Interval(local_day(row.first, zone).start, local_day(row.last, zone).end) for row in leave)
    return intersection(away, [span])


def wrong_days(first: date, last: date) -> Message | None:
    """What is wrong with closing from ``first`` to ``last``, both included."""
    if last < first:
        return say("The last day is before the first one; write the earlier day first.")
    if (last - first).days >= MOST_CLOSED:
        return say("Close at most %(most)s days at once; record a longer time in parts.", most=MOST_CLOSED)
    return None


def anywhere(first: date, last: date) -> Interval:
    """From when until when it is one of the days from ``first`` to ``last`` somewhere on earth."""
    start, end = (datetime.combine(day, time(), UTC) for day in (first, last + ONE_DAY))
    return Interval(start - EARLIEST, end - LATEST)


def why_off(day: date, country: str, closed: Iterable[Closed]) -> Message | None:
    """Why ``day`` is not worked in ``country`` where these days are ``closed``, or None when it is."""
    return _closed_on(day, closed) or is_day_off(country, day)


def why_shut(day: date, country: str, closed: Iterable[Closed]) -> Message | None:
    """Why nobody meets on ``day`` in ``country`` where these days are ``closed``: weekends are kept for who wants."""
    return _closed_on(day, closed) or holiday_on(country, day)


def _closed_on(day: date, closed: Iterable[Closed]) -> Message | None:
    name = next((each.name for each in closed if each.first <= day <= each.last), None)
    return None if name is None else say("%(name)s, a day off", name=name)


def weekends_in(country: str, zone: str, span: Interval) -> tuple[Interval, ...]:
    """The weekends of ``country`` without the days worked to make up for a holiday, inside ``span``."""
    covered = local_days(zone, span)
    worked = working_weekends(country, covered[0], covered[-1])
    resting = weekend_of(country)
    return _whole_days((day for day in covered if day.weekday() in resting and day not in worked), zone, span)


def humane(start: int, end: int, zone: str, span: Interval) -> tuple[Interval, ...]:
    """The same hours of every local day, such as humane hours, inside ``span``."""
    every_day = [Weekly(weekday, start, end) for weekday in range(7)]
    return said(every_day, (), zone=zone, span=span)


def _whole_days(chosen: Iterable[date], zone: str, span: Interval) -> tuple[Interval, ...]:
    return intersection(union(local_day(day, zone) for day in chosen), [span])
