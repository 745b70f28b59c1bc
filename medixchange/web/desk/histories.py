"""What was done to something, by whom and when, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.journal.models import JournalEntry
from medixchange.journal.record import PROGRAM, history, person_of
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.web.desk.acts import BEIJING, done

BY_PROGRAM, BY_LINK = say("The program"), say("Somebody with a link from a letter")


@dataclass(frozen=True)
class Done:
    """One act: when, who (a name or words for it), and what."""

    at: datetime
    who: Message | str
    what: Message


def history_of(db: Session, *subjects: str, zone: str = BEIJING) -> list[Done]:
    """Everything that was done to ``subjects``, the latest first; hours by the clock of ``zone`` and by Beijing's."""
    entries = [entry for subject in subjects for entry in history(db, subject)]
    names = people.persons(db, {number for entry in entries if (number := _person(entry)) is not None})
    return [
        Done(entry.at, _who(entry, names), done(entry, zone))
        for entry in sorted(entries, key=lambda each: each.id, reverse=True)
    ]


def _person(entry: JournalEntry) -> int | None:
    """The number of the person whose act it was: an answer is that of the one who was invited, whoever gave it."""
    invited = entry.after.get("person")
    if isinstance(invited, int):
        return invited
    return person_of(entry.actor)


def _who(entry: JournalEntry, names: Mapping[int, Person]) -> Message | str:
    number = _person(entry)
    if number is not None:
        return names[number].name if number in names else entry.actor
    return BY_PROGRAM if entry.actor == PROGRAM else BY_LINK
