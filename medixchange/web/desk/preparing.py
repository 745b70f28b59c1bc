"""What is prepared for a session, at the desk: its agenda, and the questions that were asked before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph, clean_paragraph
from medixchange.messages import Message
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.models import MOST_AGENDA, SessionQuestion, SharingSession
from medixchange.sessions.preparing import left_behind, plan, questions_of
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, see_other

Asked = tuple[SessionQuestion, Person]
FORM = 250
"""As many signs as the form beside each question weighs."""

router = APIRouter()


class Planning(BaseModel):
    """The agenda as it is typed."""

    agenda: Annotated[str, Paragraph(MOST_AGENDA, optional=True)] = ""
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
    elif clean_paragraph(sent.one("agenda")) != session.agenda:  # else nothing new was written
        return session_form(request, db, "desk/agenda.html", session, typed=sent, errors=filled.errors)
    return see_other(f"/desk/sessions/{session_id}?done=planned")


@router.get("/desk/sessions/{session_id}/questions", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, session_id: Number) -> Response:
    """The questions, each with a place to note that it was answered."""
    return list_of_questions(request, db, session_id)


def list_of_questions(
    request: Request,
    db: Session,
    session_id: int,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
    wrong: int = 0,
) -> Response:
    """The page of the questions, with what was ``typed`` at the question ``wrong`` and what is wrong with it."""
    session = queries.by_id(db, session_id)
    shown = asked(db, session, wrong=wrong) | {"left_behind": left_behind(db, session_id)}
    return session_form(request, db, "desk/questions.html", session, typed=typed, errors=errors, **shown)


def asked(
    db: Session, session: SharingSession, *, wrong: int = 0, most: int | None = None, also: int | None = None
) -> dict[str, Any]:
    """The questions to a session for desk/asked.html, and whose note is ``wrong``.

    With ``most`` as many as have no more signs together, what waits for an answer first; the ``wrong`` one and ``also``
    are there in any case.
    """
    every = questions_of(db, session.id)
    shown, pinned = every, [each for each in every if each[0].id in (wrong, also)]
    if most is not None:
        waiting_first = sorted(every, key=lambda each: each[0].answered_at is not None)
        shown = _within([*pinned, *(each for each in waiting_first if each not in pinned)], most, least=len(pinned))
    return {"asked": shown, "total": len(every), "wrong": wrong}


def _within(questions: Sequence[Asked], most: int, *, least: int) -> list[Asked]:
    """The first of ``questions`` that have at most ``most`` signs together, and at least ``least`` of them."""
    signs, shown = 0, list[Asked]()
    for question, person in questions:
        signs += len(question.text) + len(question.note) + FORM
        if signs > most and len(shown) >= least:
            break
        shown.append((question, person))
    return shown
