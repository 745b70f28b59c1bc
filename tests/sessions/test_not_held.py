"""A session of which nothing came: everybody is told why, time is given back, the request goes on or is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.errors import Refusal
from medixchange.intake.lifecycle import RequestState
from medixchange.journal.record import history
from medixchange.matching.models import MatchSearch, MatchState, SearchState
from medixchange.messages import to_json
from medixchange.outbox.letters import Letter
from medixchange.outbox.queries import about
from medixchange.sessions import previews, roll
from medixchange.sessions.actions import approve, confirm, miss
from medixchange.sessions.lifecycle import SessionState
from medixchange.sessions.models import SharingSession
from tests.sessions.stage import (
    ACTOR,
    ALINE,
    MEI,
    NOW,
    ZHANG,
    Stage,
    claimed,
    feeds,
    latest_letter,
    letters,
    loaded,
    news,
    read,
    send,
    waiting_for,
)

EVERYBODY = (ZHANG, MEI, ALINE)
AFTER = timedelta(minutes=20)


@pytest.fixture
def session(db: Session, stage: Stage) -> SharingSession:
    """A session that is certain, its letters sent."""
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    confirm(db, held, actor=ACTOR, now=NOW)
    send(db)
    return held


def test_a_session_that_was_not_held_gives_everything_back(db: Session, stage: Stage, session: SharingSession) -> None:
    miss(db, session, reason="No line", actor=ACTOR, now=session.starts_at + AFTER)

    db.refresh(stage.tuesday)
    assert (session.state, session.sequence, session.reason) == (SessionState.NOT_HELD, 2, "No line")
    assert (claimed(db), loaded(db), waiting_for(db, session)) == ({}, set(), [])
    assert stage.tuesday.state is MatchState.CANCELLED
    assert history(db, f"session:{session.id}")[-1].verb == "miss"


def test_before_its_end_it_is_taken_out_of_every_calendar(db: Session, session: SharingSession) -> None:
    roll.open_session(db, session, actor=ACTOR, now=session.starts_at)

    miss(db, session, reason="No line", actor=ACTOR, now=session.starts_at + AFTER)

    assert letters(db, session)[-3:] == [(name, "not-held", "CANCEL", 2) for name in EVERYBODY]
    assert feeds(db, session) == dict.fromkeys(EVERYBODY, ("CANCELLED", 2, session.starts_at))
    text = read(latest_letter(db, session, ALINE)).text
    assert ("The reason: No line" in text, "takes the session out" in text) == (True, True)


def test_after_its_end_the_letter_tells_it_and_the_feed_shows_it(db: Session, session: SharingSession) -> None:
    miss(db, session, reason="No line", actor=ACTOR, now=session.ends_at)

    told = [Letter.from_json(each.payload) for each in news(db, session) if each.kind == "not-held"]
    assert [(each.to_name, each.calendar) for each in told] == [(name, None) for name in EVERYBODY]
    assert {status for status, *_ in feeds(db, session).values()} == {"CANCELLED"}
    assert "calendar entry" not in read(told[0]).text


def test_the_request_is_matched_again(db: Session, stage: Stage, session: SharingSession) -> None:
    miss(db, session, reason="No line", actor=ACTOR, now=session.ends_at)

    wanted = db.exec(select(MatchSearch.request_id).where(MatchSearch.state == SearchState.WANTED)).all()
    assert (stage.request.state, wanted) == (RequestState.SUBMITTED, [stage.request.id])
    assert "Your request is kept" in read(latest_letter(db, session, ALINE, kind="not-held")).text
    assert "Your request" not in read(latest_letter(db, session, MEI, kind="not-held")).text


def test_or_it_is_closed_with_words_to_the_hospital_alone(db: Session, stage: Stage, session: SharingSession) -> None:
    words = "The topic is covered by the session in Harare."

    miss(db, session, reason="No line", to_hospital=words, afterwards="done", actor=ACTOR, now=session.ends_at)

    db.refresh(stage.request)
    assert (stage.request.state, stage.request.reason) == (RequestState.DONE, to_json(words))
    assert about(db, f"request:{stage.request.id}") == []
    texts = {name: read(latest_letter(db, session, name, kind="not-held")).text for name in EVERYBODY}
    assert [words in texts[name] for name in EVERYBODY] == [False, False, True]
    assert "Your request is closed" in texts[ALINE]


def test_a_hospital_that_never_heard_of_the_session_has_a_letter_of_its_own(db: Session, stage: Stage) -> None:
    held = approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    miss(db, held, reason="-", to_hospital="Ask again.", afterwards="done", actor=ACTOR, now=held.ends_at)

    assert letters(db, held) == []
    assert [each.kind for each in about(db, f"request:{stage.request.id}")] == ["request-declined"]


def test_the_preview_shows_what_is_sent(db: Session, session: SharingSession) -> None:
    why, words, now = "No line", "Sorry.", session.ends_at
    shown = previews.of_missing(db, session, reason=why, to_hospital=words, again=True, now=now)

    miss(db, session, reason=why, to_hospital=words, actor=ACTOR, now=now)

    sent = [Letter.from_json(each.payload) for each in news(db, session) if each.kind == "not-held"]
    assert [read(each).text for each in shown] == [read(each).text for each in sent]


def test_before_its_hour_a_session_is_cancelled_instead(db: Session, session: SharingSession) -> None:
    with pytest.raises(Refusal, match="cancel it instead"):
        miss(db, session, reason="-", actor=ACTOR, now=session.starts_at - timedelta(minutes=1))

    assert session.state is SessionState.CONFIRMED
