"""Noting that a session was not held: the reason, what becomes of its request, each letter first, then the act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel, model_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.languages.texts import Paragraph, Wrong
from medixchange.messages import Message, say
from medixchange.outbox.letters import Letter
from medixchange.people import queries as people
from medixchange.sessions import previews, queries
from medixchange.sessions.actions import miss
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.letters import shown
from medixchange.web.desk.numbers import Number
from medixchange.web.desk.refused import session_refused
from medixchange.web.form import Sent, Typed, read
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


class NotHeld(BaseModel):
    """Why nothing came of a session, and what becomes of its request."""

    asks: ClassVar[Mapping[str, Message]] = {
        "reason": say("Write why, in words that everybody invited will read."),
        "afterwards": say("Choose what becomes of the request."),
    }

    reason: Annotated[str, Paragraph(500)]
    afterwards: Literal["submitted", "done"]
    to_hospital: Annotated[str, Paragraph(500, optional=True)] = ""

    @model_validator(mode="after")
    def _does_not_leave_the_hospital_alone(self) -> NotHeld:
        if self.afterwards == "done" and not self.to_hospital:
            raise Wrong(say("Write to the hospital why no other session is looked for."), field="to_hospital")
        return self


@router.get("/desk/sessions/{session_id}/not-held", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, session_id: Number) -> Response:
    """The page that asks for the reason before anybody is told."""
    session = queries.by_id(db, session_id)
    try:
        step(session.state, Verb.MISS)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return _page(request, db, session, Typed.of({"afterwards": "submitted"}))


@router.post("/desk/sessions/{session_id}/not-held")
def decide(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number) -> Response:
    """Note it and tell everybody why; with ``show`` only show the letters."""
    session = queries.by_id(db, session_id, for_change=True)
    filled = read(NotHeld, sent)
    if filled.value is None:
        return _page(request, db, session, sent, errors=filled.errors)
    asked = filled.value
    try:
        if sent.one("act") == "show":
            return _page(request, db, session, sent, letters=_letters(db, session, asked, now=now))
        why, words = asked.reason, asked.to_hospital
        miss(db, session, reason=why, to_hospital=words, afterwards=asked.afterwards, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=not-held")


def _letters(db: Session, session: SharingSession, asked: NotHeld, *, now: datetime) -> list[Letter]:
    again, words = asked.afterwards == "submitted", asked.to_hospital
    return previews.of_missing(db, session, reason=asked.reason, to_hospital=words, again=again, now=now)


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
        "desk/not_held.html",
        status=422 if errors else 200,
        session=session,
        hospital=people.hospital_by_id(db, session.hospital_id),
        typed=typed,
        errors=errors or {},
        letters=shown(request, letters) if letters is not None else None,
    )
