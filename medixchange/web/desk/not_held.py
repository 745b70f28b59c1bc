"""Noting that a session was not held."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import model_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph, Wrong
from medixchange.messages import say
from medixchange.outbox.letters import Letter
from medixchange.sessions import previews
from medixchange.sessions.actions import miss
from medixchange.sessions.lifecycle import Verb
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.ending import End, Ending, Writer, before_ending, decided
from medixchange.web.form import Sent
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading

router = APIRouter()


class NotHeld(Ending):
    """Why nothing came of a session, and what becomes of its request."""

    afterwards: Literal["submitted", "done"]
    to_hospital: Annotated[str, Paragraph(500, optional=True)] = ""
    no_patient_data: NoPatientData = ""

    @model_validator(mode="after")
    def _does_not_leave_the_hospital_alone(self) -> NotHeld:
        if self.afterwards == "done" and not self.to_hospital:
            raise Wrong(say("Write to the hospital why no other session is looked for."), field="to_hospital")
        return self


@router.get("/desk/sessions/{session_id}/not-held", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, session_id: Number) -> Response:
    """The page that asks for the reason before anybody is told."""
    return before_ending(request, db, session_id, MISSED)


@router.post("/desk/sessions/{session_id}/not-held")
def decide(
    request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent, session_id: Number
) -> Response:
    """Note it and tell everybody why; with ``show`` only show the letters."""
    return decided(request, db, session_id, MISSED, sent, writer=Writer(actor.label, reader.words.language), now=now)


def _letters(db: Session, session: SharingSession, asked: NotHeld, now: datetime) -> list[Letter]:
    again, words = asked.afterwards == "submitted", asked.to_hospital
    return previews.of_missing(db, session, reason=asked.reason, to_hospital=words, again=again, now=now)


def _miss(db: Session, session: SharingSession, asked: NotHeld, by: Writer, now: datetime) -> None:
    told = {"reason": asked.reason, "to_hospital": asked.to_hospital, "language": by.language}
    miss(db, session, **told, afterwards=asked.afterwards, actor=by.actor, now=now)


MISSED = End(Verb.MISS, "desk/not_held.html", NotHeld, _letters, _miss, "not-held")
