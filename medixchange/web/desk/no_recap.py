"""Noting that no recap of a session that was held will be written."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.recapped import forgo
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.ending import Ending
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Sent, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, see_other

TEMPLATE = "desk/no_recap.html"

router = APIRouter()


class NoRecap(Ending):
    """Why no recap will be written."""

    no_patient_data: NoPatientData = ""


@router.get("/desk/sessions/{session_id}/no-recap", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, session_id: Number) -> Response:
    """The page that asks for the reason."""
    session = queries.by_id(db, session_id)
    try:
        step(session.state, Verb.FORGO)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return session_form(request, db, TEMPLATE, session)


@router.post("/desk/sessions/{session_id}/no-recap")
def decide(
    request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent, session_id: Number
) -> Response:
    """Nothing is left to do about the session."""
    session = queries.by_id(db, session_id, for_change=True)
    filled = read(NoRecap, sent)
    if filled.value is None:
        return session_form(request, db, TEMPLATE, session, typed=sent, errors=filled.errors)
    try:
        forgo(db, session, reason=filled.value.reason, language=reader.words.language, actor=actor.label, now=now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done=no-recap")
