"""In a plan for all the requests of a series go by each other, not only by what stood before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from medixchange.availability.models import LeavePeriod
from medixchange.db import Database
from medixchange.matching.score import score
from medixchange.plans import replaying
from medixchange.plans.inputs import unpacked
from medixchange.plans.reading import value_in
from medixchange.policies.values import HouseRules, Weights
from tests import make
from tests.matching.weekly import Stage
from tests.plans.stage import plan_of, planned, rows
from tests.plans.test_trying import attempt, work


@pytest.fixture
def stage(database: Database) -> Stage:
    """A weekly series of four, of which every session is proposed at another hour with another expert."""
    with database.write() as db:
        stage = Stage(db, make.hospital(db))
        for place, (hour, expert) in enumerate(((9, 2), (10, 3), (11, 1)), start=1):
            stage.propose(db, place, hour, expert)
        return stage


def kept(database: Database, stage: Stage, number: int) -> tuple[Sequence[timedelta], set[tuple[str, ...]]]:
    """The hours of a plan on the day of each session, and its panels."""
    with database.read() as db:
        found = [value_in(row) for row in rows(db, number)]
    places = {str(each.id): place for place, each in enumerate(stage.requests, start=1)}
    hours = {each.start - stage.at(places[each.request], 0) for each in found}
    return sorted(hours), {each.panel for each in found}


def test_all_of_a_series_are_planned_at_one_hour_with_one_panel_and_the_reason_says_so(
    database: Database, stage: Stage
) -> None:
    number = planned(database)

    hours, panels = kept(database, stage, number)
    plan = plan_of(database, number)
    problem = unpacked(plan.inputs or b"")
    with database.read() as db:
        parts = [score(value_in(row), problem).parts[-1] for row in rows(db, number)]
    assert (plan.served, len(hours), len(panels)) == (4, 1, 1)
    assert plan.score == plan.bound
    assert {(each.id, each.points) for each in parts} == {("S10", 80)}
    assert {each.message and each.message.text for each in parts} == {
        "Keeps the hour and %(num)s expert of its series."
    }


def test_where_a_session_stands_the_others_go_by_that(database: Database, stage: Stage) -> None:
    with database.write() as db:
        stage.stand(db, 2, 11, 3)

    number = planned(database)

    three = (str(stage.experts[2].person_id),)
    assert kept(database, stage, number) == ([timedelta(hours=11)], {three})


def test_who_is_away_for_one_of_them_comes_to_the_others_and_the_hour_is_kept(database: Database, stage: Stage) -> None:
    hours, panels = kept(database, stage, planned(database))
    [(usual,)] = panels
    with database.write() as db:
        db.add(LeavePeriod(person_id=int(usual), first_day=stage.day(3), last_day=stage.day(3)))

    number = planned(database)

    with database.read() as db:
        came = [usual in value_in(row).panel for row in rows(db, number)]
    assert (kept(database, stage, number)[0], came) == (hours, [True, True, False, True])


def test_rules_that_are_tried_are_tried_on_the_same_facts(database: Database, stage: Stage) -> None:
    numbers = attempt(database, HouseRules(weights=replace(Weights(), stable_expert=25)))
    work(database)

    used, tried = (unpacked(plan_of(database, each).inputs or b"") for each in numbers)
    assert (used.tentative, used.of_series) == (tried.tentative, tried.of_series)
    assert len(used.of_series) == 4


def test_such_a_plan_can_be_made_again(database: Database, stage: Stage) -> None:
    number = planned(database)

    with database.read() as db:
        plan, problem = replaying.kept(db, number)
        *_, last = replaying.again(plan, problem)
        assert replaying.is_same(db, plan, problem, last)
