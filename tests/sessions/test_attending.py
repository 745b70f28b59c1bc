"""Signing in by the code of a session: when it is good, who is on the list, and who is taken off it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import history
from medixchange.people.models import Person
from medixchange.sessions import attending, queries, roll, teams
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.attendee_draft import NO_HOSPITAL, AttendeeDraft, AttendeeRole
from medixchange.sessions.attending import ALPHABET, plain
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import ACTOR, NOW, SARA, Stage, at, elsewhere, join, place_of

MINUTE = timedelta(minutes=1)


def draft(email: str = "grace@example.org", name: str = "Grace Uwase", language: str = "fr") -> AttendeeDraft:
    return AttendeeDraft(name=name, email=email, institution="CHUK", role=AttendeeRole.NURSE, language=language)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A session that is certain."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    confirm(db, held, actor=ACTOR, now=NOW)
    return held


def names(db: Session, session: SharingSession) -> list[str]:
    return [each.name for each, _ in attending.attendees(db, session.id)]


def test_a_code_is_short_and_cannot_be_misread(db: Session, session: SharingSession) -> None:
    codes = {attending.open_sign_in(db, session, actor=ACTOR, now=NOW) for _ in range(20)}

    assert len(codes) == 20
    assert {len(code) for code in codes} == {6}
    assert set("".join(codes)) <= set(ALPHABET)
    assert set(ALPHABET) & set("0O1I2Z5S8B6AEU") == set()


@given(st.text(ALPHABET, min_size=6, max_size=6))
def test_a_code_is_known_however_it_is_typed(code: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)

    assert {plain(each) for each in (code, code.lower(), f" {code[:3]} {code[3:]} ", "-".join(code), wide)} == {code}


@pytest.mark.parametrize(("minutes", "is_good"), [(-31, False), (-30, True), (0, True), (89, True), (90, False)])
def test_a_code_is_good_around_its_session(db: Session, session: SharingSession, minutes: int, is_good: bool) -> None:
    code = attending.open_sign_in(db, session, actor=ACTOR, now=NOW)

    found = attending.by_code(db, code, now=session.starts_at + minutes * MINUTE)

    assert found == (session if is_good else None)


def test_another_code_makes_the_first_one_void(db: Session, session: SharingSession) -> None:
    first = attending.open_sign_in(db, session, actor=ACTOR, now=NOW)
    second = attending.open_sign_in(db, session, actor=ACTOR, now=NOW)

    found = [attending.by_code(db, code, now=session.starts_at) for code in (first, second, "", "CCC", "x" * 200)]

    assert found == [None, session, None, None, None]


def test_a_code_of_a_session_that_moved_or_is_off_is_good_for_nothing(db: Session, session: SharingSession) -> None:
    code, was = attending.open_sign_in(db, session, actor=ACTOR, now=NOW), session.starts_at

    reschedule(db, session, starts_at=at(2, 9), actor=ACTOR, now=NOW)
    moved = [attending.by_code(db, code, now=when) for when in (was, session.starts_at)]
    with pytest.raises(Refusal, match="this one is not"):
        attending.open_sign_in(db, session, actor=ACTOR, now=NOW)
    cancel(db, session, reason="-", actor=ACTOR, now=NOW)

    assert [*moved, attending.by_code(db, code, now=session.starts_at)] == [None, None, None]


def test_nobody_can_sign_in_long_after(db: Session, session: SharingSession) -> None:
    with pytest.raises(Refusal, match="This session is over"):
        attending.open_sign_in(db, session, actor=ACTOR, now=session.ends_at + 60 * MINUTE)


def test_the_same_address_twice_is_one_attendance_with_its_first_words(db: Session, session: SharingSession) -> None:
    first = attending.attend(db, session, draft(), now=session.starts_at)
    again = attending.attend(db, session, draft("GRACE@example.org".lower(), "Somebody"), now=session.ends_at)

    person = db.exec(select(Person).where(Person.email == "grace@example.org")).one()
    assert (again.id, again.name, again.at) == (first.id, "Grace Uwase", session.starts_at)
    assert (person.language, person.zone, person.country) == ("fr", "Africa/Kigali", "RW")
    assert attending.number_of(db, session.id) == 1


def test_what_is_known_of_somebody_stays_as_it_is(db: Session, stage: Stage, session: SharingSession) -> None:
    before = stage.liaison.model_dump()

    entry = attending.attend(db, session, draft(stage.liaison.email, "Not Aline", "ar"), now=session.starts_at)

    assert (stage.liaison.model_dump(), entry.name, entry.person_id) == (before, "Not Aline", stage.liaison.id)


def test_an_entry_is_corrected_but_not_into_another_one(db: Session, session: SharingSession) -> None:
    grace = attending.attend(db, session, draft(), now=session.starts_at)
    attending.attend(db, session, draft("eric@example.org", "Eric"), now=session.starts_at)

    attending.correct(db, grace, draft("grace.u@example.org", "Grace U."), actor=ACTOR, now=session.ends_at)
    with pytest.raises(Refusal, match="on the list already"):
        attending.correct(db, grace, draft("eric@example.org"), actor=ACTOR, now=session.ends_at)

    found = [(each.name, person.email) for each, person in attending.attendees(db, session.id)]
    assert found == [("Grace U.", "grace.u@example.org"), ("Eric", "eric@example.org")]
    assert history(db, f"session:{session.id}")[-1].verb == "correct-attendee"


def test_who_is_taken_off_does_not_count_until_they_sign_in_again(db: Session, session: SharingSession) -> None:
    grace = attending.attend(db, session, draft(), now=session.starts_at)

    attending.remove(db, grace, reason="Was not there", actor=ACTOR, now=session.ends_at)
    attending.remove(db, grace, reason="Twice", actor=ACTOR, now=session.ends_at)
    off = names(db, session), [each.reason for each in attending.removed(db, session.id)]
    attending.attend(db, session, draft(name="Grace again"), now=session.ends_at)

    assert (off, names(db, session)) == (([], ["Was not there"]), ["Grace again"])
    assert [each.verb for each in history(db, f"session:{session.id}")].count("remove-attendee") == 1


def test_who_leaves_leaves_for_every_session_that_they_attended(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    other = approve(db, elsewhere(db, stage, at(2, 10)), actor=ACTOR, now=NOW)
    here, there = (attending.attend(db, each, draft(), now=each.starts_at) for each in (session, other))

    attending.leave(db, here, now=other.ends_at)
    attending.leave(db, here, now=other.ends_at + MINUTE)

    db.refresh(there)
    assert [here.left_at, there.left_at] == [other.ends_at] * 2
    told = history(db, f"session:{session.id}", about={"attendee": here.id})
    assert [(each.actor, each.verb) for each in told] == [("link:code", "attend"), ("link:unsubscribe", "leave")]


def test_an_entry_of_another_session_is_not_found(db: Session, session: SharingSession) -> None:
    grace = attending.attend(db, session, draft(), now=session.starts_at)

    with pytest.raises(NotFound):
        attending.by_id(db, session.id + 1, grace.id)


def test_whoever_was_invited_and_signs_in_is_present(db: Session, session: SharingSession, stage: Stage) -> None:
    now = session.starts_at + MINUTE
    attending.attend(db, session, draft(stage.liaison.email), now=now)

    place = queries.place_of_person(db, session.id, stage.liaison.id)

    assert place is not None
    assert (place.present_at, place.missed_at) == (now, None)


def test_an_entry_that_was_taken_off_is_not_corrected(db: Session, session: SharingSession) -> None:
    entry = attending.attend(db, session, draft(), now=session.starts_at)
    attending.remove(db, entry, reason="Was not there.", actor=ACTOR, now=session.starts_at)

    with pytest.raises(Refusal, match="taken off the list"):
        attending.correct(db, entry, draft("right@example.org"), actor=ACTOR, now=session.starts_at)


def test_who_comes_from_another_hospital_of_the_session_has_its_clock_and_country(db: Session, stage: Stage) -> None:
    other = join(db, stage.request)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    for home in (str(other.hospital_id), NO_HOSPITAL):
        guest = draft(f"{home}@example.org").model_copy(update={"hospital": home})
        attending.attend(db, session, guest, now=session.starts_at)

    there = [(each.hospital_id, person.zone, person.country) for each, person in attending.attendees(db, session.id)]
    assert there == [(other.hospital_id, "Africa/Addis_Ababa", "ET"), (None, "Africa/Kigali", "RW")]
    assert teams.homes(db, session.id) == {
        place_of(db, session, SARA).person_id: other.hospital_id,
        attending.attendees(db, session.id)[0][1].id: other.hospital_id,
    }


def test_a_hospital_was_there_whose_contacts_were_missing_once_somebody_of_it_signed_in(
    db: Session, stage: Stage
) -> None:
    other = join(db, stage.request)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    confirm(db, session, actor=ACTOR, now=NOW)
    place = place_of(db, session, SARA)
    roll.call(db, session, place.id, present=False, actor=ACTOR, now=session.starts_at)

    def there() -> list[int]:
        return [request.id for request, _ in teams.took_part(db, session)]

    before = there()
    guest = draft().model_copy(update={"hospital": str(other.hospital_id)})
    entry = attending.attend(db, session, guest, now=session.starts_at)
    after = there()
    attending.remove(db, entry, reason="Was not there", actor=ACTOR, now=session.ends_at)

    leads = stage.request.id
    assert (before, after, there()) == ([leads], [leads, other.id], [leads])
