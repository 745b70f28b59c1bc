"""At short notice people are asked for a session's own hour alone, and the plan that mends is the best there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from medixchange.matching.match import Match
from medixchange.matching.opened import hurried_by
from medixchange.matching.presence import is_hurried
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Expert, Mask
from medixchange.matching.rules import why_not
from medixchange.matching.score import score_plan
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.planning.plan import Order
from medixchange.planning.running import run
from medixchange.plans.mending import as_rated, to_mend
from medixchange.plans.today import held_of
from medixchange.policies.values import Weights
from tests.matching.worlds import FULL, SLOTS, at, direct, expert, hospital, mask, request, room, slots, world

HOSPITALS = ("h0", "h1")
LONG = Mask("notice", FULL & ~slots(range(20)))
"""Whoever has it wants to be asked for slot 20 or later."""
Figures = tuple[int, int, int, int]


def broken(number: int) -> tuple[Problem, dict[str, Match]]:
    """Two sessions of some of five experts, two of whom are ill, and of whom some want long notice."""
    chance = Random(f"broken-{number}")
    starts = [chance.choice((10, 11, 12)) for _ in HOSPITALS]
    panels = chance.sample(range(5), 2)
    ill = [Mask("busy", FULL & ~slots(range(9, 14)))]
    people = tuple(
        expert(
            f"e{who}",
            masks=(
                *(ill if who in panels else []),
                *((LONG,) if chance.random() < 0.6 else ()),
                mask("hours", sorted(chance.sample(range(9, SLOTS), 12)) + starts),
            ),
            max_day=chance.choice((1, 1, 2)),
            specialties={"lungs": chance.randint(1, 3)},
        )
        for who in range(5)
    )
    standing = {
        f"r{place}": direct(start, f"e{who}", request=f"r{place}", room=f"room{place}")
        for place, (start, who) in enumerate(zip(starts, panels, strict=True))
    }
    asked = tuple(
        request(
            id=f"r{place}",
            hospital=each,
            urgency=chance.choice((1, 3)),
            panel_max=1,
            earliest=at(8),
            deadline=at(16 if number % 2 else 24),
        )
        for place, each in enumerate(HOSPITALS)
    )
    found = world(
        hospitals=tuple(hospital(id=each) for each in HOSPITALS),
        requests=asked,
        experts=people,
        rooms=(room("room0"), room("room1")),
    )
    return found, standing


def some(problem: Problem, request_id: str) -> list[Match]:
    """Every session that one request could have."""
    found = (
        direct(slot, each.id, request=request_id, room=f"room{request_id[1:]}")
        for slot, each in product(range(SLOTS), problem.experts)
    )
    return [match for match in found if not why_not(match, problem)]


def plans(problem: Problem) -> Iterator[Sequence[Match]]:
    """Every plan for the two requests."""
    first, second = ([None, *some(problem, each)] for each in ("r0", "r1"))
    for one, other in product(first, second):
        chosen = [each for each in (one, other) if each is not None]
        beside = replace(problem, held=(held_of(one, problem),)) if one else problem
        if not (one and other) or not why_not(other, beside):
            yield chosen


def new(match: Match, before: Match) -> frozenset[str]:
    """Who was not asked for the session that stands."""
    return match.people - before.people


def figures(plan: Sequence[Match], given: Problem, standing: dict[str, Match]) -> Figures:
    """How many are mended, at their own hours, with how few hurried, with how many of their people."""
    mended = [(each, standing[each.request]) for each in plan]
    return (
        len(plan),
        sum(each.start == before.start for each, before in mended),
        -sum(is_hurried(given.expert[who], each.start, given.grid) for each, was in mended for who in new(each, was)),
        sum(len(each.people & before.people) for each, before in mended),
    )


def best(problem: Problem) -> Sequence[Match]:
    """The best plan."""
    with closing(run(Order(problem), seconds=20)) as found:
        *_, plan = found
    assert plan.score == plan.bound == score_plan(plan.matches, problem)
    return plan.matches


@pytest.mark.parametrize("number", range(12))
def test_no_other_plan_mends_more_or_hurries_fewer(number: int) -> None:
    given, standing = broken(number)
    problem = to_mend(given, standing)

    mended = best(problem)

    every = list(plans(problem))
    assert score_plan(mended, problem) == max(score_plan(each, problem) for each in every)
    assert figures(mended, given, standing) == max(figures(each, given, standing) for each in every)


def test_some_of_these_hurry_somebody_and_some_move() -> None:
    found = []
    for number in range(12):
        given, standing = broken(number)
        problem = to_mend(given, standing)
        mended = max(plans(problem), key=lambda each: score_plan(each, problem))
        found.append(figures(mended, given, standing))

    assert {hurried for _, _, hurried, _ in found} >= {0, -1}
    assert {served - kept for served, kept, _, _ in found} >= {0, 1}


@pytest.mark.parametrize("number", range(12))
def test_what_is_possible_is_the_same_however_it_is_asked(number: int) -> None:
    problem = to_mend(*broken(number))

    for each in ("r0", "r1"):
        slots_of_some = {problem.grid.slot(match.start) for match in some(problem, each)}
        assert Search(problem, each).starts == slots(slots_of_some) == Sides(problem, each).possible()


def test_by_the_house_rules_asking_at_short_notice_costs_nothing_and_is_possible_still() -> None:
    late = expert("e2", masks=(LONG,))
    given = world(experts=(expert("e1", masks=(mask("leave", ()),)), late))
    problem = to_mend(given, {"r": direct(12)})
    rated = as_rated(problem, Weights())

    match = direct(12, "e2")
    parts = {name: score_plan([match], which) for name, which in (("mended", problem), ("rated", rated))}
    assert (why_not(match, rated), why_not(match, given) != []) == ([], True)
    assert parts["mended"] - score_plan([match], replace(problem, hurry=0)) == -(problem.hurry or 0)
    assert parts["rated"] == score_plan([match], replace(rated, hurry=None, experts=(replace(late, masks=()),)))


ASKED = direct(12, "e0", request="r0", room="room0")
"""A session for which e0, who wants long notice, was asked long ago; its hospital is closed then by now."""


def beside_it(slot: int, *others: Expert) -> tuple[Problem, dict[str, Match]]:
    """Another session at ``slot`` is to be mended with it, which its expert, e1, cannot come to."""
    shut, asked = hospital(id="h0", masks=(Mask("holiday", FULL & ~slots([12])),)), request(panel_max=1)
    people = (expert("e0", masks=(LONG,), specialties={"lungs": 3}), expert("e1", masks=(mask("leave", ()),)), *others)
    given = world(
        hospitals=(shut, hospital(id="h1")),
        requests=tuple(replace(asked, id=f"r{place}", hospital=each) for place, each in enumerate(HOSPITALS)),
        experts=people,
        rooms=(room("room0"), room("room1")),
    )
    standing = {"r0": ASKED, "r1": direct(slot, "e1", request="r1", room="room1")}
    return given, standing


def test_whoever_was_asked_long_ago_for_one_session_is_hurried_for_another_at_that_hour() -> None:
    problem = to_mend(*beside_it(12, expert("e2", specialties={"lungs": 1})))
    by_e0, by_e2 = (direct(12, who, request="r1", room="room1") for who in ("e0", "e2"))

    mended = best(problem)

    assert (why_not(by_e0, problem), why_not(by_e2, problem)) == ([], [])
    assert [[who.id for who in hurried_by(each, problem)] for each in (by_e0, by_e2, ASKED)] == [["e0"], [], []]
    assert [(each.start, each.panel) for each in mended if each.request == "r1"] == [(at(12), ("e2",))]


def test_no_other_session_moves_to_the_hour_for_which_somebody_was_asked_long_ago() -> None:
    problem = to_mend(*beside_it(16))

    moved = direct(12, "e0", request="r1", room="room1")
    assert [reason.kind for reason in why_not(moved, problem)] == ["notice"]
    assert not Search(problem, "r1").starts >> 12 & 1
    assert "e0" not in {who for each in best(problem) if each.start == at(12) for who in each.panel}
