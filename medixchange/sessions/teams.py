"""Whose teams a session brings together: which hospitals were there, and with which of them somebody came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlmodel import Session, col, func, select

from medixchange.intake import together
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import Asking
from medixchange.people.models import Hospital
from medixchange.sessions import queries
from medixchange.sessions.models import Attendance, SessionAttendee, SharingSession


def on_offer(db: Session, session: SharingSession) -> list[Hospital]:
    """From which hospitals those choose theirs who sign in, first the one that leads; none where that is alone."""
    found = [hospital for _, hospital in together.asking(db, session.request_id)]
    return found if len(found) > 1 else []


def took_part(db: Session, session: SharingSession) -> list[Asking]:
    """The hospitals whose teams were there, as far as is known, with their requests: first the one that leads.

    One that has joined it was not where everybody who came for it was noted as missing, and nobody of it signed in.
    """
    leads, *others = together.asking(db, session.request_id)
    missed = defaultdict[int | None, list[bool]](list)
    for place, _ in queries.attendances(db, session.id) if others else ():
        missed[place.joined_id].append(place.missed_at is not None)
    came = signed_in(db, session.id) if others else {}
    return [
        leads,
        *(
            (request, hospital)
            for request, hospital in others
            if hospital.id in came or not missed[request.id] or not all(missed[request.id])
        ),
    ]


def homes(db: Session, session_id: int) -> Mapping[int, int]:
    """With which hospital somebody came, its number by that of the person: those who were invited for one that has
    joined the session, and those who signed in and said so."""
    query = (
        select(Attendance.person_id, SessionRequest.hospital_id)
        .join(SessionRequest, col(SessionRequest.id) == col(Attendance.joined_id))
        .where(Attendance.session_id == session_id)
    )
    return {**_homes_signed_in(db, session_id), **dict(db.exec(query).all())}


def signed_in(db: Session, session_id: int) -> Mapping[int, tuple[Hospital, int]]:
    """The hospitals from which people signed in, and how many from each, by their numbers."""
    query = (
        select(Hospital, func.count())
        .join(SessionAttendee, col(SessionAttendee.hospital_id) == col(Hospital.id))
        .where(SessionAttendee.session_id == session_id, col(SessionAttendee.removed_at).is_(None))
        .group_by(col(Hospital.id))
        .order_by(col(Hospital.id))
    )
    return {hospital.id: (hospital, number) for hospital, number in db.exec(query)}


def _homes_signed_in(db: Session, session_id: int) -> Mapping[int, int]:
    query = select(SessionAttendee.person_id, SessionAttendee.hospital_id).where(
        SessionAttendee.session_id == session_id,
        col(SessionAttendee.hospital_id).is_not(None),
        col(SessionAttendee.removed_at).is_(None),
    )
    return {person: hospital for person, hospital in db.exec(query) if hospital is not None}
