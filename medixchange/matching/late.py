"""Proposals that come too late: nobody can approve them any more, and only a search finds hours that are to come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, exists, false, or_, select

from medixchange.matching.models import MatchMember, MatchState, ProposedMatch, Repair
from medixchange.matching.stored import EXPERT, INTERPRETER
from medixchange.people.models import Expert, Interpreter


def too_late(db: Session, *, now: datetime) -> ColumnElement[bool]:
    """A proposal has begun, or counts on somebody who wants longer notice than is left until then.

    No search proposes such a match, but for those who take over at the hour of a session that stands.
    """
    return or_(
        col(ProposedMatch.starts_at) <= now,
        _asked_late(db, EXPERT, Expert, now=now),
        _asked_late(db, INTERPRETER, Interpreter, now=now),
    )


def late_for_decision(db: Session, request_ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """The numbers of those proposals for these requests that are on the desk and come too late."""
    query = select(ProposedMatch.id).where(
        col(ProposedMatch.request_id).in_(request_ids),
        ProposedMatch.state == MatchState.PROPOSED,
        too_late(db, now=now),
    )
    return frozenset(db.exec(query))


def _asked_late(
    db: Session, role: str, profile: type[Expert] | type[Interpreter], *, now: datetime
) -> ColumnElement[bool]:
    # Databases add hours to a moment each in a way of its own; there are few lengths of notice.
    wanted = db.exec(select(profile.notice_hours).distinct()).all()
    is_short = (
        and_(
            col(profile.notice_hours) == hours,
            col(ProposedMatch.starts_at) < now + timedelta(hours=hours),
        )
        for hours in wanted
    )
    return exists().where(
        or_(col(ProposedMatch.repair).is_(None), ProposedMatch.repair != Repair.SAME_HOUR),
        col(MatchMember.match_id) == ProposedMatch.id,
        col(MatchMember.role) == role,
        col(profile.person_id) == MatchMember.person_id,
        or_(false(), *is_short),
    )
