"""Many organizers at once: no double booking, no cap exceeded, and whoever comes too late is told so in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session, col, func, select

from medixchange.availability.actions import Taken
from medixchange.availability.models import SlotClaim
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.intake.addresses import correct_address
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.queries import about
from medixchange.people.models import Expert
from medixchange.sessions.actions import approve, cancel, confirm, reschedule
from medixchange.sessions.models import Attendance, SharingSession
from tests import make
from tests.sessions.stage import ACTOR, NOW, at, claimed, elsewhere, set_up, slots_of

AT_ONCE = 16
READER = words("en")


def race(acts: Sequence[Callable[[Session], object]], database: Database) -> list[Refusal | None]:
    """Do all ``acts`` at once, each in a transaction of its own; why each was refused, None where it was not."""

    def act(one: Callable[[Session], object]) -> Refusal | None:
        try:
            with database.write() as db:
                one(db)
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, acts))


def approving(match_id: int) -> Callable[[Session], object]:
    return lambda db: approve(db, db.get_one(ProposedMatch, match_id), actor=ACTOR, now=NOW)


def crowd(db: Session, hours: Sequence[datetime], rivals: int) -> list[int]:
    """For each hour ``rivals`` proposals of different hospitals for the same expert and room, well mixed."""
    room = make.room(db)
    expert = make.expert(db, max_day=99, max_week=99, max_month=99, rest_minutes=0)
    matches = []
    for number in range(rivals):
        hospital = make.hospital(db, f"Hospital {number}")
        for hour in hours:
            request = make.request(db, hospital, state=RequestState.MATCHED, minutes=30, windows_only=False)
            matches.append(make.match(db, request, starts_at=hour, panel=[expert], room=room).id)
    return matches


@pytest.mark.parametrize("rivals", [4, pytest.param(10, marks=pytest.mark.sweep)])  # 80 at once, and 200
def test_of_many_approvals_for_the_same_people_one_wins_each_hour(database: Database, rivals: int) -> None:
    hours = [at(day, 8 + half // 2, 30 * (half % 2)) for day in range(5) for half in range(4)]
    with database.write() as db:
        matches = crowd(db, hours, rivals=rivals)
    lost = len(matches) - len(hours)

    refusals = race([approving(each) for each in matches], database)

    with database.read() as db:
        sessions = db.exec(select(SharingSession)).all()
        assert len(matches) == 20 * rivals
        assert sorted(session.starts_at for session in sessions) == sorted(hours)
        assert Counter(type(refusal) for refusal in refusals) == {type(None): 20, Taken: lost}
        # Nobody who lost left anything: two places and two letters for each winner, and no other claim.
        assert db.exec(select(func.count()).select_from(Attendance)).one() == 40
        assert db.exec(select(func.count()).where(Delivery.kind == "hold")).one() == 40
        assert Counter(db.exec(select(ProposedMatch.state))) == {MatchState.APPROVED: 20, MatchState.PROPOSED: lost}
        assert Counter(db.exec(select(SessionRequest.state))) == {RequestState.APPROVED: 20, RequestState.MATCHED: lost}
        taken = Counter((claim.resource, claim.slot) for claim in db.exec(select(SlotClaim)))
        assert len(taken) == 20 * 2 * 3
    told = {READER.say(refusal.message) for refusal in refusals if refusal is not None}
    assert all(text.endswith("; choose another proposal.") for text in told)


def test_of_many_approvals_of_one_proposal_one_wins(database: Database) -> None:
    with database.write() as db:
        match = set_up(db).tuesday.id

    refusals = race([approving(match)] * 20, database)

    with database.read() as db:
        assert db.exec(select(func.count()).select_from(SharingSession)).one() == 1
        assert db.exec(select(func.count()).where(Delivery.kind == "hold")).one() == 3
    told = Counter(READER.say(refusal.message) for refusal in refusals if refusal is not None)
    assert told == {"This proposal was decided already; reload the page to see the others.": 19}


def test_of_many_approvals_of_one_request_one_wins(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        matches = [stage.tuesday.id, stage.wednesday.id, stage.by_li.id] * 4

    refusals = race([approving(each) for each in matches], database)

    with database.read() as db:
        assert db.exec(select(func.count()).select_from(SharingSession)).one() == 1
    assert len([refusal for refusal in refusals if refusal is not None]) == 11


@pytest.mark.parametrize(("cap", "most"), [("max_day", 1), ("max_week", 3), ("max_month", 4)])
def test_approvals_at_once_do_not_exceed_a_cap(database: Database, cap: str, most: int) -> None:
    # Half the hours are on one day, so that a day, the week and the month all have more hours than they may take.
    hours = [at(2, 8), at(2, 9), at(2, 10), at(2, 11), at(1, 8), at(3, 8), at(4, 8)]
    with database.write() as db:
        matches = crowd(db, hours, rivals=1)
        expert = db.exec(select(Expert)).one()
        setattr(expert, cap, most)
        who = expert.person_id

    refusals = race([approving(each) for each in matches], database)

    with database.read() as db:
        starts = db.exec(select(SharingSession.starts_at)).all()
        assert db.exec(select(func.count()).select_from(Attendance).where(Attendance.person_id == who)).one() == len(
            starts
        )
    days = Counter(start.date() for start in starts)
    counted = max(days.values()) if cap == "max_day" else len(starts)
    assert counted == most
    told = {READER.say(refusal.message) for refusal in refusals if refusal is not None}
    period = cap.removeprefix("max_")
    noun = "session" if most == 1 else "sessions"
    assert told == {f"Zhang San 张三 gives at most {most} {noun} a {period}. Choose another hour or other people."}


def test_approvals_at_once_leave_everybody_their_rest(database: Database) -> None:
    with database.write() as db:
        matches = crowd(db, [at(2, 8), at(2, 8, 45), at(2, 9, 30)], rivals=1)
        db.exec(select(Expert)).one().rest_minutes = 60

    race([approving(each) for each in matches], database)

    with database.read() as db:
        starts = sorted(db.exec(select(SharingSession.starts_at)))
    assert all(later - earlier >= timedelta(minutes=90) for earlier, later in pairwise(starts))


def test_moves_cancellations_and_confirmations_at_once_leave_nothing_half_done(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        stage.zhang.max_day = stage.zhang.max_week = stage.zhang.max_month = 99
        stage.zhang.rest_minutes = stage.mei.rest_minutes = 0
        ids = [
            approve(db, elsewhere(db, stage, at(day, 9), city=f"City {day}"), actor=ACTOR, now=NOW).id
            for day in range(5)
        ]

    def acts(number: int) -> list[Callable[[Session], object]]:
        def of(db: Session) -> SharingSession:
            return db.get_one(SharingSession, number)

        return [
            lambda db: reschedule(db, of(db), starts_at=at(2, 11), actor=ACTOR, now=NOW),
            lambda db: confirm(db, of(db), actor=ACTOR, now=NOW),
            lambda db: reschedule(db, of(db), starts_at=at(3, 10), actor=ACTOR, now=NOW),
            lambda db: cancel(db, of(db), reason="", actor=ACTOR, now=NOW) if number % 2 else None,
        ]

    race([act for number in ids for act in acts(number)], database)

    with database.read() as db:
        alive = db.exec(select(SharingSession).where(col(SharingSession.state) != "cancelled")).all()
        people = [f"person:{each.person_id}" for each in (stage.zhang, stage.mei)]
        assert claimed(db) == {
            session.uid: slots_of(session, f"room:{session.room_id}", f"hospital:{session.hospital_id}", *people)
            for session in alive
        }
        assert len(alive) == sum(1 for number in ids if number % 2 == 0)


def test_correcting_an_address_and_deciding_at_once_do_not_wait_for_each_other(database: Database) -> None:
    acts: list[Callable[[Session], object]] = []
    with database.write() as db:
        for place in range(AT_ONCE // 2):
            stage = set_up(db)
            session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
            bounced = about(db, f"session:{session.id}")[-1]
            bounced.state = DeliveryState.FAILED
            acts += [correcting(bounced.id, f"right-{place}@example.org"), cancelling(session.id)]

    refused = race(acts, database)

    # Where the session was off first, the letter about it is not sent any more, and the desk says so.
    assert refused[1::2] == [None] * (AT_ONCE // 2)
    assert {READER.say(why.message) for why in refused[::2] if why} <= {
        "This letter has gone already or is on its way; reload the page to see where it stands."
    }


def correcting(delivery_id: int, email: str) -> Callable[[Session], object]:
    return lambda db: correct_address(db, db.get_one(Delivery, delivery_id), email, actor=ACTOR, now=NOW)


def cancelling(session_id: int) -> Callable[[Session], object]:
    return lambda db: cancel(db, db.get_one(SharingSession, session_id), reason="", actor=ACTOR, now=NOW)
