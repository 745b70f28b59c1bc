"""A problem that is written as an instance and read again is planned as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from medixchange.errors import Refusal
from medixchange.matching.format import read_instance
from medixchange.matching.format_write import write_instance
from medixchange.matching.match import Agreed
from medixchange.matching.presence import joined
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Window
from medixchange.matching.resources import Mask
from medixchange.planning.making import plans
from medixchange.planning.plan import Order, Plan
from tests.planning.cases import case, expert, hospital, request
from tests.planning.draws import drawn

SOME = [*range(6), *(pytest.param(each, marks=pytest.mark.sweep) for each in range(6, 60))]


def again(problem: Problem) -> Problem:
    """The problem, written and read."""
    return read_instance(json.loads(json.dumps(write_instance(problem))))


def last(problem: Problem) -> Plan:
    """The best plan."""
    *_, found = plans(Order(problem))
    return found


@pytest.mark.parametrize("seed", SOME)
def test_a_problem_that_was_written_is_planned_as_before(seed: int) -> None:
    problem = read_instance(drawn(seed))

    read = again(problem)

    assert replace(last(read), inputs="") == replace(last(problem), inputs="")
    assert (read.requests, read.held, read.tentative) == (problem.requests, problem.held, problem.tentative)
    for kind in ("hospitals", "experts", "interpreters"):
        for one, other in zip(getattr(problem, kind), getattr(read, kind), strict=True):
            assert joined(one.masks, problem.grid) == joined(other.masks, read.grid)
    assert write_instance(read) == write_instance(problem)


def test_what_the_format_has_no_words_for_is_kept_by_keys_of_our_own() -> None:
    start = "2027-03-08T00:00Z"
    given = case(hospitals=[hospital(1)], experts=[expert(1)], requests=[request(1, start, "2027-03-14T00:00Z")])
    problem = read_instance(given)
    first = problem.grid.start
    window = Window(slots=0b1100, weight=70, minutes=(60, 120), day=first.date())
    asked = replace(problem.requests[0], windows=(window,), windows_only=True, interpreting=False, seats=9)
    rooms = (replace(problem.rooms[0], seats=5), replace(problem.rooms[1], seats=20, channels=1))
    special = replace(
        problem,
        requests=(asked,),
        rooms=rooms,
        policy=replace(problem.policy, team_sizes=((40, 1), (240, 2))),
        experts=(replace(problem.experts[0], masks=(Mask("busy", ~0b100 & problem.grid.full),)),),
    )

    wanted, allowed = last(again(special)), last(replace(special, experts=problem.experts))
    (written,) = write_instance(special)["requests"]

    assert [each["weekday"] for each in written["windows"]] == [first.weekday()]

    assert again(special).requests == special.requests
    assert again(special).policy.team_sizes == special.policy.team_sizes
    assert wanted.matches == ()
    assert [(match.start - first, match.room) for match in allowed.matches] == [(timedelta(hours=1), "room-2")]


def test_a_request_whose_dates_are_over_is_written_as_one_that_cannot_be_served() -> None:
    start = "2027-03-08T00:00Z"
    given = case(hospitals=[hospital(1)], experts=[expert(1)], requests=[request(1, start, "2027-03-14T00:00Z")])
    problem = read_instance(given)
    over = replace(problem.requests[0], deadline=problem.grid.start - timedelta(days=1))

    read = again(replace(problem, requests=(over,)))

    assert last(read).matches == ()


def test_how_a_session_that_stands_is_interpreted_is_kept() -> None:
    problem = read_instance(drawn(0))
    agreed = Agreed(team=2, consecutive=True, minutes=120)
    asked = (replace(problem.requests[0], agreed=agreed), *problem.requests[1:])

    assert again(replace(problem, requests=asked)).requests == asked


def test_an_earlier_plan_keeps_its_length_and_those_who_are_still_there() -> None:
    problem = read_instance(drawn(0))
    key, earlier = next(iter(problem.tentative.items()))
    gone = replace(earlier, minutes=4 * earlier.minutes, panel=("gone", *earlier.panel))

    read = again(replace(problem, tentative={key: gone})).tentative[key]

    assert (read.end, read.panel) == (gone.end, earlier.panel)


@pytest.mark.parametrize("what", ["weeks", "rooms", "room"])
def test_what_cannot_be_written_is_refused(what: str) -> None:
    problem = read_instance(drawn(0))
    unsaid = {
        "weeks": replace(problem, grid=replace(problem.grid, slots=problem.grid.slots - 1)),
        "rooms": replace(problem, rooms=()),
        "room": replace(problem, rooms=(replace(problem.rooms[0], masks=(Mask("hours", 1),)),)),
    }

    with pytest.raises(Refusal):
        write_instance(unsaid[what])
