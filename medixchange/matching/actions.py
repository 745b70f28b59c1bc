"""Asks for searches, and decides about what they found."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from medixchange import engine
from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import RequestState, SessionRequest
from medixchange.intake.queries import is_ahead
from medixchange.journal.record import record
from medixchange.matching.models import (
    Disruption,
    MatchMember,
    MatchSearch,
    MatchState,
    ProposedMatch,
    Repair,
    SearchState,
)
from medixchange.matching.solver import Ranked
from medixchange.matching.stored import disruptions, identity, members_from, members_of, row_from
from medixchange.messages import say

SEARCHED = (RequestState.SUBMITTED, RequestState.MATCHED, RequestState.WAITING, RequestState.APPROVED)
"""States in which proposals make sense; for an approved request they are other hours to move to."""
DECIDED = say("This proposal was decided already; reload the page to see the others.")


def want(db: Session, request: SessionRequest, *, now: datetime) -> MatchSearch:
    """Have a search run for ``request`` once the transaction is committed; one that waits already will do.

    That one is locked: if it began before the commit it would read nothing of what its asker writes. So that nobody
    waits for somebody who waits for them, whoever has several searches run has locked their requests before.
    """
    mine = select(MatchSearch).where(MatchSearch.request_id == request.id, MatchSearch.state == SearchState.WANTED)
    search = db.exec(mine.with_for_update()).first()
    if search is None:
        search = MatchSearch(request_id=request.id, state=SearchState.WANTED, asked_at=now)
        db.add(search)
        db.flush()
    engine.ask(db)
    return search


def search_again(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """An organizer wants proposals as things stand now.

    Raises Refusal for a request that no proposals are looked for.
    """
    if request.state not in SEARCHED:
        raise Refusal(say("Nothing is looked for here: the request is not in the queue and has no session."))
    if is_ahead(request, now=now):
        raise Refusal(say("Nothing is looked for yet: its hours are further ahead than sessions are planned."))
    want(db, request, now=now)
    record(db, actor=actor, verb="search", subject=f"request:{request.id}", now=now)


def put_forward(db: Session, request: SessionRequest, ranked: Ranked, *, actor: str, now: datetime) -> ProposedMatch:
    """An organizer puts another match on the desk, behind what the last search found there.

    One that is there already stays where it is. Both stay when the request is searched again, until they are decided or
    what is asked changes.

    Raises Refusal where the request waits for no decision, or nothing has been looked for since it is asked for so.
    """
    if request.state not in IN_QUEUE:
        raise Refusal(say("Nothing is proposed here: the request is not in the queue."))
    there = _found_there(db, request.id, ranked)
    if there is not None:
        there.is_put_forward = True
        db.add(there)
        return there
    search = db.exec(_searches(request)).first()
    if search is None:
        raise Refusal(say("Look for proposals first; then others can be put beside them."))
    made = _beside(db, search.id, ranked)
    made.is_put_forward = True
    if request.state is not RequestState.MATCHED:
        intake.match(db, request, now=now)
    record(db, actor=actor, verb="put-forward", subject=f"request:{request.id}", now=now, after={"match": made.id})
    return made


def exchanged(db: Session, match_id: int, ranked: Ranked) -> ProposedMatch:
    """What an organizer chose instead of the approved match with this number, as a proposal for the same request; that
    one keeps its own until it is approved. At the same hour whoever stays was asked long ago, however near it is."""
    stands = db.get_one(ProposedMatch, match_id)
    made = _found_there(db, stands.request_id, ranked) or _beside(db, stands.search_id, ranked)
    made.repair = Repair.SAME_HOUR if made.starts_at == stands.starts_at else None
    db.add(made)
    db.flush()
    return made


def _beside(db: Session, search_id: int, ranked: Ranked) -> ProposedMatch:
    """A proposal behind all others of a search."""
    made = row_from(search_id, _last_rank(db, search_id) + 1, ranked)
    db.add(made)
    db.flush()
    db.add_all(members_from(made.id, ranked.match))
    db.flush()
    return made


def _found_there(db: Session, request_id: int, ranked: Ranked) -> ProposedMatch | None:
    """The proposal on the desk that is this match."""
    query = select(ProposedMatch).where(
        ProposedMatch.request_id == request_id, ProposedMatch.state == MatchState.PROPOSED
    )
    rows = db.exec(query).all()
    members = members_of(db, [row.id for row in rows])
    wanted = identity(row_from(0, 1, ranked), members_from(0, ranked.match))
    return next((row for row in rows if identity(row, members[row.id]) == wanted), None)


def _searches(request: SessionRequest) -> SelectOfScalar[MatchSearch]:
    """The last search that has found what there is for a request as it is asked for now."""
    done = (MatchSearch.state == SearchState.DONE, MatchSearch.inputs_hash != "")
    mine = (MatchSearch.request_id == request.id, MatchSearch.version == request.version)
    query = select(MatchSearch).where(*mine, *done)
    return query.order_by(col(MatchSearch.id).desc()).limit(1)


def _last_rank(db: Session, search_id: int) -> int:
    return db.exec(select(func.max(ProposedMatch.rank)).where(ProposedMatch.search_id == search_id)).one() or 0


def dismiss(db: Session, match: ProposedMatch, *, actor: str, now: datetime) -> None:
    """Take a proposal off the desk.

    Raises Refusal when it is not on the desk any more.
    """
    _decide(db, match, MatchState.DISMISSED)
    record(db, actor=actor, verb="dismiss", subject=f"request:{match.request_id}", now=now, after={"match": match.id})


def approve(db: Session, match: ProposedMatch) -> None:
    """The proposal becomes a session, and keeps its hour; the others of its request hold no more.

    Raises Refusal when it is not on the desk any more.
    """
    _decide(db, match, MatchState.APPROVED)
    retire(db, match.request_id)


def approve_instead(db: Session, match_id: int, match: ProposedMatch) -> None:
    """``match`` is approved instead of the one with the number ``match_id``; at the same hour what that was kept for
    is kept of this one too.

    Raises Refusal when it is not on the desk any more.
    """
    let_go(db, match_id, MatchState.STALE)
    approve(db, match)
    if db.get_one(ProposedMatch, match_id).starts_at == match.starts_at:
        for each in disruptions(db, [match_id], kept=True)[match_id]:
            db.add(Disruption(**each.model_dump(exclude={"match_id"}), match_id=match.id))
        db.flush()


def let_go(db: Session, match_id: int, state: Literal[MatchState.STALE, MatchState.CANCELLED]) -> None:
    """An approved proposal keeps its hour no more: its session has moved (stale) or is off (cancelled)."""
    match = db.get_one(ProposedMatch, match_id)
    match.state = state
    db.add(match)
    db.flush()


def retire(db: Session, request_id: int) -> None:
    """Proposals of a request that nobody decided about hold no more."""
    db.exec(
        update(ProposedMatch)
        .where(col(ProposedMatch.request_id) == request_id, col(ProposedMatch.state) == MatchState.PROPOSED)
        .values(state=MatchState.STALE)
    )


def move(db: Session, match: ProposedMatch, *, starts_at: datetime) -> ProposedMatch:
    """A proposal for the same people at another hour, beside ``match``, which keeps its own."""
    last = _last_rank(db, match.search_id)
    kept = match.model_dump(exclude={"id", "rank", "state", "starts_at", "ends_at", "repair"})
    ends_at = starts_at + (match.ends_at - match.starts_at)
    made = ProposedMatch(**kept, rank=last + 1, state=MatchState.PROPOSED, starts_at=starts_at, ends_at=ends_at)
    db.add(made)
    db.flush()
    for member in members_of(db, [match.id])[match.id]:
        db.add(MatchMember(match_id=made.id, person_id=member.person_id, role=member.role, leg=member.leg))
    db.flush()
    return made


def decline(db: Session, match_id: int, person_id: int, *, now: datetime | None) -> None:
    """Remember that somebody cannot come at this hour, or with None that they can after all.

    Other searches count on the time that this sets free.
    """
    member = db.get(MatchMember, (match_id, person_id))
    if member is not None:
        member.declined_at = now
        db.add(member)


def _decide(db: Session, match: ProposedMatch, state: MatchState) -> None:
    db.refresh(match, with_for_update=True)
    if match.state is not MatchState.PROPOSED:
        raise Refusal(DECIDED)
    match.state = state
    db.add(match)
    db.flush()
