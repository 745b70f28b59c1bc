"""The recap of a session of several hospitals: it names each of them, and shows its hour on every clock."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from medixchange.intake.models import SessionRequest
from medixchange.library import queries as library
from medixchange.library.filters import Filters
from medixchange.outbox.letters import Letter
from medixchange.people.models import Person
from medixchange.recaps import mailing, queries
from medixchange.recaps.about import about
from medixchange.recaps.models import Recap
from medixchange.recaps.sheet import sheet
from medixchange.recaps.shelving import shelve_again
from medixchange.sessions import attending, roll
from medixchange.sessions import queries as sessions
from medixchange.sessions.attendee_draft import NO_HOSPITAL, AttendeeDraft, AttendeeRole
from tests.recaps.stage import begin, check, hold, publish, published, write
from tests.sessions.stage import ACTOR, ALINE, MEI, NOW, SARA, ZHANG, Stage, join, place_of, read, set_up
from tests.sessions.stage import send as send_all

KIGALI, ADDIS = "King Faisal Hospital", "Hospital of Addis Ababa"


@pytest.fixture
def stage(db: Session) -> Stage:
    return set_up(db)


@pytest.fixture
def other(db: Session, stage: Stage) -> SessionRequest:
    """The request of a second hospital, which has joined; its contact reads Arabic."""
    found = join(db, stage.request)
    sara = db.exec(select(Person).where(Person.name == SARA)).one()
    sara.language = "ar"
    return found


@pytest.fixture
def recap(db: Session, stage: Stage, other: SessionRequest) -> Recap:
    """A recap in English, Arabic and Chinese of the session of both."""
    return published(db, stage)


def mail(db: Session, recap: Recap) -> dict[str, Letter]:
    """The letters to those who were invited or attended, by name."""
    written = mailing.letters(db, recap, mailing.readers(db, recap, invited=True), note="")
    mailing.send(db, recap, written, actor=ACTOR, now=NOW)
    return {each.letter.to_name: each.letter for each in written}


def test_it_names_every_hospital_the_one_that_leads_first(
    db: Session, stage: Stage, other: SessionRequest, recap: Recap
) -> None:
    told = about(db, recap)

    assert [each.name for each in told.hospitals] == [KIGALI, ADDIS]
    assert told.reference == f"{stage.request.reference} · {other.reference}"


def test_each_one_reads_it_in_their_language_with_their_own_hospital_first_and_every_clock(
    db: Session, recap: Recap
) -> None:
    letters = mail(db, recap)

    told = {name: (each.language, each.context["hospital"], each.context["together"]) for name, each in letters.items()}
    own, theirs = [f"{KIGALI}, Kigali"], [f"{ADDIS}, Addis Ababa"]
    assert told == {
        ZHANG: ("zh-Hans", KIGALI, theirs),
        MEI: ("zh-Hans", KIGALI, theirs),
        ALINE: ("en", KIGALI, theirs),
        SARA: ("ar", ADDIS, own),
    }
    text = read(letters[ALINE]).text
    hours = ("09:00–09:30", "10:00–10:30", "15:00–15:30")
    assert [each in text for each in (*hours, f"Together with: {ADDIS}, Addis Ababa")] == [True] * 4


def test_whoever_signed_in_reads_of_their_own_hospital_first(db: Session, other: SessionRequest, recap: Recap) -> None:
    session = sessions.by_id(db, recap.session_id)
    for name, home in (("Grace", str(other.hospital_id)), ("Eric", NO_HOSPITAL)):
        guest = AttendeeDraft(
            name=name,
            email=f"{name}@example.org",
            hospital=home,
            institution="Ward 4",
            role=AttendeeRole.NURSE,
            language="en",
        )
        attending.attend(db, session, guest, now=session.starts_at)

    letters = mail(db, recap)

    assert [letters[name].context["hospital"] for name in ("Grace", "Eric")] == [ADDIS, KIGALI]


def test_a_correction_reaches_every_hospital_as_the_recap_did(db: Session, recap: Recap) -> None:
    mail(db, recap)
    send_all(db)
    version = queries.version(db, recap.id, "ar")
    write(db, version, "## ملخص\n\nنص جديد.")
    check(db, version)
    publish(db, recap)

    (written,) = [each for each in mailing.corrections(db, recap, note="") if each.reader.person.name == SARA]

    letter = written.letter
    assert (letter.kind, letter.context["hospital"], letter.context["together"]) == (
        "recap-corrected",
        ADDIS,
        [f"{KIGALI}, Kigali"],
    )


def test_on_paper_it_has_every_hospital_and_every_clock(db: Session, recap: Recap) -> None:
    version = queries.version(db, recap.id, "en")

    printed = sheet(db, recap, version, queries.revision(db, version, version.number))

    assert printed["facts"][0] == {"label": "Hospitals", "value": f"{KIGALI}, Kigali\n{ADDIS}, Addis Ababa"}
    assert [each["place"] for each in printed["clocks"]] == ["Kigali", "Addis Ababa", "Beijing"]
    assert printed["authors"][:2] == [KIGALI, ADDIS]


def test_it_stands_on_the_shelf_under_every_hospital_and_is_found_by_each_reference(
    db: Session, stage: Stage, other: SessionRequest, recap: Recap
) -> None:
    found = [
        library.held_latest(db, filters, first=0, most=9)
        for filters in (Filters(country="ET"), Filters(country="RW"), Filters(text=other.reference))
    ]

    assert [[each.entry.slug for each in items] for items in found] == [[recap.slug]] * 3
    assert [each.name for each in found[0][0].hospitals] == [KIGALI, ADDIS]


def test_a_hospital_of_which_nobody_was_there_is_not_named(db: Session, recap: Recap) -> None:
    session = sessions.by_id(db, recap.session_id)

    for name in (ALINE, SARA):
        roll.call(db, session, place_of(db, session, name).id, present=False, actor=ACTOR, now=session.ends_at)
    shelve_again(db, session.id)

    assert [each.name for each in about(db, recap).hospitals] == [KIGALI]
    assert [library.total(db, Filters(country=each)) for each in ("RW", "ET")] == [1, 0]


def test_the_outline_says_for_which_hospital_each_one_came(db: Session, stage: Stage, other: SessionRequest) -> None:
    version = begin(db, hold(db, stage))

    text = queries.revision(db, version, 1).text

    assert f"- {ALINE}, {KIGALI}\n- {SARA}, {ADDIS}\n" in text
