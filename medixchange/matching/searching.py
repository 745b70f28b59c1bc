"""Runs the searches that are asked for, as jobs, and keeps what they found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, func, or_, select, update

from medixchange import engine
from medixchange.availability.queries import closings, openings
from medixchange.db import Database
from medixchange.intake import actions as intake
from medixchange.intake.models import RequestState, SessionRequest
from medixchange.journal.record import PROGRAM, record
from medixchange.matching.actions import SEARCHED, retire
from medixchange.matching.facts import problem_of
from medixchange.matching.models import ATTEMPTS, MatchSearch, MatchState, ProposedMatch, Repair, SearchState
from medixchange.matching.repair import Repairs
from medixchange.matching.search import Findings, think
from medixchange.matching.series import went_by
from medixchange.matching.solver import Ranked
from medixchange.matching.stored import dismissed, identity, members_from, members_of, row_from, to_repair

LOST_AFTER = timedelta(minutes=5)
"""A search that runs for longer belongs to a process that is gone."""
AGAIN_AFTER = timedelta(seconds=30)


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


def give_up_lost(db: Session, *, now: datetime) -> None:
    """Let searches fail that were begun as often as they are and lost each time: nothing would ever end them.

    Their requests are searched again as after any that failed: when a decision concerns them, or somebody asks for it.
    """
    mine = update(MatchSearch).where(col(MatchSearch.state) == SearchState.RUNNING)
    lost = mine.where(col(MatchSearch.attempts) >= ATTEMPTS, col(MatchSearch.started_at) <= now - LOST_AFTER)
    db.exec(lost.values(state=SearchState.FAILED, finished_at=now, error=f"lost {ATTEMPTS} times"))


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
            broken = to_repair(db, request_id)
        found = think(problem, str(request_id), dismissed=taken_off, broken=broken)
        with database.write() as db:
            _keep(db, search_id, version, found, now=now)
    except Exception as fault:
        with database.write() as db:
            _fail(db, search_id, fault, now=now)
        raise


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
        # Kept whatever comes of it: one that broke off has its turn again once that is another.
        search.went_by = went_by(db, request)
        search.closings_read, search.openings_read = db.exec(select(closings(), openings())).one()
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
    _replace(db, search, found)
    if request.state is not RequestState.APPROVED:
        _tell(db, request, found, now=now)
    if request.series_id is not None:
        engine.ask(db)  # the next one of the series can be looked for
    after = {"search": search.id, "proposals": len(found.matches)}
    record(db, actor=PROGRAM, verb="propose", subject=f"request:{request.id}", now=now, after=after)


def _tell(db: Session, request: SessionRequest, found: Findings, *, now: datetime) -> None:
    if found.matches:
        intake.match(db, request, now=now)
    else:
        intake.wait(db, request, found.reason, now=now)


def _replace(db: Session, search: MatchSearch, found: Findings) -> None:
    """What was found is on the desk; what was there before stays itself, with its number, where it was found again.

    What an organizer put forward stays too, while the request is the same.
    """
    query = select(ProposedMatch).where(
        ProposedMatch.request_id == search.request_id, ProposedMatch.state == MatchState.PROPOSED
    )
    before = {row.id: row for row in db.exec(query)}
    members = members_of(db, list(before))
    known = {identity(row, members[row.id]): row for row in before.values()}
    retire(db, search.request_id)
    taken_off = {each.identity for each in dismissed(db, db.get_one(SessionRequest, search.request_id))}
    for rank, (ranked, repair) in enumerate(_ranking(found), start=1):
        match = ranked.match
        if match.identity in taken_off:  # perhaps while the search was thinking
            continue
        made = row_from(search.id, rank, ranked, repair)
        row = known.get(identity(made, members_from(0, match)))
        if row is None:
            db.add(made)
            db.flush()
            db.add_all(members_from(made.id, match))
        else:
            row.sqlmodel_update(made.model_dump(exclude={"id", "is_put_forward"}))
            db.add(row)
    for row in before.values():
        if row.is_put_forward and row.state is MatchState.STALE and _version(db, row) == search.version:
            row.state = MatchState.PROPOSED
            db.add(row)
    db.flush()


def _version(db: Session, row: ProposedMatch) -> int:
    """Of the request for which a proposal was found."""
    return db.get_one(MatchSearch, row.search_id).version


def _ranking(found: Findings) -> Sequence[tuple[Ranked, Repair | None]]:
    """Everything that was found, each match once: first what mends the session that stands."""
    mended = found.repairs or Repairs(None, None)
    first = ((mended.same_hour, Repair.SAME_HOUR), (mended.other_hour, Repair.OTHER_HOUR))
    ranking: dict[Hashable, tuple[Ranked, Repair | None]] = {}
    for ranked, repair in (*first, *((each, None) for each in found.matches)):
        if ranked is not None:
            ranking.setdefault(ranked.match.identity, (ranked, repair))
    return tuple(ranking.values())


def _finish(search: MatchSearch, outcome: dict[str, object], *, now: datetime) -> None:
    search.state, search.finished_at = SearchState.DONE, now
    search.outcome, search.error = outcome, ""


def _fail(db: Session, search_id: int, fault: Exception, *, now: datetime) -> None:
    search = db.get_one(MatchSearch, search_id, with_for_update=True)
    if search.state is not SearchState.DONE:
        search.state, search.finished_at = SearchState.FAILED, now
        search.error = engine.told(fault)
