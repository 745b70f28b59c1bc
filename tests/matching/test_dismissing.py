"""What was taken off the desk is not proposed again, and hides nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from medixchange.matching.fingerprint import fingerprint
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.resources import Expert
from medixchange.times.grid import slots_of
from tests.matching import oracle
from tests.matching.worlds import (
    RWANDAN,
    at,
    direct,
    expert,
    held,
    interpreted,
    interpreter,
    request,
    world,
    worlds,
)
from tests.thoroughness import examples


def proposed(problem: Problem, *dismissed: Match) -> list[tuple[str, ...]]:
    """The panels of what is proposed at 09:00, the best first."""
    found = search(problem, "r", limit=50, dismissed=dismissed).matches
    return [each.match.panel for each in found if each.match.start == at(3)]


@examples(40)
@given(worlds(), st.data())
def test_the_best_of_all_that_was_not_dismissed_comes_first(problem: Problem, data: st.DataObject) -> None:
    every = list(oracle.every_match(problem))
    best_ones = sorted(every, key=lambda each: -sum(oracle.points(each, problem).values()))[:12]
    taken_off = data.draw(st.lists(st.sampled_from(best_ones), max_size=5)) if best_ones else []

    found = search(problem, "r", dismissed=taken_off).matches

    left = [
        sum(oracle.points(each, problem).values())
        for each in every
        if not any(
            each.start == other.start
            and {*other.panel, *other.route.interpreters} <= {*each.panel, *each.route.interpreters}
            for other in taken_off
        )
    ]
    assert [each.score.total for each in found[:1]] == sorted(left, reverse=True)[:1]
    for each in found:
        assert oracle.broken(each.match, problem) == set()


def test_who_is_wanted_in_every_panel_comes_with_another_one() -> None:
    topics = {"specialties": ("lungs", "kidneys")}
    alone = expert("e1", specialties={"lungs": 3})
    others = tuple(expert(name, specialties={"kidneys": 3}) for name in ("e2", "e3"))
    problem = world(requests=(request(**topics),), experts=(alone, *others))

    assert proposed(problem, direct(3, "e1", "e2")) == [("e1", "e3")]


def test_of_six_the_third_comes_when_two_were_dismissed() -> None:
    six = tuple(expert(f"e{number}") for number in range(1, 7))
    problem = world(requests=(request(panel_max=1),), experts=six)

    assert proposed(problem, direct(3, "e1"), direct(3, "e2")) == [("e3",)]


def test_the_same_panel_comes_with_another_interpreter() -> None:
    problem = world(requests=(RWANDAN,), interpreters=(interpreter("i1"), interpreter("i2")))
    dismissed = replace(direct(3), route=interpreted("i1"))

    found = search(problem, "r", limit=50, dismissed=[dismissed]).matches

    assert [each.match.route.interpreters for each in found if each.match.start == at(3)] == [("i2",)]


def test_a_relay_does_not_take_the_place_of_a_direct_team_that_was_dismissed() -> None:
    speaker = expert(speaking={"zh": 5})
    team = (interpreter("direct"), interpreter("near", ("zh", "en")), interpreter("far", ("en", "rw")))
    problem = world(requests=(RWANDAN,), experts=(speaker,), interpreters=team)

    found = search(problem, "r", limit=50, dismissed=[replace(direct(3), route=interpreted("direct"))]).matches

    assert at(3) not in [each.match.start for each in found]
    assert at(4) in [each.match.start for each in found]


def test_a_dismissed_match_is_not_proposed_with_one_more_expert_beside_it() -> None:
    problem = world(requests=(request(specialties=("lungs", "wards")),), experts=(both("e1"), both("e2")))

    assert proposed(problem, direct(3, "e1"), direct(3, "e2")) == []


def both(name: str) -> Expert:
    """Somebody who teaches lungs and wards."""
    return expert(name, specialties={"lungs": 3, "wards": 3})


def test_the_one_pair_of_six_that_was_not_dismissed_is_found() -> None:
    six = [f"e{number}" for number in range(6)]
    pairs = list(combinations(six, 2))
    problem = in_pairs(*six)

    for left in (pairs[0], pairs[7], pairs[-1]):
        assert proposed(problem, *(direct(3, *pair) for pair in pairs if pair != left)) == [left]


def test_after_more_than_can_be_tried_those_come_who_were_never_dismissed() -> None:
    many = [f"e{number:02}" for number in range(14)]
    problem = in_pairs(*many, "x", "y")

    found = proposed(problem, *(direct(3, *pair) for pair in combinations(many, 2)))

    assert found
    assert not any({*panel} <= {*many} for panel in found)


def in_pairs(*names: str) -> Problem:
    """A world of these experts, of whom one knows as much as the other, two of them a panel."""
    asked = request(panel_min=2, panel_max=2)
    return world(requests=(asked,), experts=tuple(expert(name) for name in names))


def test_equals_come_in_the_same_order_in_every_process() -> None:
    dismissed = [[f"e{number}"] for number in (3, 1, 4, 2)]
    text = (
        "from tests.matching.test_dismissing import *\n"
        "six = tuple(expert(f'e{n}') for n in range(1, 7))\n"
        "problem = world(requests=(request(panel_max=1),), experts=six)\n"
        f"taken_off = [direct(slot, *panel) for panel in {dismissed} for slot in (3, 4, 5)]\n"
        "print([each.match for each in search(problem, 'r', limit=20, dismissed=taken_off).matches])\n"
    )

    def said(seed: str) -> str:
        command = [sys.executable, "-c", text]
        return subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout

    assert said("1") == said("2") != "[]\n"


def test_what_was_dismissed_is_an_input_in_whichever_order() -> None:
    problem, one, two = world(), direct(3), direct(4)

    assert fingerprint(problem, "r", dismissed=[one, two]) == fingerprint(problem, "r", dismissed=[two, one])
    assert len({fingerprint(problem, "r", dismissed=each) for each in ([], [one], [one, two])}) == 3
    assert fingerprint(problem, "r", broken=one) != fingerprint(problem, "r")


def test_a_confirmed_session_that_begins_between_two_slots_is_the_only_match() -> None:
    fixed = replace(direct(20), start=at(20) + (at(1) - at(0)) / 4)
    standing = replace(held(20, hospital="h", experts=("e1",), fixed=fixed), start=fixed.start, end=fixed.end)

    found = search(world(held=(standing,)), "r")

    assert ([each.match for each in found.matches], list(slots_of(found.starts))) == ([fixed], [20])
