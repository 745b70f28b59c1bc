"""Consecutive interpreting: longer, with its own people, on the floor of any room."""

from __future__ import annotations

from dataclasses import replace

from medixchange.matching.match import Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.solver import search
from medixchange.messages import say
from medixchange.policies.values import Policy
from tests.matching.worlds import RWANDAN, TEAMS, at, expert, interpreter, refused, request, room, world

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


def test_a_window_of_an_hour_does_not_hold_it() -> None:
    short = replace(request(audience={"rw": 5}), deadline=at(1))

    assert search(in_passages(requests=(short,)), "r").matches == ()
