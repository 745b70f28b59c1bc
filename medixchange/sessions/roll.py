"""The day of a session: opening it, the roll call, and notes about what happened.

It begins with the hour at which the link to join is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.joining import CERTAIN, EARLY, TOOK_PLACE
from medixchange.sessions.lifecycle import SessionState, Verb, step
from medixchange.sessions.models import Attendance, IncidentNote, SharingSession
from medixchange.sessions.stepping import facts, note

ON_TIME = timedelta(minutes=5)
"""Who comes later than this after the beginning is late."""
CALLED_IN = CERTAIN | TOOK_PLACE
"""States in which the roll can be called, or corrected afterwards."""


class Presence(StrEnum):
    """What the roll call found."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    LATE = "late"
    NO_SHOW = "no-show"


def presence(session: SharingSession, place: Attendance) -> Presence:
    """What the roll call found of somebody; whoever was noted well after the beginning came late.

    A roll that is called when the session is over says who was there, not since when.
    """
    if place.present_at is not None:
        is_late = session.starts_at + ON_TIME < place.present_at < session.ends_at
        return Presence.LATE if is_late else Presence.PRESENT
    return Presence.NO_SHOW if place.missed_at is not None else Presence.UNKNOWN


def took_part(places: Sequence[tuple[Attendance, Person]]) -> list[tuple[Attendance, Person]]:
    """Those who were there, as far as is known: noted at the roll call, or accepted and not missed.

    Where no roll was called at all it is those who did not decline.
    """
    is_called = any(place.present_at or place.missed_at for place, _ in places)
    answers = {"ACCEPTED"} if is_called else {"ACCEPTED", "TENTATIVE", "NEEDS-ACTION"}
    return [
        (place, person)
        for place, person in places
        if place.present_at is not None or (place.missed_at is None and place.partstat in answers)
    ]


def open_session(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """The session is running. Nobody is told, and no calendar changes.

    Raises Refusal, also earlier than EARLY and when its hour has passed.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state, before = step(session.state, Verb.OPEN), facts(session)
        if session.ends_at <= now:
            raise Refusal(say("The hour of this session has passed; note whether it was held."))
        _not_too_early(session, now=now)
        session.state = state
        db.add(session)
        note(db, session, Verb.OPEN, before, actor=actor, now=now)


def may_open(session: SharingSession, *, now: datetime) -> bool:
    """Whether its hour is near enough, and not over."""
    return session.state is SessionState.CONFIRMED and session.starts_at - EARLY <= now < session.ends_at


def may_call(session: SharingSession, *, now: datetime) -> bool:
    """Whether the roll can be called."""
    return session.state in CALLED_IN and session.starts_at - EARLY <= now


def call(
    db: Session,
    session: SharingSession,
    place_id: int,
    *,
    present: bool | None,
    actor: str,
    now: datetime,
) -> None:
    """Note that somebody is ``present`` since now, that they are not there, or (None) take back what was noted.

    What is noted already stays with its time. Raises NotFound where they have no place in the session, Refusal where
    there is no roll to call.
    """
    queries.by_id(db, session.id, for_change=True)
    place = place_of(db, session, place_id)
    if session.state not in CALLED_IN:
        raise Refusal(say("The roll is called in a session that is certain; this one is not."))
    _not_too_early(session, now=now)
    noted = {True: place.present_at, False: place.missed_at}
    if present is not None and noted[present] is not None:
        return
    place.present_at = now if present else None
    place.missed_at = now if present is False else None
    db.add(place)
    told = {"place": place.id, "people": [place.person_id], "present": present}
    record(db, actor=actor, verb="roll-call", subject=f"session:{session.id}", now=now, after=told)


def place_of(db: Session, session: SharingSession, place_id: int) -> Attendance:
    """The place in the session with this number. Raises NotFound, also for one that was taken back."""
    place = db.get(Attendance, place_id)
    if place is None or place.session_id != session.id or place.removed_at is not None:
        raise NotFound(say("Nobody of this session has this place."))
    return place


def write_note(
    db: Session,
    session: SharingSession,
    text: str,
    *,
    person_id: int,
    language: str = "",
    actor: str,
    now: datetime,
) -> IncidentNote:
    """Write down what happened in a session; a note is never changed, only followed by another."""
    made = IncidentNote(session_id=session.id, text=text, language=language, written_by=person_id, at=now)
    db.add(made)
    db.flush()
    record(db, actor=actor, verb="incident", subject=f"session:{session.id}", now=now, after={"note": made.id})
    return made


def notes(db: Session, session_id: int) -> Sequence[tuple[IncidentNote, Person]]:
    """What was written about a session and by whom, oldest first."""
    query = (
        select(IncidentNote, Person)
        .join(Person, col(Person.id) == col(IncidentNote.written_by))
        .where(IncidentNote.session_id == session_id)
        .order_by(col(IncidentNote.id))
    )
    return db.exec(query).all()


def _not_too_early(session: SharingSession, *, now: datetime) -> None:
    if now < session.starts_at - EARLY:
        minutes = int(EARLY.total_seconds()) // 60
        told = say("It is too early: this can be done from %(minutes)s minutes before the session.", minutes=minutes)
        raise Refusal(told)
