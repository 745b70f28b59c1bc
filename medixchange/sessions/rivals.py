"""Requests whose proposals hold no more: a decision about somebody else's session took their people, their day was
closed, or their hour is over; requests that wait and may find somebody who was set free; and requests of series that go
by what others of their series have. They are searched anew, so that the desk shows what is possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Exists
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, and_, col, exists, func, or_, select

from medixchange.availability.models import ClosedPeriod, Load
from medixchange.availability.queries import closings, openings
from medixchange.db import Database
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions as matching
from medixchange.matching import series
from medixchange.matching.late import too_late
from medixchange.matching.models import MatchMember, MatchSearch, MatchState, ProposedMatch, Repair, SearchState
from medixchange.people.models import Hospital, Person
from medixchange.sessions.lifecycle import ALIVE
from medixchange.sessions.models import SharingSession


def look_again(database: Database, *, now: datetime) -> int:
    """Have a search run for each request that decisions since its last search, the time, or its series concern; how
    many.

    Each in a transaction of its own: one that held several requests could wait for an approval that waits for it.
    """
    with database.read() as db:
        found = sorted({*concerned(db, now=now), *series.to_search(db, now=now)})
    for number in found:
        with database.write() as db:
            request = db.get_one(SessionRequest, number)
            if request.state in matching.SEARCHED:
                matching.want(db, request, now=now)
    return len(found)


def concerned(db: Session, *, now: datetime) -> Sequence[int]:
    """The numbers of the requests whose last search knows nothing of a decision that concerns them, or for all of whose
    hours it is too late."""
    last, newest = _last(), func.max(MatchSearch.id)
    is_last = col(last.id) == select(newest).where(MatchSearch.request_id == SessionRequest.id).scalar_subquery()
    has_ended = col(last.state).in_((SearchState.DONE, SearchState.FAILED))
    is_done, is_late = col(last.state) == SearchState.DONE, too_late(db, now=now)
    late, other_late = (and_(each, ~each.where(~is_late)) for each in (_proposed(), _proposed_otherwise()))
    gone = or_(_gave_since(col(last.asked_at)), _closed_since(col(last.closings_read)))
    lost = or_(and_(is_done, or_(_taken(), late)), gone)
    other = or_(and_(is_done, other_late, _has_session_ahead(now)), gone)
    query = (
        select(SessionRequest.id)
        .join(last, is_last)
        .where(
            has_ended,
            or_(
                and_(col(SessionRequest.state) == RequestState.MATCHED, lost),
                and_(col(SessionRequest.state) == RequestState.WAITING, _may_find_more(last)),
                # Its proposals are other hours and people for its session, which would count as taken by itself.
                and_(col(SessionRequest.state) == RequestState.APPROVED, other),
            ),
        )
        .order_by(col(SessionRequest.id))
    )
    return db.exec(query).all()


# The worker asks at every turn, and to put a question together takes longer than the answer: what is the same each time
# is put together once.
@lru_cache(maxsize=1)
def _last() -> type[MatchSearch]:
    return aliased(MatchSearch)


@lru_cache(maxsize=1)
def _proposed() -> Exists:
    return exists().where(
        col(ProposedMatch.request_id) == SessionRequest.id, col(ProposedMatch.state) == MatchState.PROPOSED
    )


@lru_cache(maxsize=1)
def _proposed_otherwise() -> Exists:
    """A proposal of another hour for a session that stands; for a substitute at its own it is never too late."""
    return _proposed().where(or_(col(ProposedMatch.repair).is_(None), col(ProposedMatch.repair) != Repair.SAME_HOUR))


def _has_session_ahead(now: datetime) -> Exists:
    session = SharingSession
    return exists().where(
        col(session.request_id) == SessionRequest.id, col(session.state).in_(list(ALIVE)), col(session.starts_at) > now
    )


@lru_cache(maxsize=1)
def _taken() -> ColumnElement[bool]:
    """A proposal counts on somebody who is in a session at that hour, or on a room or hospital that has one then.

    No search proposes such a match, so this ends with the next one, whatever clocks and locks made of the order.
    """
    session, match = SharingSession, ProposedMatch
    has_place = and_(col(session.state).in_(list(ALIVE)), or_(col(session.room_id) == match.room_id, _same_hospital()))
    member_has_load = and_(col(MatchMember.match_id) == match.id, col(Load.person_id) == MatchMember.person_id)
    return or_(
        _proposed().where(has_place, _meets(col(session.starts_at), col(session.ends_at))),
        _proposed().where(member_has_load, _meets(col(Load.starts_at), col(Load.ends_at))),
    )


def _same_hospital() -> Exists:
    """A hospital of the proposal, which asks or has joined, takes part in the session too."""
    there, here, asked = aliased(SessionRequest), aliased(SessionRequest), ProposedMatch.request_id
    return exists().where(
        or_(col(there.id) == SharingSession.request_id, col(there.joined_id) == SharingSession.request_id),
        or_(col(here.id) == asked, col(here.joined_id) == asked),
        col(there.hospital_id) == here.hospital_id,
    )


def _meets(starts_at: Mapped[datetime], ends_at: Mapped[datetime]) -> ColumnElement[bool]:
    return and_(starts_at < ProposedMatch.ends_at, ends_at > ProposedMatch.starts_at)


@lru_cache(maxsize=1)
def _gave_since(searched_at: Mapped[datetime]) -> ColumnElement[bool]:
    """A proposal counts on somebody who was since given to another session: rest and caps count on other days too."""
    session = SharingSession
    return _proposed().where(
        col(MatchMember.match_id) == ProposedMatch.id,
        col(Load.person_id) == MatchMember.person_id,
        col(Load.session_uid) == session.uid,
        col(session.request_id) != SessionRequest.id,
        col(session.state).in_(list(ALIVE)),
        col(session.modified_at) > searched_at,
    )


@lru_cache(maxsize=1)
def _closed_since(read: Mapped[int]) -> ColumnElement[bool]:
    """Days were closed that the search has not ``read``, and a proposal lies on a closed one where one of its hospitals
    is or one of its people.

    They are counted: a clock would miss days that were kept only after a search had read, which began later.
    """
    closed, there, match = ClosedPeriod, aliased(SessionRequest), ProposedMatch
    hospital_is_closed = exists().where(
        or_(col(there.id) == match.request_id, col(there.joined_id) == match.request_id),
        col(Hospital.id) == there.hospital_id,
        or_(col(closed.country) == Hospital.country, col(closed.hospital_id) == Hospital.id),
    )
    member_is_off = exists().where(
        col(MatchMember.match_id) == match.id,
        col(Person.id) == MatchMember.person_id,
        col(Person.country) == closed.country,
    )
    lies_there = _proposed().where(
        col(closed.removed_at).is_(None),
        _meets(col(closed.starts_at), col(closed.ends_at)),
        or_(hospital_is_closed, member_is_off),
    )
    return and_(read != closings(), lies_there)


@lru_cache(maxsize=1)
def _may_find_more(last: type[MatchSearch]) -> ColumnElement[bool]:
    """Some session has since changed: called off or moved, it set people free; or somebody has declined one; or days
    that were closed are no more.

    A new session sets free nobody.
    """
    searched_at = col(last.asked_at)
    return or_(
        col(last.openings_read) != openings(),
        exists().where(col(SharingSession.sequence) > 0, col(SharingSession.modified_at) > searched_at),
        exists().where(col(MatchMember.declined_at) > searched_at),
    )
