"""Somebody cannot come: others take over at the same hour, and only those who come and go are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, col, select

from medixchange.availability.actions import Taken
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import history
from medixchange.matching.actions import want
from medixchange.matching.models import Disruption, MatchState, ProposedMatch, Repair
from medixchange.matching.searching import propose
from medixchange.people.models import InterpreterPair, Room
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, confirm, reschedule, substitute
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.sessions.news import OTHER_ROOM, otherwise, tell_change
from medixchange.sessions.occasions import standing
from medixchange.sessions.previews import of_substituting
from medixchange.sessions.reminders import PERSONAL
from tests import make
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    LI,
    MEI,
    NOW,
    ZHANG,
    Stage,
    answers,
    at,
    claimed,
    desk_again,
    feeds,
    latest_letter,
    letters,
    place_of,
    read,
    resources,
    send,
    set_up,
    slots_of,
    waiting_for,
)


@pytest.fixture
def stage(db: Session) -> Stage:
    return set_up(db)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A session that everybody has the hold of; the interpreter and the hospital come, Zhang cannot."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    for name in (MEI, ALINE):
        respond(db, place_of(db, held, name), "ACCEPTED", now=NOW)
    respond(db, place_of(db, held, ZHANG), "DECLINED", reason="On call", now=NOW)
    desk_again(db, stage)
    return held


def test_only_who_goes_and_who_comes_is_told(db: Session, stage: Stage, session: SharingSession) -> None:
    substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)

    assert letters(db, session)[3:] == [(ZHANG, "removed", "CANCEL", 1), (LI, "hold", "REQUEST", 1)]
    assert answers(db, session) == {LI: "NEEDS-ACTION", MEI: "ACCEPTED", ALINE: "ACCEPTED"}
    entry = history(db, f"session:{session.id}")[-1]
    zhang, li, others = stage.zhang.person_id, stage.li.person_id, [stage.mei.person_id, stage.liaison.id]
    assert [each["people"] for each in (entry.before, entry.after)] == [[zhang, *others], [li, *others]]
    assert feeds(db, session) == {
        ZHANG: ("CANCELLED", 1, at(1, 9)),
        LI: ("TENTATIVE", 1, at(1, 9)),
        MEI: ("TENTATIVE", 1, at(1, 9)),
        ALINE: ("TENTATIVE", 1, at(1, 9)),
    }


def test_the_hour_is_taken_of_those_who_come_alone(db: Session, stage: Stage, session: SharingSession) -> None:
    substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)

    assert claimed(db) == {session.uid: slots_of(session, *resources(session, stage.li, stage.mei))}
    assert (session.match_id, session.sequence, session.state) == (stage.by_li.id, 1, SessionState.TENTATIVE)


def test_when_the_substitute_accepts_all_have_and_the_session_is_confirmed(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)
    send(db)

    respond(db, place_of(db, session, LI), "ACCEPTED", now=NOW)

    assert session.state is SessionState.CONFIRMED


def test_a_session_that_is_certain_stays_so_and_the_substitute_reads_it(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    confirm(db, session, actor=ACTOR, now=NOW)
    send(db)

    substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)

    letter = latest_letter(db, session, LI)
    assert (session.state, letter.kind) == (SessionState.CONFIRMED, "hold")
    assert "您是新受邀参加的" in read(letter).text
    assert letter.calendar is not None
    assert letter.calendar.meeting.status == "CONFIRMED"


def test_a_substitute_who_is_in_another_session_takes_nobodys_place(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    clinic = make.hospital(db, "Clinic of Huye", city="Huye")
    asked = make.request(
        db,
        clinic,
        liaison=make.liaison(db, clinic, "Contact in Huye"),
        state=RequestState.MATCHED,
        minutes=30,
        languages={"zh": 5},
        windows_only=False,
    )
    room = make.room(db)
    match = make.match(db, asked, starts_at=at(1, 9), panel=[stage.li], room=room, speech="zh", audience="zh")
    approve(db, match, actor=ACTOR, now=NOW)
    before = letters(db, session)

    with pytest.raises(Taken):
        substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)

    assert (letters(db, session), session.sequence, stage.by_li.state) == (before, 0, MatchState.PROPOSED)


def test_a_proposal_for_another_hour_is_no_substitution(db: Session, stage: Stage, session: SharingSession) -> None:
    with pytest.raises(Refusal, match="changes the hour"):
        substitute(db, session, stage.wednesday, actor=ACTOR, now=NOW)

    assert session.sequence == 0


def test_in_a_session_that_has_begun_nobody_takes_over_any_more(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    with pytest.raises(Refusal, match="This session has begun"):
        substitute(db, session, stage.by_li, actor=ACTOR, now=session.starts_at)

    assert (session.sequence, stage.by_li.state) == (0, MatchState.PROPOSED)


def test_the_same_people_are_no_substitutes(db: Session, stage: Stage, session: SharingSession) -> None:
    again = make.match(
        db, stage.request, starts_at=at(1, 9), panel=[stage.zhang], interpreters=[stage.mei], room=stage.room
    )

    with pytest.raises(Refusal, match="already"):
        substitute(db, session, again, actor=ACTOR, now=NOW)

    assert session.sequence == 0


def test_reminders_follow_those_who_come(db: Session, stage: Stage, session: SharingSession) -> None:
    substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)

    personal = [(name, kind) for name, kind, _ in waiting_for(db, session) if kind in PERSONAL]
    assert sorted(personal) == sorted(
        [*((name, kind) for name in (LI, MEI, ALINE) for kind in ("reminder-day", "reminder-hour")), (LI, "nudge")]
    )


def test_who_was_replaced_and_is_asked_again_later_answers_anew(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    substitute(db, session, stage.by_li, actor=ACTOR, now=NOW)
    send(db)
    desk_again(db, stage)

    reschedule(db, session, match=stage.wednesday, actor=ACTOR, now=NOW)

    assert answers(db, session) == dict.fromkeys((ZHANG, MEI, ALINE), "NEEDS-ACTION")


def test_the_search_after_a_decline_puts_both_ways_to_mend_on_the_desk(
    database: Database,
) -> None:
    with database.write() as db:
        stage = set_up(db)
        held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
        respond(db, place_of(db, held, ZHANG), "DECLINED", reason="On call", now=NOW)
        search = want(db, stage.request, now=NOW)

    propose(database, search.id, now=NOW)

    with database.read() as db:
        found = db.exec(
            select(ProposedMatch).where(col(ProposedMatch.repair).is_not(None)).order_by(col(ProposedMatch.rank))
        ).all()
        session = queries.by_id(db, held.id)
        assert [(each.repair, each.starts_at == session.starts_at) for each in found] == [
            (Repair.SAME_HOUR, True),
            (Repair.OTHER_HOUR, False),
        ]


def in_another_room(db: Session, stage: Stage, **facts: Any) -> ProposedMatch:
    """A proposal for the same people at the same hour."""
    return make.match(
        db,
        stage.request,
        starts_at=at(1, 9),
        **{"panel": [stage.zhang], "interpreters": [stage.mei], "room": make.room(db, "Kivu room"), **facts},
    )


@pytest.fixture
def lost(db: Session, stage: Stage) -> SharingSession:
    """A session that everybody has the hold of and the hospital comes to; its room is not in use any more."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    respond(db, place_of(db, held, ALINE), "ACCEPTED", now=NOW)
    stage.room.active = False
    db.flush()
    return held


