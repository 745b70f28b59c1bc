"""What was done to something, by whom and when, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.journal.record import history
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.models import Person

ACTS: Mapping[str, Message] = {
    "submit": say("sent the request"),
    "confirm": say("confirmed"),
    "change": say("changed the request"),
    "readdress": say("gave another address"),
    "match": say("found proposals"),
    "propose": say("finished a search"),
    "search": say("asked for a new search"),
    "wait": say("found no match"),
    "approve": say("approved"),
    "reopen": say("put the request back into the queue"),
    "finish": say("closed the request"),
    "withdraw": say("withdrew the request"),
    "decline": say("declined the request"),
    "dismiss": say("took a proposal off the desk"),
    "reschedule": say("rescheduled"),
    "new address": say("gave the room another address"),
    "cancel": say("cancelled"),
    "respond": say("answered the invitation"),
    "retry": say("had the letter sent again"),
    "discard": say("stopped the letter"),
    "correct": say("corrected the address"),
}
PROGRAM, BY_LINK = say("The program"), say("Somebody with a link from a letter")


@dataclass(frozen=True)
class Done:
    """One act: when, who (a name or words for it), and what."""

    at: datetime
    who: Message | str
    what: Message


def history_of(db: Session, *subjects: str) -> list[Done]:
    """Everything that was done to ``subjects``, the latest first."""
    entries = [entry for subject in subjects for entry in history(db, subject)]
    numbers = {entry.actor: int(entry.actor.removeprefix("person:")) for entry in entries if _is_person(entry.actor)}
    names = people.persons(db, set(numbers.values()))
    return [
        Done(entry.at, _who(entry.actor, numbers, names), ACTS.get(entry.verb) or Message(entry.verb))
        for entry in sorted(entries, key=lambda each: each.id, reverse=True)
    ]


def _is_person(actor: str) -> bool:
    return actor.startswith("person:")


def _who(actor: str, numbers: Mapping[str, int], names: Mapping[int, Person]) -> Message | str:
    if actor in numbers:
        person = names.get(numbers[actor])
        return person.name if person else actor
    return PROGRAM if actor == "program" else BY_LINK
