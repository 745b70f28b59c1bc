"""What fairness is judged by, read from the rows."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from medixchange.fairness.groups import Case, Outcome
from medixchange.fairness.queries import cases, is_demo, ledger, waits_longest
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.sessions.actions import approve
from medixchange.sessions.answers import respond
from medixchange.sessions.lifecycle import SessionState
from tests import make
from tests.make import NOW
from tests.sessions.stage import ACTOR, LI, MEI, ZHANG, at, join, place_of, set_up

MONTH = timedelta(days=28)


def found(db: Session, *, of_demo: bool = False) -> list[Case]:
    return sorted(cases(db, since=NOW - MONTH, now=NOW, is_demo=of_demo), key=lambda each: (each.outcome, each.days))


def test_requests_that_wait_count_the_days_since_they_were_sent(db: Session) -> None:
    asked = make.request(db, make.hospital(db), languages={"rw": 5, "fr": 5, "en": 2})
    asked.submitted_at = NOW - timedelta(days=3, hours=23)
    make.request(db, make.hospital(db, "Other"), state=RequestState.SENT)

    assert found(db) == [Case("RW", ("fr", "rw"), Outcome.WAITING, 3)]


def test_the_request_that_waits_longest_has_the_most_days_of_all_that_wait(db: Session) -> None:
    hospital = make.hospital(db)
    ahead, alone, leads, joined = (make.request(db, hospital) for _ in range(4))
    for request, days in ((ahead, 2), (alone, 5), (leads, 1), (joined, 9)):
        request.submitted_at = NOW - timedelta(days=days)
    ahead.look_from = NOW - timedelta(days=12)
    before = longest(db)
    joined.state, joined.joined_id = RequestState.JOINED, leads.id

    assert (before, longest(db)) == ((joined, 9), (joined, 9))
    leads.state = joined.state = RequestState.WITHDRAWN
    assert longest(db) == (alone, 5)


def longest(db: Session) -> tuple[SessionRequest | None, int]:
    """The request that waits longest, and the days of the case that does."""
    days = max(each.days for each in found(db) if each.outcome is Outcome.WAITING)
    return waits_longest(db, is_demo=False, now=NOW), days


def test_what_ended_counts_in_the_time_that_is_looked_at(db: Session) -> None:
    hospital = make.hospital(db)
    for state, days in ((RequestState.DECLINED, 2), (RequestState.DECLINED, 40), (RequestState.WITHDRAWN, 5)):
        make.request(db, hospital, state=state).decided_at = NOW - timedelta(days=days)

    assert [each.outcome for each in found(db)] == [Outcome.REFUSED, Outcome.WITHDRAWN]


def test_sessions_count_as_coming_and_as_held_with_the_days_until_then(db: Session) -> None:
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    coming = found(db)
    session.state = SessionState.HELD
    session.starts_at, session.ends_at = NOW - timedelta(days=2), NOW - timedelta(days=2) + timedelta(minutes=30)
    stage.request.submitted_at = NOW - timedelta(days=12)
    held = found(db)
    session.starts_at, session.ends_at = NOW - timedelta(days=60), NOW - timedelta(days=60) + timedelta(minutes=30)

    assert coming == [Case("RW", ("fr",), Outcome.AHEAD, (at(1, 9) - NOW).days, 30)]
    assert held == [Case("RW", ("fr",), Outcome.HELD, 10, 30)]
    assert found(db) == []


def test_a_joint_session_counts_for_every_hospital_and_a_request_that_has_joined_waits(db: Session) -> None:
    stage = set_up(db)
    join(db, stage.request)
    waiting = found(db)

    approve(db, stage.tuesday, actor=ACTOR, now=NOW)

    assert {(each.country, each.outcome) for each in waiting} == {("RW", Outcome.WAITING), ("ET", Outcome.WAITING)}
    assert {(each.country, each.outcome) for each in found(db)} == {("RW", Outcome.AHEAD), ("ET", Outcome.AHEAD)}


def test_demo_data_and_what_is_real_are_never_counted_together(db: Session) -> None:
    demo = make.hospital(db, "Invented")
    demo.is_demo = True
    make.request(db, demo)
    only_demo = is_demo(db)
    make.request(db, make.hospital(db, "Real"))

    assert (only_demo, is_demo(db)) == (True, False)
    assert (len(found(db)), len(found(db, of_demo=True))) == (1, 1)


def test_before_anybody_has_asked_there_is_no_demo_data_and_those_who_could_give_are_told(db: Session) -> None:
    make.expert(db, ZHANG)

    assert not is_demo(db)
    assert [each.name for each in ledger(db, now=NOW, is_demo=is_demo(db))] == [ZHANG]


def test_everybody_is_told_with_what_they_gave_and_what_is_ahead(db: Session) -> None:
    stage = set_up(db)
    make.expert(db, "Retired", active=False)
    make.expert(db, "Busy", gave=3, joined=NOW - timedelta(days=400))
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    respond(db, place_of(db, session, MEI), "DECLINED", reason="On call", now=NOW)

    rows = {each.name: each for each in ledger(db, now=NOW, is_demo=False)}

    assert list(rows) == ["Busy", ZHANG, LI, MEI]
    busy, zhang, mei = rows["Busy"], rows[ZHANG], rows[MEI]
    assert (busy.given, busy.minutes, busy.ahead, busy.counted) == (3, 180, 0, 3)
    assert (zhang.given, zhang.ahead, zhang.declined, zhang.counted) == (0, 1, 0, 1)
    assert (mei.is_expert, mei.ahead, mei.declined, mei.counted) == (False, 0, 1, None)
    assert ledger(db, now=NOW, is_demo=True) == []
