"""What is asked as plain values: of what, for whom, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from medixchange.matching.kept import Kept
from medixchange.matching.match import Agreed
from medixchange.messages import Message
from medixchange.policies.values import Minutes


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch that a hospital would like: the slots wholly inside it, and its weight 1 to 100.

    Either dated (``day``) or weekly (``weekday``, 0 is Monday), ``minutes`` of the hospital's local day.
    """

    slots: int
    weight: int
    minutes: Minutes
    day: date | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Rise:
    """Points that a request gains in S1 beside those of its urgency, and why."""

    points: int
    why: Message


MOST_PARTIES = 3
"""Audiences that a session may have."""
MOST_URGENT = 3
"""The highest urgency of a request; the lowest is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One audience of a session: its hospital, what it hears (see ``Request``), and when it can come."""

    hospital: str
    audience: Mapping[str, int]
    windows: tuple[Window, ...] = ()
    windows_only: bool = False
    weekend_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one hospital wants, or several together.

    ``audience`` maps a language to the audience's level 1 to 5. ``earliest`` and ``deadline`` hold the whole
    session. With ``windows_only`` the hospital can come only inside its windows (else they are a wish).
    ``continuity`` names the expert who should come again; ``seats`` what the room must hold. Without
    ``interpreting`` the hospital wants no interpreters found: it does without, or has ``own_interpreters``.
    ``rises`` are for waiting long. ``joint`` are further audiences of the same session: other hospitals, or another
    group of the same one that hears another language. A ``consecutive`` one is interpreted passage by passage, and its
    ``minutes`` hold the interpreting too. ``agreed`` says how the session that it has already is interpreted,
    and ``kept`` for all of what that stays as it is.
    """

    id: str
    hospital: str
    minutes: int
    specialties: tuple[str, ...]
    audience: Mapping[str, int]
    earliest: datetime
    deadline: datetime
    windows: tuple[Window, ...] = ()
    windows_only: bool = False
    urgency: int = 1
    panel_min: int = 1
    panel_max: int = 3
    exclude: frozenset[str] = frozenset()
    continuity: str | None = None
    weekend_ok: bool = False
    seats: int = 0
    interpreting: bool = True
    own_interpreters: bool = False
    rises: tuple[Rise, ...] = ()
    joint: tuple[Party, ...] = ()
    consecutive: bool = False
    agreed: Agreed | None = None
    kept: tuple[Kept, ...] = ()

    @property
    def rise(self) -> int:
        """What it gains in all."""
        return sum(each.points for each in self.rises)

    @property
    def parties(self) -> tuple[Party, ...]:
        """All audiences, its own first."""
        own = Party(
            hospital=self.hospital,
            audience=self.audience,
            windows=self.windows,
            windows_only=self.windows_only,
            weekend_ok=self.weekend_ok,
        )
        return (own, *self.joint)

    @property
    def hospitals(self) -> tuple[str, ...]:
        """The hospitals of all audiences, each once, its own first."""
        return tuple(dict.fromkeys((self.hospital, *(each.hospital for each in self.joint))))
