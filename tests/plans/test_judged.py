"""Plans for what the database holds, beside sessions that stand, judged by the checker of the exchange format."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from medixchange.db import Database
from medixchange.intake.models import RequestState
from medixchange.matching import ruling
from medixchange.matching.facts import problem_of_queue
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.matching.format_write import write_instance
from medixchange.matching.match import Agreed
from medixchange.matching.problem import Problem
from medixchange.planning.making import plans
from medixchange.planning.plan import Order, Plan
from medixchange.plans import actions, reading
from medixchange.plans.models import MatchPlan
from medixchange.policies.actions import write
from medixchange.policies.values import HouseRules, Policy
from medixchange.sessions import queries as sessions
from medixchange.sessions.actions import approve, confirm
from medixchange.sessions.answers import respond
from tests import make
from tests.planning.checker import Verdict, check
from tests.plans.stage import Stage, set_up
from tests.sessions.stage import ACTOR, MEI, NOW, at, place_of

WANG = "Wang Wu 王五"


def best(problem: Problem) -> Plan:
    """The plan that is proven best."""
    *_, last = plans(Order(problem))
    return last


def judged(problem: Problem, plan: Plan) -> Verdict:
    """What the checker says of a plan, from the two files alone."""
    written = json.loads(json.dumps([write_instance(problem), write_solution(plan.matches, problem)]))
    return check(*written)


def stand(db: Session, stage: Stage) -> None:
    """Zhang gives a session that is confirmed on Tuesday at nine, Li a tentative one on the day after."""
    for place, who in enumerate((stage.zhang, stage.li)):
        hospital = make.hospital(db, f"Hospital {place}")
        contact = make.liaison(db, hospital, f"Contact {place}")
        asked = make.request(db, hospital, liaison=contact, state=RequestState.MATCHED, windows_only=False)
        room = make.room(db, f"Room {place}")
        match = make.match(db, asked, starts_at=at(1 + place, 9), panel=[who], room=room)
        session = approve(db, match, actor=ACTOR, now=NOW)
        if place == 0:
            confirm(db, session, actor=ACTOR, now=NOW)


def test_beside_sessions_that_stand_a_plan_keeps_every_rule(database: Database) -> None:
    stage = set_up(database)
    with database.write() as db:
        stand(db, stage)
    with database.read() as db:
        problem = problem_of_queue(db, now=NOW)

    plan, heedless = best(problem), best(replace(problem, held=()))

    verdict = judged(problem, plan)
    assert len(problem.held) == 2
    assert (verdict.faults, verdict.score) == (set(), plan.score)
    assert len(plan.matches) < len(heedless.matches)
    assert judged(problem, heedless).faults == {("H5", str(stage.zhang.person_id))}


def declined(db: Session, *interpreters: str, minutes: int = 30, longer: int = 0, **facts: Any) -> None:
    """Wang cannot come to a session in French after all, which takes so much ``longer`` than was asked."""
    hospital = make.hospital(db, "Hospital of Rubavu", city="Rubavu")
    contact = make.liaison(db, hospital, "Contact in Rubavu")
    asked = make.request(
        db,
        hospital,
        liaison=contact,
        state=RequestState.MATCHED,
        windows_only=False,
        languages={"fr": 5},
        minutes=minutes,
    )
    team = [make.interpreter(db, name, consecutive=True) for name in interpreters]
    wang, room = make.expert(db, WANG), make.room(db, "Third room")
    match = make.match(db, asked, starts_at=at(2, 9), panel=[wang], room=room, interpreters=team, **facts)
    match.ends_at += timedelta(minutes=longer)
    session = approve(db, match, actor=ACTOR, now=NOW)
    respond(db, place_of(db, sessions.by_id(db, session.id), WANG), "DECLINED", reason="Ill", now=NOW)


def to_mend(database: Database, rules: HouseRules) -> Problem:
    """What is to be mended, by house rules that came later."""
    with database.write() as db:
        ruling.use(db, write(db, rules, source="Ours", actor=ACTOR, now=NOW), actor=ACTOR, now=NOW)
        number = actions.mend(db, seconds=20, actor=ACTOR, now=NOW).id
    with database.read() as db:
        return reading.problems(db, db.get_one(MatchPlan, number), now=NOW)[number]


def test_what_was_agreed_for_a_session_is_written_and_judged(database: Database) -> None:
    with database.write() as db:
        declined(db, MEI)
        make.expert(db, "Zhang San 张三")

    problem = to_mend(database, HouseRules(policy=Policy(team_sizes=((480, 2),))))

    plan = best(problem)
    [asked], [match] = problem.requests, plan.matches
    verdict = judged(problem, plan)
    assert (asked.agreed, len(match.route.interpreters)) == (Agreed(1, False, 30), 1)
    assert (verdict.faults, verdict.score) == (set(), plan.score)
    assert judged(replace(problem, requests=(replace(asked, agreed=None),)), plan).faults == {("H6", asked.id)}


def test_a_session_that_was_agreed_consecutively_is_judged_over_its_minutes(database: Database) -> None:
    with database.write() as db:
        declined(db, MEI, "Sun Example", mode="consecutive", longer=15)
        make.expert(db, "Zhang San 张三")

    problem = to_mend(database, HouseRules(policy=Policy(consecutive=False, team_sizes=((480, 3),))))

    plan = best(problem)
    [asked], [match] = problem.requests, plan.matches
    verdict = judged(problem, plan)
    assert (asked.agreed, match.minutes) == (Agreed(2, True, 45), 45)
    assert (verdict.faults, verdict.score) == (set(), plan.score)
    assert judged(replace(problem, requests=(replace(asked, agreed=None),)), plan).faults == {("H6", asked.id)}


@pytest.mark.parametrize("mode", ["interpreter", "consecutive"])
def test_what_was_agreed_is_read_again_and_planned_alike(database: Database, mode: str) -> None:
    with database.write() as db:
        declined(db, MEI, "Sun Example", mode=mode, minutes=45)
        make.expert(db, "Zhang San 张三")
    usual = HouseRules(policy=Policy(team_sizes=((480, 3),), consecutive=False))
    problem = replace(to_mend(database, usual), weights=usual.weights)

    read = read_instance(json.loads(json.dumps(write_instance(problem))))

    assert [each.agreed for each in read.requests] == [each.agreed for each in problem.requests]
    here, there = best(problem), best(read)
    assert (len(here.matches), here.score, here.bound) == (1, there.score, there.bound)
    assert [each.route for each in here.matches] == [each.route for each in there.matches]
