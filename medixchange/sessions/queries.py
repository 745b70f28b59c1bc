"""Reads sessions and who belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from medixchange.errors import NotFound
from medixchange.intake.locking import hold_still
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import Disruption
from medixchange.messages import say
from medixchange.people.models import Hospital, Person
from medixchange.sessions.lifecycle import ALIVE, SessionState, Verb, may
from medixchange.sessions.models import Attendance, Role, SharingSession

DECLINED = select(Attendance.session_id).where(Attendance.partstat == "DECLINED", col(Attendance.removed_at).is_(None))
"""The sessions to which somebody who still has a place cannot come."""
DISRUPTED = select(Disruption.match_id).where(col(Disruption.kept_at).is_(None))
"""The matches of sessions that cannot be as agreed, since facts changed behind them."""
OFF = (SessionState.CANCELLED, SessionState.NOT_HELD)
"""States of a session that nobody comes to."""
ORDER = {Role.EXPERT: 0, Role.INTERPRETER: 1, Role.LIAISON: 2}


def by_id(db: Session, session_id: int, *, for_change: bool = False) -> SharingSession:
    """The session with this number; ``for_change`` locks it and its requests until the transaction ends.

    Raises NotFound.
    """
    found = db.get(SharingSession, session_id)
    if found is None:
        raise NotFound(say("There is no such session."))
    if for_change:
        # The requests before the session, as an approval does, or two changes could wait for each other.
        hold_still(db, [found.request_id])
        db.refresh(found, with_for_update=True)
    return found


def by_answer_seed(db: Session, seed: str, *, for_change: bool = False) -> Attendance:
    """The place whose answer a link gives; ``for_change`` locks its session until the transaction ends.

    Raises NotFound.
    """
    found = db.exec(select(Attendance).where(Attendance.seed == seed)).one_or_none()
    if found is None:
        raise NotFound(say("There is no such invitation."))
    if for_change:
        by_id(db, found.session_id, for_change=True)
        db.refresh(found)
    return found


def broken(db: Session, *, is_demo: bool, now: datetime) -> list[tuple[SharingSession, SessionRequest, Hospital]]:
    """The sessions that have not begun and to which an expert or interpreter cannot come, or that something disrupts,
    the earliest first."""
    query = (
        select(SharingSession, SessionRequest, Hospital)
        .join(SessionRequest, col(SessionRequest.id) == col(SharingSession.request_id))
        .join(Hospital, col(Hospital.id) == col(SharingSession.hospital_id))
        .where(
            _is_broken(DECLINED.where(Attendance.role != Role.LIAISON)),
            Hospital.is_demo == is_demo,
            SharingSession.starts_at > now,
        )
        .where(col(SharingSession.state).in_([each for each in SessionState if may(each, Verb.SUBSTITUTE)]))
    )
    return list(db.exec(query.order_by(col(SharingSession.starts_at), col(SharingSession.id))))


def wants_mending(db: Session, session: SharingSession) -> bool:
    """Whether an expert or interpreter cannot come to the session, or something disrupts it."""
    query = select(SharingSession.id).where(_is_broken(DECLINED.where(Attendance.role != Role.LIAISON)))
    return db.exec(query.where(SharingSession.id == session.id)).first() is not None


def _is_broken(declined: SelectOfScalar[int]) -> ColumnElement[bool]:
    return or_(col(SharingSession.id).in_(declined), col(SharingSession.match_id).in_(DISRUPTED))


def of_request(db: Session, request_id: int) -> SharingSession | None:
    """The latest session of a request, None where it never had one."""
    return of_requests(db, [request_id]).get(request_id)


def of_requests(db: Session, request_ids: Collection[int]) -> Mapping[int, SharingSession]:
    """The latest session of each of the requests that ever had one, by the request's number; of one that has joined
    another one the session in which it takes part, once that stands, and none of its own that was called off."""
    asked = SessionRequest
    takes_part = or_(
        and_(
            col(SharingSession.request_id) == asked.id,
            or_(col(asked.joined_id).is_(None), col(SharingSession.state).not_in(OFF)),
        ),
        and_(col(SharingSession.request_id) == asked.joined_id, col(SharingSession.state).not_in(OFF)),
    )
    query = select(asked.id, SharingSession).join(SharingSession, takes_part)
    return dict(db.exec(query.where(col(asked.id).in_(request_ids)).order_by(col(SharingSession.id))).all())


def attendances(db: Session, session_id: int) -> list[tuple[Attendance, Person]]:
    """Those who belong to a session: experts, interpreters, liaisons."""
    return places(db, [session_id])[session_id]


def places(db: Session, session_ids: Collection[int]) -> Mapping[int, list[tuple[Attendance, Person]]]:
    """Those who belong to each of the sessions: experts, interpreters, liaisons."""
    query = (
        select(Attendance, Person)
        .join(Person, col(Person.id) == col(Attendance.person_id))
        .where(col(Attendance.session_id).in_(session_ids), col(Attendance.removed_at).is_(None))
    )
    found: dict[int, list[tuple[Attendance, Person]]] = {session_id: [] for session_id in session_ids}
    for place, person in sorted(db.exec(query), key=lambda row: (ORDER[row[0].role], row[0].leg, row[1].id)):
        found[place.session_id].append((place, person))
    return found


def takes_part(joined_id: Mapped[int | None], session_id: int | Mapped[int]) -> ColumnElement[bool]:
    """Whether the hospital of the request with this number, which had joined that of the session, is part of it still;
    None is the one that leads."""
    session, asked = aliased(SharingSession), aliased(SessionRequest)
    leads = select(session.request_id).where(session.id == session_id).correlate_except(session).scalar_subquery()
    stay = select(asked.id).where(asked.joined_id == leads).correlate_except(asked)
    return or_(joined_id.is_(None), joined_id.in_(stay))


def replaced(db: Session, session_id: int) -> list[tuple[Attendance, Person]]:
    """Those who had said that they cannot come and are not invited any more; their place keeps what they wrote."""
    query = (
        select(Attendance, Person)
        .join(Person, col(Person.id) == col(Attendance.person_id))
        .where(Attendance.session_id == session_id, col(Attendance.removed_at).is_not(None))
        .where(Attendance.partstat == "DECLINED")
        .order_by(col(Attendance.removed_at), col(Person.id))
    )
    return list(db.exec(query))


def place_of_person(db: Session, session_id: int, person_id: int) -> Attendance | None:
    """The place that somebody has in a session, None where they were not invited, or are not any more."""
    query = select(Attendance).where(Attendance.session_id == session_id, Attendance.person_id == person_id)
    return db.exec(query.where(col(Attendance.removed_at).is_(None))).one_or_none()


def of_person(db: Session, person_id: int, *, since: datetime) -> list[tuple[SharingSession, Attendance]]:
    """The sessions of a person that end after ``since``, also those that were cancelled, by their hour."""
    query = (
        select(SharingSession, Attendance)
        .join(Attendance, col(Attendance.session_id) == col(SharingSession.id))
        .where(
            Attendance.person_id == person_id,
            col(Attendance.removed_at).is_(None),
            col(SharingSession.ends_at) > since,
        )
        .order_by(col(SharingSession.starts_at), col(SharingSession.id))
    )
    return list(db.exec(query))


def unfinished(db: Session, *, now: datetime, most: int) -> list[tuple[SharingSession, Hospital]]:
    """The sessions whose hour has passed and whose recap is still to come, the longest ago first; at most ``most``.

    What was not held is not among them once that was noted, nor that of which no recap will be written.
    """
    has_passed = col(SharingSession.state).in_(list(ALIVE)) & (col(SharingSession.ends_at) <= now)
    query = (
        select(SharingSession, Hospital)
        .join(Hospital, col(Hospital.id) == col(SharingSession.hospital_id))
        .where(has_passed | (col(SharingSession.state) == SessionState.HELD))
        .order_by(col(SharingSession.ends_at), col(SharingSession.id))
    )
    return list(db.exec(query.limit(most)))


def over_of_person(
    db: Session, person_id: int, *, until: datetime, most: int
) -> list[tuple[SharingSession, Attendance]]:
    """The sessions of a person that ended by ``until`` and were not cancelled, the latest first; at most ``most``."""
    query = (
        select(SharingSession, Attendance)
        .join(Attendance, col(Attendance.session_id) == col(SharingSession.id))
        .where(
            Attendance.person_id == person_id,
            col(Attendance.removed_at).is_(None),
            col(SharingSession.ends_at) <= until,
            col(SharingSession.state) != SessionState.CANCELLED,
        )
        .order_by(col(SharingSession.starts_at).desc(), col(SharingSession.id))
        .limit(most)
    )
    return list(db.exec(query))


def upcoming(
    db: Session, *, since: datetime, most: int | None = None, broken: bool = False
) -> list[tuple[SharingSession, Hospital]]:
    """The sessions that take place and end after ``since``, with their hospitals, by their hour; at most ``most``, and
    with ``broken`` only those to which somebody cannot come or that something disrupts."""
    query = (
        select(SharingSession, Hospital)
        .join(Hospital, col(Hospital.id) == col(SharingSession.hospital_id))
        .where(col(SharingSession.state).in_(list(ALIVE)), col(SharingSession.ends_at) > since)
        .order_by(col(SharingSession.starts_at), col(SharingSession.id))
    )
    if broken:
        query = query.where(_is_broken(DECLINED))
    return list(db.exec(query.limit(most)))
