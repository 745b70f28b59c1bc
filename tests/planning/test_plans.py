"""Plans keep every rule, are worth what they say, and no bound is too low: judged by two checkers and brute force."""

from __future__ import annotations

import json
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from bench.instances import instance
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.planning.making import plans
from medixchange.planning.plan import Order, Plan
from tests.planning.brute import best_score
from tests.planning.checker import check

TESTS = Path(__file__).parents[1]
SMALL = range(40)


def verify(given: Any, solution: Any) -> tuple[list[str], int]:
    """The faults and the score that the format's own checker finds."""
    spec = util.spec_from_file_location("verify", TESTS / "vendor" / "matching" / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    errors, score, _, _ = module.verify(given, solution)
    return errors, score


def planned(given: Any) -> tuple[Plan, Any]:
    """The last plan for an instance, and the file that says it."""
    problem = read_instance(given)
    *_, last = plans(Order(problem))
    return last, write_solution(last.matches, problem)


def judged(given: Any) -> tuple[Plan, Any]:
    """The last plan, once both checkers agree that it is right."""
    plan, solution = planned(given)
    verdict = check(given, solution)
    assert (verify(given, solution), verdict.faults, verdict.score) == (([], plan.score), set(), plan.score)
    assert plan.bound is not None
    assert plan.bound >= plan.score
    return plan, solution


@pytest.mark.parametrize("seed", SMALL)
def test_a_plan_for_few_requests_keeps_every_rule_and_is_the_best(seed: int) -> None:
    plan, _ = judged(instance("small", seed))

    assert plan.is_best


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(40, 240))
def test_plans_for_many_small_instances_keep_every_rule(seed: int) -> None:
    judged(instance("small", seed))


@pytest.mark.parametrize("seed", range(10))
def test_no_plan_of_a_tiny_instance_is_better_than_the_one_that_is_proven_best(seed: int) -> None:
    given = instance("tiny", seed)

    plan, _ = judged(given)

    assert plan.score == best_score(given)


def test_the_instance_of_twenty_requests_is_planned_to_the_proven_best() -> None:
    plan, _ = judged(json.loads((TESTS / "matching" / "S1.json").read_text()))

    assert (plan.score, plan.is_best) == (27_063, True)
