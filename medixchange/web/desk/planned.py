"""One request, or several, in a plan: who would come and when, why, and accepting or refusing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound, Refusal
from medixchange.matching.match import Match
from medixchange.matching.search import parts_from_json
from medixchange.messages import Message, say
from medixchange.outbox.letters import Letter
from medixchange.plans import actions, queries
from medixchange.plans.accepting import proposal_of
from medixchange.plans.lifecycle import PlannedState, Purpose
from medixchange.plans.models import Change, MatchPlan, PlannedMatch
from medixchange.plans.queries import Planned
from medixchange.sessions import previews
from medixchange.sessions import queries as sessions
from medixchange.sessions.invites import preview
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import shown
from medixchange.web.desk.plan_rows import Seen, everybody, seen
from medixchange.web.desk.plan_view import View
from medixchange.web.desk.reasons import Reason, reasons_of
from medixchange.web.desk.refused import refused
from medixchange.web.form import Sent
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, render, see_other

NONE_OPEN = say("Everything that this plan serves is decided already.")
MOST_LISTED = 25
"""How many requests are listed before they are accepted together; more are only counted."""

router = APIRouter()


@router.get("/desk/plans/{plan_id}/accept", dependencies=[policy(Organizer)])
def ask_for_all(request: Request, db: Db, plan_id: Number) -> Response:
    """What accepting everything that is open would do, before it is done."""
    plan = queries.by_id(db, plan_id)
    if queries.is_trial(db, plan):
        return _refused(request, plan_id, actions.TRIAL)
    waiting = [each for each in queries.rows(db, plan) if _is_open(each[0])]
    return _asked(request, db, plan, waiting, is_all=True) if waiting else _refused(request, plan_id, NONE_OPEN)


@router.post("/desk/plans/{plan_id}/choose")
def choose(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, plan_id: Number) -> Response:
    """Refuse the chosen requests, or show what accepting them would do."""
    plan, chosen = queries.by_id(db, plan_id), _chosen(sent.all("request"))
    try:
        if sent.one("act") == "refuse":
            actions.refuse(db, plan, chosen, actor=actor.label, now=now)
            back = View.of(request.query_params).query(done="refused")
            return see_other(f"/desk/plans/{plan_id}?{back}")
        rows = [each for each in queries.rows(db, plan) if each[0].request_id in chosen and _is_open(each[0])]
        if not rows:
            raise Refusal(actions.NOTHING)
    except Refusal as no:
        return _refused(request, plan_id, no.message)
    return _asked(request, db, plan, rows)


@router.post("/desk/plans/{plan_id}/accept")
def accept(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, plan_id: Number) -> Response:
    """Have the requests made into sessions: those of the form, or with ``all`` every one that is open."""
    plan, chosen = queries.by_id(db, plan_id), _chosen(sent.all("request"))
    if sent.one("all") == "yes":
        chosen = {row.request_id for row, *_ in queries.rows(db, plan) if _is_open(row)}
    try:
        actions.accept(db, plan, chosen, actor=actor.label, now=now)
    except Refusal as no:
        return _refused(request, plan_id, no.message)
    return see_other(f"/desk/plans/{plan_id}?done=accepted")


@router.get("/desk/plans/{plan_id}/requests/{request_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, plan_id: Number, request_id: Number) -> Response:
    """One request in a plan: its hour, its people, why, and each letter that accepting it would send."""
    plan = queries.by_id(db, plan_id)
    found = [each for each in queries.rows(db, plan) if each[0].request_id == request_id]
    if not found:
        raise NotFound(say("This request is not in this plan."))
    [one] = seen(db, plan, found)
    letters = _letters(db, plan, one, one.match, now=now) if one.match and one.may_accept else []
    return render(
        request,
        "desk/plan_row.html",
        plan=plan,
        one=one,
        why=_reasons(one),
        letters=shown(request, letters),
    )


def _letters(db: Session, plan: MatchPlan, one: Seen, match: Match, *, now: datetime) -> list[Letter]:
    """What accepting the request would tell people; nothing where that cannot be any more."""
    proposal, members = proposal_of(one.row, match)
    session = sessions.of_request(db, one.asked.id) if plan.purpose is Purpose.MENDING else None
    if session is None:
        return preview(db, proposal, members, now=now)
    try:
        return previews.of_exchanging(db, session, proposal, members, now=now)
    except Refusal:
        return []


def _reasons(one: Seen) -> list[Reason]:
    experts = len(one.match.panel) if one.match else 0
    return reasons_of(parts_from_json(one.row.parts), experts=experts)


def _asked(
    request: Request, db: Session, plan: MatchPlan, planned: Sequence[Planned], *, is_all: bool = False
) -> Response:
    rows = seen(db, plan, planned)
    return render(
        request,
        "desk/plan_accept.html",
        plan=plan,
        refused=queries.states(db, plan).get(PlannedState.REFUSED, 0) if is_all else 0,
        rows=rows,
        is_all=is_all,
        most=MOST_LISTED,
        people=len({who for each in rows if each.match for who in everybody(each.match)}),
        hospitals=len({hospital.id for each in rows for hospital in each.hospitals}),
        unapproved=sorted({name for each in rows for name in each.unapproved}),
    )


def _is_open(row: PlannedMatch) -> bool:
    """Whether a request can be accepted and nobody has refused it."""
    return row.change is not Change.UNSERVED and row.state in queries.OPEN


def _chosen(texts: Iterable[str]) -> set[int]:
    return {number for each in texts if (number := number_in(each)) is not None}


def _refused(request: Request, plan_id: int, why: Message) -> Response:
    told = say("Nothing was changed and nobody was invited.")
    return refused(request, why, told=told, back=f"/desk/plans/{plan_id}", label=say("See the plan as it is now"))
