"""Feeds are read without a fault, and alike, by parsers that know nothing of ours."""

from __future__ import annotations

import pytest

from medixchange.calendars import lint
from medixchange.calendars.feed import etag
from tests.calendars.meetings import confirmed, meeting, season, seen, subscribed
from tests.calendars.readers import Reader


@pytest.mark.parametrize("number", [0, 1, 200])
def test_every_parser_reads_every_session(reader: Reader, number: int) -> None:
    sessions = season(number)

    assert reader(subscribed(sessions)) == [seen(each) for each in sessions]


@pytest.mark.parametrize("number", [0, 1, 200])
def test_the_lint_finds_nothing(number: int) -> None:
    assert lint.check(subscribed(season(number))) == []


def test_sessions_on_several_clocks_are_each_at_their_hour(reader: Reader) -> None:
    zones = ("Asia/Shanghai", "Africa/Kigali", "Asia/Kathmandu", "Africa/Casablanca", "UTC")
    sessions = [meeting(zone=zone, uid=f"{zone}@medixchange") for zone in zones]

    raw = subscribed(sessions)

    assert (lint.check(raw), reader(raw)) == ([], [seen(each) for each in sessions])


def test_the_same_sessions_give_the_same_bytes_and_a_change_another_tag() -> None:
    held, sure = subscribed([meeting()]), subscribed([confirmed(meeting())])

    assert subscribed([meeting()]) == held
    assert (etag(held) == etag(subscribed([meeting()])), etag(held) == etag(sure)) == (True, False)


def test_a_feed_says_its_name_and_how_often_to_ask_and_nothing_of_a_letter() -> None:
    head = subscribed([], name="交流会", language="zh-Hans").decode().split("\r\n")

    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//medixchange//sharing sessions//EN",
        "CALSCALE:GREGORIAN",
        "NAME;LANGUAGE=zh-Hans:交流会",
        "X-WR-CALNAME:交流会",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "END:VCALENDAR",
        "",
    ]
