"""Which of a session's questions were answered: noted on the page of the questions, and on the run sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph, clean_paragraph
from medixchange.messages import Message
from medixchange.sessions.models import MOST_NOTE_ON_ANSWER, SessionQuestion
from medixchange.sessions.preparing import answer, question_by_id, unanswer
from medixchange.web.access import OrganizerActor
from medixchange.web.desk import preparing, run
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, see_other

router = APIRouter()


class Answered(BaseModel):
    """What was answered, in short."""

    note: Annotated[str, Paragraph(MOST_NOTE_ON_ANSWER, optional=True)] = ""
    no_patient_data: NoPatientData = ""


@router.post("/desk/sessions/{session_id}/questions/{question_id}")
def note_in_list(
    request: Request,
    db: Db,
    now: Now,
    reader: Reading,
    actor: OrganizerActor,
    sent: Sent,
    session_id: Number,
    question_id: Number,
) -> Response:
    """Note in the list of questions that one was answered and how, with ``undo`` that it was not."""
    question = question_by_id(db, session_id, question_id)
    errors = _noted(db, question, sent, language=reader.words.language, actor=actor.label, now=now)
    if errors:
        return preparing.list_of_questions(request, db, session_id, typed=sent, errors=errors, wrong=question_id)
    return see_other(f"/desk/sessions/{session_id}/questions#question-{question_id}")


@router.post("/desk/sessions/{session_id}/run/questions/{question_id}")
def note_on_sheet(
    request: Request,
    db: Db,
    now: Now,
    reader: Reading,
    actor: OrganizerActor,
    sent: Sent,
    session_id: Number,
    question_id: Number,
) -> Response:
    """The same on the run sheet, which shows some of the questions only: this one is asked for."""
    question = question_by_id(db, session_id, question_id)
    errors = _noted(db, question, sent, language=reader.words.language, actor=actor.label, now=now)
    if errors:
        return run.sheet(request, db, now, session_id, typed=sent, errors=errors, wrong=question_id)
    return see_other(f"/desk/sessions/{session_id}/run?question={question_id}#question-{question_id}")


def _noted(
    db: Session, question: SessionQuestion, sent: Typed, *, language: str, actor: str, now: datetime
) -> Mapping[str, Message]:
    """Keep what was sent about the question; what is wrong with it, by field."""
    if sent.one("act") == "undo":
        unanswer(db, question, actor=actor, now=now)
        return {}
    filled = read(Answered, sent)
    if filled.value is None and question.answered_at and clean_paragraph(sent.one("note")) == question.note:
        return {}  # what stands and is sent unchanged was asked about already
    if filled.value is not None:
        answer(db, question, filled.value.note, language=language, actor=actor, now=now)
    return filled.errors
