"""One session answers the requests of several hospitals: joining, being invited, leaving, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import Session, select

from medixchange.availability.models import SlotClaim
from medixchange.db import Database
from medixchange.errors import NotFound, Refusal
from medixchange.feeds.models import Feed, FeedEntry
from medixchange.intake import actions as intake
from medixchange.intake.alike import alike
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching import together
from medixchange.matching.models import MatchSearch, SearchState
from medixchange.outbox.letters import Letter
from medixchange.outbox.queries import about
from medixchange.people.actions import change_profile
from medixchange.people.models import Person
from medixchange.sessions import files, parting
from medixchange.sessions.actions import approve, cancel, close, confirm, miss, reschedule
from medixchange.sessions.answers import respond
from medixchange.sessions.entries import refresh_feeds
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.preparing import ask, left_behind, questions_of
from medixchange.sessions.queries import of_request
from medixchange.sessions.recapped import forgo
from medixchange.sessions.reminders import RECAP
from tests import make
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    MEI,
    NOW,
    SARA,
    ZHANG,
    Stage,
    answers,
    at,
    feeds,
    join,
    latest_letter,
    letters,
    place_of,
    read,
    second_hospital,
    send,
    waiting_for,
)


@pytest.fixture
def other(db: Session, stage: Stage) -> SessionRequest:
    """The request of a second hospital, which has joined."""
    return join(db, stage.request)


@pytest.fixture
def joint(db: Session, stage: Stage, other: SessionRequest) -> SharingSession:
    """The session of both, of which everybody has the hold."""
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    return session


def wanted(db: Session) -> set[int]:
    """The requests that are to be searched."""
    return set(db.exec(select(MatchSearch.request_id).where(MatchSearch.state == SearchState.WANTED)))


def told(db: Session, request: SessionRequest) -> list[tuple[str, str]]:
    """What letters about the request itself its contact got: kind and address."""
    return [(each.kind, each.recipient) for each in about(db, f"request:{request.id}")]


def hospitals_taken(db: Session, session: SharingSession) -> set[str]:
    """The hospitals whose time the session takes."""
    rows = db.exec(select(SlotClaim.resource).where(SlotClaim.session_uid == session.uid))
    return {each for each in rows if each.startswith("hospital:")}


def test_a_request_that_joins_is_told_so_and_both_are_looked_at_anew(db: Session, stage: Stage) -> None:
    other, version = second_hospital(db), stage.request.version

    together.join(db, stage.request, other, actor=ACTOR, now=NOW)

    assert (other.state, other.joined_id, other.version) == (RequestState.JOINED, stage.request.id, 2)
    assert (stage.request.state, stage.request.version) == (RequestState.SUBMITTED, version + 1)
    assert told(db, other) == [("request-joined", other.contact_email)]
    assert wanted(db) == {stage.request.id}


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"specialties": ["dialysis"]}, "no topic in common"),
        ({"minutes": 75}, "lengths that they ask for differ"),
        ({"state": RequestState.SENT}, "not confirmed yet"),
        ({"state": RequestState.DECLINED}, "was declined"),
    ],
)
def test_what_does_not_go_together_is_refused(facts: dict[str, Any], why: str, db: Session, stage: Stage) -> None:
    other = second_hospital(db, **facts)

    with pytest.raises(Refusal, match=why):
        together.join(db, stage.request, other, actor=ACTOR, now=NOW)

    assert (other.joined_id, told(db, other)) == (None, [])
    assert alike(db, stage.request, now=NOW) == []


def test_at_most_two_join_and_who_leads_joins_nobody(db: Session, stage: Stage, other: SessionRequest) -> None:
    third, fourth = second_hospital(db, city="Gondar"), second_hospital(db, city="Mekelle")
    together.join(db, stage.request, third, actor=ACTOR, now=NOW)

    with pytest.raises(Refusal, match="hospitals have joined this request; more"):
        together.join(db, stage.request, fourth, actor=ACTOR, now=NOW)
    with pytest.raises(Refusal, match="separate them from it first"):
        together.join(db, fourth, stage.request, actor=ACTOR, now=NOW)
    with pytest.raises(Refusal, match="takes part in the session of another one"):
        together.join(db, other, fourth, actor=ACTOR, now=NOW)


def test_a_request_with_a_session_takes_in_nobody_any_more(db: Session, stage: Stage, joint: SharingSession) -> None:
    late = second_hospital(db, city="Gondar")

    with pytest.raises(Refusal, match="only before one is approved"):
        together.join(db, stage.request, late, actor=ACTOR, now=NOW)


def test_those_most_alike_are_suggested_first_with_what_they_share(db: Session, stage: Stage) -> None:
    stage.request.specialties = ["intensive-care", "respiratory"]
    far = second_hospital(db, city="Gondar", windows=[(make.next_week(4), 14 * 60, 16 * 60)])
    near = second_hospital(db)
    both = second_hospital(db, city="Mekelle", specialties=["respiratory", "intensive-care"])
    make.request(db, stage.hospital, minutes=30, topic="The same hospital asks again")

    found = alike(db, stage.request, now=NOW)

    assert [each.request.id for each in found] == [both.id, near.id, far.id]
    assert [(each.likeness.hours, each.likeness.languages) for each in found] == [
        (2, ("fr",)),
        (2, ("fr",)),
        (0, ("fr",)),
    ]


def test_everybody_of_both_hospitals_is_invited_and_their_time_is_taken(
    db: Session, stage: Stage, other: SessionRequest, joint: SharingSession
) -> None:
    assert set(answers(db, joint)) == {ZHANG, MEI, ALINE, SARA}
    assert hospitals_taken(db, joint) == {f"hospital:{stage.hospital.id}", f"hospital:{other.hospital_id}"}
    assert feeds(db, joint)[SARA] == feeds(db, joint)[ALINE]
    assert [question.text for question, _ in questions_of(db, joint.id)] == [
        "How low may the saturation go?",
        "And at 2,400 metres?",
    ]


def test_each_hospital_reads_its_own_clock_first_and_who_comes_beside(db: Session, joint: SharingSession) -> None:
    hers, zhangs = (read(latest_letter(db, joint, name)) for name in (SARA, ZHANG))

    assert "Hospital: Hospital of Addis Ababa, Addis Ababa" in hers.text
    assert "Together with: King Faisal Hospital, Kigali" in hers.text
    clocks = [line for line in hers.text.splitlines() if "(UTC" in line]
    assert [each.partition(":")[0] for each in clocks[:3]] == [
        "Addis Ababa (UTC+3)",
        "Kigali (UTC+2)",
        "Beijing (UTC+8)",
    ]
    assert "(UTC+2)：2026年12月1日周二 09:00" in zhangs.text
    assert "(UTC+3)：2026年12月1日周二 10:00" in zhangs.text
    for shown in (hers, zhangs):
        assert "Addis Ababa" in shown.html
        assert "King Faisal Hospital" in shown.html
        assert shown.html.count("UTC+") >= 3


def test_a_session_is_certain_when_somebody_of_each_hospital_comes(db: Session, joint: SharingSession) -> None:
    for name in (ZHANG, MEI, ALINE):
        respond(db, place_of(db, joint, name), "ACCEPTED", now=NOW)
    before = joint.state

    respond(db, place_of(db, joint, SARA), "ACCEPTED", now=NOW)

    assert (before, joint.state) == (SessionState.TENTATIVE, SessionState.CONFIRMED)


def test_a_joined_hospital_that_cannot_come_is_looked_for_alone_and_the_session_stays(
    db: Session, stage: Stage, other: SessionRequest, joint: SharingSession
) -> None:
    for name in (ZHANG, MEI, ALINE):
        respond(db, place_of(db, joint, name), "ACCEPTED", now=NOW)

    respond(db, place_of(db, joint, SARA), "DECLINED", reason="An exam", now=NOW)

    assert (other.state, other.joined_id) == (RequestState.SUBMITTED, None)
    assert (joint.state, stage.request.state) == (SessionState.CONFIRMED, RequestState.APPROVED)
    assert set(answers(db, joint)) == {ZHANG, MEI, ALINE}
    assert hospitals_taken(db, joint) == {f"hospital:{stage.hospital.id}"}
    assert feeds(db, joint)[SARA][0] == "CANCELLED"
    assert [kind for name, kind, _, _ in letters(db, joint) if name == SARA] == ["hold", "removed"]
    assert told(db, other)[-1] == ("request-separated", other.contact_email)
    assert other.id in wanted(db)
    zhangs = read(latest_letter(db, joint, ZHANG, kind="confirmed"))
    assert zhangs.text.count("Addis Ababa") == 2  # the hospital that left, and its city


def test_a_session_is_certain_once_the_last_hospital_without_an_answer_leaves(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    for name in (ZHANG, MEI, ALINE):
        respond(db, place_of(db, joint, name), "ACCEPTED", now=NOW)

    parting.separate(db, other, actor="link:status", now=NOW)

    assert joint.state is SessionState.CONFIRMED


def test_who_joins_has_no_session_of_its_own_any_more_that_was_called_off(db: Session, stage: Stage) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    cancel(db, session, reason="A storm", actor=ACTOR, now=NOW)

    together.join(db, second_hospital(db), stage.request, actor=ACTOR, now=NOW)

    assert of_request(db, stage.request.id) is None


def test_who_no_longer_fits_what_the_leading_hospital_asks_is_looked_for_alone(
    db: Session, stage: Stage, other: SessionRequest
) -> None:
    together.check_again(db, stage.request, actor=ACTOR, now=NOW)
    before = other.joined_id
    stage.request.specialties = ["dialysis"]

    together.check_again(db, stage.request, actor=ACTOR, now=NOW)

    assert (before, other.joined_id, other.state) == (stage.request.id, None, RequestState.SUBMITTED)
    assert told(db, other)[-1] == ("request-separated", other.contact_email)


def test_two_requests_of_one_contact_stay_apart(db: Session, stage: Stage) -> None:
    other = second_hospital(db)
    other.contact_email = stage.request.contact_email.upper()

    with pytest.raises(Refusal, match="same contact"):
        together.join(db, stage.request, other, actor=ACTOR, now=NOW)


def test_nobody_joins_whose_hours_are_not_looked_for_yet(db: Session, stage: Stage) -> None:
    other = second_hospital(db, look_from=NOW + timedelta(days=9))

    with pytest.raises(Refusal, match="not looked for yet"):
        together.join(db, stage.request, other, actor=ACTOR, now=NOW)


def test_the_desk_separates_before_and_after_approval(db: Session, stage: Stage, other: SessionRequest) -> None:
    parting.separate(db, other, actor=ACTOR, now=NOW)
    early = (other.state, stage.request.state, wanted(db))
    together.join(db, stage.request, other, actor=ACTOR, now=NOW)
    stage.request.state = RequestState.MATCHED
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    parting.separate(db, other, actor=ACTOR, now=NOW)

    assert early == (RequestState.SUBMITTED, RequestState.SUBMITTED, {stage.request.id, other.id})
    assert (other.state, stage.request.state) == (RequestState.SUBMITTED, RequestState.APPROVED)
    assert SARA not in answers(db, session)


def test_what_moves_and_reminds_reaches_both_hospitals(db: Session, joint: SharingSession) -> None:
    reschedule(db, joint, starts_at=at(2, 10), actor=ACTOR, now=NOW)

    assert latest_letter(db, joint, SARA).kind == latest_letter(db, joint, ALINE).kind == "moved"
    kinds = {name: {kind for who, kind, _ in waiting_for(db, joint) if who == name} for name in (ALINE, SARA)}
    assert kinds[SARA] == {"nudge", "reminder-day", "reminder-hour"} <= kinds[ALINE]


def test_a_cancelled_session_keeps_both_together_in_the_queue(
    db: Session, stage: Stage, other: SessionRequest, joint: SharingSession
) -> None:
    cancel(db, joint, reason="A storm", actor=ACTOR, now=NOW)

    assert (stage.request.state, other.state) == (RequestState.SUBMITTED, RequestState.JOINED)
    assert latest_letter(db, joint, SARA).context["again"]


@pytest.mark.parametrize("end", ["withdrawn", "missed", "declined"])
def test_who_joined_a_request_that_ends_is_looked_for_alone(
    end: str, db: Session, stage: Stage, other: SessionRequest
) -> None:
    if end == "declined":
        intake.decline(db, stage.request, reason="Too many", actor=ACTOR, now=NOW)
        together.let_go(db, stage.request, actor=ACTOR, now=NOW)
    else:
        session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        send(db)
        if end == "withdrawn":
            cancel(db, session, reason="No staff", actor=ACTOR, now=NOW, afterwards="withdrawn")
        else:
            words = {"reason": "Power cut", "to_hospital": "We looked for long."}
            miss(db, session, **words, afterwards="done", actor=ACTOR, now=session.ends_at)
        letter = latest_letter(db, session, SARA)
        assert (letter.context["again"], letter.context["to_hospital"]) == (True, "")

    assert (other.state, other.joined_id) == (RequestState.SUBMITTED, None)
    assert other.id in wanted(db)


def test_a_joined_hospital_withdraws_and_the_other_one_goes_on(
    db: Session, stage: Stage, other: SessionRequest, joint: SharingSession
) -> None:
    parting.withdraw(db, other, reason="We found help", actor="link:status", now=NOW)

    assert (other.state, other.joined_id, joint.state) == (RequestState.WITHDRAWN, None, SessionState.TENTATIVE)
    assert SARA not in answers(db, joint)


def test_both_requests_are_done_with_their_session(
    db: Session, stage: Stage, other: SessionRequest, joint: SharingSession
) -> None:
    confirm(db, joint, actor=ACTOR, now=NOW)
    close(db, joint, actor=ACTOR, now=joint.ends_at)

    with pytest.raises(Refusal):
        parting.separate(db, other, actor=ACTOR, now=joint.ends_at)
    forgo(db, joint, reason="Nobody took notes", actor=ACTOR, now=joint.ends_at)

    assert (stage.request.state, other.state) == (RequestState.DONE, RequestState.DONE)


def test_the_request_for_the_recap_names_every_hospital_on_every_clock(db: Session, joint: SharingSession) -> None:
    (letter,) = [Letter.from_json(each.payload) for each in about(db, f"session:{joint.id}") if each.kind == RECAP]

    shown = read(letter)

    assert shown.subject.endswith("with King Faisal Hospital and Hospital of Addis Ababa")
    assert ("10:00–10:30" in shown.text, "Together with: Hospital of Addis Ababa" in shown.text) == (True, True)


@pytest.mark.parametrize("language", ["en", "fr", "zh-Hans", "id", "ar"])
def test_the_letters_about_joining_are_whole_in_every_language(language: str, db: Session, stage: Stage) -> None:
    other = second_hospital(db, language=language)
    together.join(db, stage.request, other, actor=ACTOR, now=NOW)
    parting.separate(db, other, actor=ACTOR, now=NOW)

    for delivery in about(db, f"request:{other.id}"):
        shown = read(Letter.from_json(delivery.payload))
        assert shown.language == language
        for text in (shown.text, shown.html):
            assert other.topic in text
            assert other.reference in text
            assert "%(" not in text


def test_those_who_stay_are_told_at_the_same_hour_who_has_left_and_their_answers_stand(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    respond(db, place_of(db, joint, ZHANG), "ACCEPTED", now=NOW)
    hour = joint.starts_at

    parting.separate(db, other, actor=ACTOR, now=NOW)

    assert letters(db, joint)[4:] == [
        (SARA, "removed", "CANCEL", 1),
        *((name, "parted", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)),
    ]
    assert answers(db, joint) == {ZHANG: "ACCEPTED", MEI: "NEEDS-ACTION", ALINE: "NEEDS-ACTION"}
    told = latest_letter(db, joint, ALINE)
    entry, shown = told.calendar, read(told)
    assert entry is not None
    assert (entry.meeting.starts_at, "Addis" in f"{entry.meeting.summary}{entry.meeting.description}") == (hour, False)
    for text in (shown.text, shown.html):
        assert "A hospital has left this session. Its time stays." in text
        assert "You have not said yet whether you come to this session." in text
        assert "Hospital of Addis Ababa, Addis Ababa does not take part any more." in text
        assert "Together with" not in text
    zhangs = replace(latest_letter(db, joint, ZHANG), language="en")
    assert zhangs.calendar is not None
    assert zhangs.calendar.partstat == "ACCEPTED"
    assert "A hospital has left this session. Its time stays, and so does your answer." in read(zhangs).text


def test_who_cannot_come_hears_nothing_of_a_hospital_that_left(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    respond(db, place_of(db, joint, ZHANG), "DECLINED", reason="In theatre", now=NOW)

    parting.separate(db, other, actor=ACTOR, now=NOW)

    assert [kind for name, kind, _, _ in letters(db, joint) if name == ZHANG] == ["hold"]


def test_a_letter_that_waits_is_written_anew_without_the_hospital_that_left(
    db: Session, stage: Stage, other: SessionRequest
) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    parting.separate(db, other, actor=ACTOR, now=NOW)

    assert letters(db, session) == [(name, "hold", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]
    assert "Addis" not in read(latest_letter(db, session, ZHANG)).text


def test_a_session_that_is_certain_since_a_hospital_left_says_both_in_one_letter(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    for name in (ZHANG, MEI, ALINE):
        respond(db, place_of(db, joint, name), "ACCEPTED", now=NOW)

    parting.separate(db, other, actor=ACTOR, now=NOW)

    assert letters(db, joint)[5:] == [(name, "confirmed", "REQUEST", 2) for name in (ZHANG, MEI, ALINE)]
    text = read(latest_letter(db, joint, ALINE)).text
    assert "It is certain: this session takes place." in text
    assert "Hospital of Addis Ababa, Addis Ababa does not take part any more." in text


def test_the_hospital_that_left_is_told_so_in_its_own_words(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    parting.withdraw(db, other, reason="We found help", actor="link:status", now=NOW)

    shown = read(latest_letter(db, joint, SARA))
    assert shown.subject.startswith("Your hospital takes no part any more: ")
    for text in (shown.text, shown.html):
        assert "Your hospital takes no part in this session any more. This hour is yours again:" in text
        assert "arranged in another way" not in text


@pytest.mark.parametrize("language", ["en", "fr", "zh-Hans", "id", "ar"])
def test_the_letter_about_a_hospital_that_left_is_whole_in_every_language(
    language: str, db: Session, stage: Stage, other: SessionRequest, joint: SharingSession
) -> None:
    stage.liaison.language = language
    db.flush()

    parting.separate(db, other, actor=ACTOR, now=NOW)

    shown = read(latest_letter(db, joint, ALINE))
    assert shown.language == language
    for text in (shown.text, shown.html):
        assert "Addis Ababa" in text
        assert ("does not take part any more" in text) == (language == "en")
        assert "%(" not in text


def test_what_a_hospital_that_left_brought_is_shown_to_nobody_and_kept(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    sara = place_of(db, joint, SARA)
    ask(db, sara, "Which mask?", language="en", now=NOW)
    ask(db, place_of(db, joint, ALINE), "Which tube?", language="fr", now=NOW)
    theirs = files.add(
        db, joint, "x.txt", b"x", person_id=sara.person_id, joined_id=sara.joined_id, actor=ACTOR, now=NOW
    )
    ours = files.add(db, joint, "y.txt", b"y", person_id=sara.person_id, actor=ACTOR, now=NOW)

    parting.separate(db, other, actor=ACTOR, now=NOW)

    assert [question.text for question, _ in questions_of(db, joint.id)] == [
        "How low may the saturation go?",
        "Which tube?",
    ]
    assert [question.text for question, _ in left_behind(db, joint.id)] == ["And at 2,400 metres?", "Which mask?"]
    assert [each.id for each in files.of_session(db, joint.id)] == [ours.id]
    assert [each.id for each in files.left_behind(db, joint.id)] == [theirs.id]
    with pytest.raises(NotFound):
        files.by_id(db, joint.id, theirs.id)
    assert files.by_id_at_the_desk(db, joint.id, theirs.id) is theirs


def test_a_file_is_not_taken_for_that_of_a_hospital_that_left_nor_gets_its_name(
    db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    sara = place_of(db, joint, SARA)
    files.add(db, joint, "x.txt", b"x", person_id=sara.person_id, joined_id=sara.joined_id, actor=ACTOR, now=NOW)
    parting.separate(db, other, actor=ACTOR, now=NOW)

    again = files.add(db, joint, "x.txt", b"x", person_id=sara.person_id, actor=ACTOR, now=NOW)

    assert [each.name for each in files.of_session(db, joint.id)] == [again.name] == ["x (2).txt"]


def test_the_calendar_of_a_hospital_that_left_names_its_own_request_alone_when_it_is_written_again(
    database: Database, db: Session, other: SessionRequest, joint: SharingSession
) -> None:
    other.topic = "Oxygen at a height"
    parting.separate(db, other, actor=ACTOR, now=NOW)
    sara = db.get_one(Person, place_of(db, joint, SARA).person_id)
    change_profile(db, sara, language="fr", zone=sara.zone, actor=ACTOR, now=NOW)
    db.commit()

    refresh_feeds(database, now=NOW)

    feed = db.exec(select(FeedEntry.vevent).join(Feed).where(Feed.person_id == sara.id)).one()
    event = Calendar.from_ical(feed)
    told = f"{event['SUMMARY']} {event['DESCRIPTION']}"
    assert (event["STATUS"], "Oxygen at a height" in told, "King Faisal" in told) == ("CANCELLED", True, False)
