"""A plan at once: the most urgent and the least free request first, each in the best way that is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from medixchange.matching.kernel.asks import Ask
from medixchange.matching.kernel.pricing import best
from medixchange.planning.board import Board
from medixchange.planning.columns import Column, column
from medixchange.planning.taken import Taken


def greedy(board: Board) -> Taken:
    """A valid plan, without looking back."""
    taken = Taken(board)
    serve(taken, board.asks)
    return taken


def serve(taken: Taken, asks: Iterable[Ask]) -> None:
    """Serve those of ``asks`` that are not served yet, as long as each is worth more than nothing."""
    for _ in serving(taken, asks):
        pass


def serving(taken: Taken, asks: Iterable[Ask]) -> Iterator[int]:
    """The same request by request: how many were looked at, after each."""
    manners = (tuple(each) for _, each in groupby(asks, key=lambda each: each.row))
    ordered = sorted(manners, key=lambda each: (-each[0].request.urgency, max(len(ask.at) for ask in each)))
    for number, each in enumerate(ordered, 1):
        if each[0].row not in taken.plan:
            found = max(filter(None, (best_left(taken, ask) for ask in each)), key=taken.worth, default=None)
            if found is not None:
                taken.add(found)
        yield number


def best_left(taken: Taken, ask: Ask) -> Column | None:
    """The best way to serve ``ask`` beside the plan; None where there is none that is worth more than nothing."""
    if not ask.can_be:
        return None
    found = best(ask, taken.net(ask))
    at = int(found.value.argmax())
    return column(ask, found, at) if found.value[at] > 0 else None
