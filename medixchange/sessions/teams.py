"""Whose teams a session brings together: which hospitals were there, and with which of them somebody came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlmodel import Session, col, select

from medixchange.intake import together
from medixchange.intake.models import SessionRequest
from medixchange.intake.together import Asking
from medixchange.sessions import queries
from medixchange.sessions.models import Attendance, SharingSession


def took_part(db: Session, session: SharingSession) -> list[Asking]:
    """The hospitals whose teams were there, as far as is known, with their requests: first the one that leads.

    One that has joined it was not where everybody who came for it was noted as missing.
    """
    leads, *others = together.asking(db, session.request_id)
    missed = defaultdict[int | None, list[bool]](list)
    for place, _ in queries.attendances(db, session.id) if others else ():
        missed[place.joined_id].append(place.missed_at is not None)
    return [leads, *(each for each in others if not missed[each[0].id] or not all(missed[each[0].id]))]


def homes(db: Session, session_id: int) -> Mapping[int, int]:
    """With which hospital somebody came who did not come for the one that leads: its number by that of the person."""
    query = (
        select(Attendance.person_id, SessionRequest.hospital_id)
        .join(SessionRequest, col(SessionRequest.id) == col(Attendance.joined_id))
        .where(Attendance.session_id == session_id)
    )
    return dict(db.exec(query).all())
