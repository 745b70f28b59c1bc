"""Asks for searches, runs them and keeps what they found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, func, or_, select, update

from medixchange import engine
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake.models import RequestState, SessionRequest
from medixchange.journal.record import PROGRAM, record
from medixchange.matching.facts import problem_of
from medixchange.matching.models import MatchMember, MatchSearch, MatchState, ProposedMatch, SearchState
from medixchange.matching.search import Findings, think
from medixchange.matching.solver import Ranked
from medixchange.matching.stored import dismissed, identity, members_from, members_of, row_from
from medixchange.messages import say

SEARCHED = (RequestState.SUBMITTED, RequestState.MATCHED, RequestState.WAITING, RequestState.APPROVED)
"""States in which proposals make sense; for an approved request they are other hours to move to."""
ATTEMPTS = 5
LOST_AFTER = timedelta(minutes=5)
"""A search that runs for longer belongs to a process that is gone."""
AGAIN_AFTER = timedelta(seconds=30)
DECIDED = say("This proposal was decided already; reload the page to see the others.")


def want(db: Session, request: SessionRequest, *, now: datetime) -> MatchSearch:
    """Have a search run for ``request`` once the transaction is committed; one that waits already will do."""
    search = db.exec(
        select(MatchSearch).where(MatchSearch.request_id == request.id, MatchSearch.state == SearchState.WANTED)
    ).first()
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
    want(db, request, now=now)
    record(db, actor=actor, verb="search", subject=f"request:{request.id}", now=now)


def waiting_searches(db: Session, now: datetime) -> Sequence[tuple[int, int]]:
    """The searches to be run now, each with its attempts so far: wanted, failed a while ago, or lost."""
    state = col(MatchSearch.state)
    due = or_(
        state == SearchState.WANTED,
        and_(state == SearchState.RUNNING, col(MatchSearch.started_at) <= now - LOST_AFTER),
        and_(state == SearchState.FAILED, col(MatchSearch.finished_at) <= now - AGAIN_AFTER),
    )
    query = (
        select(MatchSearch.id, MatchSearch.attempts)
        .where(due, col(MatchSearch.attempts) < ATTEMPTS)
        .order_by(col(MatchSearch.asked_at), col(MatchSearch.id))
    )
    return db.exec(query).all()


def stale_searches(db: Session, *, now: datetime) -> int:
    """How many searches stand still: wanted long ago and not begun, lost, or failed for good.

    A failed one counts no more once another was asked for, or its request wants none.
    """
    state, later = col(MatchSearch.state), aliased(MatchSearch)
    replaced = exists().where(col(later.request_id) == MatchSearch.request_id, col(later.id) > MatchSearch.id)
    still = or_(
        and_(state == SearchState.WANTED, col(MatchSearch.asked_at) <= now - LOST_AFTER),
        and_(state == SearchState.RUNNING, col(MatchSearch.started_at) <= now - LOST_AFTER),
        and_(
            state == SearchState.FAILED,
            col(MatchSearch.attempts) >= ATTEMPTS,
            col(SessionRequest.state).in_(SEARCHED),
            ~replaced,
        ),
    )
    query = select(func.count()).select_from(MatchSearch).join(SessionRequest)
    return db.exec(query.where(still)).one()


def run_search(database: Database, search_id: int, clock: Callable[[], datetime]) -> None:
    """The job of the engine."""
    propose(database, search_id, now=clock())


def propose(database: Database, search_id: int, *, now: datetime) -> None:
    """Run one search: read, think without a transaction, keep the proposals. A second run changes nothing."""
    begun = _begin(database, search_id, now=now)
    if begun is None:
        return
    request_id, version = begun
    try:
        with database.read() as db:
            request = db.get_one(SessionRequest, request_id)
            problem, taken_off = problem_of(db, request, now=now), dismissed(db, request)
        found = think(problem, str(request_id), dismissed=taken_off)
        with database.write() as db:
            _keep(db, search_id, version, found, now=now)
    except Exception as fault:
        with database.write() as db:
            _fail(db, search_id, fault, now=now)
        raise


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
    last = db.exec(select(func.max(ProposedMatch.rank)).where(ProposedMatch.search_id == match.search_id)).one()
    kept = match.model_dump(exclude={"id", "rank", "state", "starts_at", "ends_at"})
    ends_at = starts_at + (match.ends_at - match.starts_at)
    made = ProposedMatch(**kept, rank=last + 1, state=MatchState.PROPOSED, starts_at=starts_at, ends_at=ends_at)
    db.add(made)
    db.flush()
    for member in members_of(db, [match.id])[match.id]:
        db.add(MatchMember(match_id=made.id, person_id=member.person_id, role=member.role, leg=member.leg))
    db.flush()
    return made


def decline(db: Session, match_id: int, person_id: int, *, now: datetime | None) -> None:
    """Remember that somebody cannot come at this hour, or with None that they can after all."""
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


def _begin(database: Database, search_id: int, *, now: datetime) -> tuple[int, int] | None:
    """Mark the search as running; the request's number and version, or None when there is nothing to do."""
    with database.write() as db:
        search = db.get_one(MatchSearch, search_id, with_for_update=True)
        if search.state is SearchState.DONE:
            return None
        request = db.get_one(SessionRequest, search.request_id)
        search.state, search.started_at = SearchState.RUNNING, now
        search.attempts += 1
        search.version = request.version
        if request.state not in SEARCHED:
            _finish(search, {"superseded": True}, now=now)
            return None
        return request.id, request.version


