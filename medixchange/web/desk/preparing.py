"""What is prepared for a session at the desk: its agenda, and which of the questions were answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.languages.texts import Paragraph
from medixchange.messages import Message
from medixchange.people import queries as people
from medixchange.sessions import queries
from medixchange.sessions.models import MOST_AGENDA, MOST_NOTE_ON_ANSWER, SharingSession
from medixchange.sessions.preparing import answer, plan, question_by_id, questions_of, unanswer
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.numbers import Number
from medixchange.web.form import Sent, Typed, read
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


class Planning(BaseModel):
    """The agenda as it is typed."""

    agenda: Annotated[str, Paragraph(MOST_AGENDA, optional=True)] = ""


class Answered(BaseModel):
    """What was answered, in short."""

    note: Annotated[str, Paragraph(MOST_NOTE_ON_ANSWER, optional=True)] = ""


@router.get("/desk/sessions/{session_id}/agenda", dependencies=[policy(Organizer)])
def before_planning(request: Request, db: Db, session_id: Number) -> Response:
    """The agenda, to be written."""
    session = queries.by_id(db, session_id)
    return _agenda(request, db, session, Typed.of({"agenda": session.agenda}))


@router.post("/desk/sessions/{session_id}/agenda")
def save_agenda(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number) -> Response:
    """Keep it; those who are invited find it on their page."""
    session = queries.by_id(db, session_id, for_change=True)
    filled = read(Planning, sent)
    if filled.value is None:
        return _agenda(request, db, session, sent, errors=filled.errors)
    plan(db, session, filled.value.agenda, actor=actor.label, now=now)
    return see_other(f"/desk/sessions/{session_id}?done=planned")


@router.get("/desk/sessions/{session_id}/questions", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, session_id: Number) -> Response:
    """The questions, each with a place to note that it was answered."""
    return _questions(request, db, queries.by_id(db, session_id))


@router.post("/desk/sessions/{session_id}/questions/{question_id}")
def note_answer(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number, question_id: Number
) -> Response:
    """Note that it was answered and how; with ``undo`` take the note back."""
    question = question_by_id(db, session_id, question_id)
    if sent.one("act") == "undo":
        unanswer(db, question, actor=actor.label, now=now)
        return see_other(f"/desk/sessions/{session_id}/questions")
    filled = read(Answered, sent)
    if filled.value is None:
        return _questions(
            request, db, queries.by_id(db, session_id), typed=sent, wrong=question_id, errors=filled.errors
        )
    answer(db, question, filled.value.note, actor=actor.label, now=now)
    return see_other(f"/desk/sessions/{session_id}/questions")


def _agenda(
    request: Request,
    db: Session,
    session: SharingSession,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    return render(
        request,
        "desk/agenda.html",
        status=422 if errors else 200,
        session=session,
        hospital=people.hospital_by_id(db, session.hospital_id),
        typed=typed,
        errors=errors or {},
    )


def _questions(
    request: Request,
    db: Session,
    session: SharingSession,
    *,
    typed: Typed | None = None,
    wrong: int = 0,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    return render(
        request,
        "desk/questions.html",
        status=422 if errors else 200,
        session=session,
        hospital=people.hospital_by_id(db, session.hospital_id),
        asked=questions_of(db, session.id),
        first=queries.questions_of_request(db, session),
        typed=typed or Typed(),
        wrong=wrong,
        errors=errors or {},
    )
