"""Stretches one after the other, as for ten thousand requests: here so short that rules reach over their seams."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from bench.instances import instance
from medixchange.matching.format import read_instance
from medixchange.matching.format_plan import write_solution
from medixchange.planning.board import Board, board
from medixchange.planning.columns import Column, matches_of
from medixchange.planning.greedy import greedy
from medixchange.planning.improving import improvements
from medixchange.planning.rolling import Rolling
from tests.planning.checker import check
from tests.planning.judging import TESTS, verifier
from tests.planning.varying import consecutive

DAY = timedelta(days=1)
SHORT = Rolling(2 * DAY, DAY)


@pytest.mark.parametrize("seed", range(12))
def test_days_one_after_the_other_keep_every_rule_and_are_never_worse_than_before(seed: int) -> None:
    given = instance("small", seed)
    laid_out = board(read_instance(given))
    first = greedy(laid_out)

    found = list(SHORT.over(first))

    scores = [first.score, *(each.plan.score for each in found)]
    assert scores == sorted(scores)
    for each in found:
        keeps_every_rule(given, laid_out, each.plan.plan.values(), score=each.plan.score)


@pytest.mark.parametrize("seed", range(6))
def test_days_one_after_the_other_serve_each_request_once_in_whatever_manner(seed: int) -> None:
    given = consecutive(seed, "small")
    laid_out = board(read_instance(given))

    *_, last = SHORT.over(greedy(laid_out))

    verdict = check(given, write_solution(matches_of(last.plan.plan.values(), laid_out), laid_out.problem))
    assert (verdict.faults, verdict.score) == (set(), last.plan.score)


@pytest.mark.parametrize("seed", range(4))
def test_planning_weeks_first_keeps_every_rule_and_proves_the_same(seed: int) -> None:
    given = instance("small", seed)
    laid_out = board(read_instance(given))
    *_, usual = improvements(laid_out)

    found = list(improvements(laid_out, large=1))

    whole = [each.method for each in found if each.method != "begun"]
    assert whole[:3] == ["greedy", "weeks", "columns"]
    for each in found:
        keeps_every_rule(given, laid_out, each.columns, score=each.score)
    assert (found[-1].score, found[-1].bound, found[-1].is_best) == (usual.score, usual.score, True)


@pytest.mark.sweep
def test_twenty_requests_are_planned_weeks_first_to_the_proven_best() -> None:
    given = json.loads((TESTS / "matching" / "S1.json").read_text())
    laid_out = board(read_instance(given))

    *_, last = improvements(laid_out, large=1)

    assert (last.score, last.is_best) == (27_063, True)


def test_the_same_weeks_give_the_same_plans() -> None:
    laid_out = board(read_instance(instance("small", 3)))

    one, other = list(improvements(laid_out, seed=5, large=1)), list(improvements(laid_out, seed=5, large=1))

    assert one == other


@pytest.mark.parametrize(("length", "stride"), [(2, 1), (3, 2), (7, 7), (1, 1), (30, 5)])
def test_the_stretches_hold_every_slot(length: int, stride: int) -> None:
    laid_out = board(read_instance(instance("small", 0)))

    found = list(Rolling(length * DAY, stride * DAY).stretches(laid_out))

    assert {slot for first, end in found for slot in range(first, end)} == set(range(laid_out.slots))


def keeps_every_rule(given: Any, laid_out: Board, columns: Iterable[Column], *, score: int) -> None:
    """Both checkers find no fault in a plan, and count the same score."""
    solution = write_solution(matches_of(columns, laid_out), laid_out.problem)
    verdict = check(given, solution)
    errors, counted, _, _ = verifier().verify(given, solution)
    assert (errors, verdict.faults) == ([], set())
    assert (counted, verdict.score) == (score, score)
