"""What a step has changed of a session: who comes and who goes, and in which room it is instead of which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from medixchange.journal.models import JournalEntry


@dataclass(frozen=True)
class Known:
    """What an entry of the journal is told with: the zone of the hospital's clock, and the names of people and rooms
    that may be said, by number."""

    zone: str
    names: Mapping[int, str]
    rooms: Mapping[int, str]


@dataclass(frozen=True)
class Changed:
    """By name those who ``come`` and those who ``go``, as far as their names may be said; whether ``somebody_goes``;
    ``rooms`` are the new one and the old one, where they are known, and ``is_elsewhere`` whether it is another;
    ``is_spoken_otherwise`` whether the languages are or how it is interpreted."""

    come: Sequence[str]
    go: Sequence[str]
    somebody_goes: bool
    is_elsewhere: bool
    rooms: tuple[str, str] | None
    is_spoken_otherwise: bool


def changed(entry: JournalEntry, known: Known) -> Changed:
    """What is another thing after ``entry`` than before it."""
    before, after = (told.get("people", ()) for told in (entry.before, entry.after))
    gone = [each for each in before if each not in after]
    old, new = rooms_of(entry)
    ways = [told.get("way") for told in (entry.before, entry.after)]
    is_elsewhere = 0 not in (old, new) and old != new
    return Changed(
        come=[known.names[each] for each in after if each not in before and each in known.names],
        go=[known.names[each] for each in gone if each in known.names],
        somebody_goes=bool(gone),
        is_elsewhere=is_elsewhere,
        rooms=(known.rooms[new], known.rooms[old]) if is_elsewhere and {new, old} <= known.rooms.keys() else None,
        is_spoken_otherwise=None not in ways and ways[0] != ways[1],
    )


def people_in(entry: JournalEntry) -> set[int]:
    """The numbers of those who were part of a session before or after what was done, or whom it was about."""
    about = {entry.after["person"]} if "person" in entry.after else set[int]()
    return {*entry.before.get("people", ()), *entry.after.get("people", ()), *about}


def rooms_in(entries: Iterable[JournalEntry]) -> set[int]:
    """The numbers of the rooms in which a session was before or after one of ``entries``."""
    return {number for entry in entries for number in rooms_of(entry) if number}


def rooms_of(entry: JournalEntry) -> tuple[int, int]:
    """The number of the room before the step, and after it; 0 where it is not written down."""
    return entry.before.get("room", 0), entry.after.get("room", 0)
