"""A session is at its right hour on every clock, as foreign parsers read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medixchange.calendars.vtimezone import vtimezone
from tests.calendars.meetings import ALINE, invitation, meeting, seen
from tests.calendars.readers import Reader

CLOCKS = [
    ("Africa/Kigali", "2026-12-01T08:00Z", "20261201T100000"),
    # These never leave UTC, and are clocks of their own all the same.
    ("Africa/Accra", "2026-12-01T08:00Z", "20261201T080000"),
    ("Atlantic/Reykjavik", "2026-12-01T08:00Z", "20261201T080000"),
    ("Asia/Shanghai", "2026-12-01T08:00Z", "20261201T160000"),
    ("Asia/Colombo", "2026-12-01T08:00Z", "20261201T133000"),
    ("Asia/Kathmandu", "2026-12-01T08:00Z", "20261201T134500"),
    # Cairo goes back an hour when 29 October ends, New York on 1 November, and forward on 14 March.
    ("Africa/Cairo", "2026-10-29T08:00Z", "20261029T110000"),
    ("Africa/Cairo", "2026-10-30T08:00Z", "20261030T100000"),
    ("Africa/Cairo", "2027-04-29T08:00Z", "20270429T100000"),
    ("Africa/Cairo", "2027-04-30T08:00Z", "20270430T110000"),
    ("America/New_York", "2026-10-31T08:00Z", "20261031T040000"),
    ("America/New_York", "2026-11-02T08:00Z", "20261102T030000"),
    ("America/New_York", "2027-03-13T08:00Z", "20270313T030000"),
    ("America/New_York", "2027-03-14T08:00Z", "20270314T040000"),
    # Morocco stays on +00 from 20 September 2026.
    ("Africa/Casablanca", "2026-09-19T08:00Z", "20260919T090000"),
    ("Africa/Casablanca", "2026-09-20T08:00Z", "20260920T080000"),
    ("Africa/Casablanca", "2026-12-01T08:00Z", "20261201T080000"),
    ("Africa/Casablanca", "2027-04-01T08:00Z", "20270401T080000"),
]
ZONES = sorted({zone for zone, _, _ in CLOCKS} | {"Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "Asia/Gaza"})


@pytest.mark.parametrize(("zone", "at", "local"), CLOCKS)
def test_a_session_is_at_its_hour(reader: Reader, zone: str, at: str, local: str) -> None:
    told = meeting(datetime.fromisoformat(at), zone=zone)

    raw = invitation(told, "REQUEST")

    assert f"DTSTART;TZID={zone}:{local}\r\n".encode() in raw
    assert reader(raw) == [seen(told, "REQUEST", attendee=ALINE)]


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Africa/Cairo", "2026-10-29T20:30Z"),
        ("Africa/Cairo", "2026-10-29T21:30Z"),
        ("America/New_York", "2026-11-01T05:00Z"),
        ("America/New_York", "2026-11-01T06:00Z"),
        ("Africa/Casablanca", "2026-09-20T00:30Z"),
    ],
)
def test_an_hour_that_comes_twice_is_written_in_utc(reader: Reader, zone: str, at: str) -> None:
    told = meeting(datetime.fromisoformat(at), zone=zone)

    raw = invitation(told, "REQUEST")

    assert f"DTSTART:{told.starts_at:%Y%m%dT%H%M%SZ}\r\n".encode() in raw
    assert reader(raw) == [seen(told, "REQUEST", attendee=ALINE)]


@given(
    zone=st.sampled_from(ZONES),
    quarter=st.integers(min_value=0, max_value=2 * 365 * 96),
    length=st.integers(min_value=1, max_value=12),
)
@settings(deadline=None, max_examples=150)
def test_every_quarter_of_every_clock_is_read_as_it_was_meant(
    reader: Reader, zone: str, quarter: int, length: int
) -> None:
    starts_at = datetime(2026, 1, 1, tzinfo=UTC) + quarter * timedelta(minutes=15)
    told = meeting(starts_at, ends_at=starts_at + length * timedelta(minutes=15), zone=zone)

    raw = invitation(told, "REQUEST")

    assert reader(raw) == [seen(told, "REQUEST", attendee=ALINE)]


@given(zone=st.sampled_from(ZONES), year=st.integers(min_value=2020, max_value=2035))
@settings(deadline=None, max_examples=15)
def test_a_clock_is_written_with_each_of_its_changes(zone: str, year: int) -> None:
    raw = vtimezone(zone, date(year, 6, 1), date(year, 6, 1)).decode()

    starts = [line.partition(":")[2] for line in raw.split("\r\n") if line.startswith("DTSTART:")]
    offsets = [line.partition(":")[2] for line in raw.split("\r\n") if line.startswith("TZOFFSETFROM:")]
    onsets = [datetime.strptime(at + by, "%Y%m%dT%H%M%S%z") for at, by in zip(starts, offsets, strict=True)]
    assert onsets[1:] == changes(zone, year - 1, year + 2)


def changes(zone: str, first: int, end: int) -> list[datetime]:
    """The instants at which a clock changes, found half-hour by half-hour."""
    info = ZoneInfo(zone)
    at, last = (datetime(year, 1, 1, tzinfo=info).astimezone(UTC) for year in (first, end))
    found = []
    while at < last:
        after = at + timedelta(minutes=30)
        if at.astimezone(info).utcoffset() != after.astimezone(info).utcoffset():
            found.append(after)
        at = after
    return found
