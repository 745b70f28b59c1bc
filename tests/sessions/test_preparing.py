"""An agenda, and questions that are sent ahead by those who come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from medixchange.errors import NotFound, Refusal
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import history
from medixchange.matching.models import ProposedMatch
from medixchange.sessions import actions, preparing
from medixchange.sessions.answers import respond
from medixchange.sessions.models import Attendance, SessionQuestion, SharingSession
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, Stage, place_of

LATER = NOW + timedelta(hours=1)
ASKED = "How low may the saturation go?"


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    return actions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)


@pytest.fixture
def aline(db: Session, session: SharingSession) -> Attendance:
    return place_of(db, session, ALINE)


def ask(db: Session, place: Attendance, text: str = "Who watches the tube?") -> SessionQuestion:
    return preparing.ask(db, place, text, language="fr", now=NOW)


def texts(db: Session, session: SharingSession) -> list[tuple[str, str]]:
    return [(person.name, question.text) for question, person in preparing.questions_of(db, session.id)]


def test_an_agenda_is_kept_and_written_down_once(db: Session, session: SharingSession) -> None:
    for _ in range(2):
        preparing.plan(db, session, "10 min: the case from Kigali", actor=ACTOR, now=NOW)

    assert session.agenda == "10 min: the case from Kigali"
    assert [each.verb for each in history(db, f"session:{session.id}")].count("plan") == 1


def test_questions_are_kept_in_order_each_once(db: Session, session: SharingSession, aline: Attendance) -> None:
    for place, text in ((aline, "First?"), (place_of(db, session, MEI), "Second?"), (aline, "First?")):
        ask(db, place, text)

    assert texts(db, session) == [(ALINE, ASKED), (ALINE, "First?"), (MEI, "Second?")]


def test_what_the_request_asked_is_among_the_questions(db: Session, stage: Stage) -> None:
    request = db.get_one(SessionRequest, stage.request.id)
    request.questions, request.language = "Which dose?\nFor a child of 3 kg\n\nHow long?", "fr"

    session = actions.approve(db, db.get_one(ProposedMatch, stage.tuesday.id), actor=ACTOR, now=NOW)

    found = [question for question, _ in preparing.questions_of(db, session.id)]
    assert [question.text for question in found] == ["Which dose?\nFor a child of 3 kg", "How long?"]
    assert {(question.language, question.with_request, question.asked_at) for question in found} == {("fr", True, NOW)}


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("", []),
        (" \n\n ", []),
        ("First?", ["First?"]),
        ("First?\nSecond?", ["First?", "Second?"]),
        ("\n\nFirst?\nSecond?\n\n", ["First?", "Second?"]),
        ("First?\n\nSecond?", ["First?", "Second?"]),
        ("A case.\nFirst?\n\nSecond?", ["A case.\nFirst?", "Second?"]),
        ("First?\r\n \t \r\n\r\n\r\n  Second?\r\nThird?", ["First?", "Second?\nThird?"]),
    ],
)
def test_blank_lines_part_questions_and_lines_do_where_there_are_none(text: str, questions: list[str]) -> None:
    assert preparing.taken_apart(text) == questions


@given(st.text(st.sampled_from("a?é \t\n\r\u2028"), max_size=200))
def test_nothing_that_was_typed_is_lost_in_questions_however_they_are_parted(text: str) -> None:
    questions = preparing.taken_apart(text)

    assert "".join("".join(questions).split()) == "".join(text.split())
    assert len(questions) <= preparing.MOST_WITH_REQUEST
    assert all(each and len(each) <= len(text) for each in questions)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_last_of_many_questions_holds_the_others_as_they_were_parted(gap: str) -> None:
    asked = [f"Question {number}?" for number in range(preparing.MOST_WITH_REQUEST + 2)]

    assert preparing.taken_apart(gap.join(asked)) == [*asked[:19], gap.join(asked[19:])]


def test_one_person_sends_so_many(db: Session, session: SharingSession, aline: Attendance) -> None:
    for number in range(preparing.MOST_QUESTIONS):
        ask(db, aline, f"{number}?")

    with pytest.raises(Refusal, match="ask the next ones in the session"):
        ask(db, aline, "One more?")


def test_who_does_not_come_sends_none(db: Session, session: SharingSession, aline: Attendance) -> None:
    respond(db, aline, "DECLINED", reason="Leave.", now=NOW)

    with pytest.raises(Refusal, match="by those who come"):
        ask(db, aline)


def test_after_the_end_it_is_too_late(db: Session, session: SharingSession, aline: Attendance) -> None:
    with pytest.raises(Refusal, match="until the session ends"):
        preparing.ask(db, aline, "Who?", language="fr", now=session.ends_at)


def test_a_question_is_answered_corrected_and_open_again(db: Session, aline: Attendance) -> None:
    question = ask(db, aline)

    preparing.answer(db, question, "One person at the head.", actor=ACTOR, now=NOW)
    preparing.answer(db, question, "A named person at the head.", language="fr", actor=ACTOR, now=LATER)
    kept = (question.answered_at, question.note, question.note_language)
    preparing.unanswer(db, question, actor=ACTOR, now=LATER)

    assert kept == (NOW, "A named person at the head.", "fr")
    assert (question.answered_at, question.note, question.note_language) == (None, "", "")


def test_the_question_of_another_session_is_not_found(db: Session, session: SharingSession, aline: Attendance) -> None:
    question = ask(db, aline)

    with pytest.raises(NotFound):
        preparing.question_by_id(db, session.id + 1, question.id)
