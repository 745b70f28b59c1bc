"""The search is exact: it agrees with trying everything."""

from __future__ import annotations

import pytest
from hypothesis import given

from medixchange.matching.match import Route
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.rules import why_not
from medixchange.matching.solver import Search
from medixchange.times.grid import slots_of
from tests.matching import oracle
from tests.matching.worlds import at, direct, expert, held, request, room, world, worlds
from tests.thoroughness import examples

THOROUGH = examples(60)


@THOROUGH
@given(worlds())
def test_the_search_agrees_with_trying_everything(problem: Problem) -> None:
    best: dict[int, int] = {}
    for match in oracle.every_match(problem):
        slot = problem.grid.slot(match.start)
        best[slot] = max(best.get(slot, 0), sum(oracle.points(match, problem).values()))

    finder = Search(problem, "r")

    assert list(slots_of(finder.starts)) == sorted(best)
    assert {problem.grid.slot(match.start): points for points, match in finder.ranked()} == best
    assert [points for points, _ in finder.ranked()] == sorted(best.values(), reverse=True)


@THOROUGH
@given(worlds())
def test_every_proposal_keeps_every_rule_and_is_worth_what_it_says(problem: Problem) -> None:
    found = search(problem, "r")

    for ranked in found.matches:
        told = {part.id: part.points for part in ranked.score.parts}
        assert (oracle.broken(ranked.match, problem), why_not(ranked.match, problem)) == (set(), [])
        assert (told, ranked.score.total) == (oracle.points(ranked.match, problem), sum(told.values()))
        assert 0 <= ranked.score.fit <= 100


@THOROUGH
@given(worlds())
def test_proposals_are_few_different_and_begin_with_the_best(problem: Problem) -> None:
    found = search(problem, "r", limit=3)

    totals = [ranked.score.total for ranked in found.matches]
    assert totals == sorted(totals, reverse=True)
    assert totals[:1] == [points for points, _ in list(Search(problem, "r").ranked())[:1]]
    assert len(totals) <= 3
    for n, one in enumerate(found.matches):
        for other in found.matches[:n]:
            apart = one.match.end <= other.match.start or other.match.end <= one.match.start
            assert apart or not set(one.match.panel) & set(other.match.panel)


def test_a_confirmed_session_is_the_only_match_of_its_request() -> None:
    fixed = direct(20)
    problem = world(held=(held(20, hospital="h", experts=("e1",), room="room", fixed=fixed),))

    found = search(problem, "r")

    assert ([each.match for each in found.matches], list(slots_of(found.starts))) == ([fixed], [20])


def test_the_smallest_room_that_will_do_is_taken() -> None:
    rooms = (room("hall"), room("large", seats=300), room("small", seats=30), room("tiny", seats=10))

    found = search(world(rooms=rooms, requests=(request(seats=20),)), "r")

    assert {each.match.room for each in found.matches} == {"small"}


def test_of_rooms_of_one_size_that_with_fewer_channels_is_taken_and_one_without_a_limit_last() -> None:
    rooms = (room("any"), room("two", channels=2), room("none", channels=0))

    found = search(world(rooms=rooms), "r")

    assert {each.match.room for each in found.matches} == {"none"}


def test_among_equals_the_first_by_id_and_the_earliest_hour_are_taken() -> None:
    found = search(world(experts=(expert("e2"), expert("e1"))), "r", limit=1)

    best = found.matches[0].match
    # 09:00 in Kigali is 15:00 in Beijing: the first hour inside everybody's working day.
    assert (best.panel, best.start, best.route) == (("e1",), at(3), Route("direct", "en", "en"))


def test_an_unknown_request_is_no_request() -> None:
    with pytest.raises(KeyError):
        search(world(), "nobody's")


def test_a_session_may_end_with_the_horizon_and_not_later() -> None:
    problem = world(requests=(request(minutes=120, earliest=at(27)),))

    finder = Search(problem, "r")

    assert [match.start for _, match in finder.ranked()] == [at(27), at(28)]
