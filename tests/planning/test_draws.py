"""Two hundred small instances in which every rule and every term counts: both checkers agree with every plan."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from medixchange.matching.explain import explain
from medixchange.matching.format import read_instance
from medixchange.matching.sides import Sides
from medixchange.matching.standing import contradictions
from medixchange.times.grid import slots_of
from tests.planning.brute import best_score, sessions_of
from tests.planning.checker import check
from tests.planning.draws import INSTANT, Data, drawn, neighbours
from tests.planning.judging import TERMS, judged, judged_alone, planned
from tests.planning.varying import consecutive, extended, joint, muddled, varied

ALL = 200
SUITE, SUITE_TINY, ALL_TINY = 32, 5, 60
RULES = {f"H{number}" for number in range(1, 11)}


def some(suite: int, whole: int = ALL) -> pytest.MarkDecorator:
    """The first seeds in the suite, and all of them in the sweep."""
    return pytest.mark.parametrize(
        "seed", [*range(suite), *(pytest.param(each, marks=pytest.mark.sweep) for each in range(suite, whole))]
    )


@some(SUITE)
def test_a_plan_keeps_every_rule_and_no_step_from_it_is_a_better_one(seed: int) -> None:
    given = drawn(seed)

    plan, solution = judged(given)

    better = [
        each
        for each in neighbours(given, solution, Random(seed), number=20)
        if not (verdict := check(given, each)).faults and verdict.score > plan.score
    ]
    assert better == []
    assert plan.is_best


@some(SUITE_TINY, ALL_TINY)
def test_no_plan_beside_earlier_and_confirmed_sessions_is_better(seed: int) -> None:
    given = drawn(seed, "tiny")

    plan, _ = judged(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


@some(SUITE_TINY, ALL_TINY)
def test_there_is_an_hour_for_a_request_where_trying_everything_finds_one(seed: int) -> None:
    given = drawn(seed, "tiny")
    problem = read_instance(given)
    standing = {each["request"] for each in given["confirmed"]}

    for request in given["requests"]:
        if request["id"] not in standing:
            found = {
                problem.grid.at(slot).strftime(INSTANT) for slot in slots_of(Sides(problem, request["id"]).possible())
            }
            told = explain(problem, request["id"])

            assert found == hours(given, request)
            assert (told.never or told.taken or bool(told.blockers)) == (not found)


def hours(given: Data, request: Data) -> set[str]:
    """The starts of every session for a request that breaks no rule beside the confirmed ones."""
    return {
        each["start"]
        for each in sessions_of(given, request)
        if not check(given, {"sessions": [*given["confirmed"], each]}).faults
    }


@some(16)
def test_a_plan_is_right_whatever_weights_rules_zones_and_caps_are(seed: int) -> None:
    plan, _ = judged(varied(seed, "small"))

    assert plan.is_best


@some(SUITE_TINY, ALL_TINY)
def test_no_plan_is_better_whatever_weights_rules_zones_and_caps_are(seed: int) -> None:
    given = varied(seed, "tiny")

    plan, _ = judged(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


@some(SUITE_TINY, ALL_TINY)
def test_no_plan_is_better_where_several_hospitals_meet_or_hear_several_languages(seed: int) -> None:
    given = joint(seed, "tiny")

    plan, _ = judged_alone(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


@some(SUITE_TINY, ALL_TINY)
def test_no_plan_is_better_where_some_interpret_consecutively(seed: int) -> None:
    given = consecutive(seed, "tiny")

    plan, _ = judged_alone(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


@some(SUITE_TINY, ALL_TINY)
def test_no_plan_is_better_with_keys_of_our_own(seed: int) -> None:
    given = extended(seed, "tiny")

    plan, _ = judged_alone(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


@some(8, ALL_TINY)
def test_a_plan_with_keys_of_our_own_keeps_every_rule_and_no_step_from_it_is_a_better_one(seed: int) -> None:
    given = extended(seed, "small")

    plan, solution = judged_alone(given)

    verdicts = [check(given, each) for each in neighbours(given, solution, Random(seed), number=20)]
    assert [each.score for each in verdicts if not each.faults and each.score > plan.score] == []
    assert plan.is_best


@some(10)
def test_around_sessions_that_cannot_be_the_others_keep_every_rule(seed: int) -> None:
    given = muddled(seed)
    standing = given["confirmed"]
    named = {each.match.request for each in contradictions(read_instance(given))}

    _, solution = planned(given)

    others = [each for each in solution["sessions"] if each not in standing]
    before = check(given, {"sessions": standing}).faults
    assert [each for each in standing if each not in solution["sessions"]] == []
    assert check({**given, "confirmed": []}, {"sessions": others}).faults == set()
    assert check(given, solution).faults <= before
    assert bool(named) == bool(before)


@pytest.mark.sweep
def test_every_rule_keeps_some_better_plan_out_and_every_term_varies() -> None:
    binding, values = Counter[str](), {term: set[int]() for term in TERMS}
    for seed in range(ALL):
        given = drawn(seed)
        plan, solution = judged(given)
        for term in TERMS:
            values[term].add(check(given, solution).points[term])
        for other in neighbours(given, solution, Random(seed), number=150):
            verdict = check(given, other)
            rules = {rule for rule, _ in verdict.faults}
            if len(rules) == 1 and verdict.score > plan.score:
                binding.update(rules)

    assert set(binding) == RULES
    assert [term for term, found in values.items() if len(found) < 2] == []
