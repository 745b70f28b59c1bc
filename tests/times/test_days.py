"""Holidays, make-up workdays and the customs of countries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.messages import Message, say
from medixchange.times.countries import COUNTRIES, zones_of
from medixchange.times.customs import CUSTOMS, closed, customs_on
from medixchange.times.holidays import (
    LAST_ANNOUNCED,
    holidays_of,
    is_day_off,
    provisional,
    weekend_of,
    working_weekends,
)
from medixchange.times.intervals import Interval

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_china_works_on_saturdays_and_sundays_to_make_up_for_bridged_holidays() -> None:
    assert sorted(working_weekends("CN", *YEAR)) == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


@pytest.mark.parametrize(
    ("country", "day", "why"),
    [
        ("CN", date(2026, 2, 14), None),  # a Saturday that is worked
        ("CN", date(2026, 2, 17), say("%(name)s, a public holiday", name="Chinese New Year (Spring Festival)")),
        ("CN", date(2026, 3, 7), say("the weekend")),
        (
            "RW",
            date(2026, 4, 7),
            say("%(name)s, a public holiday", name="Memorial Day of Genocide perpetrated against the Tutsi in 1994"),
        ),
        ("EG", date(2026, 3, 6), say("the weekend")),  # Friday
        ("EG", date(2026, 3, 8), None),  # Sunday
        ("RW", date(2026, 3, 9), None),
    ],
)
def test_a_day_off_says_why(country: str, day: date, why: Message | None) -> None:
    assert is_day_off(country, day) == why


def test_a_country_that_nobody_knows_has_no_holidays_and_a_usual_weekend() -> None:
    assert (holidays_of("XX", *YEAR), working_weekends("XX", *YEAR), weekend_of("XX")) == (
        {},
        frozenset(),
        frozenset({5, 6}),
    )


def test_only_a_year_that_china_has_not_announced_is_provisional() -> None:
    last = LAST_ANNOUNCED["CN"]

    assert [provisional("CN", last), provisional("CN", last + 1), provisional("RW", 2099)] == [False, True, False]


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 400), st.sampled_from(["CN", "ID", "RW", "EG"]))
def test_holidays_of_a_stretch_are_those_of_its_days(first: date, length: int, country: str) -> None:
    last = first + timedelta(days=length)

    found = holidays_of(country, first, last)

    assert list(found) == sorted(found)
    assert all(first <= day <= last for day in found)
    every = holidays_of(country, date(2024, 1, 1), date(2030, 12, 31))
    assert found == {day: name for day, name in every.items() if first <= day <= last}


def test_the_midday_rest_is_from_twelve_to_two_every_day_in_beijing() -> None:
    found = closed("CN", date(2026, 5, 1), date(2026, 5, 2), "Asia/Shanghai")

    assert [stretch for stretch, _ in found] == [
        Interval(datetime(2026, 5, day, 4, tzinfo=UTC), datetime(2026, 5, day, 6, tzinfo=UTC)) for day in (1, 2)
    ]
    assert {custom.name for _, custom in found} == {"the midday rest"}


def test_umuganda_is_on_the_last_saturday_of_the_month_alone() -> None:
    kept = [day for n in range(365) for day in [YEAR[0] + timedelta(days=n)] if customs_on("RW", day)]

    assert kept == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 28), date(2026, 4, 25), date(2026, 5, 30),
        date(2026, 6, 27), date(2026, 7, 25), date(2026, 8, 29), date(2026, 9, 26), date(2026, 10, 31),
        date(2026, 11, 28), date(2026, 12, 26),
    ]  # fmt: skip  # a calendar


@pytest.mark.parametrize(("country", "kept"), [("EG", 1), ("ID", 1), ("MA", 1), ("SN", 1), ("RW", 0), ("GB", 0)])
def test_the_friday_prayer_is_kept_on_fridays_where_it_is_a_custom(country: str, kept: int) -> None:
    week = [customs_on(country, date(2026, 5, 4) + timedelta(days=n)) for n in range(7)]

    assert [len(each) for each in week] == [0, 0, 0, 0, kept, 0, 0]


def test_the_prayer_moves_with_the_clock_of_cairo() -> None:
    winter, summer = (closed("EG", day, day, "Africa/Cairo") for day in (date(2026, 4, 17), date(2026, 5, 1)))

    assert [each[0][0].start.hour for each in (winter, summer)] == [10, 9]


def test_every_custom_is_of_a_country_that_keeps_a_clock() -> None:
    assert {custom.country for custom in CUSTOMS} - COUNTRIES == set()


def test_a_country_offers_its_zones() -> None:
    offered = {country: zones_of(country) for country in ("CN", "RW", "ID", "XX")}

    assert offered == {
        "CN": ("Asia/Shanghai",),
        "RW": ("Africa/Kigali",),
        "ID": ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"),
        "XX": (),
    }
