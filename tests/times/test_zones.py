"""Wall clocks where they jump, stand at half hours and quarters, and on both sides of the date line."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.i18n.places import offset
from medixchange.times.intervals import Interval
from medixchange.times.zones import (
    ZONES,
    AmbiguousLocalTime,
    NoSuchLocalTime,
    UnknownZone,
    instants,
    is_zone,
    local,
    local_day,
    resolve,
    stretch,
    zone,
)

RESTLESS = (
    "Africa/Cairo", "Africa/Casablanca", "Europe/Zurich", "America/New_York", "America/St_Johns", "Asia/Kathmandu",
    "Asia/Colombo", "Asia/Shanghai", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
)  # fmt: skip  # names, a line each would be longer than the tests
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
MINUTES = st.integers(0, 1440)
STARTS = st.integers(0, 1439)  # 24:00 ends a day, and begins none
WHERE = st.sampled_from(RESTLESS)


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # mypy fears that parts hold a time zone


def shown(at: datetime, name: str) -> str:
    """What the wall shows."""
    return f"{local(at, name):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("name", "words", "clock"),
    [
        ("Africa/Kigali", "UTC+2", "2026-09-21 10:00"),
        ("Asia/Shanghai", "UTC+8", "2026-09-21 16:00"),
        ("Asia/Colombo", "UTC+5:30", "2026-09-21 13:30"),
        ("Asia/Kathmandu", "UTC+5:45", "2026-09-21 13:45"),
        ("America/St_Johns", "UTC−2:30", "2026-09-21 05:30"),
        ("America/New_York", "UTC−4", "2026-09-21 04:00"),
        ("Pacific/Chatham", "UTC+12:45", "2026-09-21 20:45"),
        ("Pacific/Kiritimati", "UTC+14", "2026-09-21 22:00"),
        ("Pacific/Pago_Pago", "UTC−11", "2026-09-20 21:00"),
        ("Africa/Casablanca", "UTC+0", "2026-09-21 08:00"),
        ("Africa/Accra", "UTC+0", "2026-09-21 08:00"),
    ],
)
def test_ten_in_kigali_is_shown_by_every_clock_with_its_offset(name: str, words: str, clock: str) -> None:
    at = resolve(date(2026, 9, 21), 10 * 60, "Africa/Kigali")

    assert (offset(at, name), shown(at, name)) == (words, clock)


def test_morocco_gives_up_its_hour_on_the_twentieth_of_september_2026() -> None:
    before, after = utc(2026, 9, 19, 12), utc(2026, 9, 20, 12)

    assert [offset(at, "Africa/Casablanca") for at in (before, after)] == ["UTC+1", "UTC+0"]


def test_the_zone_package_wins_over_the_copy_of_the_system() -> None:
    assert zoneinfo.TZPATH == ()
    noons = [datetime(2026, month, 1, 12) for month in range(1, 13)]  # noqa: DTZ001 - wall clocks

    with files("tzdata").joinpath("zoneinfo", "Africa", "Casablanca").open("rb") as data:
        packaged = ZoneInfo.from_file(data, key="Africa/Casablanca")

    used = zone("Africa/Casablanca")
    assert [used.utcoffset(noon) for noon in noons] == [packaged.utcoffset(noon) for noon in noons]


@pytest.mark.parametrize(
    ("day", "minute", "name"),
    [
        (date(2026, 3, 29), 2 * 60 + 30, "Europe/Zurich"),
        (date(2026, 3, 8), 2 * 60, "America/New_York"),
        (date(2026, 4, 24), 30, "Africa/Cairo"),
        (date(2026, 10, 4), 2 * 60 + 15, "Australia/Lord_Howe"),
        (date(2011, 12, 30), 9 * 60, "Pacific/Apia"),  # a whole day that Samoa never had
    ],
)
def test_a_time_that_the_clock_skips_is_refused(day: date, minute: int, name: str) -> None:
    assert instants(day, minute, name) == ()
    with pytest.raises(NoSuchLocalTime) as refused:
        resolve(day, minute, name)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("day", "minute", "name", "first", "second"),
    [
        (date(2026, 10, 25), 150, "Europe/Zurich", utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
        (date(2026, 11, 1), 90, "America/New_York", utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)),
        (date(2026, 4, 5), 105, "Australia/Lord_Howe", utc(2026, 4, 4, 14, 45), utc(2026, 4, 4, 15, 15)),
    ],
)
def test_a_time_that_comes_twice_wants_a_choice(
    day: date, minute: int, name: str, first: datetime, second: datetime
) -> None:
    assert instants(day, minute, name) == (first, second)
    assert [resolve(day, minute, name, fold=fold) for fold in (0, 1)] == [first, second]
    with pytest.raises(AmbiguousLocalTime):
        resolve(day, minute, name)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)), WHERE)  # noqa: DTZ001 - made aware below
def test_every_instant_is_found_again_from_what_its_wall_shows(at: datetime, name: str) -> None:
    moment = at.replace(second=0, microsecond=0, tzinfo=UTC)
    wall = local(moment, name)

    found = instants(wall.date(), wall.hour * 60 + wall.minute, name)

    assert found[wall.fold if len(found) == 2 else 0] == moment


@given(DAYS, WHERE)
def test_a_local_day_ends_where_the_next_begins(day: date, name: str) -> None:
    today, tomorrow = local_day(day, name), local_day(day + timedelta(days=1), name)

    assert today.end == tomorrow.start
    assert 23 * 60 <= today.minutes <= 25 * 60
    assert local(today.start, name).date() == day
    assert local(today.end - timedelta(minutes=1), name).date() == day


@given(DAYS, STARTS, MINUTES, WHERE)
def test_hours_of_presence_hold_all_that_the_wall_shows_between_them(
    day: date, first: int, end: int, name: str
) -> None:
    there = stretch(day, first, end, name)

    length = (end - first) % 1440 or (1440 if end <= first else end - first)
    for step in range(0, length, 15):
        on, minute = day + timedelta(days=(first + step) // 1440), (first + step) % 1440
        for at in instants(on, minute, name):
            assert there is not None
            assert there.start <= at < there.end


@pytest.mark.parametrize(
    ("day", "first", "end", "name", "minutes"),
    [
        (date(2026, 3, 29), 60, 240, "Europe/Zurich", 120),  # 01:00 to 04:00, an hour is skipped
        (date(2026, 10, 25), 60, 240, "Europe/Zurich", 240),  # the same where an hour comes twice
        (date(2026, 3, 29), 150, 240, "Europe/Zurich", 60),  # from within the gap
        (date(2026, 3, 29), 60, 150, "Europe/Zurich", 60),  # until within the gap
        (date(2026, 4, 5), 60, 180, "Australia/Lord_Howe", 150),  # half an hour comes twice
        (date(2026, 10, 4), 60, 180, "Australia/Lord_Howe", 90),
        (date(2026, 5, 1), 22 * 60, 2 * 60, "Asia/Shanghai", 240),  # over midnight
        (date(2026, 5, 1), 0, 1440, "Asia/Kathmandu", 1440),
    ],
)
def test_hours_of_presence_are_as_long_as_somebody_is_there(
    day: date, first: int, end: int, name: str, minutes: int
) -> None:
    found = stretch(day, first, end, name)

    assert found is not None
    assert found.minutes == minutes


def test_nothing_is_left_of_hours_that_the_clock_skips() -> None:
    assert stretch(date(2026, 3, 29), 2 * 60, 3 * 60, "Europe/Zurich") is None


def test_days_on_both_sides_of_the_date_line_are_a_day_apart() -> None:
    there = stretch(date(2026, 5, 1), 9 * 60, 17 * 60, "Pacific/Kiritimati")
    here = stretch(date(2026, 5, 1), 9 * 60, 17 * 60, "Pacific/Pago_Pago")

    assert there == Interval(utc(2026, 4, 30, 19), utc(2026, 5, 1, 3))
    assert here == Interval(utc(2026, 5, 1, 20), utc(2026, 5, 2, 4))


@pytest.mark.parametrize("name", ["Etc/GMT+2", "GMT+2", "CST", "EST5EDT", "Africa/Nowhere", "", "../etc/passwd", "utc"])
def test_names_that_are_no_place_are_refused(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(UnknownZone):
        zone(name)


def test_every_zone_that_is_offered_can_be_read() -> None:
    unreadable = [name for name in sorted(ZONES) if zone(name).utcoffset(datetime(2026, 1, 1)) is None]  # noqa: DTZ001 - asked in the zone itself

    assert unreadable == []