def test_of_another_room_everybody_is_told_and_no_answer_is_lost(
    db: Session, stage: Stage, lost: SharingSession
) -> None:
    match = in_another_room(db, stage)
    shown = of_substituting(db, lost, match, now=NOW)

    substitute(db, lost, match, actor=ACTOR, now=NOW)

    assert letters(db, lost)[3:] == [(name, "room", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]
    assert [each.kind for each in shown] == ["room"] * 3
    assert answers(db, lost) == {ZHANG: "NEEDS-ACTION", MEI: "NEEDS-ACTION", ALINE: "ACCEPTED"}
    assert (lost.room_id, lost.state, lost.sequence) == (match.room_id, SessionState.TENTATIVE, 1)
    assert claimed(db) == {lost.uid: slots_of(lost, *resources(lost, stage.zhang, stage.mei))}
    letter = latest_letter(db, lost, ALINE)
    assert "This session is in another video room now." in read(replace(letter, language="en")).text
    assert letter.calendar is not None
    assert (letter.calendar.meeting.location, letter.calendar.meeting.conference) == ("Kivu room", None)


def test_an_answer_to_the_letter_before_another_room_counts(db: Session, stage: Stage, lost: SharingSession) -> None:
    substitute(db, lost, in_another_room(db, stage), actor=ACTOR, now=NOW)
    send(db)

    for name in (ZHANG, MEI):
        respond(db, place_of(db, lost, name), "ACCEPTED", sequence=0, now=NOW)

    assert lost.state is SessionState.CONFIRMED


def test_of_a_session_that_is_certain_everybody_has_the_new_address(
    db: Session, stage: Stage, lost: SharingSession
) -> None:
    confirm(db, lost, actor=ACTOR, now=NOW)
    send(db)
    match = in_another_room(db, stage)

    substitute(db, lost, match, actor=ACTOR, now=NOW)

    letter = latest_letter(db, lost, MEI)
    assert letter.calendar is not None
    assert (lost.state, letter.kind) == (SessionState.CONFIRMED, "room")
    assert letter.calendar.meeting.conference == db.get_one(Room, match.room_id).join_url


def test_where_all_have_accepted_another_room_confirms_the_session(
    db: Session, stage: Stage, lost: SharingSession
) -> None:
    db.add(Disruption(match_id=lost.match_id, kind="out-of-use", concerns="room:1", message={}, found_at=NOW))
    for name in (ZHANG, MEI):
        respond(db, place_of(db, lost, name), "ACCEPTED", now=NOW)
    match = in_another_room(db, stage)
    shown = of_substituting(db, lost, match, now=NOW)

    substitute(db, lost, match, actor=ACTOR, now=NOW)

    assert lost.state is SessionState.CONFIRMED
    assert letters(db, lost)[3:] == [(name, "confirmed", "REQUEST", 2) for name in (ZHANG, MEI, ALINE)]
    assert [(each.kind, each.calendar and each.calendar.meeting.sequence) for each in shown] == [("confirmed", 2)] * 3


def test_of_another_room_and_another_expert_each_is_told_what_concerns_them(
    db: Session, stage: Stage, lost: SharingSession
) -> None:
    match = in_another_room(db, stage, panel=[stage.li])
    shown = of_substituting(db, lost, match, now=NOW)

    substitute(db, lost, match, actor=ACTOR, now=NOW)

    told = [(ZHANG, "removed"), (LI, "hold"), (MEI, "room"), (ALINE, "room")]
    assert [(name, kind) for name, kind, *_ in letters(db, lost)[3:]] == told
    assert [(each.to_name, each.kind) for each in shown] == told


def test_of_other_languages_everybody_is_told_and_no_answer_is_lost(db: Session, stage: Stage) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    respond(db, place_of(db, held, ALINE), "ACCEPTED", now=NOW)
    db.add(InterpreterPair(interpreter_id=stage.mei.person_id, source="en", target="fr"))
    db.add(InterpreterPair(interpreter_id=stage.mei.person_id, source="fr", target="en"))
    match = in_another_room(db, stage, room=stage.room, leg="en>fr")
    shown = of_substituting(db, held, match, now=NOW)

    substitute(db, held, match, actor=ACTOR, now=NOW)

    assert letters(db, held)[3:] == [(name, "languages", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]
    assert [each.kind for each in shown] == ["languages"] * 3
    assert answers(db, held) == {ZHANG: "NEEDS-ACTION", MEI: "NEEDS-ACTION", ALINE: "ACCEPTED"}
    assert (held.speech, place_of(db, held, MEI).leg) == ("en", "en>fr")
    letter = read(replace(latest_letter(db, held, ALINE), language="en"))
    assert "How this session is interpreted has changed. Its time stays, and so does your answer." in letter.text
    assert "In English, interpreted into French and back." in letter.text
    asked = read(replace(latest_letter(db, held, ZHANG), language="en"))
    assert "You have not said yet whether you come to this session. Can you come?" in asked.text
    assert "your answer" not in asked.text


def test_one_letter_tells_of_other_languages_and_another_room(db: Session, stage: Stage) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    was = standing(db, held)
    for occasion, kind in (
        (replace(was, speech="en", room="Kivu room"), "languages"),
        (replace(was, speech="en"), "languages"),
        (replace(was, room="Kivu room"), "room"),
    ):
        told = [(each, also) for _, each, also in otherwise(was, occasion)]
        both = OTHER_ROOM if occasion.room != was.room and kind == "languages" else None
        assert told == [(kind, both)] * 3


def test_news_of_a_room_that_has_not_gone_is_told_with_that_of_languages(db: Session, stage: Stage) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    now = standing(db, held)
    for kind in ("room", "languages"):
        held.sequence += 1
        tell_change(db, held, now, kind, now.guests, now=NOW)

    assert [kind for _, kind, *_ in letters(db, held)[3:]] == ["languages"] * 3
    letter = read(replace(latest_letter(db, held, ALINE), language="en"))
    assert "It is in another video room now." in letter.text


@pytest.mark.parametrize("kind", ["hold", "moved"])
def test_a_letter_that_has_not_gone_is_written_anew_with_the_answer_that_its_reader_gave_meanwhile(
    db: Session, stage: Stage, kind: str
) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    if kind == "moved":
        send(db)
        reschedule(db, held, starts_at=at(3, 11), actor=ACTOR, now=NOW)
    respond(db, place_of(db, held, MEI), "ACCEPTED", now=NOW)
    respond(db, place_of(db, held, ZHANG), "DECLINED", reason="On call", now=NOW)
    now = standing(db, held)
    held.sequence += 1

    tell_change(db, held, now, "room", now.guests, now=NOW)

    written = {name: latest_letter(db, held, name) for name in (ZHANG, MEI, ALINE)}
    assert {each.kind for each in written.values()} == {kind}
    shown = {name: read(replace(each, language="en")) for name, each in written.items()}
    words = (
        "You have said that you cannot come.",
        "If you can come after all, please say so on this page:",
        "You interpret between Chinese and French.",
        "If you cannot come after all, please say so on this page as soon as you know:",
        "You are invited for the hospital that asked.",
        "Can you come?",
    )
    said = {name: [each for each in words if each in letter.text] for name, letter in shown.items()}
    assert said == {ZHANG: [*words[:2]], MEI: [*words[2:4]], ALINE: [*words[4:]]}
    asked_anew = {name for name, letter in shown.items() if "Everybody is asked anew." in letter.text}
    assert asked_anew == ({ALINE} if kind == "moved" else set())
    subjects = ("Your answer", "Your place", "Please answer") if kind == "hold" else ("New time",) * 3
    assert [letter.subject.partition(":")[0] for letter in shown.values()] == [*subjects]


def test_whoever_has_no_letter_yet_has_the_hold_of_the_new_room(db: Session, stage: Stage) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    stage.room.active = False
    db.flush()

    substitute(db, held, in_another_room(db, stage), actor=ACTOR, now=NOW)

    assert letters(db, held) == [(name, "hold", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]
