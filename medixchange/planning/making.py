"""From an order to better and better plans."""

from __future__ import annotations

from collections.abc import Iterator

from medixchange.matching.fingerprint import fingerprint_of_all
from medixchange.matching.score import score_plan
from medixchange.planning.board import board
from medixchange.planning.columns import matches_of
from medixchange.planning.improving import improvements
from medixchange.planning.plan import Order, Plan, served_by


def plans(order: Order) -> Iterator[Plan]:
    """Better and better plans, the first at once; ends when one is proven to be best, or nothing is left to try."""
    problem = order.problem
    laid_out, inputs = board(problem), fingerprint_of_all(problem)
    confirmed = tuple(problem.confirmed.values())
    standing = score_plan(confirmed, problem)
    for each in improvements(laid_out, seed=order.seed, workers=order.workers):
        matches = tuple(matches_of(each.columns, laid_out))
        yield Plan(
            inputs=inputs,
            seed=order.seed,
            step=each.number,
            method=each.method,
            matches=matches,
            requests=len(problem.requests),
            score=standing + each.score,
            served=served_by((*confirmed, *matches), problem),
            bound=None if each.bound is None else standing + each.bound,
        )
