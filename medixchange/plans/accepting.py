"""Makes the requests of a plan that were accepted into sessions, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake import queries as requests
from medixchange.intake.lifecycle import IN_QUEUE, RequestState
from medixchange.matching.match import Match
from medixchange.matching.models import MatchMember, MatchSearch, ProposedMatch, Repair, SearchState
from medixchange.matching.score import Score
from medixchange.matching.search import parts_from_json
from medixchange.matching.solver import Ranked
from medixchange.matching.stored import members_from, row_from
from medixchange.messages import Message, say, to_json
from medixchange.plans.lifecycle import PlannedState, Purpose, Verb, step
from medixchange.plans.models import MatchPlan, PlannedMatch
from medixchange.plans.reading import value_in
from medixchange.sessions import queries as sessions
from medixchange.sessions.actions import approve, keeps_hour, reschedule, substitute

BROKEN = say("Something went wrong while its session was made. Accept it again; if that does not help, plan again.")


def waiting_approvals(db: Session, _now: datetime) -> Sequence[tuple[int, int]]:
    """The plans with requests that were accepted and have no session yet, each with how often some were accepted."""
    accepted = select(PlannedMatch.plan_id).where(PlannedMatch.state == PlannedState.ACCEPTED)
    query = select(MatchPlan.id, MatchPlan.accepted).where(col(MatchPlan.id).in_(accepted))
    return db.exec(query.order_by(col(MatchPlan.id))).all()


def run_approvals(database: Database, plan_id: int, clock: Callable[[], datetime]) -> None:
    """The job of the engine: one request after the other, the earliest session first.

    What is refused is tried again once others are done, since these may set its people free. What goes wrong with one
    keeps none of the others; it is raised when all were tried.
    """
    with database.read() as db:
        query = select(PlannedMatch.id).where(
            PlannedMatch.plan_id == plan_id, PlannedMatch.state == PlannedState.ACCEPTED
        )
        left = list(db.exec(query.order_by(col(PlannedMatch.starts_at), col(PlannedMatch.id))))
    faults = list[Exception]()
    while left:
        refused = dict(_round(database, left, faults, clock))
        if len(refused) == len(left):
            _leave_all(database, refused)
            break
        left = list(refused)
    if faults:
        raise faults[-1]


def _round(
    database: Database, rows: Sequence[int], faults: list[Exception], clock: Callable[[], datetime]
) -> Iterator[tuple[int, Message]]:
    """Try each of the rows, and give those that were refused, with the reason."""
    for number in rows:
        try:
            with database.write() as db:
                why = _approve(db, number, now=clock())
            if why is not None:
                yield number, why
        except Exception as fault:
            faults.append(fault)
            _leave_all(database, {number: BROKEN})


def _approve(db: Session, number: int, *, now: datetime) -> Message | None:
    """Make the row into a session, or say why it cannot be."""
    row = db.get_one(PlannedMatch, number, with_for_update=True)
    if row.state is not PlannedState.ACCEPTED:
        return None
    try:
        with db.begin_nested():
            session_id = _session(db, row, now=now)
    except Refusal as no:
        return no.message
    row.state, row.session_id = step(row.state, Verb.APPROVE), session_id
    db.add(row)
    return None


def _leave_all(database: Database, rows: Mapping[int, Message]) -> None:
    for number, why in rows.items():
        with database.write() as db:
            _leave(db, number, why)


def _leave(db: Session, number: int, why: Message) -> None:
    """A request that was accepted has no session after all, unless another worker has made it meanwhile."""
    row = db.get_one(PlannedMatch, number, with_for_update=True)
    if row.state is not PlannedState.ACCEPTED:
        return
    row.state, row.error = step(row.state, Verb.FAIL), to_json(why)
    db.add(row)


def _session(db: Session, row: PlannedMatch, *, now: datetime) -> int:
    """The number of the session that the planned match has become. Raises Refusal."""
    request, plan = requests.by_id(db, row.request_id, for_change=True), db.get_one(MatchPlan, row.plan_id)
    if request.version != row.version:
        raise Refusal(say("What was asked has changed since this plan was made; plan again."))
    if plan.purpose is Purpose.MENDING:
        return _mend(db, row, plan, now=now)
    if request.state in IN_QUEUE and request.state is not RequestState.MATCHED:
        intake.match(db, request, now=now)
    proposal = _proposal(db, row, plan, now=now)
    return approve(db, proposal, actor=row.decided_by, now=now).id


def _mend(db: Session, row: PlannedMatch, plan: MatchPlan, *, now: datetime) -> int:
    """The number of the session that is mended as planned. Raises Refusal, also where it is not what it was then."""
    session = sessions.of_request(db, row.request_id)
    if session is None or session.match_id != row.before_id:
        raise Refusal(say("This session has changed since this plan was made; plan again."))
    if not sessions.wants_mending(db, session):
        raise Refusal(say("Nothing stands in the way of this session by now, so it stays as it is."))
    proposal = _proposal(db, row, plan, now=now)
    is_here = proposal.starts_at == session.starts_at
    proposal.repair = Repair.SAME_HOUR if is_here else Repair.OTHER_HOUR
    db.flush()
    if keeps_hour(session, proposal):
        substitute(db, session, proposal, actor=row.decided_by, now=now)
    else:
        reschedule(db, session, match=proposal, actor=row.decided_by, now=now)
    return session.id


def _proposal(db: Session, row: PlannedMatch, plan: MatchPlan, *, now: datetime) -> ProposedMatch:
    """The planned match as a proposal at the desk, with a search that says where it is from."""
    search = MatchSearch(
        request_id=row.request_id,
        state=SearchState.DONE,
        version=row.version,
        asked_at=plan.asked_at,
        started_at=plan.started_at,
        finished_at=now,
        inputs_hash=plan.inputs_hash,
        weights=plan.weights,
        policy=plan.policy,
        outcome={"plan": plan.id},
    )
    db.add(search)
    db.flush()
    proposal, members = proposal_of(row, value_in(row))
    proposal.search_id = search.id
    db.add(proposal)
    db.flush()
    for member in members:
        member.match_id = proposal.id
    db.add_all(members)
    db.flush()
    return proposal


def proposal_of(row: PlannedMatch, match: Match) -> tuple[ProposedMatch, list[MatchMember]]:
    """The planned match as the proposal that it would be at the desk, and its people; nothing is written."""
    score = Score(row.score, parts_from_json(row.parts), row.fit)
    return row_from(0, 1, Ranked(match, score)), members_from(0, match)
