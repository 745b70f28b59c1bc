"""A plan against today: what changes for each request, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from medixchange.i18n import words
from medixchange.matching.format import read_instance
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.rules import why_not
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from medixchange.plans.gains import gains_from_json, gains_to_json
from medixchange.plans.today import Change, Row, compared

S1 = Path(__file__).parents[1] / "matching" / "S1.json"


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Twenty requests, of which fifteen can be served."""
    return read_instance(json.loads(S1.read_text()))


@pytest.fixture(scope="module")
def plan(problem: Problem) -> dict[str, Match]:
    """The best plan."""
    *_, last = plans(Order(problem))
    return {match.request: match for match in last.matches}


def row(problem: Problem, plan: dict[str, Match], request: str, today: Match | None) -> Row:
    """What is said of one request that had one proposal."""
    known = replace(problem, requests=tuple(each for each in problem.requests if each.id in {*plan, request}))
    rows = compared(known, plan, {request: today} if today else {})
    return next(each for each in rows if each.request.id == request)


def told(row: Row) -> list[str]:
    """Why, in English."""
    return [words("en").say(each) for each in row.why]


def test_what_had_no_proposal_is_new_and_what_has_the_same_is_the_same(
    problem: Problem, plan: dict[str, Match]
) -> None:
    for request, match in plan.items():
        new, same = row(problem, plan, request, None), row(problem, plan, request, match)

        assert (new.change, new.why, new.match) == (Change.NEW, (), match)
        assert (same.change, same.why) == (Change.SAME, ())
        assert new.score is not None


def test_another_hour_people_or_room_is_told_apart(problem: Problem, plan: dict[str, Match]) -> None:
    request, match = next((key, each) for key, each in plan.items() if each.route.mode == "direct")
    others = {
        Change.HOUR: replace(match, start=match.start + timedelta(days=1)),
        Change.PEOPLE: replace(match, panel=("e-other",)),
        Change.ROOM: replace(match, room="room-other"),
    }
    known = replace(
        problem,
        experts=(*problem.experts, replace(problem.expert[match.panel[0]], id="e-other", name="Somebody")),
        rooms=(*problem.rooms, replace(problem.rooms[0], id="room-other")),
    )

    found = {change: row(known, plan, request, before).change for change, before in others.items()}

    assert found == {change: change for change in others}


def test_the_reason_is_who_of_the_plan_is_in_the_way(problem: Problem, plan: dict[str, Match]) -> None:
    """What could be if there were no plan, and takes people or a room of another request of it, is told that one."""
    hospitals = {key: problem.hospital[problem.request[key].hospital].name for key in plan}
    tried = [
        (request, taken, replace(match, start=taken.start, panel=taken.panel))
        for (request, match), taken in product(plan.items(), plan.values())
        if taken.request != request
    ]
    possible = [each for each in tried if not why_not(each[2], problem)]

    assert possible
    for request, taken, before in possible:
        assert any(hospitals[taken.request] in each for each in told(row(problem, plan, request, before)))


def test_a_room_is_no_reason_for_another_hour_while_another_one_is_free(
    problem: Problem, plan: dict[str, Match]
) -> None:
    """Every planned session is in one room, and a request had that room at the hour of another's session."""
    room_ = problem.rooms[0]
    taken = {key: replace(each, room=room_.id) for key, each in plan.items()}
    one_room = replace(problem, rooms=(room_,))
    two_rooms = replace(problem, rooms=(room_, replace(room_, id="room-other", name="Another room")))
    only_the_room = [
        (key, before)
        for (key, match), other in product(taken.items(), taken.values())
        if key != other.request and not why_not(before := replace(match, start=other.start), two_rooms)
        if told(row(one_room, taken, key, before))[0].startswith(f"{room_.name} is taken")
    ]

    assert only_the_room
    for key, before in only_the_room:
        assert row(two_rooms, taken, key, before).change is Change.HOUR
        assert not any(room_.name in each for each in told(row(two_rooms, taken, key, before)))


def test_a_proposal_that_could_still_be_is_told_by_its_points(problem: Problem, plan: dict[str, Match]) -> None:
    alone = {key: plan[key] for key in list(plan)[:1]}
    [(request, match)] = alone.items()
    worse = next(
        each
        for days in range(1, 60)
        if not why_not(each := replace(match, start=match.start + timedelta(days=days)), problem)
    )

    better, other = row(problem, alone, request, worse), row(problem, {request: worse}, request, match)

    assert told(better)[0].startswith("It is worth ")
    assert told(other) == ["So other requests can be served better."]


def test_the_terms_that_differ_are_named_the_largest_first_and_add_up(problem: Problem, plan: dict[str, Match]) -> None:
    """Whatever a proposal was, and whatever of the plan is in its way by now."""
    for (request, match), taken in product(plan.items(), plan.values()):
        before = replace(match, start=taken.start, panel=taken.panel)
        found = row(problem, plan, request, before).gains

        if before.identity == match.identity:
            assert found is None
            continue
        assert found is not None
        assert sum(each.points for each in found.terms) == found.more == found.planned - found.before
        assert [abs(each.points) for each in found.terms] == sorted(
            (abs(it.points) for it in found.terms), reverse=True
        )
        assert all(each.points and (each.planned or each.before) for each in found.terms)
        assert gains_from_json(json.loads(json.dumps(gains_to_json(found)))) == found


def test_what_the_earlier_plan_kept_is_among_the_terms(problem: Problem, plan: dict[str, Match]) -> None:
    request, match = next(iter(plan.items()))
    before = replace(match, start=match.start + timedelta(days=7))
    kept = replace(problem, tentative={request: before})

    found = row(kept, plan, request, before).gains

    assert found is not None
    of_term = {each.id: each for each in found.terms}
    assert of_term["S10"].points == -problem.weights.stable_start
    assert of_term["S7"].points > 0
    assert words("en").say(of_term["S10"].before or "").startswith("Keeps the hour and ")


def test_each_request_that_is_not_served_is_told_why(problem: Problem, plan: dict[str, Match]) -> None:
    left = [each for each in compared(problem, plan, {}) if each.change is Change.UNSERVED]

    assert len(left) == len(problem.requests) - len(plan)
    assert all(each.match is None and each.score is None and each.why for each in left)


def test_what_there_was_no_time_for_is_told_so(problem: Problem, plan: dict[str, Match]) -> None:
    request = next(iter(plan))

    found = row(problem, {}, request, None)

    assert told(found) == ["There was no time to find it a place; let the next plan take longer."]
