"""When somebody can: weekly hours in their own zone, other hours on some days, leave, days off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.availability.windows import (
    DayHours,
    Leave,
    Weekly,
    humane,
    leave_in,
    local_days,
    said,
    weekends_in,
)
from medixchange.times.grid import Grid, slots_of
from medixchange.times.intervals import Interval, intersection, union
from medixchange.times.zones import local

BEIJING = "Asia/Shanghai"
OFFICE = [Weekly(weekday, 8 * 60, 12 * 60) for weekday in range(5)]
WEEK = Interval(datetime(2026, 5, 3, 16, tzinfo=UTC), datetime(2026, 5, 10, 16, tzinfo=UTC))  # Monday 4 May, Beijing

QUARTERS = st.integers(0, 95).map(lambda n: 15 * n)
ZONES = st.sampled_from((BEIJING, "Africa/Cairo", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"))
WEEKLY = st.lists(st.builds(Weekly, st.integers(0, 6), QUARTERS, QUARTERS), max_size=4)
DAYS = st.dates(date(2026, 3, 1), date(2026, 3, 14))
OTHER = st.dictionaries(DAYS, st.lists(st.tuples(QUARTERS, QUARTERS), max_size=2), max_size=3)
AWAY = st.lists(st.tuples(DAYS, st.integers(0, 5)), max_size=2)
SPAN = Interval(datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 13, tzinfo=UTC))
GRID = Grid(SPAN.start, 10 * 96)


def at(day: int, hour: int) -> datetime:
    """An hour of May 2026 on Beijing's clock."""
    return datetime(2026, 5, day, hour, tzinfo=UTC) - timedelta(hours=8)


def free(
    weekly: Iterable[Weekly], day_hours: Iterable[DayHours], leave: Iterable[Leave], *, zone: str, span: Interval
) -> tuple[Interval, ...]:
    """When somebody is there: the hours they said, with leave taken out."""
    edges = [
        span.start,
        *(edge for each in union(leave_in(leave, zone, span)) for edge in (each.start, each.end)),
        span.end,
    ]
    at_work = [Interval(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
    return intersection(said(weekly, day_hours, zone=zone, span=span), at_work)


def test_weekly_hours_are_of_the_own_clock() -> None:
    found = free(OFFICE, [], [], zone=BEIJING, span=WEEK)

    assert found == tuple(Interval(at(day, 8), at(day, 12)) for day in range(4, 9))


def test_other_hours_replace_those_of_the_day_and_none_close_it() -> None:
    other = [DayHours(date(2026, 5, 5), ((14 * 60, 16 * 60),)), DayHours(date(2026, 5, 6), ())]

    found = free(OFFICE, other, [], zone=BEIJING, span=WEEK)

    assert found == (
        Interval(at(4, 8), at(4, 12)),
        Interval(at(5, 14), at(5, 16)),
        Interval(at(7, 8), at(7, 12)),
        Interval(at(8, 8), at(8, 12)),
    )


def test_leave_takes_whole_local_days_both_included() -> None:
    found = free(OFFICE, [], [Leave(date(2026, 5, 5), date(2026, 5, 7))], zone=BEIJING, span=WEEK)

    assert found == (Interval(at(4, 8), at(4, 12)), Interval(at(8, 8), at(8, 12)))


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    night = [Weekly(6, 22 * 60, 2 * 60)]

    found = free(night, [], [], zone=BEIJING, span=WEEK)

    # The Sunday before reaches into the week, this week's runs out of it.
    assert found == (Interval(at(4, 0), at(4, 2)), Interval(at(10, 22), at(11, 0)))


def test_the_hours_of_cairo_move_where_its_clock_does() -> None:
    span = Interval(datetime(2026, 4, 23, tzinfo=UTC), datetime(2026, 4, 25, tzinfo=UTC))
    found = free([Weekly(n, 9 * 60, 10 * 60) for n in range(7)], [], [], zone="Africa/Cairo", span=span)

    assert [each.start.hour for each in found] == [7, 6]


@given(WEEKLY, OTHER, AWAY, ZONES)
def test_somebody_is_there_where_their_wall_clock_says_so(
    weekly: list[Weekly],
    other: dict[date, list[tuple[int, int]]],
    away: list[tuple[date, int]],
    zone: str,
) -> None:
    leave = [Leave(first, first + timedelta(days=days)) for first, days in away]
    day_hours = [DayHours(day, tuple(hours)) for day, hours in other.items()]

    found = set(slots_of(GRID.mask(free(weekly, day_hours, leave, zone=zone, span=SPAN))))

    for slot in range(GRID.slots):
        wall = local(GRID.at(slot), zone).replace(tzinfo=None)
        assert (slot in found) == is_there(wall, weekly, other, leave)


def is_there(
    wall: datetime, weekly: list[Weekly], other: dict[date, list[tuple[int, int]]], leave: list[Leave]
) -> bool:
    """The meaning of hours and leave, minute by minute on the wall clock."""
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    if any(each.first <= today <= each.last for each in leave):
        return False

    def hours(day: date) -> list[tuple[int, int]]:
        return other.get(day, [(each.start, each.end) for each in weekly if each.weekday == day.weekday()])

    now = any(start <= minute < (end if end > start else 1440) for start, end in hours(today))
    before = any(end <= start and minute < end for start, end in hours(today - timedelta(days=1)))
    return now or before


@given(ZONES, st.integers(0, 1440 * 5), st.integers(1, 1440 * 4))
def test_local_days_cover_a_span_and_no_day_more(zone: str, first: int, minutes: int) -> None:
    start = SPAN.start + timedelta(minutes=first)
    span = Interval(start, start + timedelta(minutes=minutes))

    found = local_days(zone, span)

    last = span.end - timedelta(minutes=1)
    assert (found[0], found[-1]) == (local(start, zone).date(), local(last, zone).date())
    assert [day.toordinal() for day in found] == list(range(found[0].toordinal(), found[-1].toordinal() + 1))


def test_weekends_leave_out_the_days_that_make_up_for_a_holiday() -> None:
    found = weekends_in("CN", BEIJING, WEEK)

    assert found == (Interval(at(10, 0), at(11, 0)),)  # Saturday 9 May 2026 is worked


@pytest.mark.parametrize(("zone", "start"), [(BEIJING, 23), ("Africa/Kigali", 5)])
def test_humane_hours_are_of_every_day_on_the_own_clock(zone: str, start: int) -> None:
    span = Interval(datetime(2026, 5, 2, 22, tzinfo=UTC), datetime(2026, 5, 4, 22, tzinfo=UTC))

    found = humane(7 * 60, 21 * 60, zone, span)

    waking = Interval(datetime(2026, 5, 4, 5, tzinfo=UTC), datetime(2026, 5, 4, 13, tzinfo=UTC))
    assert any(each.contains(waking) for each in found)
    assert found[0].start.hour == start


def test_leave_is_cut_to_the_span() -> None:
    assert leave_in([Leave(date(2026, 4, 1), date(2026, 12, 31))], BEIJING, WEEK) == (WEEK,)
