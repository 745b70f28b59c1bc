"""Every kind of invitation is read without a fault, and alike, by parsers that know nothing of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from medixchange.calendars import itip, lint
from tests.calendars.meetings import ALINE, NOW, PANEL, confirmed, letters, meeting, seen
from tests.calendars.readers import Reader

KINDS = ("hold", "confirmed", "moved", "cancelled")
GOLDEN = Path(__file__).with_name("golden")
NEW_YORK = "America/New_York"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ["Africa/Kigali", NEW_YORK])
def test_every_parser_reads_what_was_written(reader: Reader, kind: str, zone: str) -> None:
    told, method, raw = letters(meeting(zone=zone))[kind]

    assert reader(raw) == [seen(told, method, attendee=ALINE)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ["Africa/Kigali", "Africa/Accra", NEW_YORK, "UTC"])
def test_the_lint_finds_nothing(kind: str, zone: str) -> None:
    _, method, raw = letters(meeting(zone=zone))[kind]

    assert lint.check(raw, method=method, addresses=frozenset({ALINE.email, PANEL.email})) == []


def test_a_session_keeps_its_uid_and_counts_every_change() -> None:
    life = letters(meeting()).values()

    assert [(told.uid, told.sequence, told.status) for told, _, _ in life] == [
        (meeting().uid, 0, "TENTATIVE"),
        (meeting().uid, 1, "CONFIRMED"),
        (meeting().uid, 2, "TENTATIVE"),
        (meeting().uid, 3, "CANCELLED"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_session_gives_the_bytes_that_were_looked_at(kind: str) -> None:
    _, _, raw = letters(meeting())[kind]

    assert raw == (GOLDEN / f"{kind}.ics").read_bytes()


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_news_for_somebody_who_has_answered_keeps_the_answer_and_asks_for_none(reader: Reader, answer: str) -> None:
    told = confirmed(meeting())

    raw = itip.request(told, organizer=PANEL, attendee=ALINE, dtstamp=NOW, partstat=answer)

    assert reader(raw) == [seen(told, "REQUEST", attendee=ALINE, answer=f"{answer}/")]


def test_a_download_asks_nobody_for_an_answer(reader: Reader) -> None:
    raw = itip.publish(meeting(), dtstamp=NOW)

    assert (lint.check(raw), reader(raw)) == ([], [seen(meeting())])
