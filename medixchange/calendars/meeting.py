"""What a calendar must know of a sharing session, with its texts already in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
INSTANTS = ("starts_at", "ends_at", "created", "modified")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who is named in a calendar with an address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session for one reader.

    ``uid`` stays for the life of the session, ``sequence`` rises with each significant change (RFC 5545, 3.8.7.4);
    instants are aware; ``zone`` is the reader's IANA zone, ``language`` the texts' BCP 47 tag; ``url`` a page about
    it, ``conference`` the address to join at.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    status: Status
    summary: str
    description: str
    location: str
    created: datetime
    modified: datetime
    language: str
    url: str | None = None
    conference: str | None = None
    categories: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The meeting as plain JSON, for a letter that waits."""
        plain = asdict(self)
        return plain | {name: plain[name].isoformat() for name in INSTANTS} | {"categories": list(self.categories)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Meeting:
        """The meeting that ``to_json`` wrote."""
        instants = {name: datetime.fromisoformat(data[name]) for name in INSTANTS}
        return cls(**{**data, **instants, "categories": tuple(data["categories"])})
