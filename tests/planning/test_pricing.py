"""The kernel is exact: at every start it agrees with trying everything, whatever time costs."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from medixchange.matching.kernel.bits import NEVER
from medixchange.matching.kernel.pricing import best
from medixchange.matching.problem import Problem
from medixchange.planning.board import Board, board
from medixchange.planning.columns import column, matches_of
from medixchange.planning.near import all_near
from medixchange.planning.prices import Prices
from medixchange.planning.taken import Taken
from tests.matching import oracle
from tests.matching.worlds import some_world, worlds
from tests.planning.tables import every_column, priced_at_random
from tests.thoroughness import examples

THOROUGH = examples(12)


def best_by_slot(laid_out: Board, left: Taken | Prices) -> dict[int, float]:
    """What the kernel finds best at each slot, in any manner of interpreting."""
    found: dict[int, float] = {}
    for ask in filter(lambda each: each.can_be, laid_out.asks):
        value = best(ask, left.net(ask)).value
        for at in np.flatnonzero(value > NEVER):
            found[int(ask.at[at])] = max(found.get(int(ask.at[at]), NEVER), float(value[at]))
    return found


@THOROUGH
@given(worlds())
def test_the_best_at_each_start_is_what_trying_everything_finds(problem: Problem) -> None:
    wanted: dict[int, int] = {}
    for match in oracle.every_match(problem):
        slot = problem.grid.slot(match.start)
        wanted[slot] = max(wanted.get(slot, -(10**9)), sum(oracle.points(match, problem).values()))
    laid_out = board(problem)

    found = best_by_slot(laid_out, Taken(laid_out))

    assert found == wanted


@THOROUGH
@given(worlds())
def test_a_column_says_who_comes_and_is_worth_what_its_match_is(problem: Problem) -> None:
    laid_out = board(problem)

    for ask in filter(lambda each: each.can_be, laid_out.asks):
        found = best(ask, Taken(laid_out).net(ask))
        for at in np.flatnonzero(found.value > NEVER):
            each = column(ask, found, int(at))
            (match,) = matches_of([each], laid_out)
            points = oracle.points(match, problem)
            assert oracle.broken(match, problem) == set()
            assert each.points == sum(points.values()) - points["S9"]


@THOROUGH
@given(worlds(), st.integers(0, 2**20))
def test_at_any_prices_the_kernel_finds_the_best_of_all_columns(problem: Problem, number: int) -> None:
    laid_out, chance = board(problem), Random(number)
    everything = list(every_column(problem, laid_out))
    prices = priced_at_random(laid_out, everything, chance)
    wanted: dict[int, float] = {}
    for each in everything:
        wanted[each.start] = max(wanted.get(each.start, NEVER), prices.beyond(each))

    found = best_by_slot(laid_out, prices)

    assert set(found) == set(wanted)
    assert all(abs(found[slot] - wanted[slot]) < 1e-6 for slot in found)


@THOROUGH
@given(worlds(), st.integers(0, 2**20), st.sampled_from([0.0, 25.0, 120.0]))
@example(some_world(2_577_547_152), 681, 0.0)  # the best itself, a rounding away
def test_what_comes_near_is_every_column_that_does(problem: Problem, number: int, slack: float) -> None:
    laid_out, chance = board(problem), Random(number)
    everything = list(every_column(problem, laid_out))
    prices = priced_at_random(laid_out, everything, chance)
    beyond = np.asarray([max(map(prices.beyond, everything), default=0.0)])

    found = list(all_near(prices, beyond, slack=slack))

    assert len(found) == len(set(found))
    assert set(found) == {each for each in everything if prices.beyond(each) >= beyond[0] - slack - 1e-9}
