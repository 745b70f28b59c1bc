"""The sides of a request answer as the problem itself would, whatever is lifted and whichever steps are taken."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given

from medixchange.matching.conflict import layers
from medixchange.matching.problem import Problem
from medixchange.matching.sides import Sides
from medixchange.matching.steps import offers
from medixchange.times.grid import slots_of
from tests.matching import oracle
from tests.matching.lifting import lifts
from tests.matching.taking import take
from tests.matching.worlds import worlds
from tests.thoroughness import examples


@examples(4)
@given(worlds())
def test_without_a_condition_the_starts_are_those_of_the_problem_without_it(problem: Problem) -> None:
    sides = Sides(problem, "r")

    assert list(slots_of(sides.possible())) == oracle.possible_slots(problem)
    for kind, lift in lifts(problem, problem.request["r"], never=False).items():
        found = sides.possible(layers(frozenset({kind})))
        assert (kind, list(slots_of(found))) == (kind, oracle.possible_slots(lift(problem)))


@examples(4)
@given(worlds())
def test_once_two_steps_are_taken_the_starts_are_those_of_the_problem_then(problem: Problem) -> None:
    sides = Sides(problem, "r")
    steps = list(offers(problem, problem.request["r"]))[:5]

    for one, other in combinations(steps, 2):
        found = sides.possible(steps=(one, other))
        taken = take(other, take(one, problem, "r"), "r")
        assert (one.message, other.message, list(slots_of(found))) == (
            one.message,
            other.message,
            oracle.possible_slots(taken),
        )
