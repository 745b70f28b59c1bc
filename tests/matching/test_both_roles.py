"""Whoever teaches and interprets is one human being: at one hour in one session, in one role."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select, update

from medixchange.db import Database
from medixchange.matching.actions import want
from medixchange.matching.explain import explain
from medixchange.matching.match import Held
from medixchange.matching.models import MatchSearch, ProposedMatch, SearchState
from medixchange.matching.problem import Problem
from medixchange.matching.rules import why_not
from medixchange.matching.searching import propose
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.messages import say
from medixchange.people.models import Expert, ExpertLanguage, ExpertSpecialty, Person
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from tests.matching.worlds import (
    PEOPLE,
    RWANDAN,
    at,
    direct,
    expert,
    held,
    hospital,
    interpreted,
    interpreter,
    refused,
    request,
    room,
    world,
)
from tests.sessions.stage import MEI, NOW, set_up

BOTH = replace(expert("both"), speaking={"zh": 5})


@pytest.mark.parametrize("there", [held(12, experts=("both",)), held(12, interpreters=("both",))])
def test_a_session_in_either_role_takes_the_time_for_both(there: Held) -> None:
    teaching = world(experts=(expert("both"),), held=(there,))
    interpreting = world(
        requests=(RWANDAN,), experts=(expert(), BOTH), interpreters=(interpreter("both"),), held=(there,)
    )

    assert [rule for rule, *_ in refused(direct(12, "both"), teaching)] == ["H5"]
    assert [rule for rule, *_ in refused(direct(12, route=interpreted("both")), interpreting)] == ["H7"]
    assert not Search(teaching, "r").starts >> 12 & 1


def test_whoever_interprets_that_day_is_asked_whether_they_would_give_one_more_session() -> None:
    asked = request(earliest=at(12), deadline=at(13))
    busy = world(requests=(asked,), experts=(expert("both", max_day=1),), held=(held(20, interpreters=("both",)),))

    offered = [step.message for each in explain(busy, "r").relaxations for step in each.steps]

    assert say("if %(name)s gave one more session", name="BOTH") in offered


def only_one() -> Problem:
    """Nobody else teaches what is asked, or interprets."""
    return world(requests=(RWANDAN,), experts=(BOTH,), interpreters=(interpreter("both"),))


def test_nobody_is_on_the_panel_and_interprets_in_one_session() -> None:
    problem = only_one()

    assert [reason.kind for reason in why_not(direct(12, "both", route=interpreted("both")), problem)] == ["panel"]
    assert Search(problem, "r").starts == Sides(problem, "r").possible() == 0
    assert [plan.matches for plan in plans(Order(problem))][-1:] == [()]


def test_whoever_could_teach_it_too_leaves_interpreting_to_others() -> None:
    problem = replace(only_one(), interpreters=(interpreter("both"), *PEOPLE))

    _, match = next(Search(problem, "r").ranked())

    assert (match.panel, match.route.interpreters) == (("both",), ("i1",))


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_has_them_in_two_sessions_at_once(seed: int) -> None:
    # At one hour they could teach lungs, or interpret about kidneys, which somebody else teaches.
    one_hour = {"earliest": at(12), "deadline": at(13), "panel_max": 1}
    problem = world(
        hospitals=(hospital(), hospital(id="h2")),
        requests=(
            request(id="teach", **one_hour),
            request(id="interpret", hospital="h2", audience={"rw": 5}, specialties=("kidneys",), **one_hour),
        ),
        experts=(expert("both"), expert("other", specialties={"kidneys": 2}, speaking={"zh": 5})),
        interpreters=(interpreter("both"),),
        rooms=(room("room1"), room("room2")),
    )

    found = list(plans(Order(problem, seed=seed)))

    assert [len(plan.matches) for plan in found] == [1] * len(found)
    assert found[-1].is_best


def test_where_nobody_else_could_either_the_search_ends_without_a_proposal(database: Database) -> None:
    with database.write() as db:
        stage = set_up(db)
        mei = db.exec(select(Person).where(Person.name == MEI)).one()
        db.exec(update(Expert).values(active=False))
        db.add(Expert(person_id=mei.id, notice_hours=0))
        db.flush()
        db.add(ExpertSpecialty(expert_id=mei.id, specialty="intensive-care", level=3))
        db.add(ExpertLanguage(expert_id=mei.id, language="zh-Hans", speaking=5, listening=5))
        search = want(db, stage.request, now=NOW).id

    propose(database, search, now=NOW)

    with database.read() as db:
        assert db.get_one(MatchSearch, search).state is SearchState.DONE
        assert db.exec(select(ProposedMatch).where(ProposedMatch.search_id == search)).all() == []
