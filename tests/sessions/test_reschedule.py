"""Moving a session: the same UID, the next SEQUENCE, and news for exactly those whom it concerns."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from medixchange.availability.actions import Taken
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import history
from medixchange.matching.models import MatchState, ProposedMatch, Repair
from medixchange.sessions import queries
from medixchange.sessions.actions import approve, cancel, reschedule
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from medixchange.times.intervals import Interval
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
    elsewhere,
    feeds,
    latest_letter,
    letters,
    loaded,
    news,
    place_of,
    resources,
    send,
    set_up,
    slots_of,
)

READER = words("en")
EVERYBODY = (ZHANG, MEI, ALINE)


@pytest.fixture
def stage(db: Session) -> Stage:
    return set_up(db)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A confirmed session that everybody knows of; the other proposals are on the desk again."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    send(db)
    for name in EVERYBODY:
        respond(db, place_of(db, held, name), "ACCEPTED", now=NOW)
    send(db)
    desk_again(db, stage)
    return held


def test_another_hour_with_the_same_people_is_agreed_with_nobody_yet(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    uid = session.uid

    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    assert (session.uid, session.sequence, session.state) == (uid, 2, SessionState.TENTATIVE)
    assert (session.starts_at, session.ends_at) == (at(3, 10), at(3, 10, 30))
    assert answers(db, session) == dict.fromkeys(EVERYBODY, "NEEDS-ACTION")
    assert stage.request.state is RequestState.APPROVED


def test_the_old_hour_is_given_back_and_the_new_one_taken(db: Session, stage: Stage, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    assert claimed(db) == {session.uid: slots_of(session, *resources(session, stage.zhang, stage.mei))}
    assert {(start, end) for _, _, start, end in loaded(db)} == {(at(3, 10), at(3, 10, 30))}


def test_those_who_stay_are_told_both_hours(db: Session, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    assert letters(db, session)[6:] == [(name, "moved", "REQUEST", 2) for name in EVERYBODY]
    assert feeds(db, session) == {name: ("TENTATIVE", 2, at(3, 10)) for name in EVERYBODY}
    context = latest_letter(db, session, ALINE).context
    assert context["was"] == {"starts": at(1, 9), "ends": at(1, 9, 30)}
    assert (context["starts"], context["ends"]) == (at(3, 10), at(3, 10, 30))


def test_an_hour_after_a_substitute_is_held_against_everybodys_notice(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    db.get_one(ProposedMatch, session.match_id).repair = Repair.SAME_HOUR
    stage.zhang.notice_hours = 100
    db.flush()

    with pytest.raises(Refusal) as refused:
        reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=at(1, 8))

    assert "wants longer notice" in words("en").say(refused.value.message)


def test_the_approved_match_follows_the_session(db: Session, stage: Stage, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    states = db.exec(select(ProposedMatch.starts_at, ProposedMatch.state).order_by(col(ProposedMatch.id))).all()
    assert states == [
        (at(1, 9), MatchState.STALE),
        (at(2, 10), MatchState.STALE),
        (at(1, 9), MatchState.STALE),
        (at(3, 10), MatchState.APPROVED),
    ]
    assert db.get_one(ProposedMatch, session.match_id).starts_at == at(3, 10)
    last = history(db, f"session:{session.id}")[-1]
    assert (last.actor, last.verb) == (ACTOR, "reschedule")
    assert last.before == {
        "state": "confirmed",
        "sequence": 1,
        "match": stage.tuesday.id,
        "starts_at": at(1, 9).isoformat(),
        "room": stage.room.id,
        "way": "interpreter|zh|fr|",
        "people": [stage.zhang.person_id, stage.mei.person_id, stage.liaison.id],
    }
    assert last.after == {
        "state": "tentative",
        "sequence": 2,
        "match": session.match_id,
        "starts_at": at(3, 10).isoformat(),
        "room": stage.room.id,
        "way": "interpreter|zh|fr|",
        "people": [stage.zhang.person_id, stage.mei.person_id, stage.liaison.id],
    }


def test_other_people_come_and_those_who_are_not_needed_are_let_go(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)

    assert answers(db, session) == dict.fromkeys((LI, MEI, ALINE), "NEEDS-ACTION")
    assert letters(db, session)[6:] == [
        (ZHANG, "removed", "CANCEL", 2),
        (LI, "hold", "REQUEST", 2),
        (MEI, "moved", "REQUEST", 2),
        (ALINE, "moved", "REQUEST", 2),
    ]
    assert feeds(db, session) == {
        ZHANG: ("CANCELLED", 2, at(1, 9)),
        LI: ("TENTATIVE", 2, at(1, 9)),
        MEI: ("TENTATIVE", 2, at(1, 9)),
        ALINE: ("TENTATIVE", 2, at(1, 9)),
    }
    assert claimed(db) == {session.uid: slots_of(session, *resources(session, stage.li, stage.mei))}


def test_where_the_hour_stays_no_old_hour_is_told(db: Session, stage: Stage, session: SharingSession) -> None:
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)

    assert latest_letter(db, session, MEI).context["was"] is None


def test_who_was_let_go_and_comes_back_is_asked_like_new_under_the_same_uid(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)
    send(db)
    desk_again(db, stage)

    reschedule(db, session, match=stage.wednesday, actor=ACTOR, now=NOW)

    assert letters(db, session)[10:] == [
        (LI, "removed", "CANCEL", 3),
        (ZHANG, "hold", "REQUEST", 3),
        (MEI, "moved", "REQUEST", 3),
        (ALINE, "moved", "REQUEST", 3),
    ]
    assert feeds(db, session)[ZHANG] == ("TENTATIVE", 3, at(2, 10))


def test_who_comes_back_before_the_news_of_the_end_has_gone_is_told_of_the_move_only(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)
    desk_again(db, stage)

    reschedule(db, session, match=stage.wednesday, actor=ACTOR, now=NOW)

    assert letters(db, session)[6:] == [(name, "moved", "REQUEST", 3) for name in EVERYBODY]


def test_who_never_had_the_hold_is_not_told_of_a_move_but_asked(db: Session, stage: Stage) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    assert letters(db, session) == [(name, "hold", "REQUEST", 1) for name in EVERYBODY]


def test_who_never_had_the_hold_is_not_told_that_it_is_over(db: Session, stage: Stage) -> None:
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    desk_again(db, stage)

    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)

    assert letters(db, session) == [(name, "hold", "REQUEST", 1) for name in (LI, MEI, ALINE)]


def test_a_second_move_tells_the_hour_that_the_reader_knows(db: Session, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    reschedule(db, session, starts_at=at(3, 11), actor=ACTOR, now=NOW)

    context = latest_letter(db, session, ALINE).context
    assert letters(db, session)[6:] == [(name, "moved", "REQUEST", 3) for name in EVERYBODY]
    assert (context["was"]["starts"], context["starts"]) == (at(1, 9), at(3, 11))


def test_the_other_half_hour_of_its_own_hour_is_free_for_it(db: Session, session: SharingSession) -> None:
    reschedule(db, session, starts_at=at(1, 9, 15), actor=ACTOR, now=NOW)

    assert Interval(session.starts_at, session.ends_at) == Interval(at(1, 9, 15), at(1, 9, 45))


def refused(db: Session, session: SharingSession, kind: type[Refusal] = Refusal, **wanted: object) -> str:
    """The words in which a move is refused, after which everything is as before."""
    before = (session.model_dump(), claimed(db), loaded(db), letters(db, session), feeds(db, session))
    with pytest.raises(Refusal) as refusal:
        reschedule(db, session, actor=ACTOR, now=NOW, **wanted)  # type: ignore[arg-type]  # the tests' own wishes
    assert type(refusal.value) is kind
    assert (session.model_dump(), claimed(db), loaded(db), letters(db, session), feeds(db, session)) == before
    return READER.say(refusal.value.message)


@pytest.mark.parametrize(
    ("starts_at", "why"),
    [
        (at(1, 9), "The session is at that hour already; choose another one."),
        (at(1, 9, 5), "Sessions start every 15 minutes."),
        (at(-7, 9), "That hour has passed; choose a later one."),
    ],
)
def test_an_hour_that_cannot_be_is_refused(db: Session, session: SharingSession, starts_at: object, why: str) -> None:
    assert refused(db, session, starts_at=starts_at) == why


def test_an_hour_that_breaks_a_rule_is_refused_with_the_rule(db: Session, session: SharingSession) -> None:
    told = refused(db, session, starts_at=at(5, 9))

    assert told.endswith(". Choose another hour or other people.")


def test_an_hour_at_which_somebody_is_taken_is_refused(db: Session, stage: Stage, session: SharingSession) -> None:
    approve(db, elsewhere(db, stage, at(3, 10)), actor=ACTOR, now=NOW)

    told = refused(db, session, Taken, starts_at=at(3, 10))

    assert "Zhang San 张三" in told


def test_an_hour_at_which_somebody_declined_before_is_refused(db: Session, session: SharingSession) -> None:
    respond(db, place_of(db, session, ZHANG), "DECLINED", now=NOW)
    reschedule(db, session, starts_at=at(3, 10), actor=ACTOR, now=NOW)

    told = refused(db, session, starts_at=at(1, 9))

    assert "Zhang San 张三" in told


def test_a_proposal_of_another_request_is_refused(db: Session, stage: Stage, session: SharingSession) -> None:
    told = refused(db, session, match=elsewhere(db, stage, at(3, 10)))

    assert told == "This proposal is for another request; choose one of this session's."


def test_a_proposal_that_was_decided_already_is_refused(db: Session, stage: Stage, session: SharingSession) -> None:
    stage.by_li.state = MatchState.DISMISSED
    db.flush()

    told = refused(db, session, match=stage.by_li)

    assert told == "This proposal was decided already; reload the page to see the others."


def test_a_cancelled_session_is_not_moved(db: Session, session: SharingSession) -> None:
    cancel(db, session, reason="", actor=ACTOR, now=NOW)

    told = refused(db, session, starts_at=at(3, 10))

    assert told == "This session was cancelled; approve a proposal to hold another one."


def test_neither_or_both_of_hour_and_proposal_is_a_mistake_of_the_caller(
    db: Session, stage: Stage, session: SharingSession
) -> None:
    with pytest.raises(ValueError, match="give an hour or a proposal"):
        reschedule(db, session, actor=ACTOR, now=NOW)
    with pytest.raises(ValueError, match="give an hour or a proposal"):
        reschedule(db, session, starts_at=at(3, 10), match=stage.by_li, actor=ACTOR, now=NOW)


def test_every_letter_of_a_session_has_a_key_of_its_own(db: Session, stage: Stage, session: SharingSession) -> None:
    reschedule(db, session, match=stage.by_li, actor=ACTOR, now=NOW)

    keys = [delivery.key for delivery in news(db, session)]
    assert len(keys) == len(set(keys)) == 10
    assert queries.of_request(db, stage.request.id) == session
