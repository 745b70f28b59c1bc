"""Plans keep every rule, are worth what they say, and no bound is too low: judged by two checkers and brute force."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench.instances import instance
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.matching.format_values import INSTANCE
from medixchange.planning.plan import Order
from medixchange.planning.running import run
from tests.planning.brute import best_score
from tests.planning.judging import TESTS, agreed_on, judged

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


FOLDER = Path(os.environ.get("MEDIXCHANGE_TEST_INSTANCES", os.devnull))
GIVEN = [each for each in sorted(FOLDER.glob("*.json")) if INSTANCE in each.read_text()]
"""Instances from elsewhere."""
SECONDS = 60, 120
"""How long one of hundreds of requests is planned, and a larger one."""


@pytest.mark.sweep
@pytest.mark.parametrize(("shape", "seed"), [("M", 11), ("M", 12), ("M", 13), ("L", 11)])
def test_first_and_last_plan_of_hundreds_of_requests_keep_every_rule(shape: str, seed: int) -> None:
    judge_first_and_last(instance(shape, seed))


@pytest.mark.sweep
@pytest.mark.parametrize("file", GIVEN, ids=[each.stem for each in GIVEN])
def test_first_and_last_plan_of_an_instance_from_elsewhere_keep_every_rule(file: Path) -> None:
    judge_first_and_last(json.loads(file.read_text()))


def judge_first_and_last(given: Any) -> None:
    """Both checkers find no fault in the first plan, nor in the best of a minute or more."""
    problem = read_instance(given)
    seconds = SECONDS[len(problem.requests) > 300]
    with closing(run(Order(problem), seconds=seconds)) as plans:
        found = list(plans)

    for plan in (found[0], found[-1]):
        agreed_on(given, plan, write_solution(plan.matches, problem))
    assert found[-1].score >= found[0].score
    assert found[-1].bound is not None
