"""Windows on a hospital's clock: what is refused, and what they mean where a clock moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from medixchange.i18n import words
from medixchange.intake.windows import (
    CLOCK,
    FIRST_MINUTE,
    LAST_MINUTE,
    LENGTHS_TAKEN,
    OFFERED,
    AskedWindow,
    WindowsStep,
    bookable_days,
    hours_of,
    moved,
    window_faults,
)
from medixchange.matching.facts import horizon
from medixchange.records import cells_of_time
from medixchange.times.intervals import Interval
from medixchange.times.zones import ZONES, instants, stretch

MARCH = datetime(2027, 3, 20, 12, tzinfo=UTC)  # Easter Island puts its clock back on 3 April 2027 at 22:00
AUGUST = datetime(2027, 8, 20, 12, tzinfo=UTC)  # and forward on 4 September at 22:00
EASTER = "Pacific/Easter"
MOVING = ("Africa/Cairo", "America/New_York", "Europe/Zurich", "Australia/Lord_Howe", "Africa/Casablanca", EASTER)
STANDING = ("Africa/Kigali", "Asia/Kathmandu", "Asia/Colombo", "Pacific/Kiritimati", "Asia/Shanghai")


def step(**changes: Any) -> WindowsStep:
    """One window on 1 April 2027, 09:30 to 12:00, for an hour."""
    plain = {"day1": "2027-04-01", "from1": "09:30", "to1": "12:00", "minutes": "60", "windows_only": "only"}
    return WindowsStep.model_validate({**plain, **changes})


def faults(asked: WindowsStep, zone: str, *, now: datetime = MARCH) -> dict[str, str]:
    """The sentences by field, with the numbers in them."""
    found = window_faults(asked, zone, now=now)
    return {name: words("en").say(told) for name, told in found.items()}


def test_a_window_of_the_coming_weeks_is_fine() -> None:
    assert faults(step(), "Africa/Kigali") == {}


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2020-01-01", "Window 1 is on a day that is over; choose a later day."),
        ("2027-03-19", "Window 1 is on a day that is over; choose a later day."),
        ("2027-03-20", "Window 1 is too soon; choose Mon, 22 Mar 2027 or a later day."),
        ("2027-03-21", "Window 1 is too soon; choose Mon, 22 Mar 2027 or a later day."),
        ("2027-05-15", "Window 1 is too far ahead; choose Fri, 14 May 2027 or an earlier day."),
        ("2099-12-31", "Window 1 is too far ahead; choose Fri, 14 May 2027 or an earlier day."),
    ],
)
def test_days_that_are_over_too_near_and_too_far_are_refused(day: str, told: str) -> None:
    assert faults(step(day1=day), "Africa/Kigali") == {"day1": told}


def test_the_first_and_the_last_day_of_the_list_are_taken() -> None:
    days = bookable_days("Africa/Kigali", now=MARCH)

    assert (days[0], days[-1], len(days)) == (date(2027, 3, 22), date(2027, 5, 14), 54)
    assert [faults(step(day1=day.isoformat()), "Africa/Kigali") for day in (days[0], days[-1])] == [{}, {}]


@given(
    zone=st.sampled_from(sorted(ZONES)),
    now=st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: MARCH + timedelta(minutes=minutes)),
)
def test_sessions_are_planned_over_every_day_that_can_be_chosen(zone: str, now: datetime) -> None:
    planned = horizon(now).span
    days = bookable_days(zone, now=now)

    asked = [stretch(day, FIRST_MINUTE, LAST_MINUTE, zone) for day in (days[0], days[-1])]

    assert [each is not None and planned.start <= each.start and each.end <= planned.end for each in asked] == [
        True,
        True,
    ]


def test_the_days_are_those_of_the_hospital_also_beyond_the_date_line() -> None:
    late = datetime(2027, 3, 20, 11, tzinfo=UTC)

    assert bookable_days("Pacific/Kiritimati", now=late)[0] == date(2027, 3, 23)
    assert bookable_days("Pacific/Honolulu", now=late)[0] == date(2027, 3, 22)


def test_parts_that_were_left_out_are_asked_for() -> None:
    told = "Fill in day, start and end of window 2."

    assert faults(step(day2="2027-04-02"), "Africa/Kigali") == {"from2": told, "to2": told}
    assert faults(step(from2="09:30", to2="10:30"), "Africa/Kigali") == {"day2": told}


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    told = "Window 1 ends before it begins; choose a later end or an earlier beginning."

    assert faults(step(from1="12:00", to1="09:30"), "Africa/Kigali") == {"to1": told}


@pytest.mark.parametrize(("start", "end"), [("09:30", "09:30"), ("09:30", "10:00")])
def test_a_window_shorter_than_the_session_is_refused(start: str, end: str) -> None:
    told = "Window 1 is shorter than the session; end it at least 60 minutes after it begins."

    assert faults(step(from1=start, to1=end), "Africa/Kigali") == {"to1": told}


def test_an_hour_that_does_not_exist_is_refused() -> None:
    found = window_faults(step(day1="2027-09-04", from1="20:00", to1="22:00"), EASTER, now=AUGUST)

    assert {name: told.text for name, told in found.items()} == {
        "to1": "The clock in %(zone)s is put forward over %(clock)s on %(day)s; choose an earlier or a later time."
    }


def test_an_hour_that_comes_twice_asks_which_one() -> None:
    asked = {"day1": "2027-04-03", "from1": "20:00", "to1": "21:30"}
    question = "The clock in %(zone)s shows %(clock)s twice on %(day)s; say whether you mean the first or the second."

    found = window_faults(step(**asked), EASTER, now=MARCH)

    assert {name: told.text for name, told in found.items()} == {"to1_fold": question}
    assert [window_faults(step(**asked, to1_fold=fold), EASTER, now=MARCH) for fold in "01"] == [{}, {}]


def test_the_second_of_two_equal_hours_is_an_hour_later() -> None:
    day = date(2027, 4, 3)

    first, second = (hours_of(AskedWindow(day, 20 * 60, 21 * 60 + 30, end_fold=fold), EASTER) for fold in (0, 1))

    start = datetime(2027, 4, 4, 1, tzinfo=UTC)
    assert first == Interval(start, start + timedelta(minutes=90))
    assert second == Interval(start, start + timedelta(minutes=150))


def test_where_nobody_said_which_hour_the_longer_stretch_counts() -> None:
    day = date(2027, 4, 3)

    assert hours_of(AskedWindow(day, 20 * 60, 21 * 60 + 30), EASTER) == hours_of(
        AskedWindow(day, 20 * 60, 21 * 60 + 30, end_fold=1), EASTER
    )


def test_a_window_over_a_gap_counts_its_real_length() -> None:
    gap = AskedWindow(date(2027, 3, 28), 60, 4 * 60)

    hours = hours_of(gap, "Europe/Zurich")

    assert hours is not None
    assert hours.minutes == 2 * 60


@given(
    start=st.sampled_from(sorted(CLOCK)),
    end=st.sampled_from(sorted(CLOCK)),
    minutes=st.sampled_from(sorted(LENGTHS_TAKEN)),
)
def test_the_form_takes_every_window_and_length_that_an_import_takes(start: str, end: str, minutes: str) -> None:
    assume(start < end)
    (told,) = cells_of_time.windows(f"2027-04-01 {start}-{end}")

    taken = step(from1=start, to1=end, minutes=minutes)

    assert taken.length == cells_of_time.session_length(minutes)
    assert taken.windows == {1: AskedWindow(told.day, told.start, told.end)}


windows = st.builds(
    AskedWindow,
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    start_minute=st.integers(0, 1439),
    end_minute=st.integers(1, 1440),
    start_fold=st.sampled_from([None, 0, 1]),
    end_fold=st.sampled_from([None, 0, 1]),
)


@given(window=windows, zone=st.sampled_from([*MOVING, *STANDING]))
def test_the_hours_of_a_window_are_what_the_local_clock_shows(window: AskedWindow, zone: str) -> None:
    assume(window.start_minute < window.end_minute)
    starts, ends = (instants(window.day, each, zone) for each in (window.start_minute, window.end_minute))
    assume(starts and ends)

    hours = hours_of(window, zone)

    if hours is None:  # the first end of two may lie before the second start
        assert window.start_fold == 1 or window.end_fold == 0
    else:
        assert hours.start == starts[min(window.start_fold or 0, len(starts) - 1)]
        assert hours.end == ends[min(1 if window.end_fold is None else window.end_fold, len(ends) - 1)]


days = st.dates(date(2027, 3, 22), date(2027, 5, 14)).map(date.isoformat)
clocks = st.sampled_from(sorted(OFFERED))


@given(
    day=days, start=clocks, end=clocks, fold=st.sampled_from(["", "0", "1"]), zone=st.sampled_from([*MOVING, *STANDING])
)
def test_what_is_taken_is_long_enough_and_exact(day: str, start: str, end: str, fold: str, zone: str) -> None:
    asked = step(day1=day, from1=start, to1=end, from1_fold=fold, to1_fold=fold)
    assume(not window_faults(asked, zone, now=MARCH))

    hours = hours_of(asked.windows[1], zone)

    assert hours is not None
    assert hours.minutes >= asked.length
    local = [at.astimezone(ZoneInfo(zone)) for at in (hours.start, hours.end)]
    assert [f"{at:%Y-%m-%d %H:%M}" for at in local] == [f"{day} {start}", f"{day} {end}"]


@given(day=days, start=clocks, end=clocks, zones=st.permutations([*MOVING, *STANDING]).map(lambda each: each[:2]))
def test_hours_moved_to_another_clock_are_the_same_moments(day: str, start: str, end: str, zones: list[str]) -> None:
    before, after = zones
    asked = step(day1=day, from1=start, to1=end, from1_fold="0", to1_fold="1")
    assume(not window_faults(asked, before, now=MARCH))

    answers = moved(asked, before, after)

    if "day1" in answers:
        kept = WindowsStep.model_validate(answers)
        assert hours_of(kept.windows[1], after) == hours_of(asked.windows[1], before)


def test_windows_that_another_clock_cannot_say_are_left_out() -> None:
    asked = step(day2="2027-04-02", from2="06:00", to2="08:00")

    assert moved(asked, "Africa/Kigali", "America/New_York") == {"minutes": "60", "windows_only": "only"}
    assert moved(asked, "Africa/Kigali", "Africa/Accra") == {
        "minutes": "60",
        "windows_only": "only",
        "day1": "2027-04-01",
        "from1": "07:30",
        "to1": "10:00",
    }
