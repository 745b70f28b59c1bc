"""Asks for plans of all requests, stops them, and decides about what they hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from medixchange import engine
from medixchange.errors import Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.plans import queries
from medixchange.plans.lifecycle import ATTEMPTS, LOST_AFTER, PlanState, Purpose, Verb, may, step
from medixchange.plans.models import Change, MatchPlan, PlannedMatch
from medixchange.policies.models import MatchingPolicy
from medixchange.sessions import queries as sessions

UNDER_WAY = (PlanState.WANTED, PlanState.RUNNING)
TRIAL = say("This plan tries house rules that are not in use. Put them into use first.")
NOTHING = say("Choose at least one request that is not decided yet; nothing was changed.")


def want(
    db: Session,
    *,
    seconds: int,
    seed: int = 0,
    workers: int = 1,
    is_here: bool = False,
    actor: str,
    now: datetime,
) -> MatchPlan:
    """Have all requests that wait planned by the house rules in use, once the transaction is committed; those of the
    demo data where there are no others. ``is_here`` leaves it to the caller (``making.make``), else to a worker.

    Raises Refusal where no request waits, or a plan is under way.
    """
    _none_under_way(db, now=now)
    waiting, is_demo = queries.waiting_requests(db, now=now)
    if not waiting:
        raise Refusal(say("No request waits for a decision, so there is nothing to plan."))
    state = PlanState.RUNNING if is_here else PlanState.WANTED
    plan = MatchPlan(state=state, is_demo=is_demo, seconds=seconds, seed=seed, workers=workers, **_asked(actor, now))
    return _added(db, plan, actor=actor, now=now)


def attempt(db: Session, rules: MatchingPolicy, *, seconds: int, actor: str, now: datetime) -> MatchPlan:
    """Have the requests that wait planned twice from the same facts, by the house rules in use and by ``rules``, to see
    what these would change; the plan by ``rules`` can be accepted once they are in use.

    Raises Refusal where no request waits, or a plan is under way.
    """
    beside = want(db, seconds=seconds, actor=actor, now=now)
    kept = beside.model_dump(include={"state", "is_demo", "seconds"})
    plan = MatchPlan(**kept, policy_id=rules.id, beside_id=beside.id, **_asked(actor, now))
    return _added(db, plan, actor=actor, now=now)


def mend(db: Session, *, seconds: int, actor: str, now: datetime) -> MatchPlan:
    """Have all sessions mended together that cannot be as agreed; those of the demo data where no others are.

    Raises Refusal where there is none, or a plan is under way.
    """
    _none_under_way(db, now=now)
    broken = [is_demo for is_demo in (False, True) if sessions.broken(db, is_demo=is_demo, now=now)]
    if not broken:
        raise Refusal(say("Every session can be as agreed, so there is nothing to mend."))
    state, purpose = PlanState.WANTED, Purpose.MENDING
    plan = MatchPlan(purpose=purpose, state=state, is_demo=broken[0], seconds=seconds, **_asked(actor, now))
    return _added(db, plan, actor=actor, now=now)


def _none_under_way(db: Session, *, now: datetime) -> None:
    """Raises Refusal where a plan is being made. One that was lost as often as plans are begun never will be."""
    lost = select(MatchPlan).where(MatchPlan.state == PlanState.RUNNING, col(MatchPlan.attempts) >= ATTEMPTS)
    for plan in db.exec(lost.where(col(MatchPlan.seen_at) <= now - LOST_AFTER)):
        plan.state, plan.finished_at, plan.error = PlanState.FAILED, now, f"lost {ATTEMPTS} times"
        db.add(plan)
    db.flush()
    if db.exec(select(MatchPlan.id).where(col(MatchPlan.state).in_(UNDER_WAY))).first() is not None:
        raise Refusal(say("A plan is being made already; wait until it is ready, or stop it."))


def _asked(actor: str, now: datetime) -> dict[str, Any]:
    return {"asked_at": now, "asked_by": actor, "seen_at": now}


def _added(db: Session, plan: MatchPlan, *, actor: str, now: datetime) -> MatchPlan:
    db.add(plan)
    db.flush()
    verb = "mend-sessions" if plan.purpose is Purpose.MENDING else "make-plan"
    record(db, actor=actor, verb=verb, subject=f"plan:{plan.id}", now=now)
    engine.ask(db)
    return plan


def stop(db: Session, plan: MatchPlan, *, actor: str, now: datetime) -> None:
    """The best plan so far will do. Raises Refusal where the plan is ready already."""
    db.refresh(plan, with_for_update=True)
    if plan.state not in UNDER_WAY:
        raise Refusal(say("This plan is ready; nothing is left to stop."))
    plan.stop_at = now
    db.add(plan)
    record(db, actor=actor, verb="stop-plan", subject=f"plan:{plan.id}", now=now)


def accept(db: Session, plan: MatchPlan, chosen: Collection[int], *, actor: str, now: datetime) -> int:
    """Have the requests ``chosen`` made into sessions as planned, or their sessions mended; returns how many are to be.

    Raises Refusal where there is none, or the plan only tries house rules.
    """
    if queries.is_trial(db, plan):
        raise Refusal(TRIAL)
    accepted = [each for each in _held(db, plan, chosen) if may(each.state, Verb.ACCEPT)]
    if not accepted:
        raise Refusal(NOTHING)
    _step(db, accepted, Verb.ACCEPT, actor=actor)
    plan.accepted += 1
    db.add(plan)
    ids = [each.request_id for each in accepted]
    record(db, actor=actor, verb="accept-plan", subject=f"plan:{plan.id}", now=now, after={"requests": ids})
    engine.ask(db)
    return len(accepted)


def refuse(db: Session, plan: MatchPlan, chosen: Collection[int], *, actor: str, now: datetime) -> int:
    """The requests ``chosen`` stay as they are; returns how many. Raises Refusal where there is none."""
    refused = [each for each in _held(db, plan, chosen) if may(each.state, Verb.REFUSE)]
    if not refused:
        raise Refusal(NOTHING)
    _step(db, refused, Verb.REFUSE, actor=actor)
    ids = [each.request_id for each in refused]
    record(db, actor=actor, verb="refuse-plan", subject=f"plan:{plan.id}", now=now, after={"requests": ids})
    return len(refused)


def _held(db: Session, plan: MatchPlan, chosen: Collection[int]) -> list[PlannedMatch]:
    """The rows of these requests, as far as they would be served, which nobody else decides about until the transaction
    ends."""
    db.refresh(plan, with_for_update=True)
    mine = select(PlannedMatch).where(PlannedMatch.plan_id == plan.id, PlannedMatch.change != Change.UNSERVED)
    locked = db.exec(mine.order_by(col(PlannedMatch.id)).with_for_update())
    return [each for each in locked if each.request_id in set(chosen)]


def _step(db: Session, rows: Collection[PlannedMatch], verb: Verb, *, actor: str) -> None:
    for each in rows:
        each.state, each.decided_by, each.error = step(each.state, verb), actor, None
        db.add(each)
    db.flush()
