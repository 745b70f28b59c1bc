"""Instances and plans in the exchange format, judged by its own independent checker."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from importlib import util
from pathlib import Path
from typing import Any, cast

import pytest

from medixchange.errors import Malformed
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import held_of, read_solution, write_solution
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.proposing import search
from medixchange.matching.rules import why_not
from medixchange.matching.score import score_plan
from medixchange.times.grid import slots_of

HERE = Path(__file__).parent
INSTANCE = json.loads((HERE / "S1.json").read_text())
GREEDY = json.loads((HERE / "S1.greedy.solution.json").read_text())
Verdict = tuple[list[str], int, dict[str, int], dict[str, int]]


def verifier() -> Callable[[Any, Any], Verdict]:
    """The checker that comes with the format."""
    spec = util.spec_from_file_location("verify", HERE.parent / "vendor" / "matching" / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Callable[[Any, Any], Verdict]", module.verify)


VERIFY = verifier()


def one_after_the_other(problem: Problem) -> list[Match]:
    """A plan that gives each request, the most urgent first, the best that is left."""
    plan: list[Match] = []
    for request in sorted(problem.requests, key=lambda each: (-each.urgency, each.id)):
        for ranked in search(problem, request.id, limit=1).matches:
            plan.append(ranked.match)
            problem = replace(problem, held=(*problem.held, held_of(ranked.match, problem)))
    return plan


def test_the_plan_of_the_format_is_worth_the_same_here_as_there() -> None:
    problem = read_instance(INSTANCE)
    plan = read_solution(GREEDY, problem)

    errors, total, _, _ = VERIFY(INSTANCE, GREEDY)

    assert (errors, total) == ([], score_plan(plan, problem))


def test_every_match_of_that_plan_may_be_beside_the_others() -> None:
    problem = read_instance(INSTANCE)
    plan = read_solution(GREEDY, problem)

    for match in plan:
        others = tuple(held_of(other, problem) for other in plan if other != match)
        beside = replace(problem, held=others)

        assert why_not(match, beside) == []


def test_requests_served_one_after_the_other_make_a_plan_that_the_checker_accepts() -> None:
    problem = read_instance(INSTANCE)
    plan = one_after_the_other(problem)

    errors, total, _, facts = VERIFY(INSTANCE, write_solution(plan, problem))

    assert (errors, total, facts["served"]) == ([], score_plan(plan, problem), len(plan))
    assert total >= VERIFY(INSTANCE, GREEDY)[1]


def test_moved_to_any_start_that_the_checker_accepts_a_match_is_among_the_starts_found() -> None:
    problem = read_instance(INSTANCE)
    match = read_solution(GREEDY, problem)[0]
    moves = {slot: replace(match, start=problem.grid.at(slot)) for slot in range(problem.grid.slots)}

    accepted = {slot for slot, moved in moves.items() if not VERIFY(INSTANCE, write_solution([moved], problem))[0]}

    assert problem.grid.slot(match.start) in accepted
    assert accepted <= set(slots_of(search(problem, match.request).starts))
    assert accepted == {slot for slot, moved in moves.items() if not why_not(moved, problem)}


def test_every_proposal_alone_is_a_plan_that_the_checker_accepts() -> None:
    problem = read_instance(INSTANCE)
    alone = [ranked for each in problem.requests for ranked in search(problem, each.id).matches]

    verdicts = [VERIFY(INSTANCE, write_solution([ranked.match], problem))[:2] for ranked in alone]

    assert verdicts == [([], ranked.score.total) for ranked in alone]


def test_a_plan_is_written_as_it_was_read() -> None:
    problem = read_instance(INSTANCE)

    written = write_solution(read_solution(GREEDY, problem), problem)

    assert written["format"] == GREEDY["format"]
    assert sorted(written["sessions"], key=str) == sorted(GREEDY["sessions"], key=str)


def test_a_confirmed_session_is_written_again_and_keeps_its_people() -> None:
    fixed = GREEDY["sessions"][0]
    instance = {**INSTANCE, "confirmed": [fixed]}
    problem = read_instance(instance)

    plan = one_after_the_other(problem)

    errors, total, _, _ = VERIFY(instance, write_solution(plan, problem))
    assert (errors, total) == ([], score_plan(plan, problem))


def test_an_earlier_plan_draws_towards_itself() -> None:
    instance = {**INSTANCE, "tentative": GREEDY["sessions"]}
    problem = read_instance(instance)
    plan = read_solution(GREEDY, problem)

    _, total, parts, _ = VERIFY(instance, GREEDY)

    assert parts["S10 stability"] > 0
    assert total == score_plan(plan, problem)


@pytest.mark.parametrize(
    "broken",
    [
        {"format": "something else"},
        {"hospitals": []},
        {"requests": [{"id": "R"}]},
        {"horizon": {"start": "soon", "weeks": 2, "slot_minutes": 30}},
        {"confirmed": [{**GREEDY["sessions"][0], "request": "R99999"}]},
    ],
)
def test_what_is_no_instance_is_refused_in_words(broken: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_instance({**deepcopy(INSTANCE), **broken})


def test_a_plan_for_another_instance_is_refused_in_words() -> None:
    problem = read_instance(INSTANCE)
    stranger = {**GREEDY["sessions"][0], "request": "R99999"}

    for plan in ({"format": "else"}, {**GREEDY, "sessions": [stranger]}):
        with pytest.raises(Malformed):
            read_solution(plan, problem)
