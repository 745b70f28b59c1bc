"""Consecutive interpreting: longer, with its own people, on the floor of any room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medixchange.matching.explain import explain
from medixchange.matching.hours import possible_hours
from medixchange.matching.match import Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.relaxations import relaxations
from medixchange.matching.repair import repairs
from medixchange.matching.score import score
from medixchange.matching.sides import Sides
from medixchange.messages import say
from medixchange.policies.values import Policy
from tests.matching.worlds import (
    RWANDAN,
    TEAMS,
    at,
    expert,
    held,
    interpreted,
    interpreter,
    mask,
    refused,
    request,
    room,
    world,
)

PAIR = tuple(interpreter(name, simultaneous=False, consecutive=True) for name in ("i1", "i2"))
ROUTE = Route("consecutive", "zh", "rw", (Team("zh", "rw", ("i1", "i2")),))
TWO_HOURS = Match("r", at(0), 120, ("e1",), ROUTE, "room")


def in_passages(**facts: object) -> Problem:
    """An hour in Kinyarwanda for which there are two who interpret consecutively, and a room without channels."""
    plain = {
        "requests": (RWANDAN,),
        "experts": (expert(speaking={"zh": 5}),),
        "interpreters": PAIR,
        "rooms": (room(channels=0),),
        "policy": Policy(team_sizes=TEAMS),
    }
    return world(**{**plain, **facts})


def test_an_hour_takes_two_and_needs_no_channel() -> None:
    problem = in_passages()

    assert refused(TWO_HOURS, problem) == []
    (best, *_) = search(problem, "r").matches
    assert replace(best.match, start=TWO_HOURS.start) == TWO_HOURS


def test_an_hour_in_passages_is_too_short() -> None:
    ((rule, kind, words),) = refused(replace(TWO_HOURS, minutes=60), in_passages())

    assert (rule, kind) == ("H6", "minutes")
    assert words == say("Interpreted consecutively it takes %(minutes)s minutes.", minutes=120)


def test_those_who_only_interpret_simultaneously_do_not() -> None:
    one_way = (PAIR[0], replace(PAIR[1], simultaneous=True, consecutive=False))

    problem = in_passages(interpreters=one_way)

    assert [(rule, kind) for rule, kind, _ in refused(TWO_HOURS, problem)] == [("H7", "consecutive")]
    assert search(problem, "r").matches == ()


def test_one_alone_is_too_few() -> None:
    alone = replace(TWO_HOURS, route=replace(ROUTE, legs=(Team("zh", "rw", ("i1",)),)))

    assert [(rule, kind) for rule, kind, _ in refused(alone, in_passages())] == [("H6", "team")]


def test_it_is_worth_less_than_simultaneous_by_the_house_rules() -> None:
    problem = in_passages()
    (best, *_) = search(problem, "r").matches

    points = next(each.points for each in best.score.parts if each.id == "S2")

    assert points == 60 + 2 * 10 - 30


def test_it_is_taken_only_where_simultaneous_interpreting_is_worse() -> None:
    both = (*PAIR, interpreter("i3"), interpreter("i4"))

    problem = in_passages(interpreters=both, rooms=(room(),))

    assert search(problem, "r").matches[0].match.route.mode == "interpreter"
    assert search(replace(problem, rooms=(room(channels=0),)), "r").matches[0].match.route.mode == "consecutive"


def test_the_house_can_forbid_it() -> None:
    problem = in_passages(policy=Policy(team_sizes=TEAMS, consecutive=False))

    assert search(problem, "r").matches == ()


def test_it_does_not_fit_before_a_deadline_that_an_hour_meets() -> None:
    short = replace(request(audience={"rw": 5}), deadline=at(1))

    assert search(in_passages(requests=(short,)), "r").matches == ()


def test_the_house_refuses_what_it_forbids_but_for_a_session_that_stands() -> None:
    forbidden = in_passages(policy=Policy(team_sizes=TEAMS, consecutive=False))

    ((rule, kind, words),) = refused(TWO_HOURS, forbidden)

    assert (rule, kind) == ("H6", "consecutively")
    assert words == say("Sessions are not interpreted consecutively here.")
    assert refused(TWO_HOURS, agreed(forbidden, TWO_HOURS)) == []


@pytest.mark.parametrize("changed", [{"consecutive": False}, {"consecutive_percent": 300}, {"consecutive_team": 3}])
def test_a_session_that_is_mended_at_its_hour_stays_consecutive_whatever_the_house_wants_now(changed: Any) -> None:
    third = interpreter("i3", simultaneous=False, consecutive=True)
    away = replace(PAIR[1], masks=(mask("leave", ()),))
    problem = in_passages(interpreters=(PAIR[0], away, third), policy=Policy(team_sizes=TEAMS, **changed))
    standing = replace(TWO_HOURS, start=at(6))

    mended = repairs(agreed(problem, standing), standing).same_hour

    assert mended is not None
    assert (mended.match.minutes, mended.match.route.interpreters) == (120, ("i1", "i3"))


@pytest.mark.parametrize("changed", [{"consecutive": False}, {"consecutive_percent": 300}, {"consecutive_team": 3}])
def test_it_can_move_as_it_is_whatever_the_house_wants_now(changed: Any) -> None:
    problem = in_passages(policy=Policy(team_sizes=TEAMS, **changed))

    hours = possible_hours(agreed(problem, TWO_HOURS), TWO_HOURS)

    assert hours == possible_hours(in_passages(), TWO_HOURS) != []
    assert possible_hours(problem, TWO_HOURS) == []


def agreed(problem: Problem, standing: Match) -> Problem:
    """The problem in which the request has the session ``standing``."""
    return replace(problem, requests=tuple(replace(each, agreed=standing.agreed) for each in problem.requests))


def test_an_hour_is_not_kept_by_a_session_that_runs_longer() -> None:
    an_hour = replace(TWO_HOURS, minutes=60, route=interpreted("i1"))
    problem = in_passages(tentative={"r": an_hour})

    (part,) = (each for each in score(TWO_HOURS, problem).parts if each.id == "S10")

    assert part.points == problem.weights.stable_expert


def test_a_confirmed_session_keeps_its_manner_where_both_take_as_long() -> None:
    both = tuple(replace(each, simultaneous=True) for each in PAIR)
    policy = Policy(team_sizes=((480, 2),), consecutive_percent=100)
    stands = replace(TWO_HOURS, minutes=60)
    other = replace(stands, route=replace(ROUTE, mode="interpreter"))
    session = held(0, fixed=stands, hospital="h", experts=("e1",), interpreters=("i1", "i2"), room="room")
    problem = in_passages(interpreters=both, rooms=(room(),), policy=policy, held=(session,))

    assert refused(stands, problem) == []
    assert [rule for rule, *_ in refused(other, problem)] == ["H10"]


def test_somebody_on_leave_is_asked_for_the_longer_session_too() -> None:
    away = replace(PAIR[1], masks=(mask("leave", ()),))

    offered = relaxations(Sides(in_passages(interpreters=(PAIR[0], away)), "r"))

    assert ("asked", ("i2",), ("leave",)) in {
        (step.kind, step.who, step.what) for each in offered for step in each.steps
    }


def test_there_is_never_a_match_where_both_hours_and_people_are_of_different_manners() -> None:
    an_hour = replace(RWANDAN, deadline=at(1))

    assert explain(in_passages(requests=(an_hour,)), "r").never
