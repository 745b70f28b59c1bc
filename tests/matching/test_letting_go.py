"""What was asked about a problem holds nothing of it once the answer is gone: a server is asked all day."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from bench.instances import instance
from medixchange.matching.explain import explain
from medixchange.matching.format import read_instance
from medixchange.matching.format_write import write_instance
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.planning.board import board
from medixchange.planning.making import plans
from medixchange.planning.plan import Order

ASKED: dict[str, Callable[[Problem], object]] = {
    "search": lambda problem: [search(problem, each.id) for each in problem.requests],
    "explain": lambda problem: [explain(problem, each.id) for each in problem.requests],
    "board": board,
    "plans": lambda problem: list(islice(plans(Order(problem)), 4)),
    "written": write_instance,
}


@pytest.fixture
def _uncollected() -> Iterator[None]:
    """Nobody looks for garbage that holds itself."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_uncollected")
@pytest.mark.parametrize("what", ASKED)
def test_a_problem_is_gone_with_the_last_answer_about_it(what: str) -> None:
    problem = read_instance(instance("S", 1))
    gone: list[str] = []
    weakref.finalize(problem, gone.append, what)

    answer = ASKED[what](problem)
    del problem, answer

    assert gone == [what]
