"""Answering an invitation, and the confirmation that follows from the last answer that was needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.errors import Refusal
from medixchange.journal.record import history
from medixchange.matching.models import MatchMember, MatchSearch, SearchState
from medixchange.outbox.letters import Letter
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.tokens import seed
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
    loaded,
    place_of,
    resources,
    send,
    slots_of,
)


def accept(db: Session, session: SharingSession, *names: str) -> None:
    for name in names:
        respond(db, place_of(db, session, name), "ACCEPTED", now=NOW)


def refused(db: Session, session: SharingSession, name: str, sequence: int | None = None) -> str:
    """The words in which an answer is refused, with which nothing has changed."""
    before = answers(db, session)
    with pytest.raises(Refusal) as refusal:
        respond(db, place_of(db, session, name), "ACCEPTED", sequence=sequence, now=NOW)
    assert answers(db, session) == before
    return refusal.value.message.text


def test_the_letter_that_confirms_keeps_each_answer_and_a_moved_session_asks_anew(
    db: Session, session: SharingSession
) -> None:
    accept(db, session, ZHANG)
    respond(db, place_of(db, session, MEI), "DECLINED", now=NOW)

    confirm(db, session, actor=ACTOR, now=NOW)
    sure = asked_in_calendars(db, session)
    send(db)
    reschedule(db, session, starts_at=at(3, 11), actor=ACTOR, now=NOW)
    moved = asked_in_calendars(db, session)

    assert sure == {ZHANG: "ACCEPTED", MEI: "DECLINED", ALINE: "NEEDS-ACTION"}
    assert moved == dict.fromkeys((ZHANG, MEI, ALINE), "NEEDS-ACTION")


def asked_in_calendars(db: Session, session: SharingSession) -> dict[str, str]:
    """What the latest letter to each tells calendar programs of its reader's answer."""
    latest = {name: latest_letter(db, session, name).to_json() for name in (ZHANG, MEI, ALINE)}
    waiting = {name: Letter.from_json(letter).calendar for name, letter in latest.items()}
    return {name: invitation.partstat for name, invitation in waiting.items() if invitation is not None}


def test_an_answer_is_kept_with_its_time_and_its_sequence(db: Session, session: SharingSession) -> None:
    later = NOW + timedelta(hours=1)

    respond(db, place_of(db, session, ZHANG), "DECLINED", reason="On call", sequence=0, now=later)

    kept = place_of(db, session, ZHANG)
    assert (kept.partstat, kept.reason, kept.answered_at, kept.answered_sequence) == ("DECLINED", "On call", later, 0)
    last = history(db, f"session:{session.id}")[-1]
    assert (last.actor, last.verb, last.before, last.after) == (
        "link:answer",
        "respond",
        {"person": kept.person_id, "answer": "NEEDS-ACTION"},
        {"person": kept.person_id, "answer": "DECLINED"},
    )


def test_the_last_answer_that_was_needed_confirms_the_session(db: Session, session: SharingSession) -> None:
    accept(db, session, ZHANG, MEI)
    before = (session.state, session.sequence)

    accept(db, session, ALINE)

    everybody = (ZHANG, MEI, ALINE)
    assert before == (SessionState.TENTATIVE, 0)
    assert (session.state, session.sequence) == (SessionState.CONFIRMED, 1)
    assert letters(db, session)[3:] == [(name, "confirmed", "REQUEST", 1) for name in everybody]
    assert feeds(db, session) == {name: ("CONFIRMED", 1, at(1, 9)) for name in everybody}
    assert [(entry.actor, entry.verb) for entry in history(db, f"session:{session.id}")][-2:] == [
        ("link:answer", "respond"),
        ("program", "confirm"),
    ]


@pytest.mark.parametrize("missing", [ZHANG, MEI, ALINE])
def test_without_somebody_who_is_needed_it_stays_tentative(db: Session, session: SharingSession, missing: str) -> None:
    accept(db, session, *{ZHANG, MEI, ALINE} - {missing})
    respond(db, place_of(db, session, missing), "TENTATIVE", now=NOW)

    assert (session.state, session.sequence) == (SessionState.TENTATIVE, 0)


def test_of_several_liaisons_one_is_enough(db: Session, stage: Stage) -> None:
    make.liaison(db, stage.hospital, "Grace Example")
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    respond(db, place_of(db, session, ALINE), "DECLINED", now=NOW)

    accept(db, session, ZHANG, MEI, "Grace Example")

    assert session.state is SessionState.CONFIRMED


def test_the_organizer_may_confirm_before_everybody_has_answered(db: Session, session: SharingSession) -> None:
    confirm(db, session, actor=ACTOR, now=NOW)

    assert (session.state, session.sequence, session.modified_at) == (SessionState.CONFIRMED, 1, NOW)
    assert answers(db, session) == dict.fromkeys((ZHANG, MEI, ALINE), "NEEDS-ACTION")
    assert [letter[1:] for letter in letters(db, session)[3:]] == [("confirmed", "REQUEST", 1)] * 3


