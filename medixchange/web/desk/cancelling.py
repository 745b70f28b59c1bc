"""Cancelling a session: the reason, each letter first, then the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.languages.texts import Paragraph
from medixchange.messages import Message, say
from medixchange.outbox.letters import Letter
from medixchange.people import queries as people
from medixchange.sessions import previews, queries
from medixchange.sessions.actions import cancel
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import shown
from medixchange.web.desk.numbers import Number
from medixchange.web.desk.refused import session_refused
from medixchange.web.form import Sent, Typed, read
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


class Cancelling(BaseModel):
    """Why a session is called off, and what becomes of its request."""

    asks: ClassVar[Mapping[str, Message]] = {
        "reason": say("Write why, in words that everybody invited will read."),
        "afterwards": say("Choose what becomes of the request."),
    }

    reason: Annotated[str, Paragraph(500)]
    afterwards: Literal["submitted", "withdrawn"]


@router.get("/desk/sessions/{session_id}/cancel", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, session_id: Number) -> Response:
    """The page that asks for the reason before anybody is told."""
    session = queries.by_id(db, session_id)
    try:
        step(session.state, Verb.CANCEL)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return _page(request, db, session, Typed.of({"afterwards": "submitted"}))


@router.post("/desk/sessions/{session_id}/cancel")
def decide(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number) -> Response:
    """Call the session off and tell everybody why; with ``show`` only show the letters."""
    session = queries.by_id(db, session_id, for_change=True)
    filled = read(Cancelling, sent)
    if filled.value is None:
        return _page(request, db, session, sent, errors=filled.errors)
    try:
        if sent.one("act") == "show":
            letters = _letters(db, session, filled.value, now=now)
            return _page(request, db, session, sent, letters=letters)
        why, afterwards = filled.value.reason, filled.value.afterwards
        cancel(db, session, reason=why, afterwards=afterwards, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=cancelled")


def _letters(db: Session, session: SharingSession, asked: Cancelling, *, now: datetime) -> list[Letter]:
    again = asked.afterwards == "submitted"
    return previews.of_cancelling(db, session, reason=asked.reason, again=again, now=now)


def _page(
    request: Request,
    db: Session,
    session: SharingSession,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
    letters: list[Letter] | None = None,
) -> Response:
    return render(
        request,
        "desk/cancel.html",
        status=422 if errors else 200,
        session=session,
        hospital=people.hospital_by_id(db, session.hospital_id),
        typed=typed,
        errors=errors or {},
        letters=shown(request, letters) if letters is not None else None,
    )
