"""What both checkers say of the plan that comes of an instance."""

from __future__ import annotations

from functools import cache
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.planning.making import plans
from medixchange.planning.plan import Order, Plan
from tests.planning.checker import check

TESTS = Path(__file__).parents[1]
TERMS = {
    "S1": "S1 served", "S2": "S2 language", "S3": "S3 specialty", "S4": "S4 window", "S5": "S5 humane",
    "S6": "S6 continuity", "S7": "S7 soon", "S8": "S8 interpreters", "S9": "S9 fairness", "S10": "S10 stability",
}  # fmt: skip  # a table
"""What each of them calls a term."""


@cache
def verifier() -> ModuleType:
    """The checker that comes with the format."""
    spec = util.spec_from_file_location("verify", TESTS / "vendor" / "matching" / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def planned(given: Any) -> tuple[Plan, Any]:
    """The last plan for an instance, and the file that says it."""
    problem = read_instance(given)
    *_, last = plans(Order(problem))
    return last, write_solution(last.matches, problem)


def judged_alone(given: Any) -> tuple[Plan, Any]:
    """The last plan, once our checker finds that it keeps every rule and agrees on its score.

    For what FORMAT.md has no words for: its own checker does not know it.
    """
    plan, solution = planned(given)
    verdict = check(given, solution)
    assert (verdict.faults, verdict.score) == (set(), plan.score)
    assert plan.bound is not None
    assert plan.bound >= plan.score
    return plan, solution


def judged(given: Any) -> tuple[Plan, Any]:
    """The last plan, once both checkers find that it keeps every rule and agree on every term."""
    plan, solution = planned(given)
    agreed_on(given, plan, solution)
    assert plan.bound is not None
    return plan, solution


def agreed_on(given: Any, plan: Plan, solution: Any) -> None:
    """Both checkers find that a plan keeps every rule, agree on every term, and its bound is no lower."""
    verdict = check(given, solution)
    errors, score, parts, _ = verifier().verify(given, solution)
    assert (errors, verdict.faults) == ([], set())
    assert (score, verdict.score) == (plan.score, plan.score)
    assert {term: verdict.points[term] for term in TERMS} == {term: parts.get(name, 0) for term, name in TERMS.items()}
    assert plan.bound is None or plan.bound >= plan.score
