"""Throws away searches and proposals that nobody asks for any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, delete, exists, func, select

from medixchange.matching.facts_of_people import FAIR_MEMORY
from medixchange.matching.models import (
    Disruption,
    MatchMember,
    MatchSearch,
    MatchState,
    ProposedMatch,
    SearchState,
)

KEPT_FOR = timedelta(days=30)
"""How long proposals that came to nothing are kept after their hour, and searches after their end."""


def sweep(db: Session, *, now: datetime) -> None:
    """Throw away old proposals that came to nothing, and old searches without any.

    What is a session stays, and what was one while fairness looks back at who said no to it. So do the last search of
    each request and the last one that found something out: the desk shows them.
    """
    # A session's own match is approved, or cancelled with it; what it was before it was mended or moved is stale.
    member = aliased(MatchMember)  # beside that of the statement around it
    said_no = exists().where(col(member.match_id) == ProposedMatch.id, col(member.declined_at) >= now - FAIR_MEMORY)
    came_to_nothing = and_(
        col(ProposedMatch.state).in_((MatchState.STALE, MatchState.DISMISSED)),
        col(ProposedMatch.ends_at) <= now - KEPT_FOR,
        ~said_no,
    )
    nothing = select(ProposedMatch.id).where(came_to_nothing)
    for table in (MatchMember, Disruption):
        db.exec(delete(table).where(col(table.match_id).in_(nothing)))
    db.exec(delete(ProposedMatch).where(came_to_nothing))
    last = select(func.max(MatchSearch.id)).group_by(col(MatchSearch.request_id))
    db.exec(
        delete(MatchSearch).where(
            col(MatchSearch.state).in_((SearchState.DONE, SearchState.FAILED)),
            col(MatchSearch.finished_at) <= now - KEPT_FOR,
            col(MatchSearch.id).not_in(last),
            col(MatchSearch.id).not_in(last.where(MatchSearch.inputs_hash != "")),
            ~exists().where(col(ProposedMatch.search_id) == MatchSearch.id),
        )
    )
