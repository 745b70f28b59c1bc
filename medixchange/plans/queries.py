"""Reads plans and what they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from medixchange.db import in_parts
from medixchange.errors import NotFound
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import is_looked_for
from medixchange.matching.models import ProposedMatch
from medixchange.messages import say
from medixchange.people.models import Hospital
from medixchange.plans.lifecycle import PlannedState, PlanState, Purpose
from medixchange.plans.models import Change, MatchPlan, PlannedMatch
from medixchange.policies import queries as policies
from medixchange.policies.models import MatchingPolicy

Planned = tuple[PlannedMatch, SessionRequest, Hospital]
OPEN = (PlannedState.OPEN, PlannedState.FAILED)
"""Requests of a plan that wait for a decision."""
MOST_TRIED = 5
LIGHT = defer(cast(Any, MatchPlan.inputs))
"""Plans without the problems that they were made of."""


def by_id(db: Session, plan_id: int) -> MatchPlan:
    """The plan with this number. Raises NotFound."""
    found = db.get(MatchPlan, plan_id, options=[LIGHT])
    if found is None:
        raise NotFound(say("There is no such plan."))
    return found


def latest(db: Session, *, most: int) -> list[MatchPlan]:
    """The latest plans, the newest first."""
    return list(db.exec(select(MatchPlan).order_by(col(MatchPlan.id).desc()).limit(most).options(LIGHT)))


def is_trial(db: Session, plan: MatchPlan) -> bool:
    """Whether the plan was made by house rules that are not in use."""
    current = policies.in_use(db).version
    return plan.policy_id is not None and (current is None or plan.policy_id not in (current.id, current.again_id))


def beside(db: Session, plan: MatchPlan) -> MatchPlan | None:
    """The plan by the house rules in use from the same facts, beside which this one was made."""
    return None if plan.beside_id is None else by_id(db, plan.beside_id)


def tried(db: Session, version: MatchingPolicy) -> Sequence[MatchPlan]:
    """The last plans that were made to try these house rules, the newest first."""
    query = select(MatchPlan).where(MatchPlan.policy_id == version.id).order_by(col(MatchPlan.id).desc())
    return db.exec(query.limit(MOST_TRIED).options(LIGHT)).all()


def matches(db: Session, plan_id: int) -> Mapping[int, PlannedMatch]:
    """The requests that a plan serves, by their numbers."""
    query = select(PlannedMatch).where(PlannedMatch.plan_id == plan_id, PlannedMatch.change != Change.UNSERVED)
    return {row.request_id: row for row in db.exec(query)}


def before(db: Session, plan: MatchPlan) -> MatchPlan | None:
    """The last plan by rules in use that was ready before this one, of the same kind of data; one that was stopped
    before it had looked at all requests says nothing of the others."""
    query = (
        select(MatchPlan)
        .where(MatchPlan.state == PlanState.DONE, MatchPlan.is_demo == plan.is_demo)
        .where(MatchPlan.id < plan.id, MatchPlan.purpose == Purpose.QUEUE, col(MatchPlan.beside_id).is_(None))
        .where(MatchPlan.method != "begun")
        .order_by(col(MatchPlan.id).desc())
        .limit(1)
    )
    return db.exec(query.options(LIGHT)).first()


def waiting_requests(db: Session, *, now: datetime) -> tuple[int, bool]:
    """How many requests wait for a decision and could be planned, and whether they are of the demo data: these only
    where no others wait."""
    query = select(Hospital.is_demo, func.count()).select_from(SessionRequest).join(Hospital)
    waiting = query.where(col(SessionRequest.state).in_(list(IN_QUEUE)), is_looked_for(now))
    found = dict(db.exec(waiting.group_by(col(Hospital.is_demo))).all())
    is_demo = not found.get(False)
    return found.get(is_demo, 0), is_demo


def rows(
    db: Session,
    plan: MatchPlan,
    *,
    change: Change | None = None,
    state: PlannedState | None = None,
    most: int | None = None,
    skip: int = 0,
) -> list[Planned]:
    """What the plan holds, the earliest session first, requests that are not served last; with ``change`` or ``state``
    only such."""
    query = (
        select(PlannedMatch, SessionRequest, Hospital)
        .join(SessionRequest, col(SessionRequest.id) == col(PlannedMatch.request_id))
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(*_such(plan, change, state))
        .order_by(col(PlannedMatch.starts_at).is_(None), col(PlannedMatch.starts_at), col(PlannedMatch.id))
        .limit(most)
        .offset(skip)
    )
    return list(db.exec(query))


def number(db: Session, plan: MatchPlan, *, change: Change | None = None, state: PlannedState | None = None) -> int:
    """How many requests the plan holds; with ``change`` or ``state`` only such."""
    return db.exec(select(func.count()).select_from(PlannedMatch).where(*_such(plan, change, state))).one()


def _such(plan: MatchPlan, change: Change | None, state: PlannedState | None) -> list[ColumnElement[bool]]:
    return [
        col(PlannedMatch.plan_id) == plan.id,
        *([col(PlannedMatch.change) == change] if change else []),
        *([col(PlannedMatch.state) == state] if state else []),
    ]


def open_rows(db: Session, plan: MatchPlan) -> int:
    """How many of its requests would be served and wait for a decision."""
    mine = (PlannedMatch.plan_id == plan.id, PlannedMatch.change != Change.UNSERVED)
    query = select(func.count()).select_from(PlannedMatch).where(*mine, col(PlannedMatch.state).in_(OPEN))
    return db.exec(query).one()


def proposals(db: Session, ids: Collection[int]) -> Mapping[int, ProposedMatch]:
    """The proposals with these numbers, whatever became of them."""
    found = (db.exec(select(ProposedMatch).where(col(ProposedMatch.id).in_(some))).all() for some in in_parts(ids))
    return {each.id: each for some in found for each in some}


def changes(db: Session, plan: MatchPlan) -> Mapping[Change, int]:
    """How many of its requests each kind of change concerns."""
    query = select(PlannedMatch.change, func.count()).where(PlannedMatch.plan_id == plan.id)
    return {Change(change): number for change, number in db.exec(query.group_by(col(PlannedMatch.change)))}


def states(db: Session, plan: MatchPlan) -> Mapping[PlannedState, int]:
    """How many of its requests stand in each state."""
    query = select(PlannedMatch.state, func.count()).where(PlannedMatch.plan_id == plan.id)
    return {PlannedState(state): number for state, number in db.exec(query.group_by(col(PlannedMatch.state)))}
