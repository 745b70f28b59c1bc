"""The facts of everybody are remembered between answers, and whatever is written is seen by the next one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.availability.models import DayException, LeavePeriod, Load, WeeklyHours
from medixchange.db import Database
from medixchange.intake.models import SessionRequest
from medixchange.matching import actions
from medixchange.matching.facts import horizon, problem_of
from medixchange.matching.facts_of_people import Frame, experts, interpreters
from medixchange.matching.models import MatchMember
from medixchange.matching.problem import Problem
from medixchange.matching.remembered import MOST_REMEMBERED, ROWS
from medixchange.people.models import (
    Expert,
    ExpertLanguage,
    ExpertSpecialty,
    Interpreter,
    InterpreterPair,
    Panel,
    PanelMember,
    Person,
)
from medixchange.policies.actions import use, write
from medixchange.policies.values import HouseRules, Policy
from tests import make
from tests.statements import noted

NOW = make.NOW
QUARTER = timedelta(minutes=15)
ZHANG, MEI = "Zhang San 张三", "Mei Example"


@pytest.fixture
def asked(database: Database) -> int:
    """A request among two experts and an interpreter, each of whom said all that there is to say."""
    with database.write() as db:
        panel = make.panel(db)
        zhang = make.expert(db, ZHANG, panel=panel, notice_hours=24)
        make.expert(db, "Li Si 李四", joined=NOW - timedelta(days=900), gave=2)
        mei = make.interpreter(db, MEI)
        for who in (zhang.person_id, mei.person_id):
            db.add(LeavePeriod(person_id=who, first_day=make.next_week(3), last_day=make.next_week(4)))
            db.add(DayException(person_id=who, day=make.next_week(2), start_minute=600, end_minute=720))
        request = make.request(db, make.hospital(db))
        room = make.room(db)
        make.match(db, request, starts_at=NOW + timedelta(days=8), panel=[zhang], interpreters=[mei], room=room)
        return request.id


def read(database: Database, request_id: int, *, minutes: int = 0) -> Problem:
    with database.read() as db:
        return problem_of(db, db.get_one(SessionRequest, request_id), now=NOW + timedelta(minutes=minutes))


def read_anew(database: Database, request_id: int) -> Problem:
    """The same of those with these numbers, who are never remembered; what is lent depends on everybody."""
    with database.read() as db:
        ids = frozenset(db.exec(select(Person.id)))
        return problem_of(db, db.get_one(SessionRequest, request_id), now=NOW, only=ids)


def facts(problem: Problem) -> tuple[object, object]:
    return tuple(replace(each, lent=0) for each in problem.experts), tuple(problem.interpreters)


def named(db: Session, name: str) -> Person:
    return db.exec(select(Person).where(Person.name == name)).one()


def expert_of(db: Session) -> Expert:
    return db.get_one(Expert, named(db, ZHANG).id)


def interpreter_of(db: Session) -> Interpreter:
    return db.get_one(Interpreter, named(db, MEI).id)


def say_no(db: Session) -> None:
    member = db.exec(select(MatchMember).where(MatchMember.person_id == named(db, ZHANG).id)).one()
    actions.decline(db, member.match_id, member.person_id, now=NOW)


def give(db: Session) -> None:
    end = NOW - timedelta(weeks=9)
    db.add(Load(person_id=named(db, ZHANG).id, session_uid="x", starts_at=end - timedelta(hours=1), ends_at=end))


def rule(db: Session) -> None:
    rules = HouseRules(policy=replace(Policy(), expert_hard=(9 * 60, 18 * 60)))
    use(db, write(db, rules, source="https://example.org", actor="person:1", now=NOW), actor="person:1", now=NOW)


def panel_of(db: Session) -> PanelMember:
    return db.exec(select(PanelMember)).one()


CHANGES: dict[str, Callable[[Session], object]] = {
    "a name": lambda db: setattr(named(db, ZHANG), "name", "Zhang Si"),
    "a zone": lambda db: setattr(named(db, ZHANG), "zone", "Africa/Kigali"),
    "a country": lambda db: setattr(named(db, MEI), "country", "RW"),
    "demo": lambda db: setattr(named(db, ZHANG), "is_demo", True),
    "a new expert": lambda db: make.expert(db, "Wu Wu"),
    "an expert retires": lambda db: setattr(expert_of(db), "active", False),
    "notice": lambda db: setattr(expert_of(db), "notice_hours", 72),
    "a cap": lambda db: setattr(expert_of(db), "max_week", 9),
    "rest": lambda db: setattr(expert_of(db), "rest_minutes", 5),
    "a topic": lambda db: db.add(ExpertSpecialty(expert_id=named(db, ZHANG).id, specialty="nephrology", level=2)),
    "a level": lambda db: setattr(db.get_one(ExpertSpecialty, (named(db, ZHANG).id, "intensive-care")), "level", 1),
    "a language": lambda db: db.add(
        ExpertLanguage(expert_id=named(db, ZHANG).id, language="fr", listening=5, speaking=5)
    ),
    "less of a language": lambda db: setattr(db.get_one(ExpertLanguage, (named(db, ZHANG).id, "en")), "speaking", 3),
    "a panel leaves": lambda db: db.delete(panel_of(db)),
    "a panel's name": lambda db: setattr(db.get_one(Panel, panel_of(db).panel_id), "name", "Another panel"),
    "an interpreter retires": lambda db: setattr(interpreter_of(db), "active", False),
    "a way of interpreting": lambda db: setattr(interpreter_of(db), "consecutive", True),
    "a domain": lambda db: setattr(interpreter_of(db), "domains", ["nephrology"]),
    "minutes a day": lambda db: setattr(interpreter_of(db), "max_minutes_day", 61),
    "a pair": lambda db: db.add(InterpreterPair(interpreter_id=named(db, MEI).id, source="en", target="fr")),
    "hours of the week": lambda db: db.add(
        WeeklyHours(person_id=named(db, ZHANG).id, weekday=5, start_minute=600, end_minute=660)
    ),
    "fewer hours of the week": lambda db: db.delete(
        db.exec(select(WeeklyHours).where(WeeklyHours.person_id == named(db, MEI).id).limit(1)).one()
    ),
    "hours of a day": lambda db: setattr(
        db.exec(select(DayException).where(DayException.person_id == named(db, MEI).id)).one(), "end_minute", 900
    ),
    "a day off": lambda db: db.add(DayException(person_id=named(db, ZHANG).id, day=make.next_week(1))),
    "leave": lambda db: db.add(
        LeavePeriod(person_id=named(db, ZHANG).id, first_day=make.next_week(0), last_day=make.next_week(0))
    ),
    "longer leave": lambda db: setattr(
        db.exec(select(LeavePeriod).where(LeavePeriod.person_id == named(db, MEI).id)).one(),
        "last_day",
        make.next_week(6),
    ),
    "closed days": lambda db: closing.close(
        db, Closing(make.next_week(1), make.next_week(1), "Flood", "CN"), actor="person:1", now=NOW
    ),
    "house rules": rule,
    "somebody said no": say_no,
    "a session was given": give,
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_is_seen_by_the_next_answer(database: Database, asked: int, what: str) -> None:
    before = facts(read(database, asked))

    with database.write() as db:
        CHANGES[what](db)
        db.flush()
        in_its_transaction = facts(problem_of(db, db.get_one(SessionRequest, asked), now=NOW))
    after = facts(read(database, asked))

    assert after == in_its_transaction == facts(read_anew(database, asked))
    assert after != before


def test_what_a_transaction_has_not_sent_yet_is_seen_in_it(database: Database, asked: int) -> None:
    before = facts(read(database, asked))

    with database.write() as db:
        request = db.get_one(SessionRequest, asked)
        expert_of(db).max_week = 11

        assert facts(problem_of(db, request, now=NOW)) != before


def test_what_is_lent_changes_with_those_who_share_a_topic(database: Database, asked: int) -> None:
    before = [each.lent for each in read(database, asked).experts]

    with database.write() as db:
        for name in ("Wu Wu", "Sun Liu"):
            make.expert(db, name, joined=NOW - timedelta(days=900), gave=4)

    assert [each.lent for each in read(database, asked).experts][: len(before)] != before


def test_while_nothing_changes_they_are_the_same_and_time_brings_others(database: Database, asked: int) -> None:
    first = read(database, asked, minutes=1)

    again, later = read(database, asked, minutes=14), read(database, asked, minutes=16)

    assert (again.experts is first.experts, again.interpreters is first.interpreters) == (True, True)
    assert later.experts is not first.experts
    assert [each.masks for each in later.experts] != [each.masks for each in first.experts]


def test_only_the_newest_are_remembered(database: Database, asked: int) -> None:
    first = read(database, asked)
    assert read(database, asked).experts is first.experts

    for place in range(1, MOST_REMEMBERED + 1):
        read(database, asked, minutes=15 * place)

    assert read(database, asked).experts is not first.experts


def test_every_table_that_people_are_read_from_is_compared(database: Database, asked: int) -> None:
    with noted(database) as sent, database.read() as db:
        frame = Frame(horizon(NOW), HouseRules(), NOW)
        hours = frame.hours(db)
        experts(db, frame, hours, held_from=NOW)
        interpreters(db, frame, hours)

    seen = {name for each in sent for name in re.findall(r"(?:FROM|JOIN) (\w+)", each)}
    assert seen - {"load"} == {str(row.__tablename__) for row in ROWS}
