"""vdirsyncer fetches a feed over HTTP as its users do, and khal shows every session at its hour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from medixchange.calendars.meeting import Meeting
from tests.calendars.meetings import confirmed, meeting, moved, off, season, subscribed
from tests.calendars.subscriber import Shown, Subscriber, Web

HOURS = {
    "Africa/Kigali": "2026-12-01 10:00",
    "Asia/Shanghai": "2026-12-01 16:00",
    "Asia/Colombo": "2026-12-01 13:30",
    "Asia/Kathmandu": "2026-12-01 13:45",
    "Africa/Cairo": "2026-12-01 10:00",
    "America/New_York": "2026-12-01 03:00",
    "Africa/Casablanca": "2026-12-01 08:00",
}


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def subscriber(web: Web, tmp_path: Path) -> Iterator[Subscriber]:
    with web.running() as url:
        yield Subscriber(tmp_path, url)


@pytest.mark.parametrize("number", [0, 1, 200])
def test_every_session_of_a_feed_is_shown(web: Web, subscriber: Subscriber, number: int) -> None:
    sessions = season(number)
    web.feed = subscribed(sessions)

    subscriber.fetch()

    assert subscriber.stored() == sorted((each.summary, each.sequence) for each in sessions)
    assert subscriber.shown(zone="Asia/Shanghai") == sorted(on_clock(each, "Asia/Shanghai") for each in sessions)


def test_a_change_reaches_those_who_subscribed(web: Web, subscriber: Subscriber) -> None:
    held = meeting()
    sure = confirmed(held)
    later = moved(sure)
    told = []
    for state in (held, sure, later, off(later)):
        web.feed = subscribed([state])
        subscriber.fetch()
        told += subscriber.shown(zone="Africa/Kigali")

    assert [(each.start, each.status) for each in told] == [
        ("2026-12-01 10:00", "TENTATIVE"),
        ("2026-12-01 10:00", "CONFIRMED"),
        ("2026-12-02 10:00", "TENTATIVE"),
        ("2026-12-02 10:00", "CANCELLED"),
    ]


def test_ten_in_kigali_is_shown_at_its_hour_everywhere(web: Web, subscriber: Subscriber) -> None:
    web.feed = subscribed([meeting()])
    subscriber.fetch()

    hours = {zone: [each.start for each in subscriber.shown(zone=zone)] for zone in HOURS}

    assert hours == {zone: [hour] for zone, hour in HOURS.items()}


def on_clock(session: Meeting, zone: str) -> Shown:
    """What khal must show of ``session`` on a computer whose clock is that of ``zone``."""
    start, end = (f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in (session.starts_at, session.ends_at))
    return Shown(start, end, session.summary, session.status)
