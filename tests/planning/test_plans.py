"""Plans keep every rule, are worth what they say, and no bound is too low: judged by two checkers and brute force."""

from __future__ import annotations

import json

import pytest

from bench.instances import instance
from tests.planning.brute import best_score
from tests.planning.judging import TESTS, judged

SMALL = range(40)


@pytest.mark.parametrize("seed", SMALL)
def test_a_plan_for_few_requests_keeps_every_rule_and_is_the_best(seed: int) -> None:
    plan, _ = judged(instance("small", seed))

    assert plan.is_best


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(40, 240))
def test_plans_for_many_small_instances_keep_every_rule(seed: int) -> None:
    judged(instance("small", seed))


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(each, marks=pytest.mark.sweep) for each in range(5, 10))])
def test_no_plan_of_a_tiny_instance_is_better_than_the_one_that_is_proven_best(seed: int) -> None:
    given = instance("tiny", seed)

    plan, _ = judged(given)

    assert plan.score == best_score(given)


def test_the_instance_of_twenty_requests_is_planned_to_the_proven_best() -> None:
    plan, _ = judged(json.loads((TESTS / "matching" / "S1.json").read_text()))

    assert (plan.score, plan.is_best) == (27_063, True)
