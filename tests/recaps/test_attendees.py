"""Those who signed in read the recap: once, in their language, with a way out; by their link where it is private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.outbox.letters import Letter
from medixchange.outbox.models import DeliveryState
from medixchange.outbox.queries import about
from medixchange.recaps import mailing, queries
from medixchange.recaps.models import Recap, Visibility
from medixchange.sessions import attending
from medixchange.sessions import queries as sessions
from medixchange.sessions.attendee_draft import AttendeeDraft, AttendeeRole
from medixchange.sessions.models import SessionAttendee
from tests.recaps.stage import ENGLISH, check, publish, published, write
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, ZHANG, Stage, read, set_up

GRACE = "Grace Uwase"


@pytest.fixture
def stage(db: Session) -> Stage:
    return set_up(db)


@pytest.fixture
def recap(db: Session, stage: Stage) -> Recap:
    """A recap in English, Arabic and Chinese for those who were invited or attended."""
    return published(db, stage, visibility=Visibility.INVITED)


def draft_of(email: str, *, language: str) -> AttendeeDraft:
    return AttendeeDraft(name=GRACE, email=email, institution="CHUK", role=AttendeeRole.NURSE, language=language)


def attend(db: Session, recap: Recap, email: str = "grace@example.org", *, language: str = "ar") -> SessionAttendee:
    session = sessions.by_id(db, recap.session_id)
    return attending.attend(db, session, draft_of(email, language=language), now=NOW)


def mail(db: Session, recap: Recap) -> list[Letter]:
    """Mail it to those who were invited or attended, and give the letters that were written."""
    chosen = mailing.readers(db, recap, invited=True)
    written = mailing.letters(db, recap, chosen, note="")
    mailing.send(db, recap, written, actor=ACTOR, now=NOW)
    return [each.letter for each in written]


def test_who_signed_in_gets_it_in_their_language_on_the_hospitals_clock_with_a_way_out(
    db: Session, recap: Recap
) -> None:
    entry = attend(db, recap)

    letter = mail(db, recap)[-1]

    assert (letter.to_name, letter.to_email, letter.language, letter.zone) == (
        GRACE,
        "grace@example.org",
        "ar",
        "Africa/Kigali",
    )
    assert letter.context["body_language"] == "ar"
    assert (letter.links["unsubscribe"], "recap" in letter.links) == (("unsubscribe", entry.seed), True)


def test_the_letter_says_in_text_and_html_why_it_comes(db: Session, recap: Recap) -> None:
    attend(db, recap, language="en")

    shown = read(mail(db, recap)[-1])

    assert "You get this letter because you signed in at this session." in shown.text
    assert "Get no more letters like this" in shown.text


def test_who_was_invited_too_gets_it_once_as_invited(db: Session, stage: Stage, recap: Recap) -> None:
    attend(db, recap, stage.liaison.email)

    letters = mail(db, recap)

    assert sorted(each.to_name for each in letters) == sorted([ZHANG, MEI, ALINE])
    assert [each.links for each in letters if "unsubscribe" in each.links] == []


def test_who_has_left_or_was_taken_off_gets_neither_it_nor_a_correction(db: Session, recap: Recap) -> None:
    stays, leaves, off = (attend(db, recap, f"{name}@example.org", language="en") for name in ("a", "b", "c"))
    first = len(mail(db, recap))
    for delivery in about(db, mailing.subject_of(recap)):
        delivery.state = DeliveryState.SENT
    attending.leave(db, leaves, now=NOW)
    attending.remove(db, off, reason="Was not there", actor=ACTOR, now=NOW)
    english = queries.version(db, recap.id, "en")
    write(db, english, ENGLISH.replace("1–6", "2–6"))
    check(db, english)
    publish(db, recap, visibility=Visibility.INVITED)

    corrected = mailing.corrections(db, recap, note="A slip")

    assert first == 6
    assert [each.reader.attendee for each in corrected if each.reader.attendee] == [stays]
    assert corrected[-1].letter.links["unsubscribe"] == ("unsubscribe", stays.seed)


def test_who_left_before_is_not_written_to(db: Session, recap: Recap) -> None:
    attending.leave(db, attend(db, recap), now=NOW + timedelta(minutes=1))

    assert len(mail(db, recap)) == 3


def test_who_signed_in_may_read_what_is_for_those_of_the_session(db: Session, recap: Recap) -> None:
    entry = attend(db, recap)
    before = queries.was_there(db, recap, entry.person_id), len(queries.of_person(db, entry.person_id, most=5))

    attending.remove(db, entry, reason="-", actor=ACTOR, now=NOW)

    after = queries.was_there(db, recap, entry.person_id), len(queries.of_person(db, entry.person_id, most=5))
    assert (before, after) == ((True, 1), (False, 0))


def test_an_address_that_was_written_by_mistake_gets_no_correction(db: Session, recap: Recap) -> None:
    entry = attend(db, recap, "wrong@example.org", language="en")
    mail(db, recap)
    for delivery in about(db, f"recap:{recap.id}"):
        delivery.state = DeliveryState.SENT
    attending.correct(db, entry, draft_of("right@example.org", language="en"), actor=ACTOR, now=NOW)
    english = queries.version(db, recap.id, "en")
    write(db, english, ENGLISH.replace("1–6", "2–6"))
    check(db, english)
    publish(db, recap, visibility=recap.visibility)

    corrected = [each.letter.to_email for each in mailing.corrections(db, recap, note="")]

    assert "wrong@example.org" not in corrected
    assert "right@example.org" in [each.to_email for each in mail(db, recap)]
