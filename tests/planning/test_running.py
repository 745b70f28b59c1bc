"""Planning happens in a process of its own, and nothing of it is left when it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import count, dropwhile, islice, takewhile
from pathlib import Path

import pytest

from bench.instances import instance
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.matching.format_write import write_instance
from medixchange.matching.problem import Problem
from medixchange.planning.making import plans
from medixchange.planning.plan import Order
from medixchange.planning.running import Broken, run
from tests.planning.checker import check

S1 = Path(__file__).parents[1] / "matching" / "S1.json"
PATIENCE = 20.0
AT_ONCE = 3.0
"""A machine that is busy takes longer than the second that bench.planning measures."""


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Twenty requests."""
    return read_instance(json.loads(S1.read_text()))


def test_a_small_problem_is_planned_to_the_proven_best(problem: Problem) -> None:
    *_, last = run(Order(problem), seconds=PATIENCE)

    assert (last.is_best, last.score, last.bound, last.gap) == (True, 27_063, 27_063, 0.0)
    assert len(last.matches) == 15


def test_every_plan_is_at_least_as_good_as_the_one_before_and_no_bound_rises(problem: Problem) -> None:
    found = list(plans(Order(problem)))

    scores, bounds = [each.score for each in found], [each.bound for each in found if each.bound is not None]
    assert [each.step for each in found] == list(range(1, len(found) + 1))
    assert found[0].bound is None
    assert scores == sorted(scores)
    assert bounds == sorted(bounds, reverse=True)


def test_the_same_order_gives_the_same_plans_step_by_step(problem: Problem) -> None:
    one, other = list(plans(Order(problem, seed=7))), list(run(Order(problem, seed=7), seconds=PATIENCE))

    assert one == other


def test_who_has_no_time_gets_the_first_plan(problem: Problem) -> None:
    *begun, whole = run(Order(problem), seconds=0)

    assert [each.method for each in begun] == ["begun"] * 5  # after 1, 2, 4, 8 and 16
    assert (whole.method, len(whole.matches)) == ("greedy", 12)


def test_who_has_no_time_for_many_gets_the_first_plan_whole(problem: Problem) -> None:
    found = list(run(Order(multiplied(problem, 60)), seconds=0))

    *begun, whole = found
    assert [each.method for each in begun] == ["begun"] * 26  # the same, after 32, and each fifty of the first thousand
    assert whole.method == "greedy"
    assert [each.score for each in found] == sorted(each.score for each in found)


@pytest.mark.parametrize("times", [1, 3, 60])
def test_who_stops_while_the_first_plan_is_made_has_what_there_is_of_it(problem: Problem, times: int) -> None:
    many = multiplied(problem, times)

    begun = list(takewhile(lambda each: each.is_begun, islice(plans(Order(many)), 8)))

    for each in begun:
        verdict = check(write_instance(many), write_solution(each.matches, many))
        assert (verdict.faults, verdict.score, each.bound) == (set(), each.score, None)
    assert len(begun[0].matches) == 1
    assert [len(each.matches) for each in begun] == sorted(len(each.matches) for each in begun)


@pytest.mark.parametrize("looks", [0, 1, 2, 4])
@pytest.mark.parametrize("times", [1, 60])
def test_whoever_stops_has_a_plan_at_once_whatever_was_looked_at(problem: Problem, times: int, looks: int) -> None:
    many, asked = multiplied(problem, times), count()
    stopped: list[float] = []

    def is_enough() -> bool:
        if next(asked) < looks:
            return False
        stopped.append(time.monotonic())
        return True

    *_, last = run(Order(many), seconds=PATIENCE, is_enough=is_enough)

    took = time.monotonic() - stopped[0]
    verdict = check(write_instance(many), write_solution(last.matches, many))
    assert (verdict.faults, verdict.score) == (set(), last.score)
    assert looks or (last.is_nothing, last.matches, last.method) == (True, (), "begun")
    assert took < AT_ONCE
    assert children(os.getpid()) == []


def test_the_plan_is_better_from_the_first_round_on_and_not_only_its_bound() -> None:
    found = plans(Order(read_instance(instance("M", 1))))
    first, *rest = islice(dropwhile(lambda each: each.is_begun, found), 8)

    rounds = [each for each in rest if each.method == "rounding"]
    assert rest[0].method == "columns"
    assert len(rounds) > 1
    assert rounds[0].score > first.score


def test_who_listens_no_more_leaves_no_process_behind(problem: Problem) -> None:
    began = time.monotonic()
    plans_ = run(Order(problem), seconds=PATIENCE)

    next(plans_)
    plans_.close()

    assert children(os.getpid()) == []
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("times", [1, 60])  # less and more than a pipe holds
def test_a_process_that_ends_before_it_has_heard_what_to_plan_is_told_from_other_faults(
    problem: Problem, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python starts

    with pytest.raises(Broken):
        next(run(Order(multiplied(problem, times)), seconds=PATIENCE))

    assert children(os.getpid()) == []


def test_a_process_that_dies_after_its_first_plan_is_told(problem: Problem) -> None:
    plans_ = run(Order(multiplied(problem, 60)), seconds=PATIENCE)
    assert next(plans_).method == "begun"
    (child,) = children(os.getpid())

    os.kill(child, signal.SIGKILL)

    with pytest.raises(Broken):
        list(plans_)


def test_a_solver_that_refuses_its_parameters_is_told(problem: Problem) -> None:
    with pytest.raises(Broken):
        list(run(Order(problem, workers=100_000), seconds=PATIENCE))


def multiplied(problem: Problem, times: int) -> Problem:
    """The same with each request so many times."""
    many = [replace(each, id=f"{each.id}-{number}") for number in range(times) for each in problem.requests]
    return replace(problem, requests=tuple(many))


def test_the_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    # A large problem, so that the search is at work when its parent is killed.
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(path=str(S1)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        (child,) = children(parent.pid)

        parent.send_signal(signal.SIGKILL)
        parent.wait()

    until = time.monotonic() + 1.0
    while alive(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive(child)


PARENT = """
import json
from dataclasses import replace
from pathlib import Path

from medixchange.matching.format import read_instance
from medixchange.planning.plan import Order
from medixchange.planning.running import run

problem = read_instance(json.loads(Path({path!r}).read_text()))
many = [replace(each, id=f"{{each.id}}-{{n}}") for n in range(60) for each in problem.requests]
for plan in run(Order(replace(problem, requests=tuple(many))), seconds=60):
    print(plan.method, flush=True)
"""


def children(parent: int) -> list[int]:
    """The processes that plan for ``parent``."""
    return [process for process in running() if parent_of(process) == parent and "planning.child" in called(process)]


def running() -> list[int]:
    """Every process that can be seen."""
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def parent_of(process: int) -> int | None:
    """Who started a process; None where it is gone."""
    fields = _stat(process)
    return int(fields[1]) if fields else None


def called(process: int) -> str:
    """The words with which a process was started."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def alive(process: int) -> bool:
    """Whether a process is there and no mere remains of one."""
    fields = _stat(process)
    return bool(fields) and fields[0] != "Z"


def _stat(process: int) -> list[str]:
    """State, parent and so on (proc(5)); nothing where there is no such process."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []
