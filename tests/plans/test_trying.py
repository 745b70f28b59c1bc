"""House rules tried on the requests that wait: two plans from the same facts, set side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.i18n import words
from medixchange.matching import ruling
from medixchange.people.models import Expert
from medixchange.plans import actions, making, queries
from medixchange.plans.figures import Figures, from_json
from medixchange.plans.inputs import unpacked
from medixchange.plans.models import Change, MatchPlan, PlanState
from medixchange.policies.actions import write
from medixchange.policies.models import MatchingPolicy
from medixchange.policies.queries import SOURCE, in_use
from medixchange.policies.values import HouseRules, Policy, Weights
from tests import make
from tests.plans.stage import Stage, plan_of, rows, set_up
from tests.sessions.stage import ACTOR, NOW

HOUR = timedelta(hours=1)
LATE = HouseRules(policy=replace(Policy(), hospital_hard=(17 * 60, 21 * 60), hospital_soft=(17 * 60, 21 * 60)))
"""Hospitals meet in the evening only, when nobody in China would come."""


@pytest.fixture
def world(database: Database) -> Stage:
    """Three requests of which two can be served together."""
    return set_up(database)


def attempt(database: Database, rules: HouseRules) -> tuple[int, int]:
    """The numbers of the plans by the rules in use and by ``rules``, which somebody wants."""
    with database.write() as db:
        version = write(db, rules, source=SOURCE, actor=ACTOR, now=NOW)
        plan = actions.attempt(db, version, seconds=20, actor=ACTOR, now=NOW)
        assert plan.beside_id is not None
        return plan.beside_id, plan.id


def work(database: Database) -> list[int]:
    """Make every plan that is to be made, as a worker does; their numbers in the order."""
    made = list[int]()
    while True:
        with database.read() as db:
            waiting = making.waiting_plans(db, NOW)
        if not waiting:
            return made
        for number, _ in waiting:
            making.run_plan(database, number, lambda: NOW)
            made.append(number)


def figures(database: Database, number: int) -> Figures:
    found = from_json(plan_of(database, number).figures)
    assert found is not None
    return found


def test_the_plan_by_the_rules_in_use_is_made_first(database: Database, world: Stage) -> None:
    beside, tried = attempt(database, LATE)
    with database.read() as db:
        waiting = [number for number, _ in making.waiting_plans(db, NOW)]

    assert waiting == [beside]
    assert work(database) == [beside, tried]
    assert plan_of(database, beside).policy_id is None
    assert {plan_of(database, each).state for each in (beside, tried)} == {PlanState.DONE}


def test_both_plans_are_made_from_the_same_facts(database: Database, world: Stage) -> None:
    beside, tried = attempt(database, LATE)
    making.run_plan(database, beside, lambda: NOW)
    with database.write() as db:
        make.expert(db, "Late Comer")
    work(database)

    one, other = (unpacked(plan_of(database, each).inputs or b"") for each in (beside, tried))
    assert [each.name for each in one.experts] == [each.name for each in other.experts]
    assert (one.policy, other.policy) == (Policy(), LATE.policy)


def test_what_the_rules_change_is_told_against_those_in_use(database: Database, world: Stage) -> None:
    beside, tried = attempt(database, LATE)
    work(database)

    with database.read() as db:
        changes = [row.change for row in rows(db, tried)]
    before, after = figures(database, beside), figures(database, tried)
    assert (before.served, before.experts, before.most, before.hospital_minutes) == (2, 2, 1, 0)
    assert (before.direct, before.interpreters, before.relayed) == (2, 0, 0)
    assert changes == [Change.UNSERVED] * 3
    assert (after.served, after.experts, after.most) == (0, 0, 0)


def test_rules_that_change_nothing_give_the_same_plan(database: Database, world: Stage) -> None:
    _, tried = attempt(database, HouseRules(weights=replace(Weights(), lang_aud={**Weights().lang_aud, "relay": 6})))
    work(database)

    with database.read() as db:
        changes = {row.change for row in rows(db, tried) if row.match}
    assert changes == {Change.SAME}


def test_a_plan_that_tries_rules_is_accepted_only_once_they_are_used(database: Database, world: Stage) -> None:
    same = HouseRules(weights=replace(Weights(), lang_aud={**Weights().lang_aud, "relay": 6}))
    _, number = attempt(database, same)
    work(database)

    def accept(db: Session) -> int:
        plan = queries.by_id(db, number)
        return actions.accept(db, plan, [row.request_id for row in rows(db, number)], actor=ACTOR, now=NOW)

    with database.write() as db, pytest.raises(Refusal) as refusal:
        accept(db)
    with database.write() as db:
        ruling.use(db, db.get_one(MatchingPolicy, 1), actor=ACTOR, now=NOW)
        accepted = accept(db)

    assert "Put them into use first" in words("en").say(refusal.value.message)
    assert accepted == 2


def test_rules_that_were_used_once_are_tried_like_any_other(database: Database, world: Stage) -> None:
    one, other = (HouseRules(weights=replace(Weights(), fair=points)) for points in (5, 7))
    with database.write() as db:
        first = write(db, one, source=SOURCE, actor=ACTOR, now=NOW)
        ruling.use(db, first, actor=ACTOR, now=NOW)
        ruling.use(db, write(db, other, source=SOURCE, actor=ACTOR, now=NOW), actor=ACTOR, now=NOW + HOUR)
        plan = actions.attempt(db, first, seconds=20, actor=ACTOR, now=NOW)
        before = queries.is_trial(db, plan)
        ruling.use(db, first, actor=ACTOR, now=NOW + 2 * HOUR)

        assert (before, queries.is_trial(db, plan)) == (True, False)


def test_who_takes_no_part_any_more_is_not_part_of_the_plan_before(database: Database, world: Stage) -> None:
    first = _planned(database)
    with database.write() as db:
        gone, stays = [row for row in rows(db, first) if row.match]
        assert gone.match
        db.get_one(Expert, int(gone.match["panel"][0])).active = False
    second = _planned(database)

    assert list(unpacked(plan_of(database, second).inputs or b"").tentative) == [str(stays.request_id)]


def test_a_plan_that_was_lost_for_good_keeps_nobody_from_making_another(database: Database, world: Stage) -> None:
    with database.write() as db:
        lost = actions.want(db, seconds=20, is_here=True, actor=ACTOR, now=NOW)
        lost.attempts = 3
        db.flush()
        with pytest.raises(Refusal):
            actions.want(db, seconds=20, actor=ACTOR, now=NOW + timedelta(seconds=59))
        actions.want(db, seconds=20, actor=ACTOR, now=NOW + timedelta(seconds=60))

        assert lost.state is PlanState.FAILED


def test_a_plan_keeps_what_the_one_before_has_planned(database: Database, world: Stage) -> None:
    first, second = (_planned(database) for _ in range(2))

    before, after = (unpacked(plan_of(database, each).inputs or b"") for each in (first, second))
    with database.read() as db:
        planned = {str(row.request_id): row.starts_at for row in rows(db, first) if row.match}
        starts = [[row.starts_at for row in rows(db, each)] for each in (first, second)]
    assert before.tentative == {}
    assert {key: match.start for key, match in after.tentative.items()} == planned
    assert starts[0] == starts[1]
    kept = 2 * (Weights().stable_start + Weights().stable_expert)
    assert plan_of(database, second).score == plan_of(database, first).score + kept


def test_what_was_refused_or_asked_for_otherwise_binds_no_later_plan(database: Database, world: Stage) -> None:
    first = _planned(database)
    with database.write() as db:
        refused, changed = [row for row in rows(db, first) if row.match]
        actions.refuse(db, queries.by_id(db, first), [refused.request_id], actor=ACTOR, now=NOW)
        request = next(each for each in world.requests if each.id == changed.request_id)
        db.merge(request).version += 1
    second = _planned(database)

    assert unpacked(plan_of(database, second).inputs or b"").tentative == {}


def test_a_trial_binds_no_later_plan(database: Database, world: Stage) -> None:
    same = HouseRules(weights=replace(Weights(), fair=4))
    beside, _ = attempt(database, same)
    work(database)
    third = _planned(database)

    with database.read() as db:
        assert queries.before(db, db.get_one(MatchPlan, third)).id == beside  # type: ignore[union-attr]
        assert in_use(db).version is None


def _planned(database: Database) -> int:
    with database.write() as db:
        number = actions.want(db, seconds=20, actor=ACTOR, now=NOW).id
    making.run_plan(database, number, lambda: NOW)
    return number
