"""Throws away searches and proposals that nobody asks for any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, exists, func, select

from medixchange.matching.models import MatchMember, MatchSearch, MatchState, ProposedMatch, SearchState

KEPT = timedelta(days=30)
"""How long proposals that came to nothing are kept after their hour, and searches after their end."""


def sweep(db: Session, *, now: datetime) -> None:
    """Throw away old proposals that came to nothing, and old searches without any.

    What became a session stays, and so do the last search of each request and the last one that found something out:
    the desk shows them.
    """
    # A session's own match is approved, or cancelled with it.
    came_to_nothing = col(ProposedMatch.state).in_((MatchState.STALE, MatchState.DISMISSED))
    old = select(ProposedMatch.id).where(came_to_nothing, col(ProposedMatch.ends_at) <= now - KEPT)
    db.exec(delete(MatchMember).where(col(MatchMember.match_id).in_(old)))
    db.exec(delete(ProposedMatch).where(came_to_nothing, col(ProposedMatch.ends_at) <= now - KEPT))
    last = select(func.max(MatchSearch.id)).group_by(col(MatchSearch.request_id))
    db.exec(
        delete(MatchSearch).where(
            col(MatchSearch.state).in_((SearchState.DONE, SearchState.FAILED)),
            col(MatchSearch.finished_at) <= now - KEPT,
            col(MatchSearch.id).not_in(last),
            col(MatchSearch.id).not_in(last.where(MatchSearch.inputs_hash != "")),
            ~exists().where(col(ProposedMatch.search_id) == MatchSearch.id),
        )
    )
