"""Somebody cannot come: others take over at the same hour, and only those who come and go are told."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from medixchange.availability.actions import Taken
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import history
from medixchange.matching.actions import want
from medixchange.matching.models import MatchState, ProposedMatch, Repair
from medixchange.matching.searching import propose
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, confirm, reschedule, substitute
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
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
    assert "您将代替一位无法参加的人" in read(letter).text
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
    with pytest.raises(Refusal, match="more than people"):
        substitute(db, session, stage.wednesday, actor=ACTOR, now=NOW)

    assert session.sequence == 0


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
