"""The lint finds each fault that is put into a calendar object that had none."""

from __future__ import annotations

import pytest

from medixchange.calendars import lint
from tests.calendars.meetings import ALINE, PANEL, invitation, meeting, off, subscribed

UID = meeting().uid
OUR_PEOPLE = frozenset({ALINE.email, PANEL.email})
NO_END = "does not end with END:VCALENDAR and CRLF"
UID_OF_ALL = "VCALENDAR has a UID: subscribers see one event instead of all"
EVENT = b"BEGIN:VEVENT\r\n"
KIGALI_IN_SUMMER = b"BEGIN:VTIMEZONE\r\nTZID:Africa/Kigali\r\nEND:VTIMEZONE\r\n"
ANYBODY = b"ATTENDEE:mailto:eve@example.org\r\n"


@pytest.mark.parametrize(
    ("sound", "faulty", "found"),
    [
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR\n", [NO_END, "line 34 holds a control character"]),
        (b"LOCATION;LANGUAGE=en:West", b"LOCATION:" + b"West" * 20, ["line 30 has 99 octets"]),
        (b":West Lake", b":West\x07Lake", ["line 30 holds a control character"]),
        (
            b":West Lake",
            b":West\xe5\r\n \xbc\xa0 Lake",
            ["line 30 is folded inside a character", "line 31 is folded inside a character"],
        ),
        (b"VERSION:2.0\r\n", b"VERSION:2.0\r\nUID:1\r\n", [UID_OF_ALL]),
        (b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:PUBLISH\r\n", ["METHOD is not absent"]),
        (b"DTSTAMP:20261123T080000Z\r\n", b"", [f"{UID}: no DTSTAMP"]),
        (b"DTSTAMP:20261123T080000Z", b"DTSTAMP:20261123T080000", [f"{UID}: DTSTAMP is not in UTC"]),
        (EVENT, EVENT + ANYBODY, [f"{UID}: ATTENDEE where nobody is invited", "foreign address eve@example.org"]),
        (EVENT, EVENT + b"COMMENT:Ask mailto:eve@example.org\r\n", ["foreign address eve@example.org"]),
        (
            b"TZID:Africa/Kigali",
            b"TZID:Africa/Huye",
            ["no VTIMEZONE for Africa/Kigali", "VTIMEZONE Africa/Huye is used by nothing"],
        ),
        (b";TZID=Africa/Kigali", b"", ["VTIMEZONE Africa/Kigali is used by nothing"]),
        (EVENT, KIGALI_IN_SUMMER + EVENT, ["VTIMEZONE Africa/Kigali stands there twice"]),
    ],
)
def test_a_fault_in_a_feed_is_found(sound: bytes, faulty: bytes, found: list[str]) -> None:
    raw = subscribed([meeting()])
    assert sound in raw

    assert lint.check(raw.replace(sound, faulty)) == found


def test_a_session_that_stands_in_a_feed_twice_is_found() -> None:
    assert lint.check(subscribed([meeting(), meeting()])) == [f"{UID}: stands there twice"]


@pytest.mark.parametrize(
    ("sound", "faulty", "found"),
    [
        (b"METHOD:REQUEST", b"METHOD:PUBLISH", ["METHOD is not REQUEST"]),
        (b"SUMMARY", b"COMMENT", [f"{UID}: no SUMMARY"]),
        (b"ORGANIZER", b"X-WHO", [f"{UID}: no ORGANIZER"]),
        (b"ATTENDEE", b"X-WHO", [f"{UID}: no ATTENDEE"]),
        (EVENT, EVENT + ANYBODY, [f"{UID}: more than one ATTENDEE", "foreign address eve@example.org"]),
    ],
)
def test_a_fault_in_an_invitation_is_found(sound: bytes, faulty: bytes, found: list[str]) -> None:
    raw = invitation(meeting(), "REQUEST")
    assert sound in raw

    assert lint.check(raw.replace(sound, faulty), method="REQUEST", addresses=OUR_PEOPLE) == found


@pytest.mark.parametrize(
    ("sound", "faulty", "found"),
    [
        (b"SEQUENCE", b"X-COUNT", [f"{UID}: no SEQUENCE"]),
        (b"STATUS:CANCELLED", b"STATUS:CONFIRMED", [f"{UID}: cancelled without STATUS:CANCELLED"]),
    ],
)
def test_a_fault_in_a_cancellation_is_found(sound: bytes, faulty: bytes, found: list[str]) -> None:
    raw = invitation(off(meeting()), "CANCEL")
    assert sound in raw

    assert lint.check(raw.replace(sound, faulty), method="CANCEL", addresses=OUR_PEOPLE) == found


@pytest.mark.parametrize("raw", [b"", b"hello", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"])
def test_what_is_no_calendar_at_all_is_said_to_be_none(raw: bytes) -> None:
    assert [each for each in lint.check(raw) if each.startswith("cannot be read")] != []