def test_a_session_is_not_confirmed_after_its_hour(db: Session, session: SharingSession) -> None:
    with pytest.raises(Refusal, match="The hour of this session has passed"):
        confirm(db, session, actor=ACTOR, now=session.ends_at)


def test_a_hold_that_has_not_gone_is_not_sent_beside_the_confirmation(db: Session, stage: Stage) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    confirm(db, session, actor=ACTOR, now=NOW)

    assert letters(db, session) == [(name, "confirmed", "REQUEST", 1) for name in (ZHANG, MEI, ALINE)]


def test_answering_the_same_twice_changes_nothing(db: Session, session: SharingSession) -> None:
    accept(db, session, ZHANG)
    entries = len(history(db, f"session:{session.id}"))

    respond(db, place_of(db, session, ZHANG), "ACCEPTED", now=NOW + timedelta(hours=1))

    assert place_of(db, session, ZHANG).answered_at == NOW
    assert len(history(db, f"session:{session.id}")) == entries


def test_a_decline_is_remembered_sets_the_time_free_and_has_others_looked_for(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    respond(db, place_of(db, session, ZHANG), "DECLINED", reason="On call", now=NOW)

    member = db.get_one(MatchMember, (stage.tuesday.id, stage.zhang.person_id))
    wanted = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).all()
    assert member.declined_at == NOW
    assert [search.request_id for search in wanted] == [stage.request.id]
    assert claimed(db) == {session.uid: slots_of(session, *resources(session, stage.mei))}
    assert {person for person, *_ in loaded(db)} == {stage.mei.person_id}
    assert (session.state, session.sequence) == (SessionState.TENTATIVE, 0)


def test_who_accepts_after_a_decline_may_be_asked_for_this_hour_again(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    respond(db, place_of(db, session, ZHANG), "DECLINED", reason="On call", now=NOW)

    accept(db, session, ZHANG, MEI, ALINE)

    assert db.get_one(MatchMember, (stage.tuesday.id, stage.zhang.person_id)).declined_at is None
    assert place_of(db, session, ZHANG).reason == ""
    assert session.state is SessionState.CONFIRMED


@pytest.mark.parametrize("others", [True, False])
def test_another_hour_is_looked_for_when_nobody_of_the_hospital_can_come(
    db: Session, session: SharingSession, others: bool
) -> None:
    if others:
        grace = make.person(db, "Grace Example")
        db.add(Attendance(session_id=session.id, person_id=grace.id, role=Role.LIAISON, seed=seed()))
        db.flush()

    respond(db, place_of(db, session, ALINE), "DECLINED", now=NOW)

    wanted = db.exec(select(MatchSearch).where(MatchSearch.state == SearchState.WANTED)).all()
    assert len(wanted) == (0 if others else 1)


def test_who_accepted_may_decline_a_confirmed_session_and_come_back(db: Session, session: SharingSession) -> None:
    accept(db, session, ZHANG, MEI, ALINE)

    respond(db, place_of(db, session, MEI), "DECLINED", now=NOW)
    between = answers(db, session)[MEI]
    accept(db, session, MEI)

    assert (between, answers(db, session)[MEI]) == ("DECLINED", "ACCEPTED")
    assert (session.state, session.sequence) == (SessionState.CONFIRMED, 1)


def test_an_answer_to_the_hold_counts_after_the_confirmation(db: Session, session: SharingSession) -> None:
    confirm(db, session, actor=ACTOR, now=NOW)

    respond(db, place_of(db, session, MEI), "DECLINED", sequence=0, now=NOW)

    assert answers(db, session)[MEI] == "DECLINED"


def test_an_answer_to_an_hour_that_is_no_more_is_refused(db: Session, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(2, 9), actor=ACTOR, now=NOW)

    told = refused(db, session, ZHANG, sequence=0)

    assert told == "This session has moved since that letter; please answer the latest letter."


def test_who_was_taken_out_has_nothing_to_answer(db: Session, stage: Stage, session: SharingSession) -> None:
    desk_again(db, stage)
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)

    told = refused(db, session, ZHANG)

    assert told == "You are no longer needed in this session; there is nothing to answer any more."
    assert LI in answers(db, session)


def test_a_cancelled_session_has_nothing_to_answer(db: Session, session: SharingSession) -> None:
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    told = refused(db, session, ZHANG)

    assert told == "This session was cancelled; there is nothing to answer any more."


@pytest.mark.parametrize(
    "state", [SessionState.HELD, SessionState.RECAPPED, SessionState.UNWRITTEN, SessionState.NOT_HELD]
)
def test_a_session_that_is_over_has_nothing_to_answer(
    db: Session, session: SharingSession, state: SessionState
) -> None:
    session.state = state
    db.flush()

    told = refused(db, session, ZHANG)

    assert told == "This session is over; there is nothing to answer any more."


def test_a_link_that_answers_finds_its_place_and_no_other(db: Session, session: SharingSession) -> None:
    place = place_of(db, session, MEI)

    assert queries.by_answer_seed(db, place.seed, for_change=True) == place
