"""A strict check of what is written: lines, required properties, time zones, and nobody who does not belong there."""

from __future__ import annotations

import re
from collections import Counter

from icalendar import Calendar, Component

LONGEST_LINE = 75
# RFC 5546: 3.2.1 PUBLISH, 3.2.2 REQUEST, 3.2.5 CANCEL.
NEEDED = {
    "": ("DTSTAMP", "DTSTART", "UID"),
    "PUBLISH": ("DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"),
    "REQUEST": ("ATTENDEE", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"),
    "CANCEL": ("DTSTAMP", "ORGANIZER", "SEQUENCE", "UID"),
}
NOBODY = frozenset({"", "PUBLISH"})
ADDRESS = re.compile(r"(?i)mailto:([^\s;\"]+)")


def check(raw: bytes, *, method: str = "", addresses: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with ``raw`` as an object of ``method`` ("" for a feed or a download), in words; none is right.

    ``addresses`` are the only mail addresses that may stand in it.
    """
    return [*_lines(raw), *_object(raw, method), *_zones(raw), *_people(raw, addresses)]


def _lines(raw: bytes) -> list[str]:
    wrong = []
    if not raw.endswith(b"END:VCALENDAR\r\n"):
        wrong.append("does not end with END:VCALENDAR and CRLF")
    for place, line in enumerate(raw.split(b"\r\n"), start=1):
        if len(line) > LONGEST_LINE:
            wrong.append(f"line {place} has {len(line)} octets")
        if b"\n" in line or b"\r" in line or re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line):
            wrong.append(f"line {place} holds a control character")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            wrong.append(f"line {place} is folded inside a character")
    return wrong


def _object(raw: bytes, method: str) -> list[str]:
    try:
        made = Calendar.from_ical(raw)
    except ValueError as fault:
        return [f"cannot be read: {fault}"]
    if made.name != "VCALENDAR":
        return [f"cannot be read: {made.name} instead of VCALENDAR"]
    wrong = [] if str(made.get("METHOD", "")) == method else [f"METHOD is not {method or 'absent'}"]
    if "UID" in made:
        wrong.append("VCALENDAR has a UID: subscribers see one event instead of all")
    events = made.walk("VEVENT")
    for event in events:
        wrong += _event(event, method)
    repeated = [uid for uid, count in Counter(str(event.get("UID")) for event in events).items() if count > 1]
    return wrong + [f"{uid}: stands there twice" for uid in repeated]


def _event(event: Component, method: str) -> list[str]:
    wrong = [f"no {name}" for name in NEEDED[method] if name not in event]
    if method in NOBODY and "ATTENDEE" in event:
        wrong.append("ATTENDEE where nobody is invited")
    if method not in NOBODY and len(_list(event.get("ATTENDEE"))) > 1:
        wrong.append("more than one ATTENDEE")
    if "DTSTAMP" in event and str(event.decoded("DTSTAMP").tzinfo) != "UTC":
        wrong.append("DTSTAMP is not in UTC")
    if method == "CANCEL" and str(event.get("STATUS")) != "CANCELLED":
        wrong.append("cancelled without STATUS:CANCELLED")
    return [f"{event.get('UID', '')}: {each}" for each in wrong]


def _zones(raw: bytes) -> list[str]:
    text = re.sub(rb"\r\n[ \t]", b"", raw).decode("utf-8", "replace")
    used = set(re.findall(r"(?m)^[A-Z-]+;(?:[^:\n]*;)?TZID=([^;:\r\n]+)", text))
    given = Counter(re.findall(r"(?m)^TZID:([^\r\n]+)", text))
    missing = [f"no VTIMEZONE for {name}" for name in sorted(used - set(given))]
    twice = [f"VTIMEZONE {name} stands there twice" for name, count in sorted(given.items()) if count > 1]
    unused = [f"VTIMEZONE {name} is used by nothing" for name in sorted(set(given) - used)]
    return missing + twice + unused


def _people(raw: bytes, addresses: frozenset[str]) -> list[str]:
    text = re.sub(rb"\r\n[ \t]", b"", raw).decode("utf-8", "replace")
    return [f"foreign address {found}" for found in sorted(set(ADDRESS.findall(text)) - addresses)]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
