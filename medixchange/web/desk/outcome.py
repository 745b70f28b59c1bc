"""Says on the page of a session what was done about it a moment ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from medixchange.journal.record import history
from medixchange.messages import Message, listed, say, sentences
from medixchange.people import queries as people
from medixchange.web.desk.changed import Changed, Known, changed, people_in, rooms_in

DONE: Mapping[str, Message] = {
    "approved": say("Approved. The hour is held in everybody's calendar, and the invitations are on their way."),
    "confirmed": say("Confirmed. Everybody is told."),
    "moved": say("Rescheduled. Those affected are told, and who stays is asked anew."),
    "cancelled": say("Cancelled. Everybody is told why."),
    "planned": say("Saved. Those who are invited find the agenda on their page."),
    "not-held": say("Noted that it was not held. Everybody is told why."),
    "closed": say("Noted that it was held. Its recap can be published now."),
    "no-recap": say("Noted that no recap will be written. The request is done."),
    "absent": say("Noted. Their time is free, and somebody else is looked for."),
    "returned": say("Noted. They count as coming, and their time is taken again."),
    "kept": say("Noted. It stays as it is, and is named again only where something else comes in its way."),
    "substituted": say("Those who come and those who go are told; the others keep their answers."),
}
"""By the word in the address."""
CHANGES: Mapping[str, str] = {"moved": "reschedule", "substituted": "substitute"}
"""The verb in the journal of what may have given a session other people or another room."""


def outcome(db: Session, session_id: int, word: str) -> Message | None:
    """What was done to the session, as ``word`` has it; of other people and another room which they are."""
    said = DONE.get(word)
    step = _last_change(db, session_id, CHANGES[word]) if word in CHANGES else None
    if said is None or step is None:
        return said
    spoken = [say("It is interpreted otherwise now.")] if step.is_spoken_otherwise else []
    told = [*_people(step), *_room(step), *spoken]
    if word == "moved":
        return sentences([said, *told])
    everybody = say("Everybody is told; those who stay keep their answers.")
    return sentences([*told, everybody if step.is_elsewhere or spoken else said])


def _last_change(db: Session, session_id: int, verb: str) -> Changed | None:
    entries = [each for each in history(db, f"session:{session_id}") if each.verb == verb][-1:]
    if not entries:
        return None
    [last] = entries
    names = {number: each.name for number, each in people.persons(db, people_in(last)).items()}
    rooms = {number: each.name for number, each in people.rooms(db, rooms_in(entries)).items()}
    return changed(last, Known("", names, rooms))


def _people(step: Changed) -> Iterator[Message]:
    come, go = listed(step.come), listed(step.go)
    if step.come and step.go:
        yield say("Replaced %(goes)s by %(comes)s.", goes=go, comes=come)
    elif step.come:
        yield say("Asked %(comes)s to come as well.", comes=come)
    elif step.go:
        yield say("It goes on without %(goes)s.", goes=go)


def _room(step: Changed) -> Iterator[Message]:
    if step.rooms is not None:
        new, old = step.rooms
        yield say("The session is in %(new)s instead of %(old)s.", new=new, old=old)
