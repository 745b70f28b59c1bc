"""What is prepared for a session at the desk: its agenda, and which of the questions were answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph, clean_paragraph
from medixchange.messages import Message
from medixchange.sessions import queries
from medixchange.sessions.models import MOST_AGENDA, MOST_NOTE_ON_ANSWER, SessionQuestion, SharingSession
from medixchange.sessions.preparing import answer, plan, question_by_id, questions_of, unanswer
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, see_other

router = APIRouter()


class Planning(BaseModel):
    """The agenda as it is typed."""

    agenda: Annotated[str, Paragraph(MOST_AGENDA, optional=True)] = ""
    no_patient_data: NoPatientData = ""


class Answered(BaseModel):
    """What was answered, in short."""

    note: Annotated[str, Paragraph(MOST_NOTE_ON_ANSWER, optional=True)] = ""
    no_patient_data: NoPatientData = ""


@router.get("/desk/sessions/{session_id}/agenda", dependencies=[policy(Organizer)])
def before_planning(request: Request, db: Db, session_id: Number) -> Response:
    """The agenda, to be written."""
    session = queries.by_id(db, session_id)
    return session_form(request, db, "desk/agenda.html", session, typed=Typed.of({"agenda": session.agenda}))


@router.post("/desk/sessions/{session_id}/agenda")
def save_agenda(
    request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent, session_id: Number
) -> Response:
    """Keep it; those who are invited find it on their page."""
    session = queries.by_id(db, session_id, for_change=True)
    filled = read(Planning, sent)
    if filled.value is not None:
        plan(db, session, filled.value.agenda, language=reader.words.language, actor=actor.label, now=now)
    elif clean_paragraph(sent.one("agenda")) != session.agenda:  # what stands was asked about when it was written
        return session_form(request, db, "desk/agenda.html", session, typed=sent, errors=filled.errors)
    return see_other(f"/desk/sessions/{session_id}?done=planned")


@router.get("/desk/sessions/{session_id}/questions", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, session_id: Number) -> Response:
    """The questions, each with a place to note that it was answered."""
    session = queries.by_id(db, session_id)
    return session_form(request, db, "desk/questions.html", session, **asked(db, session))


@router.post("/desk/sessions/{session_id}/questions/{question_id}")
def note_answer(
    request: Request,
    db: Db,
    now: Now,
    reader: Reading,
    actor: OrganizerActor,
    sent: Sent,
    session_id: Number,
    question_id: Number,
) -> Response:
    """Note that it was answered and how; with ``undo`` take the note back."""
    session, question = queries.by_id(db, session_id), question_by_id(db, session_id, question_id)
    errors = noted(db, question, sent, language=reader.words.language, actor=actor.label, now=now)
    if errors:
        shown = asked(db, session, wrong=question_id)
        return session_form(request, db, "desk/questions.html", session, typed=sent, errors=errors, **shown)
    return see_other(f"/desk/sessions/{session_id}/questions#question-{question_id}")


def noted(
    db: Session, question: SessionQuestion, sent: Typed, *, language: str, actor: str, now: datetime
) -> Mapping[str, Message]:
    """Keep what was sent about a question: that it was answered and how, or with ``undo`` that it was not; what is
    wrong with it, by field."""
    if sent.one("act") == "undo":
        unanswer(db, question, actor=actor, now=now)
        return {}
    filled = read(Answered, sent)
    if filled.value is not None:
        answer(db, question, filled.value.note, language=language, actor=actor, now=now)
    return filled.errors


def asked(db: Session, session: SharingSession, *, wrong: int = 0, most: int | None = None) -> dict[str, Any]:
    """The questions to a session for desk/asked.html: with its request and since, and whose note is ``wrong``; at
    most ``most`` of them, what waits for an answer before what has one."""
    every = questions_of(db, session.id)
    shown = every if most is None else sorted(every, key=lambda each: each[0].answered_at is not None)[:most]
    first = queries.questions_of_request(db, session)
    return {"first": first, "asked": shown, "total": len(every), "wrong": wrong}
