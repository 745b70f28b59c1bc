"""A session as a VEVENT (RFC 5545, 3.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Event, vText

from medixchange.calendars.meeting import Meeting

# Parsers take a NUL or a line separator as anything from an end of line to an end of file.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ud800-\udfff]")


class Text(vText):
    """A text with its escapes (RFC 5545, 3.3.11); icalendar's own take a typed ``\\N`` for a line break."""

    def to_ical(self) -> bytes:
        """The value on its line."""
        return self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").encode()


def event(meeting: Meeting, *, dtstamp: datetime) -> Event:
    """The VEVENT of ``meeting`` without ORGANIZER and ATTENDEE; ``dtstamp`` is aware (RFC 5545, 3.8.7.2)."""
    made = Event()
    made.add("UID", meeting.uid)
    made.add("SEQUENCE", meeting.sequence)
    made.add("DTSTAMP", _utc(dtstamp))
    _hour(made, "DTSTART", meeting.starts_at, meeting)
    _hour(made, "DTEND", meeting.ends_at, meeting)
    made.add("STATUS", meeting.status)
    made.add("TRANSP", "TRANSPARENT" if meeting.status == "CANCELLED" else "OPAQUE")
    made.add("CREATED", _utc(meeting.created))
    made.add("LAST-MODIFIED", _utc(meeting.modified))
    for name, text in (
        ("SUMMARY", meeting.summary),
        ("DESCRIPTION", meeting.description),
        ("LOCATION", meeting.location),
    ):
        if cleaned := clean(text):
            made.add(name, Text(cleaned, params={"LANGUAGE": meeting.language}))
    if categories := [cleaned for each in meeting.categories if (cleaned := clean(each))]:
        made.add("CATEGORIES", categories)
    if meeting.url:
        made.add("URL", meeting.url)
    if meeting.conference:
        # RFC 7986, 5.11; with several FEATUREs some programs show nothing.
        made.add("CONFERENCE", meeting.conference, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    return made


def vevent(meeting: Meeting, *, dtstamp: datetime) -> bytes:
    """The VEVENT's bytes as a feed joins them: CRLF, folded, no person in it."""
    return bytes(event(meeting, dtstamp=dtstamp).to_ical())


def zones_of(meetings: Iterable[Meeting]) -> dict[str, tuple[date, date]]:
    """For each zone that the meetings' clocks need, sorted by name, the first and the last day."""
    needed: dict[str, tuple[date, date]] = {}
    for meeting in meetings:
        if not is_written_in_utc(meeting.starts_at, meeting.ends_at, meeting.zone):
            days = (meeting.starts_at.date(), meeting.ends_at.date())
            before = needed.get(meeting.zone, days)
            needed[meeting.zone] = (min(before[0], days[0]), max(before[1], days[1]))
    return dict(sorted(needed.items()))


def is_written_in_utc(starts_at: datetime, ends_at: datetime, zone: str) -> bool:
    """Whether the clock of ``zone`` would be read wrongly: in an hour that comes twice parsers disagree."""
    info = ZoneInfo(zone)
    return zone == "UTC" or any(_repeats(at.astimezone(info)) for at in (starts_at, ends_at))


def clean(text: str) -> str:
    """``text`` without what breaks a content line, and without blanks around it, which libical drops."""
    return UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _hour(made: Event, name: str, at: datetime, meeting: Meeting) -> None:
    """``at`` as the meeting's reader sees it, or in UTC where the local clock says it twice."""
    if is_written_in_utc(meeting.starts_at, meeting.ends_at, meeting.zone):
        made.add(name, _utc(at))
    else:
        # With its zone icalendar takes Accra's clock, and all that never leave UTC, for UTC itself.
        local = at.astimezone(ZoneInfo(meeting.zone)).replace(tzinfo=None)
        made.add(name, local, parameters={"TZID": meeting.zone})


def _repeats(wall: datetime) -> bool:
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
