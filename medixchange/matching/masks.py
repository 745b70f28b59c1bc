"""When people and hospitals can be, laid over the grid as named masks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain

from medixchange.availability import windows
from medixchange.availability.windows import Closed, DayHours, Hours, Leave
from medixchange.matching.resources import Block, Mask
from medixchange.messages import Message, Term, say
from medixchange.policies.values import Minutes, Policy
from medixchange.times.customs import closed
from medixchange.times.grid import Grid
from medixchange.times.holidays import holidays_of, provisional, weekend_of, working_weekends
from medixchange.times.intervals import Interval, intersection
from medixchange.times.zones import local_day

MOST_HOURS = 4096
"""Of how many people's hours the masks are kept. Everybody is read in one order: were they more than that, each mask
would be gone when it is asked for again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives: an IANA zone, the country (ISO 3166) whose days off count, and what is ``closed`` there."""

    zone: str
    country: str
    closed: tuple[Closed, ...] = ()


def person_masks(
    hours: Hours,
    place: Place,
    *,
    notice: timedelta,
    now: datetime,
    grid: Grid,
    policy: Policy,
    busy: tuple[Block, ...] = (),
) -> tuple[Mask, ...]:
    """The masks of an expert or interpreter who has to be asked ``notice`` before a session; only what blocks.

    ``busy`` are slots at which the person said that they cannot come.
    """
    asked = now + notice
    masks = (
        Mask("hours", _hours(hours, place, grid)),
        _leave(hours.leave, place.zone, grid),
        _less("busy", busy, grid),
        Mask("notice", grid.mask([Interval(asked, grid.end)]) if asked < grid.end else 0),
        Mask("humane", _daily(policy.expert_hard, place.zone, grid)),
        _holidays(place, grid),
        _customs(place, grid),
    )
    return _blocking(masks, grid)


def hospital_masks(place: Place, *, grid: Grid, policy: Policy) -> tuple[Mask, ...]:
    """The masks of a hospital, its weekend as one of its own; only what blocks."""
    masks = (
        Mask("hours", _daily(policy.hospital_hard, place.zone, grid)),
        _holidays(place, grid),
        _weekend(place, grid),
        _customs(place, grid),
    )
    return _blocking(masks, grid)


def _blocking(masks: Iterable[Mask], grid: Grid) -> tuple[Mask, ...]:
    return tuple(mask for mask in masks if mask.slots != grid.full)


@lru_cache(maxsize=MOST_HOURS)
def _hours(hours: Hours, place: Place, grid: Grid) -> int:
    other = (*_made_up_days(hours, place, grid), *hours.other)
    return grid.mask(windows.said(hours.weekly, other, zone=place.zone, span=grid.span))


def _made_up_days(hours: Hours, place: Place, grid: Grid) -> tuple[DayHours, ...]:
    """Days of the weekend that are worked for a bridged holiday, with the hours kept on every working day alike."""
    days = windows.local_days(place.zone, grid.span)
    week: dict[int, set[Minutes]] = {weekday: set() for weekday in range(7)}
    for row in hours.weekly:
        week[row.weekday].add((row.start, row.end))
    rest = weekend_of(place.country)
    usual = set[Minutes].intersection(*(week[weekday] for weekday in week if weekday not in rest))
    made_up = sorted(working_weekends(place.country, days[0], days[-1]))
    return tuple(DayHours(day, tuple(sorted(usual))) for day in made_up if not week[day.weekday()])


def _leave(leave: tuple[Leave, ...], zone: str, grid: Grid) -> Mask:
    blocks = []
    for each in leave:
        slots = grid.touched(windows.leave_in([each], zone, grid.span))
        if slots:
            blocks.append(Block(slots, say("back after %(day)s", day=Term("day", each.last.isoformat()))))
    return _less("leave", blocks, grid)


@lru_cache(maxsize=256)
def _daily(hours: Minutes, zone: str, grid: Grid) -> int:
    return grid.mask(windows.humane(*hours, zone, grid.span))


@lru_cache(maxsize=256)
def _holidays(place: Place, grid: Grid) -> Mask:
    first, last = _bounds(place.zone, grid)
    # The holidays package names the days in English; what the catalogues do not know stays so.
    named = (
        (place.country, day, _holiday_name(place.country, day, Message(name)))
        for day, name in holidays_of(place.country, first, last).items()
    )
    shut = chain(named, _closed(place, first, last))
    return _less("holiday", [Block(_day(day, place.zone, grid), name, f"{of} {day}") for of, day, name in shut], grid)


def _closed(place: Place, first: date, last: date) -> Iterator[tuple[str, date, Message]]:
    """Where, on which day from ``first`` to ``last`` and for what it is closed at ``place``, as organizers recorded."""
    for each in place.closed:
        # A value and no text of ours: nobody's words are looked up in the catalogues.
        name = say("%(what)s", what=each.name)
        for day in windows.days_between(max(first, each.first), min(last, each.last)):
            yield each.place, day, name


def _holiday_name(country: str, day: date, name: Message) -> Message:
    if provisional(country, day.year):
        return say("%(name)s (not announced yet)", name=name)
    return name


@lru_cache(maxsize=256)
def _weekend(place: Place, grid: Grid) -> Mask:
    resting = grid.touched(windows.weekends_in(place.country, place.zone, grid.span))
    return Mask("weekend", grid.full & ~resting)


@lru_cache(maxsize=256)
def _customs(place: Place, grid: Grid) -> Mask:
    first, last = _bounds(place.zone, grid)
    kept: dict[str, Block] = {}
    for stretch, custom in closed(place.country, first, last, place.zone):
        before = kept[custom.name].slots if custom.name in kept else 0
        slots = grid.touched(intersection([stretch], [grid.span]))
        kept[custom.name] = Block(before | slots, custom.message)
    return _less("custom", kept.values(), grid)


def _less(kind: str, blocks: Iterable[Block], grid: Grid) -> Mask:
    found = tuple(block for block in blocks if block.slots)
    slots = grid.full
    for block in found:
        slots &= ~block.slots
    return Mask(kind, slots, found)


def _bounds(zone: str, grid: Grid) -> tuple[date, date]:
    days = windows.local_days(zone, grid.span)
    return days[0], days[-1]


def _day(day: date, zone: str, grid: Grid) -> int:
    return grid.touched(intersection([local_day(day, zone)], [grid.span]))
