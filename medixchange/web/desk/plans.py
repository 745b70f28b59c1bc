"""Plans for all requests at the desk: asking for one, seeing how far it is, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.messages import Message, say
from medixchange.planning.plan import gap_of
from medixchange.plans import actions, queries
from medixchange.plans.actions import UNDER_WAY
from medixchange.plans.lifecycle import EMPTY, PlannedState, PlanState
from medixchange.plans.models import Change, MatchPlan
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.figures import measures_of
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.plan_rows import seen
from medixchange.web.desk.plan_view import MOST_ROWS, View
from medixchange.web.desk.refused import refused
from medixchange.web.desk.said import METHODS, PLANNED, PLANS, Tag, said_of
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

MOST = 25
LIMITS: Mapping[str, Message] = {
    "10": say("At most ten seconds"),
    "60": say("At most a minute"),
    "300": say("At most five minutes"),
}
"""How many seconds a plan may take; one that is proven best ends before."""
MENDING_SECONDS = 60
"""As long may a plan take that mends sessions."""
DONE: Mapping[str, Message] = {
    "accepted": say("Accepted: the sessions are made or changed one after the other. Look again in a moment."),
    "refused": say("Refused: these requests stay as they are."),
    "stopped": say("The plan is being stopped; the best so far is taken, where there is one. Look again in a moment."),
}

router = APIRouter()


def _known(seconds: str) -> str:
    if seconds not in LIMITS:
        raise ValueError(seconds)
    return seconds


class Wanting(BaseModel):
    """A plan that somebody wants."""

    asks: ClassVar[Mapping[str, Message]] = {"seconds": say("Choose how long it may take.")}

    seconds: Annotated[str, AfterValidator(_known)]


@router.get("/desk/plans", dependencies=[policy(Organizer)])
def show_all(request: Request, db: Db, now: Now) -> Response:
    """The latest plans, and a form for a new one."""
    return _all(request, db, Typed.of({"seconds": 60}), now=now)


@router.post("/desk/plans")
def want(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent) -> Response:
    """Have all requests that wait planned."""
    filled = read(Wanting, sent)
    if filled.value is None:
        return _all(request, db, sent, now=now, errors=filled.errors)
    try:
        plan = actions.want(db, seconds=int(filled.value.seconds), actor=actor.label, now=now)
    except Refusal as no:
        return _all(request, db, sent, now=now, errors={"": no.message})
    return see_other(f"/desk/plans/{plan.id}")


@router.post("/desk/plans/mend")
def mend(request: Request, db: Db, now: Now, actor: OrganizerActor) -> Response:
    """Mend all sessions together that cannot be as agreed."""
    try:
        plan = actions.mend(db, seconds=MENDING_SECONDS, actor=actor.label, now=now)
    except Refusal as no:
        return _all(request, db, Typed.of({"seconds": 60}), now=now, errors={"": no.message})
    return see_other(f"/desk/plans/{plan.id}")


@router.get("/desk/plans/{plan_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, plan_id: Number) -> Response:
    """How far a plan is, or what it changes against the best proposals of today, page by page."""
    plan = queries.by_id(db, plan_id)
    changes, states, beside = queries.changes(db, plan), queries.states(db, plan), queries.beside(db, plan)
    wanted = View.of(request.query_params)
    view, pages = wanted.within(queries.number(db, plan, change=wanted.change, state=wanted.state))
    rows = queries.rows(db, plan, change=view.change, state=view.state, most=MOST_ROWS, skip=view.skip)
    return render(
        request,
        "desk/plan.html",
        plan=plan,
        tag=PLANS[plan.state],
        is_under_way=plan.state in UNDER_WAY,
        empty=EMPTY if plan.state is PlanState.STOPPED else None,
        stands=_stands(plan),
        gap=gap_of(plan.score, plan.bound),
        seconds=_seconds(plan, now=now),
        method=METHODS.get(plan.method),
        replay=f"medixchange plan --replay {plan.id}",
        rows=seen(db, plan, rows),
        filters=[(change, said_of(change, plan).words, changes[change]) for change in Change if change in changes],
        fates=[(state, tag.words, states[state]) for state, tag in PLANNED.items() if state in states],
        total=sum(changes.values()),
        view=view,
        pages=pages,
        open=queries.open_rows(db, plan),
        coming=states.get(PlannedState.ACCEPTED, 0),
        trial=queries.is_trial(db, plan),
        beside=beside,
        measures=measures_of(beside, plan) if beside else [],
        done=DONE.get(request.query_params.get("done", "")),
        history=history_of(db, f"plan:{plan.id}"),
    )


@router.post("/desk/plans/{plan_id}/stop")
def stop(request: Request, db: Db, now: Now, actor: OrganizerActor, plan_id: Number) -> Response:
    """The best plan so far will do."""
    plan, page = queries.by_id(db, plan_id), f"/desk/plans/{plan_id}"
    try:
        actions.stop(db, plan, actor=actor.label, now=now)
    except Refusal as no:
        return refused(request, no.message, told=say("Nothing was changed."), back=page, label=say("See the plan"))
    return see_other(f"{page}?done=stopped")


def _seconds(plan: MatchPlan, *, now: datetime) -> int | None:
    """For how long a plan is or was made; None before it is begun."""
    if plan.started_at is None:
        return None
    return max(0, round(((plan.finished_at or now) - plan.started_at).total_seconds()))


def _stands(plan: MatchPlan) -> Tag | None:
    """How good a plan is, in words; None while there is no bound."""
    if plan.bound is None:
        return None
    if plan.score >= plan.bound:
        return Tag(say("No plan is better: that is proven."), "ok")
    return Tag(say("No plan is better by more than %(points)s points: that is proven.", points=plan.bound - plan.score))


def _all(
    request: Request, db: Session, typed: Typed, *, now: datetime, errors: Mapping[str, Message] | None = None
) -> Response:
    plans = queries.latest(db, most=MOST)
    return render(
        request,
        "desk/plans.html",
        status=422 if errors else 200,
        plans=[(plan, PLANS[plan.state], _stands(plan)) for plan in plans],
        waiting=queries.waiting_requests(db, now=now)[0],
        is_under_way=any(plan.state in UNDER_WAY for plan in plans),
        limits=LIMITS,
        most=MOST,
        typed=typed,
        errors=errors or {},
    )
