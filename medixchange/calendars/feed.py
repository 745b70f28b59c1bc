"""A subscribed calendar, joined from the stored bytes of its sessions: no METHOD, and no UID of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from icalendar import Calendar, vText

from medixchange.calendars.vevent import clean
from medixchange.calendars.vtimezone import vtimezone

PRODID = "-//medixchange//sharing sessions//EN"
REFRESH = timedelta(hours=1)
END = b"END:VCALENDAR\r\n"


def calendar(components: Iterable[bytes], *, method: str | None = None, header: Calendar | None = None) -> bytes:
    """A VCALENDAR around ``components``, which are already written (RFC 5545, 3.4)."""
    made = header or Calendar()
    made.add("PRODID", PRODID)
    made.add("VERSION", "2.0")
    made.add("CALSCALE", "GREGORIAN")
    if method is not None:
        made.add("METHOD", method)
    return bytes(made.to_ical()).removesuffix(END) + b"".join(components) + END


def feed(
    vevents: Sequence[bytes],
    *,
    name: str,
    zones: dict[str, tuple[date, date]],
    language: str,
) -> bytes:
    """The bytes of a feed called ``name``, for a reader of ``language``.

    ``vevents`` are stored bytes, joined unread and in the given order; ``zones`` says for each TZID in them the
    first and the last day (``zones_of``). Refresh is asked for hourly (RFC 7986, 5.7). The same input gives the same
    bytes.
    """
    header = Calendar()
    title = vText(clean(name).replace("\n", " "), params={"LANGUAGE": language})
    header.add("NAME", title)
    header.add("X-WR-CALNAME", clean(name).replace("\n", " "))
    header.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    header.add("X-PUBLISHED-TTL", "PT1H")
    clocks = [vtimezone(zone, first, last) for zone, (first, last) in sorted(zones.items())]
    return calendar([*clocks, *vevents], header=header)


def etag(body: bytes) -> str:
    """A strong entity tag of ``body``, with its quotes (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
