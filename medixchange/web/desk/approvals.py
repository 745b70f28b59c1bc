"""Approving a proposal: first every letter as its reader will see it, then the decision."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake import queries as intake
from medixchange.intake.together import others_of
from medixchange.matching import queries as matching
from medixchange.matching.actions import DECIDED
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.matching.views import MatchView
from medixchange.messages import Message, say
from medixchange.sessions.actions import approve as approve_match
from medixchange.sessions.invites import conversation, preview
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import shown
from medixchange.web.desk.refused import refused
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


@router.get("/desk/matches/{match_id}/approve", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, match_id: Number) -> Response:
    """What an approval would do: the hour, the people, the room, and each letter."""
    match = matching.by_id(db, match_id)
    view = _view(db, match, now=now)
    if view is None:
        return _refused(request, match, DECIDED)
    asked = intake.by_id(db, match.request_id)
    hospital = intake.hospital_of(db, asked)
    return render(
        request,
        "desk/approve.html",
        asked=asked,
        hospital=hospital,
        others=others_of(db, asked),
        match=view,
        conversation=conversation(view),
        letters=shown(request, preview(db, match, now=now)),
    )


@router.post("/desk/matches/{match_id}/approve")
def approve(request: Request, db: Db, now: Now, actor: OrganizerActor, match_id: Number) -> Response:
    """Turn the proposal into a session and invite everybody; where that cannot be, say why and invite nobody."""
    match = matching.by_id(db, match_id)
    try:
        session = approve_match(db, match, actor=actor.label, now=now)
    except Refusal as no:
        return _refused(request, match, no.message)
    return see_other(f"/desk/sessions/{session.id}?done=approved")


def _view(db: Session, match: ProposedMatch, *, now: datetime) -> MatchView | None:
    """The proposal checked against all that stands now, None where it is not on the desk any more."""
    if match.state is not MatchState.PROPOSED:
        return None
    views = matching.ranked(db, match.request_id, now=now).matches
    return next((each for each in views if each.id == match.id), None)


def _refused(request: Request, match: ProposedMatch, why: Message) -> Response:
    return refused(
        request,
        why,
        told=say("Nothing was changed and nobody was invited."),
        back=f"/desk/requests/{match.request_id}",
        label=say("See the proposals as they are now"),
    )
