"""The VTIMEZONE of a reader's clock (RFC 5545, 3.6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STRETCH_YEARS = 1
STEP = timedelta(hours=12)
EXACTLY = timedelta(seconds=1)


def vtimezone(name: str, first: date, last: date) -> bytes:
    """The VTIMEZONE of zone ``name``, right from a year before ``first`` to a year after ``last``.

    Whole years, so that the same days give the same bytes. Each change of the clock stands in a part of its own: of
    an RDATE with several dates ical.js and dateutil read the first one only, and are an hour off from the second.
    """
    return _vtimezone(name, first.year - STRETCH_YEARS, last.year + STRETCH_YEARS + 1)


@lru_cache(maxsize=256)
def _vtimezone(name: str, first_year: int, end_year: int) -> bytes:
    zone = ZoneInfo(name)
    start, end = (datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) for year in (first_year, end_year))
    made = Timezone()
    made.add("TZID", name)
    made.add_component(_part(zone, start, start))
    for change in _changes(zone, start, end):
        made.add_component(_part(zone, change - EXACTLY, change))
    return bytes(made.to_ical())


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Each instant from which the clock of ``zone`` runs at another distance from UTC."""
    while start < end:
        after = min(start + STEP, end)
        if _offset(zone, start) != _offset(zone, after):
            yield _change(zone, start, after)
        start = after


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second between ``before`` and ``after`` with the distance of ``after``."""
    while after - before > EXACTLY:
        middle = before + (after - before) // EXACTLY // 2 * EXACTLY
        if _offset(zone, middle) == _offset(zone, after):
            after = middle
        else:
            before = middle
    return after


def _part(zone: ZoneInfo, before: datetime, at: datetime) -> TimezoneStandard | TimezoneDaylight:
    """What the clock does from ``at``, which is written as the clock said it until then."""
    local = at.astimezone(zone)
    made = TimezoneDaylight() if (local.dst() or timedelta()) > timedelta() else TimezoneStandard()
    made.add("DTSTART", (at + _offset(zone, before)).replace(tzinfo=None))
    # Some programs show the name, and a short one such as CST means several clocks.
    made.add("TZNAME", f"{local:%z}")
    made.add("TZOFFSETFROM", _offset(zone, before))
    made.add("TZOFFSETTO", _offset(zone, at))
    return made


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
