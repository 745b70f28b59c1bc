"""Rescheduling a session: another hour of the same people or another proposal, each letter first, then the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.i18n import Words
from medixchange.matching import queries as matching
from medixchange.matching.hours import other_hours
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.matching.views import MatchView
from medixchange.messages import Message, say
from medixchange.sessions import previews, queries
from medixchange.sessions.actions import reschedule
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.times.intervals import Interval
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.bookable import MOST_HOURS, days
from medixchange.web.desk.letters import shown
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.session_form import parties
from medixchange.web.form import Sent, Typed
from medixchange.web.numbers import Number, moment_in, number_in
from medixchange.web.page import Db, Now, Reading, render, see_other

CHOOSE = say("Choose an hour or a proposal.")
TAKEN = say("Not all of them are free at that hour; choose another one.")

router = APIRouter()


@dataclass(frozen=True)
class Move:
    """Where a session shall go: to another hour, or to another proposal."""

    starts_at: datetime | None = None
    match: ProposedMatch | None = None

    @property
    def given(self) -> dict[str, Any]:
        """As ``sessions`` takes it."""
        return {"starts_at": self.starts_at, "match": self.match}


@router.get("/desk/sessions/{session_id}/reschedule", dependencies=[policy(Organizer)])
def choose(request: Request, db: Db, now: Now, reader: Reading, session_id: Number) -> Response:
    """The hours and proposals to choose from; with ``to`` what going there would tell whom."""
    session = queries.by_id(db, session_id)
    try:
        step(session.state, Verb.RESCHEDULE)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    typed = Typed.of({"to": request.query_params.get("to")})
    if "to" not in request.query_params:
        return _choices(request, db, session, reader.words, typed, now=now)
    move = _move(db, session, typed.one("to"))
    if move is None:
        return _choices(request, db, session, reader.words, typed, errors={"to": CHOOSE}, now=now)
    if not _is_possible(db, session, move, now=now):
        return _choices(request, db, session, reader.words, typed, errors={"to": TAKEN}, now=now)
    try:
        letters = previews.of_moving(db, session, **move.given, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return render(
        request,
        "desk/reschedule_preview.html",
        **parties(db, session),
        there=_there(session, move),
        typed=typed,
        letters=shown(request, letters),
    )


@router.post("/desk/sessions/{session_id}/reschedule")
def decide(
    request: Request, db: Db, now: Now, actor: OrganizerActor, reader: Reading, sent: Sent, session_id: Number
) -> Response:
    """Move the session, and tell those affected; where that cannot be, say why and tell nobody."""
    session = queries.by_id(db, session_id, for_change=True)
    move = _move(db, session, sent.one("to"))
    if move is None:
        return _choices(request, db, session, reader.words, sent, errors={"to": CHOOSE}, now=now)
    try:
        reschedule(db, session, **move.given, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=moved")


def _move(db: Session, session: SharingSession, text: str) -> Move | None:
    """What was chosen: a moment, or the number of a proposal of the session's request; None for anything else."""
    kind, _, value = text.partition(":")
    if kind == "at" and (at := moment_in(value)) is not None:
        return Move(starts_at=at)
    if kind == "match" and (number := number_in(value)) is not None:
        match = matching.by_id(db, number)
        return Move(match=match) if match.request_id == session.request_id else None
    return None


def _is_possible(db: Session, session: SharingSession, move: Move, *, now: datetime) -> bool:
    """Whether the session could go there as things stand; the decision checks again."""
    if move.match is None:
        return move.starts_at in other_hours(db, session.match_id, now=now)
    views = matching.ranked(db, session.request_id, now=now).matches
    return any(each.id == move.match.id and _is_open(each) for each in views)


def _is_open(view: MatchView) -> bool:
    return view.state is MatchState.PROPOSED and not view.objections


def _there(session: SharingSession, move: Move) -> Interval:
    if move.match is not None:
        return Interval(move.match.starts_at, move.match.ends_at)
    assert move.starts_at is not None
    return Interval(move.starts_at, move.starts_at + (session.ends_at - session.starts_at))


def _choices(
    request: Request,
    db: Session,
    session: SharingSession,
    words: Words,
    typed: Typed,
    *,
    now: datetime,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    told = parties(db, session)
    hours = other_hours(db, session.match_id, now=now)
    views = matching.ranked(db, session.request_id, now=now).matches
    return render(
        request,
        "desk/reschedule.html",
        status=422 if errors else 200,
        **told,
        days=days(hours, told["hospital"].zone, words, [each.zone for each in told["others"]]),
        has_more=len(hours) > MOST_HOURS,
        proposals=[each for each in views if _is_open(each)],
        typed=typed,
        errors=errors or {},
    )
