"""Requests that a decision about somebody else's session concerns: proposals whose people it took, and requests that
wait and may find somebody whom it set free. They are searched anew, so that the desk shows what is possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, exists, func, or_, select

from medixchange.availability.models import Load
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions as matching
from medixchange.matching.models import MatchMember, MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import SharingSession


def look_again(database: Database, *, now: datetime) -> int:
    """Have a search run for each request that decisions since its last search concern; how many there are.

    Each in a transaction of its own: one that held several requests could wait for an approval that waits for it.
    """
    with database.read() as db:
        found = concerned(db)
    for number in found:
        with database.write() as db:
            request = db.get_one(SessionRequest, number)
            if request.state in (RequestState.MATCHED, RequestState.WAITING):
                matching.want(db, request, now=now)
    return len(found)


def concerned(db: Session) -> Sequence[int]:
    """The numbers of the requests whose last search knows nothing of a decision that concerns them."""
    last = func.max(MatchSearch.asked_at)
    searched = select(MatchSearch.request_id, last.label("at")).group_by(col(MatchSearch.request_id)).subquery()
    query = (
        select(SessionRequest.id)
        .join(searched, searched.c.request_id == col(SessionRequest.id))
        .where(
            ~exists().where(
                col(MatchSearch.request_id) == SessionRequest.id, col(MatchSearch.state) == SearchState.WANTED
            ),
            or_(
                and_(col(SessionRequest.state) == RequestState.MATCHED, _lost_people(searched.c.at)),
                and_(col(SessionRequest.state) == RequestState.WAITING, _others_were_freed(searched.c.at)),
            ),
        )
        .order_by(col(SessionRequest.id))
    )
    return db.exec(query).all()


def _lost_people(searched_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """A proposal counts on somebody who was since given to another session, or on its room at that hour."""
    session, match = SharingSession, ProposedMatch
    works_in_both = (
        exists()
        .where(col(MatchMember.match_id) == match.id, col(Load.person_id) == MatchMember.person_id)
        .where(col(Load.session_uid) == session.uid)
    )
    same_room = and_(
        col(session.room_id) == match.room_id,
        col(session.starts_at) < match.ends_at,
        col(session.ends_at) > match.starts_at,
    )
    return (
        exists()
        .where(col(match.request_id) == SessionRequest.id, col(match.state) == MatchState.PROPOSED)
        .where(col(session.request_id) != SessionRequest.id, col(session.state).in_(list(ALIVE)))
        .where(col(session.modified_at) > searched_at, or_(works_in_both, same_room))
    )


def _others_were_freed(searched_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Some session was since called off."""
    return exists().where(
        col(SharingSession.state) == SessionState.CANCELLED, col(SharingSession.modified_at) > searched_at
    )
