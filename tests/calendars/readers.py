"""Three parsers that know nothing of ours: ical.js (Thunderbird), vobject, and libical (GNOME, KDE)."""

from __future__ import annotations

import ctypes
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import vobject

from tests import need


@dataclass(frozen=True)
class Seen:
    """What somebody sees of one event; instants in UTC."""

    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    attendees: tuple[str, ...]
    method: str
    answers: tuple[str, ...] = ()
    """PARTSTAT and RSVP of each attendee, as "NEEDS-ACTION/TRUE"."""


Reader = Callable[[bytes], list[Seen]]


@contextmanager
def icaljs() -> Iterator[Reader]:
    """ical.js in a node that reads one object after the other."""
    script = Path(__file__).with_name("read.mjs")
    with subprocess.Popen([need.node(), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:

        def read(raw: bytes) -> list[Seen]:
            assert node.stdin is not None
            assert node.stdout is not None
            node.stdin.write(json.dumps(raw.decode()) + "\n")
            node.stdin.flush()
            answer = json.loads(node.stdout.readline())
            assert "fault" not in answer, answer
            return [_seen(event) for event in answer["events"]]

        yield read
        node.terminate()


def vobject_reader(raw: bytes) -> list[Seen]:
    """vobject, with dateutil's reading of each VTIMEZONE."""
    calendar = vobject.readOne(raw.decode())
    method = calendar.method.value if hasattr(calendar, "method") else ""
    return [
        Seen(
            uid=event.uid.value,
            sequence=int(event.sequence.value),
            status=event.status.value,
            starts_at=event.dtstart.value.astimezone(UTC),
            ends_at=event.dtend.value.astimezone(UTC),
            summary=event.summary.value if hasattr(event, "summary") else "",
            description=event.description.value if hasattr(event, "description") else "",
            attendees=tuple(each.value for each in event.contents.get("attendee", [])),
            method=method,
            answers=tuple(
                "/".join(each.params.get(name, [""])[0] for name in ("PARTSTAT", "RSVP"))
                for each in event.contents.get("attendee", [])
            ),
        )
        for event in calendar.contents.get("vevent", [])
    ]


class IcalTime(ctypes.Structure):
    """libical's icaltimetype."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "daylight")),
        ("zone", ctypes.c_void_p),
    ]


class Libical:
    """libical through ctypes; a component with an error in it is a fault."""

    def __init__(self) -> None:
        self._lib = need.libical()
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        for name, result, arguments in (
            ("icalparser_parse_string", pointer, [text]),
            ("icalcomponent_get_first_component", pointer, [pointer, ctypes.c_int]),
            ("icalcomponent_get_next_component", pointer, [pointer, ctypes.c_int]),
            ("icalcomponent_count_errors", ctypes.c_int, [pointer]),
            ("icalcomponent_check_restrictions", ctypes.c_bool, [pointer]),
            ("icalrestriction_check", ctypes.c_int, [pointer]),
            ("icalcomponent_get_dtstart", IcalTime, [pointer]),
            ("icalcomponent_get_dtend", IcalTime, [pointer]),
            ("icaltime_as_timet_with_zone", ctypes.c_long, [IcalTime, pointer]),
            ("icalcomponent_get_uid", text, [pointer]),
            ("icalcomponent_get_summary", text, [pointer]),
            ("icalcomponent_get_description", text, [pointer]),
            ("icalcomponent_get_sequence", ctypes.c_int, [pointer]),
            ("icalcomponent_get_status", ctypes.c_int, [pointer]),
            ("icalcomponent_get_method", ctypes.c_int, [pointer]),
            ("icalproperty_status_to_string", text, [ctypes.c_int]),
            ("icalproperty_method_to_string", text, [ctypes.c_int]),
            ("icalcomponent_get_first_property", pointer, [pointer, ctypes.c_int]),
            ("icalcomponent_get_next_property", pointer, [pointer, ctypes.c_int]),
            ("icalproperty_get_attendee", text, [pointer]),
            ("icalproperty_get_parameter_as_string", text, [pointer, text]),
            ("icalproperty_string_to_kind", ctypes.c_int, [text]),
            ("icalcomponent_string_to_kind", ctypes.c_int, [text]),
            ("icalcomponent_free", None, [pointer]),
        ):
            function = getattr(self._lib, name)
            function.restype, function.argtypes = result, arguments

    def __call__(self, raw: bytes) -> list[Seen]:
        """What libical sees."""
        lib = self._lib
        calendar = lib.icalparser_parse_string(raw)
        assert calendar, "libical reads nothing"
        try:
            assert lib.icalcomponent_count_errors(calendar) == 0
            assert lib.icalrestriction_check(calendar) == 1
            kind = lib.icalcomponent_string_to_kind(b"VEVENT")
            method = (lib.icalproperty_method_to_string(lib.icalcomponent_get_method(calendar)) or b"").decode()
            found = []
            event = lib.icalcomponent_get_first_component(calendar, kind)
            while event:
                found.append(self._event(event, "" if method == "NONE" else method))
                event = lib.icalcomponent_get_next_component(calendar, kind)
            return found
        finally:
            lib.icalcomponent_free(calendar)

    def _event(self, event: Any, method: str) -> Seen:
        lib = self._lib
        return Seen(
            uid=lib.icalcomponent_get_uid(event).decode(),
            sequence=lib.icalcomponent_get_sequence(event),
            status=lib.icalproperty_status_to_string(lib.icalcomponent_get_status(event)).decode(),
            starts_at=self._instant(lib.icalcomponent_get_dtstart(event)),
            ends_at=self._instant(lib.icalcomponent_get_dtend(event)),
            summary=(lib.icalcomponent_get_summary(event) or b"").decode(),
            description=(lib.icalcomponent_get_description(event) or b"").decode(),
            attendees=tuple(lib.icalproperty_get_attendee(each).decode() for each in self._attendees(event)),
            method=method,
            answers=tuple(
                "/".join(self._parameter(each, name) for name in (b"PARTSTAT", b"RSVP"))
                for each in self._attendees(event)
            ),
        )

    def _instant(self, at: IcalTime) -> datetime:
        assert at.zone, "libical sees a floating time"
        return datetime.fromtimestamp(self._lib.icaltime_as_timet_with_zone(at, at.zone), UTC)

    def _parameter(self, attendee: int, name: bytes) -> str:
        return (self._lib.icalproperty_get_parameter_as_string(attendee, name) or b"").decode()

    def _attendees(self, event: Any) -> Iterator[int]:
        kind = self._lib.icalproperty_string_to_kind(b"ATTENDEE")
        found = self._lib.icalcomponent_get_first_property(event, kind)
        while found:
            yield found
            found = self._lib.icalcomponent_get_next_property(event, kind)


def _seen(event: dict[str, Any]) -> Seen:
    instants = {name: datetime.fromisoformat(event[name]) for name in ("starts_at", "ends_at")}
    return Seen(**{**event, **instants, "attendees": tuple(event["attendees"]), "answers": tuple(event["answers"])})
