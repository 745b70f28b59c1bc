"""Hours that are offered are those that the rules allow, no more and no less."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.matching import ruling
from medixchange.matching.hours import other_hours
from medixchange.policies.actions import write
from medixchange.policies.values import HouseRules, Policy
from medixchange.sessions.actions import approve, reschedule
from medixchange.sessions.models import SharingSession
from tests import make
from tests.sessions.stage import ACTOR, NOW, Stage, at, elsewhere, set_up


def accepts(db: Session, session: SharingSession, starts_at: datetime) -> bool:
    """Whether the session could move there; it stays where it is."""
    with db.begin_nested() as trial:
        try:
            reschedule(db, session, starts_at=starts_at, actor=ACTOR, now=NOW)
        except Refusal:
            return False
        finally:
            if trial.is_active:
                trial.rollback()
            db.expire_all()
    return True


def standing(db: Session) -> tuple[Stage, SharingSession]:
    """A session on Tuesday at nine, and another of the same people on Thursday at nine."""
    stage = set_up(db)
    session = approve(db, stage.tuesday, actor=ACTOR, now=NOW)
    approve(db, elsewhere(db, stage, at(3, 9)), actor=ACTOR, now=NOW)
    return stage, session


# A hundred hours are tried one after the other, which on PostgreSQL takes a few seconds.
@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.sweep)], indirect=True)
def test_the_hours_offered_on_two_days_are_those_to_which_the_session_can_move(db: Session) -> None:
    _, session = standing(db)
    days = [at(1, 0) + timedelta(minutes=15 * n) for n in range(96)]
    days += [at(3, 0) + timedelta(minutes=45 * n) for n in range(32)]

    offered = other_hours(db, session.match_id, now=NOW)

    assert [each for each in offered if each in days] == [each for each in days if accepts(db, session, each)]


def test_nothing_is_offered_where_somebody_does_not_take_part_any_more(db: Session) -> None:
    stage, session = standing(db)
    stage.zhang.active = False
    db.flush()

    assert other_hours(db, session.match_id, now=NOW) == []


def test_nothing_is_offered_where_the_room_is_not_in_use(db: Session) -> None:
    stage, session = standing(db)
    stage.room.active = False
    db.flush()

    assert other_hours(db, session.match_id, now=NOW) == []


def test_a_session_can_move_as_it_is_whichever_team_the_house_wants_by_now(db: Session) -> None:
    _, session = standing(db)
    before = other_hours(db, session.match_id, now=NOW)
    pairs = HouseRules(policy=Policy(team_sizes=((480, 2),)))
    ruling.use(db, write(db, pairs, source="Ours", actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)

    offered = other_hours(db, session.match_id, now=NOW)

    assert offered == before
    assert accepts(db, session, offered[0])


def test_hours_are_offered_over_the_eight_weeks_that_are_planned(db: Session) -> None:
    _, session = standing(db)

    offered = other_hours(db, session.match_id, now=NOW)

    assert NOW < offered[0] < offered[-1] <= make.NOW + timedelta(weeks=8)
    assert offered == sorted(offered)
