"""Where the hours of a hospital meet those of the experts, and how well a window fits them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.intake.fit import best_overlap, expert_offset, fit
from medixchange.times.intervals import Interval

TUESDAY = date(2026, 12, 1)
BEIJING = ZoneInfo("Asia/Shanghai")


def hours(zone: str, start: str, end: str, day: date = TUESDAY) -> Interval:
    """A stretch of a local day."""
    first, last = (datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)) for clock in (start, end))
    return Interval(first, last)


@pytest.mark.parametrize(
    ("zone", "start", "end", "working"),
    [
        ("Africa/Kigali", "08:00", "12:00", True),
        ("Africa/Addis_Ababa", "09:00", "13:00", True),
        ("Asia/Jakarta", "13:00", "17:00", True),
        ("Asia/Jayapura", "10:00", "13:00", True),
        ("Africa/Accra", "08:00", "10:00", True),
        ("America/New_York", "18:00", "22:00", False),
        ("Pacific/Auckland", "14:00", "17:00", True),
    ],
)
def test_the_longest_stretch_of_working_hours_comes_first(zone: str, start: str, end: str, working: bool) -> None:
    found = best_overlap(zone, TUESDAY)

    assert found is not None
    assert (found.hours, found.working) == (hours(zone, start, end), working)


@pytest.mark.parametrize(
    ("window", "kind", "words"),
    [
        (hours("Africa/Kigali", "09:30", "12:00"), "ok", "good: working hours in Beijing"),
        (hours("Africa/Kigali", "11:00", "16:00"), "ok", "good: partly in working hours in Beijing"),
        (hours("Africa/Kigali", "14:00", "16:00"), "warn", "fair: early or late in Beijing"),
        (hours("Africa/Kigali", "17:00", "19:00"), "bad", "hard: night in Beijing"),
        (hours("Africa/Kigali", "06:00", "08:00"), "warn", "fair: early or late in Beijing"),
        (hours("Africa/Kigali", "09:30", "12:00", date(2026, 12, 5)), "warn", "hard: in China it is %(reason)s"),
        (hours("Africa/Kigali", "09:30", "12:00", date(2026, 10, 1)), "warn", "hard: in China it is %(reason)s"),
    ],
)
def test_a_window_fits_as_the_clock_in_beijing_says(window: Interval, kind: str, words: str) -> None:
    found = fit(window, 60)

    assert (found.kind, found.message.text) == (kind, words)


def test_a_saturday_that_is_worked_in_china_is_a_working_day() -> None:
    made_up = date(2026, 2, 28)  # for the Spring Festival

    assert fit(hours("Africa/Kigali", "09:30", "12:00", made_up), 60).kind == "ok"


zones = st.sampled_from(
    ["Africa/Kigali", "America/New_York", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Kiritimati", "Australia/Lord_Howe"]
)


@given(zone=zones, day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_an_overlap_is_day_on_both_sides_and_on_the_days_own_clock(zone: str, day: date) -> None:
    found = best_overlap(zone, day)

    if found is not None:
        here = [at.astimezone(ZoneInfo(zone)) for at in (found.hours.start, found.hours.end)]
        there = [at.astimezone(BEIJING) for at in (found.hours.start, found.hours.end)]
        assert [each.date() for each in here] == [day, day]
        assert there[0].date() == there[1].date()
        for first, last in (here, there):
            assert 7 <= first.hour < 22
            assert (last.hour, last.minute) <= (22, 0)


@given(zone=zones, day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_distance_to_beijing_is_what_the_clocks_show_at_noon(zone: str, day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))

    there = noon.astimezone(BEIJING).replace(tzinfo=None)

    assert there - noon.replace(tzinfo=None) == expert_offset(day, zone)
    assert timedelta(hours=-8) < expert_offset(day, zone) < timedelta(hours=20)
