"""Letters of a session that wait for their hour: reminders, a nudge to answer, and the request for a recap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from medixchange.outbox.letters import Letter
from medixchange.outbox.post import Later, schedule_all, supersede
from medixchange.people import queries as people
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.guests import Guest
from medixchange.sessions.interpreting import turns_with
from medixchange.sessions.invites import context, facts, key_of
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.occasions import Occasion
from medixchange.sessions.turns import Turn

AHEAD: Mapping[str, timedelta] = {"reminder-day": timedelta(hours=24), "reminder-hour": timedelta(hours=1)}
"""How long before the session begins each reminder goes."""
NUDGE, RECAP = "nudge", "recap-wanted"
LATE: Mapping[str, timedelta] = {"reminder-day": timedelta(hours=1), "reminder-hour": timedelta(minutes=20)}
"""How long after its minute a reminder that could not go still says what is so ("in an hour")."""
ANSWERABLE, NUDGE_LATE = timedelta(hours=1), timedelta(minutes=30)
"""How long before the session begins an answer is asked for last, and how long a nudge may be late in any case."""
APART = timedelta(hours=6)
"""A nudge that would come nearer to the first reminder than that is left out."""
NUDGED_AFTER = timedelta(days=2)
"""How long after being asked somebody who has not answered is asked once more, where so much time is left."""
PERSONAL = (*AHEAD, NUDGE)
REMINDER_KINDS = (*PERSONAL, RECAP)
"""The letters that wait for their hour."""
TO_COME = (SessionState.TENTATIVE, SessionState.CONFIRMED)


def remind(db: Session, session: SharingSession, occasion: Occasion, *, only: int | None = None, now: datetime) -> None:
    """Have the letters wait that fit the session as it stands, instead of those that waited for it before.

    With ``only`` those to one person, whose answer has changed, and everybody's reminders, which say who comes.
    """
    subject = f"session:{session.id}"
    if only is None:
        supersede(db, subject, kinds=REMINDER_KINDS)
    else:
        place = queries.place_of_person(db, session.id, only)
        # A reminder that is due already goes all the same, but not to somebody who cannot come.
        has_declined = place is None or place.partstat == "DECLINED"
        supersede(db, subject, kinds=PERSONAL if has_declined else (NUDGE,), reader_id=only)
        supersede(db, subject, kinds=tuple(AHEAD), due_after=now)
    waiting = list(_personal(db, session, occasion, nudged=only, now=now)) if session.state in TO_COME else []
    if only is None and session.state in ALIVE:
        waiting += _to_organizers(db, session, occasion)
    if waiting:
        schedule_all(db, waiting, subject=subject)


def _personal(
    db: Session, session: SharingSession, occasion: Occasion, *, nudged: int | None, now: datetime
) -> Iterator[Later]:
    """For each guest who does not decline what is still ahead; a nudge only to ``nudged``, or to all for None."""
    places = queries.attendances(db, session.id)
    answers = {place.person_id: place.partstat for place, _ in places}
    starts_at = occasion.span.start
    coming = replace(
        occasion, guests=tuple(each for each in occasion.guests if answers.get(each.person_id) != "DECLINED")
    )
    for guest in coming.guests:
        answer = answers.get(guest.person_id)
        due = {kind: starts_at - ahead for kind, ahead in AHEAD.items()}
        nudge = now + min(NUDGED_AFTER, (starts_at - now) / 2)
        # The first reminder asks for the answer as well.
        is_asked = now < due["reminder-day"] and abs(nudge - due["reminder-day"]) < APART
        if answer == "NEEDS-ACTION" and nudged in (None, guest.person_id) and not is_asked:
            due[NUDGE] = nudge
        for kind, at in due.items():
            if at > now:
                told = turns_with(session, places, guest.person_id)
                letter = _letter(kind, coming, guest, told, comes=answer == "ACCEPTED")
                key = key_of(session, kind, guest.person_id)
                yield Later(letter, key, guest.person_id, at, until=_until(kind, at, starts_at))


def _until(kind: str, at: datetime, starts_at: datetime) -> datetime:
    """From when on a letter that was due ``at`` is of no use."""
    if kind == NUDGE:
        return min(starts_at, max(starts_at - ANSWERABLE, at + NUDGE_LATE))
    return at + LATE[kind]


def _letter(kind: str, occasion: Occasion, guest: Guest, turns: Iterable[Turn[Person]], *, comes: bool) -> Letter:
    """A letter to ``guest``, who has said that they come or has not answered for certain, with the ``turns`` of their
    team where they interpret."""
    told: dict[str, Any] = {"questions": "", "certain": occasion.status == "CONFIRMED", "comes": comes}
    told["turns"] = [{"starts": each.span.start, "ends": each.span.end, "name": each.who.name} for each in turns]
    return Letter(
        kind=kind,
        language=guest.language,
        zone=guest.zone,
        to_name=guest.name,
        to_email=guest.email,
        context={**context(occasion, guest), **told},
        links={"answer": ("answer", guest.seed)},
    )


def _to_organizers(db: Session, session: SharingSession, occasion: Occasion) -> Iterator[Later]:
    """Who approved the session is asked for its recap when it ends, or first how it went where nobody had confirmed it;
    all organizers where nobody is known."""
    for person in _organizers(db, session):
        letter = Letter(
            kind=RECAP,
            language=person.language,
            zone=person.zone,
            to_name=person.name,
            to_email=person.email,
            context={
                **facts(occasion),
                "questions": "",
                "session": session.id,
                "certain": occasion.status == "CONFIRMED",
            },
        )
        yield Later(letter, key_of(session, RECAP, person.id), person.id, occasion.span.end)


def _organizers(db: Session, session: SharingSession) -> list[Person]:
    if session.organizer_id is not None:
        return [db.get_one(Person, session.organizer_id)]
    return people.organizers(db)
