"""Hospitals, experts, interpreters and rooms as plain values, and when each of them can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from medixchange.matching.requests import Request
from medixchange.messages import Message


@dataclass(frozen=True, slots=True)
class Block:
    """Slots that one thing takes away, and what it is ("Qingming festival", "leave until 3 May").

    ``day`` is the day that is closed and where (``CN 2026-04-05``), however it is called.
    """

    slots: int
    what: Message
    day: str = ""


@dataclass(frozen=True, slots=True)
class Mask:
    """When one kind of knowledge allows something: one bit per slot of the grid, 1 = may.

    ``kind`` for people: hours, leave, busy, notice, humane, holiday, custom; for hospitals: hours, holiday,
    weekend, custom; for rooms: hours. ``blocks`` names what takes the missing slots, as far as it has a name.
    """

    kind: str
    slots: int
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """Who asks: its zone (IANA), country (ISO 3166) and calendar. The weekend is a mask of its own."""

    id: str
    name: str
    zone: str
    country: str
    masks: tuple[Mask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What experts and interpreters share; the AND of ``masks`` is where the person can be.

    Time taken by other sessions is not a mask: it follows from the problem's ``held``.
    """

    id: str
    name: str
    zone: str
    country: str
    masks: tuple[Mask, ...] = ()
    rest_minutes: int = 0
    exclude_hospitals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert(Person):
    """Who answers: specialties with level 1 to 3, languages spoken with level 0 to 5, caps in sessions.

    ``speaking`` holds languages in which the expert also follows questions, ``speaking_only`` those in which
    the expert would present and does not.

    Caps count by the local day, ISO week and month of a session's start in the expert's zone.
    ``past_load`` is the sessions already given that fairness counts, ``lent`` those that count as given of somebody
    who was not there all the time.
    """

    specialties: Mapping[str, int]
    speaking: Mapping[str, int]
    speaking_only: frozenset[str] = frozenset()
    max_day: int = 1
    max_week: int = 2
    max_month: int = 6
    past_load: int = 0
    lent: int = 0
    panels: tuple[str, ...] = ()

    @property
    def counted(self) -> int:
        """The sessions that fairness counts of the past."""
        return self.past_load + self.lent


@lru_cache(maxsize=1024)
def _both_ways(pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of ``pairs`` that are held both ways."""
    return frozenset(pair for pair in pairs if pair[::-1] in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter(Person):
    """Who joins two languages: pairs as (source, target), caps in minutes a local day and ISO week."""

    pairs: frozenset[tuple[str, str]]
    domains: frozenset[str] = frozenset()
    simultaneous: bool = True
    consecutive: bool = False
    max_minutes_day: int = 240
    max_minutes_week: int = 900

    def interprets(self, request: Request) -> bool:
        """Whether the interpreter works in the way that ``request`` is interpreted."""
        return self.consecutive if request.consecutive else self.simultaneous

    def joins(self, one: str, other: str) -> bool:
        """Whether the pair is held both ways: a session is a conversation, questions come back."""
        return (one, other) in self.both_ways

    @property
    def both_ways(self) -> frozenset[tuple[str, str]]:
        """The pairs that are held both ways."""
        return _both_ways(self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A video room; ``seats`` and ``channels`` (languages beside the floor) None means no limit."""

    id: str
    name: str
    seats: int | None = None
    channels: int | None = None
    masks: tuple[Mask, ...] = ()
