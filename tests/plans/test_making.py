"""Plans for all requests that wait are made in the background, kept with their inputs, and can be made again."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from medixchange import engine
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.journal.record import history
from medixchange.matching.facts import problem_of_queue
from medixchange.matching.fingerprint import fingerprint_of_all
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import held_of
from medixchange.matching.format_write import write_instance
from medixchange.matching.rules import why_not
from medixchange.messages import from_json, say, to_json
from medixchange.people.models import Hospital
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from medixchange.plans import actions, making, queries, replaying
from medixchange.plans.inputs import packed, unpacked
from medixchange.plans.lifecycle import LOST_AFTER, PlannedState, PlanState
from medixchange.plans.models import Change, MatchPlan
from medixchange.plans.reading import today, value_in
from medixchange.times.zones import UnknownZone
from medixchange.worker import JOBS
from tests import make
from tests.matching.test_jobs import sweeping, until
from tests.planning.test_running import children
from tests.plans.ready import ASKED, ready
from tests.plans.stage import plan_of, planned, rows, search, set_up, want
from tests.sessions.stage import ACTOR, NOW


def test_a_plan_serves_what_can_be_served_together_and_says_what_cannot(database: Database) -> None:
    stage = set_up(database)

    plan = plan_of(database, planned(database))

    facts = (plan.state, plan.requests, plan.served, plan.bound, plan.finished_at, plan.attempts)
    assert facts == (PlanState.DONE, 3, 2, plan.score, NOW, 1)
    with database.read() as db:
        found = rows(db, plan.id)
        served = [each for each in found if each.change is Change.NEW]
        [left] = [each for each in found if each.change is Change.UNSERVED]
        assert [each.request_id for each in found] == [request.id for request in stage.requests]
        assert served[0].request_id == stage.requests[0].id  # the urgent one
        assert {value_in(each).panel for each in served} == {(str(who.person_id),) for who in (stage.zhang, stage.li)}
        assert (left.match, left.starts_at, left.state) == (None, None, PlannedState.OPEN)
        told = [words("en").say(from_json(each)) for each in left.why]
        assert len(told) > 1
        assert told[-1].startswith("It would work if ")
        assert [act.verb for act in history(db, f"plan:{plan.id}")] == ["make-plan"]


def test_proposals_that_come_too_late_are_nothing_to_compare_a_plan_with(database: Database) -> None:
    stage = set_up(database)
    search(database, stage.requests[0])
    number = want(database)

    with database.read() as db:
        plan, problem = queries.by_id(db, number), problem_of_queue(db, now=NOW)
        found = [today(db, plan, problem, now=NOW + timedelta(weeks=weeks)).rows for weeks in (0, 9)]

    assert [list(each) for each in found] == [[str(stage.requests[0].id)], []]


def test_no_two_requests_of_a_plan_are_in_each_others_way(database: Database) -> None:
    set_up(database)
    number = ready(database)
    with database.read() as db:
        problem = problem_of_queue(db, now=NOW)
        matches = [value_in(each) for each in rows(db, number) if each.match]

    for match in matches:
        others = tuple(held_of(each, problem) for each in matches if each is not match)
        assert why_not(match, replace(problem, held=(*problem.held, *others))) == []


def test_what_is_proposed_today_is_compared_with_the_plan(database: Database) -> None:
    stage = set_up(database)
    search(database, *stage.requests)

    number = planned(database)

    with database.read() as db:
        changes = {each.change for each in rows(db, number)}
        # Each search proposes the same expert at the same best hour; one of them can have it.
        assert changes - {Change.HOUR, Change.PEOPLE} == {Change.SAME, Change.UNSERVED}
        for each in rows(db, number):
            assert bool(each.why) is (each.change is not Change.SAME)
            assert each.before_id is not None


def test_the_problem_is_kept_with_its_plan_and_equals_what_it_was(database: Database) -> None:
    set_up(database)

    plan = plan_of(database, planned(database))

    with database.read() as db:
        problem = problem_of_queue(db, now=NOW)
    assert plan.inputs is not None
    assert unpacked(plan.inputs) == problem
    assert plan.inputs_hash == fingerprint_of_all(problem)


def test_the_requests_that_wait_can_be_handed_on_as_an_instance_that_is_planned_alike(database: Database) -> None:
    set_up(database)
    with database.read() as db:
        problem = problem_of_queue(db, now=NOW)

    read = read_instance(json.loads(json.dumps(write_instance(problem))))

    (*_, here), (*_, there) = plans(Order(problem)), plans(Order(read))
    assert len(here.matches) == 2
    assert (there.score, there.bound) == (here.score, here.bound)
    assert [replace(match, room="") for match in there.matches] == [replace(match, room="") for match in here.matches]


@pytest.mark.parametrize("data", [b"", b"no plan", packed.__doc__.encode() if packed.__doc__ else b""])
def test_what_is_no_problem_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpacked(data)


def test_a_plan_is_made_again_from_what_was_kept_though_the_world_has_changed(database: Database) -> None:
    set_up(database)
    number = ready(database, seed=3)
    with database.write() as db:
        make.expert(db, "Wang Wu 王五")

    with database.read() as db:
        plan, problem = replaying.kept(db, number)
    *_, last = replaying.again(plan, problem)

    with database.read() as db:
        assert replaying.is_same(db, plan, problem, last)
        assert not replaying.is_same(db, plan, problem, replace(last, matches=last.matches[:1]))
        assert not replaying.is_same(db, plan, problem, replace(last, score=last.score - 1))


def test_a_plan_that_tests_share_is_stored_as_one_that_is_made(database: Database) -> None:
    set_up(database)
    plans, found = [], []
    for make_one in (planned, ready, ready):
        number = make_one(database)
        with database.write() as db:
            plan, held = db.get_one(MatchPlan, number), rows(db, number)
            plans.append(plan.model_dump(exclude={*ASKED, "id"}))
            found.append([row.model_dump(exclude={"id", "plan_id"}) for row in held])
            for each in held:
                db.delete(each)
            db.flush()
            db.delete(plan)  # or the next plan would begin with it

    assert plans == plans[:1] * 3
    assert found == found[:1] * 3


def test_what_cannot_be_made_again_is_refused_in_words(database: Database) -> None:
    set_up(database)
    unfinished = want(database)

    def refused(number: int) -> str:
        with database.read() as db, pytest.raises(Refusal) as no:
            replaying.kept(db, number)
        return no.value.message.text

    assert refused(unfinished) == "Plan %(number)s was not finished, so there is nothing to repeat."
    making.run_plan(database, unfinished, lambda: NOW)
    with database.write() as db:
        db.get_one(MatchPlan, unfinished).workers = 2
    assert refused(unfinished) == "Plan %(number)s was made with several workers and cannot be repeated."
    assert refused(unfinished + 1) == "There is no plan with the number %(number)s."


@pytest.mark.each_database
def test_one_plan_is_made_at_a_time_and_none_of_nothing(database: Database) -> None:
    with database.write() as db, pytest.raises(Refusal, match="nothing to plan"):
        actions.want(db, seconds=1, actor=ACTOR, now=NOW)
    set_up(database)
    want(database)

    with database.write() as db, pytest.raises(Refusal, match="being made already"):
        actions.want(db, seconds=1, actor=ACTOR, now=NOW)


def test_demo_requests_are_planned_where_there_are_no_others(database: Database) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        hospital.is_demo = True
        make.request(db, hospital)
    first = plan_of(database, planned(database))
    with database.write() as db:
        make.request(db, make.hospital(db, "Huye"))

    second = plan_of(database, planned(database))

    assert [(each.is_demo, each.requests) for each in (first, second)] == [(True, 1), (False, 1)]


def test_who_stops_a_plan_gets_the_best_so_far_or_none(database: Database) -> None:
    set_up(database)
    number = want(database)
    with closing(making.make(database, number, lambda: NOW)) as plans:
        next(plans)
        with database.write() as db:
            actions.stop(db, db.get_one(MatchPlan, number), actor=ACTOR, now=NOW)
        rest = list(plans)
    early = want(database)
    with database.write() as db:
        actions.stop(db, db.get_one(MatchPlan, early), actor=ACTOR, now=NOW)
    making.run_plan(database, early, lambda: NOW)

    assert rest == []
    stopped, told = (
        plan_of(database, number),
        say("There was no time to find it a place; let the next plan take longer."),
    )
    assert (stopped.state, stopped.method, stopped.served) == (PlanState.DONE, "begun", 1)
    with database.read() as db:
        found = rows(db, number)
        assert [each.change for each in found] == [Change.NEW, Change.UNSERVED, Change.UNSERVED]
        assert [each.why for each in found[1:]] == [[to_json(told)]] * 2
    assert (plan_of(database, early).state, plan_of(database, early).step) == (PlanState.STOPPED, 0)
    with database.write() as db, pytest.raises(Refusal, match="ready"):
        actions.stop(db, db.get_one(MatchPlan, number), actor=ACTOR, now=NOW)


@pytest.mark.each_database
def test_a_plan_whose_process_died_is_made_by_another_one_and_by_one_alone(database: Database) -> None:
    set_up(database)
    number = want(database)
    died = making.make(database, number, lambda: NOW)
    next(died)
    later = NOW + LOST_AFTER

    with database.read() as db:
        waiting = [making.waiting_plans(db, at) for at in (later - timedelta(seconds=1), later)]
    making.run_plan(database, number, lambda: later)
    list(died)  # it was only slow

    assert waiting == [[], [(number, 1)]]
    plan = plan_of(database, number)
    assert (plan.state, plan.attempts, plan.finished_at) == (PlanState.DONE, 2, later)
    with database.read() as db:
        assert len(rows(db, number)) == 3
        assert making.waiting_plans(db, later + timedelta(days=1)) == []


def test_a_plan_that_breaks_off_says_why(database: Database) -> None:
    stage = set_up(database)
    number = want(database)
    with database.write() as db:
        db.get_one(Hospital, stage.hospitals[0].id).zone = "Mars/Olympus"

    with pytest.raises(UnknownZone):
        making.run_plan(database, number, lambda: NOW)

    plan = plan_of(database, number)
    assert (plan.state, plan.finished_at) == (PlanState.FAILED, NOW)
    assert plan.error.startswith("UnknownZone")


def test_the_plan_so_far_is_kept_where_its_process_dies_and_the_fault_is_noted(database: Database) -> None:
    set_up(database)
    number = want(database)

    for plan in making.make(database, number, lambda: NOW):
        if plan.step == 1:
            (child,) = children(os.getpid())
            os.kill(child, signal.SIGSTOP)
            os.kill(child, signal.SIGKILL)

    kept = plan_of(database, number)
    assert (kept.state, kept.error) == (PlanState.DONE, "Broken: ")
    assert kept.served > 0


def test_what_is_asked_for_is_made_by_the_worker(database: Database) -> None:
    set_up(database)
    with engine.run(database, JOBS, lambda: NOW) as executor, engine.ASKED.heard_by(sweeping(executor)):
        number = want(database)

        assert until(database, lambda db: db.get_one(MatchPlan, number).state is PlanState.DONE)
