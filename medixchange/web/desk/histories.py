"""What was done to something, by whom and when, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.journal.models import JournalEntry
from medixchange.journal.record import PROGRAM, history, person_of
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.sessions.attending import BY_CODE
from medixchange.web.desk.acts import BEIJING, done
from medixchange.web.desk.changed import Known, people_in, rooms_in

BY_PROGRAM, BY_LINK = say("The program"), say("Somebody with a link from a letter")
BY_THE_CODE = say("Somebody with the code")


@dataclass(frozen=True)
class Done:
    """One act: when, who (a name or words for it), and what."""

    at: datetime
    who: Message | str
    what: Message


def history_of(
    db: Session,
    subject: str,
    *,
    zone: str = BEIJING,
    but: Collection[str] = (),
    about: Mapping[str, int] | None = None,
) -> list[Done]:
    """Everything that was done to ``subject``, the latest first; hours by the clock of ``zone`` and by Beijing's.

    ``but`` and ``about`` are those of the journal's ``history``.
    """
    entries = history(db, subject, but=but, about=about)
    told = {number for entry in entries for number in people_in(entry)}
    persons = people.persons(db, told | {number for entry in entries if (number := _person(entry)) is not None})
    names = {number: person.name for number, person in persons.items()}
    rooms = {number: room.name for number, room in people.rooms(db, rooms_in(entries)).items()}
    known = Known(zone, names, rooms)
    return [
        Done(entry.at, _who(entry, names), done(entry, known))
        for entry in sorted(entries, key=lambda each: each.id, reverse=True)
    ]


def _person(entry: JournalEntry) -> int | None:
    """The number of the person whose act it was: an answer by a link is that of the one who was invited."""
    known, invited = person_of(entry.actor), entry.after.get("person")
    return invited if known is None and isinstance(invited, int) else known


def _who(entry: JournalEntry, names: Mapping[int, str]) -> Message | str:
    number = _person(entry)
    if number is not None:
        return names.get(number, entry.actor)
    return {PROGRAM: BY_PROGRAM, BY_CODE: BY_THE_CODE}.get(entry.actor, BY_LINK)
