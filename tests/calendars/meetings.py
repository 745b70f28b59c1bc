"""Sessions as calendars are told of them, and what a reader must see of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from medixchange.calendars import itip
from medixchange.calendars.feed import feed
from medixchange.calendars.meeting import Meeting, Party
from medixchange.calendars.vevent import vevent, zones_of
from tests.calendars.readers import Seen

PANEL = Party("medixchange", "sessions@example.org")
ALINE = Party("Aline Example", "aline@example.org")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 8, tzinfo=UTC)
"""10:00 in Kigali, 16:00 in Beijing."""
HALF_AN_HOUR = timedelta(minutes=30)
ROOM = "https://rooms.example.org/1"
ABOUT = "Hospital: King Faisal Hospital, Kigali\nPanel: Zhang San 张三"
"""What a calendar says of a session; whoever is sure to come also reads where to join."""


def meeting(starts_at: datetime = TUESDAY, **facts: Any) -> Meeting:
    """A session of half an hour that is held tentatively, for a reader in Kigali."""
    plain: dict[str, Any] = {
        "uid": "0d4f8a62-9c1e-4a57-8f6d-3b2a1c5e7f90@medixchange",
        "sequence": 0,
        "ends_at": starts_at + HALF_AN_HOUR,
        "zone": "Africa/Kigali",
        "status": "TENTATIVE",
        "summary": "Oxygen therapy when beds run short: King Faisal Hospital",
        "description": ABOUT,
        "location": "West Lake room",
        "created": NOW,
        "modified": NOW,
        "language": "en",
    }
    return Meeting(starts_at=starts_at, **{**plain, **facts})


def confirmed(was: Meeting) -> Meeting:
    """The session once it is certain."""
    return replace(
        was,
        status="CONFIRMED",
        sequence=was.sequence + 1,
        modified=was.modified + timedelta(hours=2),
        description=f"{ABOUT}\n\nJoin: {ROOM}",
        conference=ROOM,
    )


def moved(was: Meeting, by: timedelta = timedelta(days=1)) -> Meeting:
    """The session at another hour, held tentatively again."""
    return replace(
        was,
        starts_at=was.starts_at + by,
        ends_at=was.ends_at + by,
        status="TENTATIVE",
        sequence=was.sequence + 1,
        modified=was.modified + timedelta(hours=4),
        description=ABOUT,
        conference=None,
    )


def off(was: Meeting) -> Meeting:
    """The session once it is called off."""
    return replace(was, status="CANCELLED", sequence=was.sequence + 1, modified=was.modified + timedelta(hours=6))


def letters(hold: Meeting) -> dict[str, tuple[Meeting, str, bytes]]:
    """The life of a session as its invitations tell it, each kind with what it tells, METHOD and bytes."""
    sure = confirmed(hold)
    later = moved(sure)
    ended = off(later)
    life = {"hold": (hold, "REQUEST"), "confirmed": (sure, "REQUEST"), "moved": (later, "REQUEST")}
    return {
        kind: (told, method, invitation(told, method))
        for kind, (told, method) in {**life, "cancelled": (ended, "CANCEL")}.items()
    }


def invitation(told: Meeting, method: str, *, attendee: Party = ALINE) -> bytes:
    """The calendar object of a letter."""
    write = itip.request if method == "REQUEST" else itip.cancel
    return write(told, organizer=PANEL, attendee=attendee, dtstamp=told.modified)


def subscribed(meetings: list[Meeting], *, name: str = "Sharing sessions", language: str = "en") -> bytes:
    """The feed that holds ``meetings``."""
    written = [vevent(each, dtstamp=each.modified) for each in meetings]
    return feed(written, name=name, zones=zones_of(meetings), language=language)


def season(number: int) -> list[Meeting]:
    """Many sessions of one reader in New York, a few a day, in every state and over two changes of the clock."""
    states = ("TENTATIVE", "CONFIRMED", "CANCELLED")
    return [
        meeting(
            TUESDAY + timedelta(days=place, hours=place % 7),
            uid=f"session-{place:04}@medixchange",
            sequence=place % 4,
            status=states[place % 3],
            summary=f"第{place}场，重症监护; intensive care, part {place}",
            zone="America/New_York",
        )
        for place in range(number)
    ]


def seen(told: Meeting, method: str = "", *, attendee: Party | None = None, answer: str = "NEEDS-ACTION/TRUE") -> Seen:
    """What a reader must see of ``told``; a REQUEST asks for the answer unless it brings one."""
    return Seen(
        uid=told.uid,
        sequence=told.sequence,
        status=told.status,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        summary=told.summary,
        description=told.description,
        attendees=(f"mailto:{attendee.email}",) if attendee else (),
        method=method,
        answers=(answer if method == "REQUEST" else "/",) if attendee else (),
    )
