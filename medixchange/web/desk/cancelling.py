"""Cancelling a session."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake.patients import NoPatientData
from medixchange.outbox.letters import Letter
from medixchange.sessions import previews
from medixchange.sessions.actions import cancel
from medixchange.sessions.lifecycle import Verb
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.ending import End, Ending, Writer, before_ending, decided
from medixchange.web.form import Sent
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading

router = APIRouter()


class Cancelling(Ending):
    """Why a session is called off, and what becomes of its request."""

    afterwards: Literal["submitted", "withdrawn"]
    no_patient_data: NoPatientData = ""


@router.get("/desk/sessions/{session_id}/cancel", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, session_id: Number) -> Response:
    """The page that asks for the reason before anybody is told."""
    return before_ending(request, db, session_id, CANCELLED)


@router.post("/desk/sessions/{session_id}/cancel")
def decide(
    request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent, session_id: Number
) -> Response:
    """Call the session off and tell everybody why; with ``show`` only show the letters."""
    return decided(request, db, session_id, CANCELLED, sent, writer=Writer(actor.label, reader.words.language), now=now)


def _letters(db: Session, session: SharingSession, asked: Cancelling, now: datetime) -> list[Letter]:
    again = asked.afterwards == "submitted"
    return previews.of_cancelling(db, session, reason=asked.reason, again=again, now=now)


def _cancel(db: Session, session: SharingSession, asked: Cancelling, by: Writer, now: datetime) -> None:
    told = {"reason": asked.reason, "language": by.language}
    cancel(db, session, **told, afterwards=asked.afterwards, actor=by.actor, now=now)


CANCELLED = End(Verb.CANCEL, "desk/cancel.html", Cancelling, _letters, _cancel, "cancelled")
