"""Noting at the desk what an expert or interpreter has said elsewhere: that they cannot come, or do after all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound, Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph
from medixchange.messages import Message, say
from medixchange.people.models import Person
from medixchange.sessions import answers, queries
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.roll import place_of
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.said import ROLES
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Counted, Number
from medixchange.web.page import Db, Now, see_other

ADDRESS = "/desk/sessions/{session_id}/places/{place_id}"

router = APIRouter()


class Returning(BaseModel):
    """Somebody comes after all; ``sequence`` is that of the session as it was shown."""

    asks: ClassVar[Mapping[str, Message]] = {"sequence": say("Open this page again from the session.")}

    sequence: Counted


class Absent(Returning):
    """Somebody cannot come, and why."""

    asks: ClassVar[Mapping[str, Message]] = {
        **Returning.asks,
        "reason": say("Write in a sentence why they cannot come."),
    }

    reason: Annotated[str, Paragraph(500)]
    no_patient_data: NoPatientData = ""


@router.get(ADDRESS, dependencies=[policy(Organizer)])
def look(request: Request, db: Db, session_id: Number, place_id: Number) -> Response:
    """Ask why somebody cannot come; of somebody who declined, whether they come after all."""
    session = queries.by_id(db, session_id)
    return _page(request, db, session, _place(db, session, place_id), Typed())


@router.post(ADDRESS)
def note(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number, place_id: Number
) -> Response:
    """Keep it as their own answer: that they cannot come, with ``act`` "returned" that they do after all."""
    session = queries.by_id(db, session_id, for_change=True)
    place = _place(db, session, place_id)
    returns = sent.one("act") == "returned"
    filled = read(Returning, sent) if returns else read(Absent, sent)
    given = filled.value
    if given is None:
        return _page(request, db, session, place, sent, errors=filled.errors)
    try:
        answers.note(
            db,
            place,
            db.get_one(Person, place.person_id).name,
            reason=given.reason if isinstance(given, Absent) else None,
            sequence=given.sequence,
            actor=actor.label,
            now=now,
        )
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done={'returned' if returns else 'absent'}")


def _place(db: Session, session: SharingSession, place_id: int) -> Attendance:
    """The place of an expert or interpreter; contacts of hospitals answer for themselves. Raises NotFound."""
    place = place_of(db, session, place_id)
    if place.role is Role.LIAISON:
        raise NotFound(say("Whoever comes for a hospital answers for it."))
    return place


def _page(
    request: Request,
    db: Session,
    session: SharingSession,
    place: Attendance,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    return session_form(
        request,
        db,
        "desk/absence.html",
        session,
        typed=typed,
        errors=errors,
        place=place,
        person=db.get_one(Person, place.person_id),
        role=ROLES[place.role],
        returns=place.partstat == "DECLINED",
    )
