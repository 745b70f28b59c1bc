"""What is kept with a list is true of that list alone, and of every problem that holds it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given

from medixchange.matching.explain import explain
from medixchange.matching.fingerprint import fingerprint_of_all
from medixchange.matching.listed import Listed, once, remembering
from medixchange.matching.problem import Problem
from medixchange.matching.relaxations import relaxations
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from tests.matching.worlds import held, some_world, world, worlds
from tests.thoroughness import examples

Change = Callable[[Problem], Problem]


def asked_otherwise(**facts: Any) -> Change:
    """The same people and sessions, and another request."""
    return lambda problem: replace(problem, requests=tuple(replace(each, **facts) for each in problem.requests))


def by_other_experts(**facts: Any) -> Change:
    """The same sessions, and experts who are otherwise."""
    return lambda problem: replace(problem, experts=tuple(replace(each, **facts) for each in problem.experts))


def by_other_interpreters(**facts: Any) -> Change:
    """The same sessions and experts, and interpreters who are otherwise."""
    return lambda problem: replace(problem, interpreters=tuple(replace(each, **facts) for each in problem.interpreters))


def by_other_rules(**facts: Any) -> Change:
    """The same people and sessions, and another policy."""
    return lambda problem: replace(problem, policy=replace(problem.policy, **facts))


CHANGES: list[Change] = [
    asked_otherwise(minutes=120),
    asked_otherwise(exclude=frozenset({"e0", "e1"})),
    asked_otherwise(specialties=("wards",)),
    asked_otherwise(audience={"fr": 5}),
    by_other_experts(max_day=1, max_week=1, max_month=1),
    by_other_experts(rest_minutes=300),
    by_other_experts(zone="America/New_York", max_day=1),
    by_other_interpreters(max_minutes_day=60, max_minutes_week=60),
    by_other_rules(lang_min_expert=3),
    by_other_rules(lang_min_expert=5),
]
"""What leaves a list as it was that something is kept with."""


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
    things, answers = remembering((1, 2, 3)), iter((6, 7))

    assert [once(things, "sum", lambda: next(answers)) for _ in range(3)] == [6, 6, 6]
    assert once(remembering((1, 2, 3)), "sum", lambda: next(answers)) == 7


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
    assert answers(problem) == answers(problem) == answers(anew(problem))

    for change in CHANGES:
        assert answers(change(problem)) == answers(anew(change(problem)))


def answers(problem: Problem) -> tuple[object, ...]:
    """What is asked of a problem: the best match at every start, why there is none, and what would help."""
    sides = Sides(problem, "r")
    return list(Search(problem, "r").ranked()), explain(problem, "r"), sides.possible(), offered(sides)


def offered(sides: Sides) -> list[object]:
    """What would help, whether or not it is wanted."""
    return [(each.message, each.starts) for each in relaxations(sides)]


def test_every_change_leaves_a_list_as_it_was() -> None:
    problem = some_world(1)

    for change in CHANGES:
        changed = change(problem)
        assert changed.experts is problem.experts or changed.held is problem.held
        assert changed != problem
