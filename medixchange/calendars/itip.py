"""Invitations and their end, as RFC 5546 writes them: one object, one method, one attendee."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from icalendar import Event, vCalAddress, vText

from medixchange.calendars.feed import calendar
from medixchange.calendars.meeting import Meeting, Party
from medixchange.calendars.vevent import clean, event, zones_of
from medixchange.calendars.vtimezone import vtimezone

UNANSWERED = "NEEDS-ACTION"


def request(
    meeting: Meeting, *, organizer: Party, attendee: Party, dtstamp: datetime, partstat: str = UNANSWERED
) -> bytes:
    """An invitation, or the news of a change (RFC 5546, 3.2.2); the answer is asked for unless ``partstat`` is one.

    An update that is no reschedule keeps what the attendee said: without it calendar programs ask again.
    """
    made = event(meeting, dtstamp=dtstamp)
    asked = {"RSVP": "TRUE"} if partstat == UNANSWERED else {}
    _name(made, organizer, attendee, {"PARTSTAT": partstat, **asked})
    return _whole("REQUEST", meeting, made)


def cancel(meeting: Meeting, *, organizer: Party, attendee: Party, dtstamp: datetime) -> bytes:
    """The session is off, or no longer for this person (RFC 5546, 3.2.5)."""
    made = event(replace(meeting, status="CANCELLED"), dtstamp=dtstamp)
    _name(made, organizer, attendee, {})
    return _whole("CANCEL", meeting, made)


def publish(meeting: Meeting, *, dtstamp: datetime) -> bytes:
    """The session for "add to calendar": no METHOD and nobody in it, or programs would mail an answer."""
    return _whole(None, meeting, event(meeting, dtstamp=dtstamp))


def _name(made: Event, organizer: Party, attendee: Party, answer: dict[str, str]) -> None:
    made.add("ORGANIZER", _address(organizer, {}))
    made.add("ATTENDEE", _address(attendee, {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"} | answer))


def _address(party: Party, parameters: dict[str, str]) -> vCalAddress:
    made = vCalAddress(f"mailto:{party.email}")
    # RFC 5545, 3.1 gives a backslash no meaning in a parameter; libical and ical.js take it to hide the closing quote.
    if name := clean(party.name).replace("\n", " ").replace("\\", "/"):
        made.params["CN"] = vText(name)
    for parameter, value in parameters.items():
        made.params[parameter] = vText(value)
    return made


def _whole(method: str | None, meeting: Meeting, made: Event) -> bytes:
    zones = [vtimezone(name, first, last) for name, (first, last) in zones_of([meeting]).items()]
    return calendar([*zones, made.to_ical()], method=method)
