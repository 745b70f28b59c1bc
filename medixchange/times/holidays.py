"""Days off: public holidays with their names, weekends, and China's working Saturdays and Sundays.

The days come from the ``holidays`` package; a year that a country has not announced yet is provisional.
"""

from __future__ import annotations

import warnings
from datetime import date
from functools import cache

import holidays
from holidays.countries.china import ChinaStaticHolidays

from medixchange.messages import Message, say

WEEKEND = frozenset({5, 6})
KNOWN_YEAR = 2026
"""A year in which the package knows the weekend of each country."""
# The State Council announces the days and the make-up workdays of the next year each November; the package
# keeps what was announced apart from what it computes.
LAST_ANNOUNCED = {"CN": max(ChinaStaticHolidays.special_public_holidays)}


@cache
def _calendar(country: str, year: int) -> holidays.HolidayBase | None:
    if country not in holidays.list_supported_countries(include_aliases=False):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of years it estimates: provisional() says so
        return holidays.country_holidays(country, years=year, language="en_US")


def holidays_of(country: str, first: date, last: date) -> dict[date, str]:
    """The public holidays of ``country`` (ISO 3166) from ``first`` to ``last``, both included, with their names.

    A country that the package does not know has none.
    """
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        calendar = _calendar(country, year)
        if calendar is not None:
            found |= {day: name for day, name in calendar.items() if first <= day <= last}
    return dict(sorted(found.items()))


def working_weekends(country: str, first: date, last: date) -> frozenset[date]:
    """The days of the weekend that are worked to make up for a bridged holiday (China's tiaoxiu)."""
    found: set[date] = set()
    for year in range(first.year, last.year + 1):
        calendar = _calendar(country, year)
        if calendar is not None:
            found |= {day for day in calendar.weekend_workdays if first <= day <= last}
    return frozenset(found)


def weekend_of(country: str) -> frozenset[int]:
    """The weekdays that ``country`` rests on, 0 being Monday."""
    calendar = _calendar(country, KNOWN_YEAR)
    return frozenset(calendar.weekend) if calendar is not None else WEEKEND


def provisional(country: str, year: int) -> bool:
    """Whether ``country`` may still announce other days for ``year``."""
    announced = LAST_ANNOUNCED.get(country)
    return announced is not None and year > announced


def holiday_on(country: str, day: date) -> Message | None:
    """The public holiday of ``country`` that ``day`` is, or None."""
    name = holidays_of(country, day, day).get(day)
    return None if name is None else say("%(name)s, a public holiday", name=name)


def is_day_off(country: str, day: date) -> Message | None:
    """Why ``day`` is not worked in ``country``, or None when it is."""
    holiday = holiday_on(country, day)
    if holiday is not None:
        return holiday
    if day.weekday() in weekend_of(country) and day not in working_weekends(country, day, day):
        return say("the weekend")
    return None
