"""What is prepared for a session: its agenda, and the questions that are asked before it and answered in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from medixchange.errors import NotFound, Refusal
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import by_link, record
from medixchange.messages import say
from medixchange.people.models import Person
from medixchange.sessions import queries
from medixchange.sessions.guests import joined_id
from medixchange.sessions.lifecycle import ALIVE
from medixchange.sessions.models import Attendance, SessionQuestion, SharingSession

MOST_QUESTIONS = 10
"""How many questions one person may send ahead of one session."""
MOST_WITH_REQUEST = 20
"""How many questions a request is taken apart into."""


def plan(db: Session, session: SharingSession, agenda: str, *, language: str = "", actor: str, now: datetime) -> None:
    """Show ``agenda``, which is in ``language`` where that is known, to those who are invited."""
    if session.agenda != agenda:
        session.agenda, session.agenda_language = agenda, language
        db.add(session)
        record(db, actor=actor, verb="plan", subject=f"session:{session.id}", now=now)


def bring(db: Session, session: SharingSession, request: SessionRequest) -> None:
    """What ``request`` asked is among the questions of its session."""
    assert request.liaison_id is not None
    for text in taken_apart(request.questions):
        question = SessionQuestion(
            session_id=session.id,
            person_id=request.liaison_id,
            joined_id=joined_id(session, request),
            language=request.language,
            text=text,
            asked_at=request.submitted_at or request.created_at,
            with_request=True,
        )
        db.add(question)
    db.flush()


def taken_apart(questions: str) -> list[str]:
    """The questions in a text: what its blank lines part, or each line where it has none; the last of
    MOST_WITH_REQUEST holds all the others."""
    text = "\n".join(line.strip() for line in questions.splitlines()).strip()
    gap = "\n\n" if "\n\n" in text else "\n"
    each = [part for part in (part.strip() for part in text.split(gap)) if part]
    if len(each) > MOST_WITH_REQUEST:
        return [*each[: MOST_WITH_REQUEST - 1], gap.join(each[MOST_WITH_REQUEST - 1 :])]
    return each


def may_ask(session: SharingSession, place: Attendance, *, now: datetime) -> bool:
    """Whether the holder of ``place`` may still send a question ahead."""
    is_coming = place.removed_at is None and place.partstat != "DECLINED"
    return is_coming and session.state in ALIVE and now < session.ends_at


def ask(db: Session, place: Attendance, text: str, *, language: str, now: datetime) -> SessionQuestion:
    """Send a question ahead of the session; the same words twice are one question.

    Raises Refusal where it is too late, where one does not come, and after MOST_QUESTIONS.
    """
    session = queries.by_id(db, place.session_id, for_change=True)
    if not may_ask(session, place, now=now):
        raise Refusal(say("Questions are sent ahead by those who come, until the session ends."))
    theirs = select(SessionQuestion).where(
        SessionQuestion.session_id == session.id, SessionQuestion.person_id == place.person_id
    )
    same = db.exec(theirs.where(SessionQuestion.text == text)).first()
    if same is not None:
        return same
    sent = theirs.where(col(SessionQuestion.with_request).is_(False))
    if db.exec(select(func.count()).select_from(sent.subquery())).one() >= MOST_QUESTIONS:
        raise Refusal(say("You have sent %(most)s questions; ask the next ones in the session.", most=MOST_QUESTIONS))
    question = SessionQuestion(
        session_id=session.id,
        person_id=place.person_id,
        joined_id=place.joined_id,
        language=language,
        text=text,
        asked_at=now,
    )
    db.add(question)
    db.flush()
    after = {"question": question.id, "person": place.person_id}
    record(db, actor=by_link("answer"), verb="ask", subject=f"session:{session.id}", now=now, after=after)
    return question


def answer(db: Session, question: SessionQuestion, note: str, *, language: str = "", actor: str, now: datetime) -> None:
    """Note that the question was answered, and in short how; a second note takes the place of the first."""
    question.answered_at, question.note = question.answered_at or now, note
    question.note_language = language if note else ""
    db.add(question)
    _record(db, question, "answer", actor=actor, now=now)


def unanswer(db: Session, question: SessionQuestion, *, actor: str, now: datetime) -> None:
    """Take that note back."""
    if question.answered_at is not None:
        question.answered_at, question.note, question.note_language = None, "", ""
        db.add(question)
        _record(db, question, "unanswer", actor=actor, now=now)


def questions_of(db: Session, session_id: int) -> Sequence[tuple[SessionQuestion, Person]]:
    """The questions of a session and who asked them, oldest first: those of its requests, and those sent ahead.

    Those of a hospital that has left it are not among them.
    """
    return _asked(db, session_id, queries.takes_part(col(SessionQuestion.joined_id), session_id))


def left_behind(db: Session, session_id: int) -> Sequence[tuple[SessionQuestion, Person]]:
    """Those of hospitals that have left the session, likewise."""
    return _asked(db, session_id, ~queries.takes_part(col(SessionQuestion.joined_id), session_id))


def _asked(db: Session, session_id: int, which: ColumnElement[bool]) -> Sequence[tuple[SessionQuestion, Person]]:
    query = (
        select(SessionQuestion, Person)
        .join(Person, col(Person.id) == col(SessionQuestion.person_id))
        .where(SessionQuestion.session_id == session_id, which)
        .order_by(col(SessionQuestion.asked_at), col(SessionQuestion.id))
    )
    return db.exec(query).all()


def question_by_id(db: Session, session_id: int, question_id: int) -> SessionQuestion:
    """One of them. Raises NotFound, also for one of another session."""
    found = db.get(SessionQuestion, question_id)
    if found is None or found.session_id != session_id:
        raise NotFound(say("There is no such question."))
    return found


def _record(db: Session, question: SessionQuestion, verb: str, *, actor: str, now: datetime) -> None:
    after = {"question": question.id}
    record(db, actor=actor, verb=verb, subject=f"session:{question.session_id}", now=now, after=after)
