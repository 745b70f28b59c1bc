"""What is kept with a list is true of that list alone, and of every problem that holds it."""

from __future__ import annotations

import pickle
from dataclasses import replace

from hypothesis import given

from medixchange.matching.explain import explain
from medixchange.matching.fingerprint import fingerprint_of_all
from medixchange.matching.listed import Listed, kept, listed
from medixchange.matching.problem import Problem
from medixchange.matching.sides import Sides
from medixchange.matching.steps import without
from tests.matching.worlds import held, world, worlds
from tests.thoroughness import examples


def anew(problem: Problem) -> Problem:
    """The same problem, of which nothing was asked before."""
    return replace(
        problem,
        hospitals=tuple(problem.hospitals),
        experts=tuple(problem.experts),
        interpreters=tuple(problem.interpreters),
        rooms=tuple(problem.rooms),
        held=tuple(problem.held),
    )


def test_what_was_found_once_is_not_looked_for_again() -> None:
    things, answers = listed((1, 2, 3)), iter((6, 7))

    assert [kept(things, "sum", lambda: next(answers)) for _ in range(3)] == [6, 6, 6]
    assert kept(listed((1, 2, 3)), "sum", lambda: next(answers)) == 7


def test_a_problem_that_is_changed_elsewhere_keeps_the_lists_that_it_had() -> None:
    problem = world()

    changed = replace(problem, held=(held(3, experts=("e1",)),))

    assert changed.experts is problem.experts
    assert changed.expert is not None
    assert (set(problem.held_by_expert), set(changed.held_by_expert)) == (set(), {"e1"})


def test_another_process_gets_the_lists_without_what_they_remember() -> None:
    problem = world()
    assert set(problem.expert) == {"e1"}

    sent = pickle.loads(pickle.dumps(problem))  # our own

    assert sent.experts == problem.experts
    assert isinstance(sent.experts, Listed)
    assert vars(sent.experts) == {}
    assert fingerprint_of_all(sent) == fingerprint_of_all(problem)


@examples(25)
@given(worlds())
def test_answers_are_those_of_a_problem_of_which_nothing_was_asked_before(problem: Problem) -> None:
    first = explain(problem, "r")
    asked_again = replace(problem, requests=problem.requests)
    eager = replace(problem, experts=tuple(without(each, ("hours",)) for each in problem.experts))
    longer = replace(problem, requests=tuple(replace(each, minutes=120) for each in problem.requests))

    assert explain(asked_again, "r") == first == explain(anew(problem), "r")
    for changed in (eager, longer, replace(problem, held=problem.held[1:])):
        assert Sides(changed, "r").possible() == Sides(anew(changed), "r").possible()