def _keep(db: Session, search_id: int, version: int, found: Findings, *, now: datetime) -> None:
    search = db.get_one(MatchSearch, search_id)
    request = db.get_one(SessionRequest, search.request_id, with_for_update=True)
    db.refresh(search, with_for_update=True)
    if search.state is SearchState.DONE:
        return
    if request.version != version or request.state not in SEARCHED:
        # What was asked has changed; whoever changed it wants a search of their own.
        _finish(search, {"superseded": True}, now=now)
        return
    search.inputs_hash = found.inputs_hash
    search.weights, search.policy = dict(found.weights), dict(found.policy)
    _finish(search, found.outcome(), now=now)
    _replace(db, search, found.matches)
    if request.state is not RequestState.APPROVED:
        _tell(db, request, found, now=now)
    after = {"search": search.id, "proposals": len(found.matches)}
    record(db, actor=PROGRAM, verb="propose", subject=f"request:{request.id}", now=now, after=after)


def _tell(db: Session, request: SessionRequest, found: Findings, *, now: datetime) -> None:
    if found.matches:
        intake.match(db, request, now=now)
    else:
        intake.wait(db, request, found.reason, now=now)


def _replace(db: Session, search: MatchSearch, ranking: Sequence[Ranked]) -> None:
    """What was found is on the desk; what was there before stays itself, with its number, where it was found again."""
    query = select(ProposedMatch).where(
        ProposedMatch.request_id == search.request_id, ProposedMatch.state == MatchState.PROPOSED
    )
    before = {row.id: row for row in db.exec(query)}
    members = members_of(db, list(before))
    known = {identity(row, members[row.id]): row for row in before.values()}
    retire(db, search.request_id)
    taken_off = {each.identity for each in dismissed(db, db.get_one(SessionRequest, search.request_id))}
    for rank, ranked in enumerate(ranking, start=1):
        if ranked.match.identity in taken_off:  # while the search was thinking
            continue
        made = row_from(search, rank, ranked)
        row = known.get(identity(made, members_from(0, ranked.match)))
        if row is None:
            db.add(made)
            db.flush()
            db.add_all(members_from(made.id, ranked.match))
        else:
            row.sqlmodel_update(made.model_dump(exclude={"id"}))
            db.add(row)
    db.flush()


def _finish(search: MatchSearch, outcome: dict[str, object], *, now: datetime) -> None:
    search.state, search.finished_at = SearchState.DONE, now
    search.outcome, search.error = outcome, ""


def _fail(db: Session, search_id: int, fault: Exception, *, now: datetime) -> None:
    search = db.get_one(MatchSearch, search_id, with_for_update=True)
    if search.state is not SearchState.DONE:
        search.state, search.finished_at = SearchState.FAILED, now
        search.error = f"{type(fault).__name__}: {fault}"[:500]
