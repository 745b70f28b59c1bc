"""Signing in to a session by its code, for those who join in a group and are not invited by name."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select, update

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import by_link, record
from medixchange.messages import say
from medixchange.people import queries as people
from medixchange.people.actions import ensure_person
from medixchange.people.models import Hospital, Person
from medixchange.sessions import queries
from medixchange.sessions.attendee_draft import AttendeeDraft
from medixchange.sessions.joining import EARLY
from medixchange.sessions.models import CODE_LENGTH, SessionAttendee, SharingSession
from medixchange.sessions.roll import CALLED_IN
from medixchange.times.intervals import Interval
from medixchange.tokens import seed

ALPHABET = "CDFGHJKLMNPQRTVWXY3479"
"""What looks like nothing else, in print or on a slide: no 0 and O, 1 and I, 2 and Z, 5 and S, 8 and B, 6 and G; no
vowels, so that no code is a word."""
STAYS = timedelta(minutes=60)
"""How long after the end of a session its code is good."""
BY_CODE = by_link("code")
BY_MANY = ("attend", "leave")
"""Acts of which a session may have thousands: pages show them with whoever did them, not with the session."""


def window(session: SharingSession) -> Interval:
    """When the code of a session is good."""
    return Interval(session.starts_at - EARLY, session.ends_at + STAYS)


def open_sign_in(db: Session, session: SharingSession, *, actor: str, now: datetime) -> str:
    """Give the session a new code; one that it had is worth nothing from now on.

    Raises Refusal for a session that is not certain or long over.
    """
    queries.by_id(db, session.id, for_change=True)
    if session.state not in CALLED_IN:
        raise Refusal(say("People sign in to a session that is certain; this one is not."))
    if window(session).end <= now:
        raise Refusal(say("This session is over; nobody can sign in any more."))
    session.sign_in_code = _new_code(db)
    db.add(session)
    db.flush()
    record(db, actor=actor, verb="open-sign-in", subject=f"session:{session.id}", now=now)
    return session.sign_in_code


def plain(code: str) -> str:
    """A code as it is kept, however it was typed: small letters, blanks and hyphens, fullwidth signs."""
    signs = unicodedata.normalize("NFKC", code[:100]).upper()
    return "".join(sign for sign in signs if sign not in " -\u2010\u2011\u2012\u2013\t")


def by_code(db: Session, code: str, *, now: datetime) -> SharingSession | None:
    """The session to which ``code`` lets people sign in at this moment, None where there is none."""
    wanted = plain(code)
    if len(wanted) != CODE_LENGTH:
        return None
    found = db.exec(select(SharingSession).where(SharingSession.sign_in_code == wanted)).one_or_none()
    if found is None or found.state not in CALLED_IN:
        return None
    good = window(found)
    return found if good.start <= now < good.end else None


def attend(db: Session, session: SharingSession, draft: AttendeeDraft, *, now: datetime) -> SessionAttendee:
    """Somebody is there since now; the same address is one attendance, whose first words stay.

    Whoever was taken off and signs in again is there again; whoever was invited is present at the roll call.
    """
    queries.by_id(db, session.id, for_change=True)
    person = _person(db, session, draft, now=now)
    there = _of(db, session, person)
    if there is not None and there.removed_at is None:
        return there
    if there is None:
        there = SessionAttendee(session_id=session.id, person_id=person.id, seed=seed(), at=now, **_written(draft))
    else:
        there.sqlmodel_update({**_written(draft), "at": now, "left_at": None, "removed_at": None, "reason": ""})
    db.add(there)
    db.flush()
    _record(db, there, "attend", actor=BY_CODE, now=now)
    _note_present(db, there)
    return there


def _note_present(db: Session, attendee: SessionAttendee) -> None:
    """Whoever was invited and has signed in is present at the roll call since then."""
    place = queries.place_of_person(db, attendee.session_id, attendee.person_id)
    if place is not None and place.present_at is None:
        place.present_at, place.missed_at = attendee.at, None
        db.add(place)


def _take_presence_back(db: Session, attendee: SessionAttendee) -> None:
    """It was not they who signed in: what that has noted at the roll call holds no more."""
    place = queries.place_of_person(db, attendee.session_id, attendee.person_id)
    if place is not None and place.present_at == attendee.at:
        place.present_at = None
        db.add(place)


def correct(db: Session, attendee: SessionAttendee, draft: AttendeeDraft, *, actor: str, now: datetime) -> None:
    """Keep what somebody meant to write.

    The roll call follows the address. Raises Refusal where it is another one's of this session, or they were taken off
    the list.
    """
    session = queries.by_id(db, attendee.session_id, for_change=True)
    db.refresh(attendee, with_for_update=True)  # first, as whoever mails holds entries before they make people known
    person = _person(db, session, draft, now=now)
    if attendee.removed_at is not None:
        raise Refusal(say("This entry was taken off the list; nothing about it changes."))
    there = _of(db, session, person)
    if there is not None and there.id != attendee.id:
        raise Refusal(say("Somebody with this address is on the list already."))
    if person.id != attendee.person_id:
        _take_presence_back(db, attendee)
    attendee.sqlmodel_update({**_written(draft), "person_id": person.id})
    db.add(attendee)
    db.flush()
    _note_present(db, attendee)
    _record(db, attendee, "correct-attendee", actor=actor, now=now)


def remove(db: Session, attendee: SessionAttendee, *, reason: str, actor: str, now: datetime) -> None:
    """Somebody was not there after all, for a ``reason``, nor present at the roll call by signing in; done twice it is
    done once."""
    queries.by_id(db, attendee.session_id, for_change=True)
    db.refresh(attendee, with_for_update=True)
    if attendee.removed_at is None:
        attendee.removed_at, attendee.reason = now, reason
        db.add(attendee)
        _take_presence_back(db, attendee)
        db.flush()
        _record(db, attendee, "remove-attendee", actor=actor, now=now)


def leave(db: Session, attendee: SessionAttendee, *, now: datetime) -> None:
    """Somebody wants no letters about what they attended, this session and those before; done twice it is done once."""
    mine = (col(SessionAttendee.person_id) == attendee.person_id, col(SessionAttendee.left_at).is_(None))
    if db.exec(update(SessionAttendee).where(*mine).values(left_at=now)).rowcount:
        db.refresh(attendee)
        _record(db, attendee, "leave", actor=by_link("unsubscribe"), now=now)


def by_id(db: Session, session_id: int, attendee_id: int) -> SessionAttendee:
    """Somebody who attended a session. Raises NotFound, also for one of another session."""
    found = db.get(SessionAttendee, attendee_id)
    if found is None or found.session_id != session_id:
        raise NotFound(say("Nobody of this number has signed in."))
    return found


def by_seed(db: Session, attendee_seed: str) -> SessionAttendee | None:
    """Whose link to leave this is."""
    return db.exec(select(SessionAttendee).where(SessionAttendee.seed == attendee_seed)).one_or_none()


def attendees(
    db: Session, session_id: int, *, most: int | None = None, skip: int = 0, latest_first: bool = False
) -> Sequence[tuple[SessionAttendee, Person]]:
    """Those who signed in and were not taken off, in the order in which they came."""
    order = col(SessionAttendee.id).desc() if latest_first else col(SessionAttendee.id)
    query = (
        select(SessionAttendee, Person)
        .join(Person, col(Person.id) == col(SessionAttendee.person_id))
        .where(SessionAttendee.session_id == session_id, col(SessionAttendee.removed_at).is_(None))
        .order_by(order)
        .offset(skip)
    )
    return db.exec(query.limit(most) if most is not None else query).all()


def held(db: Session, session_id: int) -> Sequence[tuple[SessionAttendee, Person]]:
    """As ``attendees``, and until the transaction ends none of them leaves, is taken off or corrected."""
    there = (SessionAttendee.session_id == session_id, col(SessionAttendee.removed_at).is_(None))
    query = select(SessionAttendee).where(*there).order_by(col(SessionAttendee.id)).with_for_update(read=True)
    found = db.exec(query.execution_options(populate_existing=True)).all()
    known = people.persons(db, {each.person_id for each in found})  # read by itself: whose they are may have changed
    return [(each, known[each.person_id]) for each in found]


def number_of(db: Session, session_id: int) -> int:
    """How many signed in and were not taken off."""
    there = (SessionAttendee.session_id == session_id, col(SessionAttendee.removed_at).is_(None))
    return db.exec(select(func.count()).select_from(SessionAttendee).where(*there)).one()


def removed(db: Session, session_id: int) -> Sequence[SessionAttendee]:
    """Those who were taken off, with the reason."""
    gone = (SessionAttendee.session_id == session_id, col(SessionAttendee.removed_at).is_not(None))
    return db.exec(select(SessionAttendee).where(*gone).order_by(col(SessionAttendee.id))).all()


def _new_code(db: Session) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if db.exec(select(SharingSession.id).where(SharingSession.sign_in_code == code)).first() is None:
            return code


def _person(db: Session, session: SharingSession, draft: AttendeeDraft, *, now: datetime) -> Person:
    hospital = db.get_one(Hospital, draft.hospital_id or session.hospital_id)
    return ensure_person(
        db,
        name=draft.name,
        email=draft.email,
        language=draft.language,
        zone=hospital.zone,
        country=hospital.country,
        now=now,
    )


def _of(db: Session, session: SharingSession, person: Person) -> SessionAttendee | None:
    mine = (SessionAttendee.session_id == session.id, SessionAttendee.person_id == person.id)
    return db.exec(select(SessionAttendee).where(*mine)).one_or_none()


def _written(draft: AttendeeDraft) -> dict[str, Any]:
    """What the entry itself keeps; the address is that of the person."""
    return {**draft.model_dump(exclude={"email", "hospital"}), "hospital_id": draft.hospital_id}


def _record(db: Session, attendee: SessionAttendee, verb: str, *, actor: str, now: datetime) -> None:
    subject = f"session:{attendee.session_id}"
    record(db, actor=actor, verb=verb, subject=subject, now=now, after={"attendee": attendee.id})
