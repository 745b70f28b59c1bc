"""What a letter is while it waits: its kind, its reader, its values, its links by seed, and its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from markupsafe import Markup

from medixchange.calendars.itip import UNANSWERED
from medixchange.calendars.meeting import Meeting
from medixchange.messages import from_json, to_json
from medixchange.tokens import Mint

SIGN_IN = "signin"
"""The kind of a letter with a link to sign in."""
LINKS: Mapping[str, str] = MappingProxyType(
    {
        "confirm": "/confirm/{token}",
        "status": "/r/{token}",
        "resume": "/request/{token}",
        "signin": "/signin/{token}",
        "answer": "/answer/{token}",
        "setup": "/setup/{token}",
        "recap": "/recap/{token}",
        "unsubscribe": "/unsubscribe/{token}",
    }
)
"""Where the link of each purpose leads; that of the first run is told by the command line, never by letter."""


@dataclass(frozen=True)
class Links:
    """Writes addresses from the configured public one; a request's Host is never believed."""

    public_url: str
    mint: Mint

    def url(self, purpose: str, seed: str) -> str:
        """The address that opens the row with ``seed`` for ``purpose``."""
        return self.page(LINKS[purpose].format(token=self.mint.token(purpose, seed)))

    def page(self, path: str) -> str:
        """The whole address of a page."""
        return self.public_url.rstrip("/") + path


@dataclass(frozen=True)
class Invitation:
    """The calendar object that goes with a letter; ``partstat`` is what its reader has answered and what stands."""

    method: Literal["REQUEST", "CANCEL"]
    meeting: Meeting
    dtstamp: datetime
    partstat: str = UNANSWERED

    @property
    def asks(self) -> bool:
        """Whether the reader is asked for an answer."""
        return self.method == "REQUEST" and self.partstat == UNANSWERED


@dataclass(frozen=True)
class Letter:
    """One letter to one person.

    ``kind`` names the folder of templates under mail/; ``context`` holds texts, Markup, numbers, Messages, Terms,
    aware datetimes, and lists and mappings of them; ``links`` maps a name to a purpose and a row's seed, so that no
    usable link waits in the database.
    """

    kind: str
    language: str
    zone: str
    to_name: str
    to_email: str
    context: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    calendar: Invitation | None = None

    def to_json(self) -> dict[str, Any]:
        """The letter as plain JSON."""
        return {
            "kind": self.kind,
            "language": self.language,
            "zone": self.zone,
            "to": [self.to_name, self.to_email],
            "context": {name: _freeze(value) for name, value in self.context.items()},
            "links": {name: list(link) for name, link in self.links.items()},
            "calendar": self.calendar
            and {
                "method": self.calendar.method,
                "meeting": self.calendar.meeting.to_json(),
                "dtstamp": self.calendar.dtstamp.isoformat(),
                "partstat": self.calendar.partstat,
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Letter:
        """The letter that ``to_json`` wrote."""
        calendar = data["calendar"]
        return cls(
            kind=data["kind"],
            language=data["language"],
            zone=data["zone"],
            to_name=data["to"][0],
            to_email=data["to"][1],
            context={name: _thaw(value) for name, value in data["context"].items()},
            links={name: (purpose, seed) for name, (purpose, seed) in data["links"].items()},
            calendar=calendar
            and Invitation(
                calendar["method"],
                Meeting.from_json(calendar["meeting"]),
                datetime.fromisoformat(calendar["dtstamp"]),
                # Letters that an earlier version wrote asked everybody.
                calendar.get("partstat", UNANSWERED),
            ),
        )


def _freeze(value: Any) -> Any:
    """Plain JSON for ``value``: instants as {"at": …}, Markup as {"html": …}, lists and mappings marked as such."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, (list, tuple)):
        return {"items": [_freeze(item) for item in value]}
    if isinstance(value, Markup):
        return {"html": str(value)}
    if isinstance(value, Mapping):
        return {"of": {name: _freeze(item) for name, item in value.items()}}
    return value if value is None or isinstance(value, bool) else to_json(value)


def _thaw(data: Any) -> Any:
    if isinstance(data, dict) and "at" in data:
        return datetime.fromisoformat(data["at"])
    if isinstance(data, dict) and "html" in data:
        return Markup(data["html"])  # noqa: S704 - it was Markup when it was frozen
    if isinstance(data, dict) and "of" in data:
        return {name: _thaw(item) for name, item in data["of"].items()}
    if isinstance(data, dict) and "items" in data and "term" not in data:
        return [_thaw(item) for item in data["items"]]
    return data if data is None or isinstance(data, bool) else from_json(data)
