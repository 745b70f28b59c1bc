"""Column generation: the columns that matter, and a bound that no plan can pass.

Each round relaxes the program over the columns so far, prices every request at its duals, takes in the columns that
are worth more than their price, and proves a bound (Lagrange). At the end the bound is the value of the relaxation over
all columns that there could be, whose number nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import floor

import numpy as np

from medixchange.matching.kernel.asks import Ask
from medixchange.matching.kernel.bits import Indexes, Numbers, indexes
from medixchange.matching.kernel.pricing import Best, best
from medixchange.planning.apart import done
from medixchange.planning.board import Board
from medixchange.planning.columns import Column, column
from medixchange.planning.master import Relaxed, relax
from medixchange.planning.prices import Prices
from medixchange.planning.rows import Kind, Program, program_over, unlock

COLUMNS_A_ROUND = 6
"""How many columns of one request come in each round, at different starts."""
COARSE, FINEST = 1e-4, 1e-7
"""Relative tolerances of the relaxation, at first and at last."""
NEARLY = 2e-4
"""How near, relatively, bound and relaxation are when the fine tolerance begins to pay."""
CLOSED = 3e-5
"""How near they are when no further round pays."""
MARGIN = 1e-9
"""Relative error that the sums of a bound may have in floating point, generously."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The best bound so far with its prices, what request is worth beyond them [requests], and all columns found."""

    bound: float
    prices: Prices
    beyond: Numbers
    columns: tuple[Column, ...]
    shares: Numbers

    @property
    def points(self) -> int:
        """The bound in whole points, outward."""
        return floor(self.bound + MARGIN * abs(self.bound) + 1e-6)

    def near(self, slack: float) -> list[Column]:
        """The columns whose worth beyond their price comes within ``slack`` of the best of their request, the nearest
        first."""
        asks = self.prices.board.asks
        short = {each: self.beyond[asks[each.ask].row] - self.prices.beyond(each) for each in self.columns}
        return sorted((each for each in self.columns if short[each] <= slack), key=short.__getitem__)


class Generation:
    """Rounds of column generation from the columns of a first plan.

    ``many`` says that the columns tell prices already, so that the best columns where all is free are not asked for.
    The same comes of any number of ``workers``.
    """

    def __init__(self, board: Board, columns: Iterable[Column], *, many: bool = False, workers: int = 1) -> None:
        self.board, self.many, self.workers = board, many, workers
        self.columns: dict[Column, None] = dict.fromkeys(columns)
        nothing = indexes([])
        self.best_bound, self.best_prices = np.inf, Prices(board, nothing, nothing, np.zeros(0))
        self.best_beyond = np.zeros(board.requests)
        self.tolerance = COARSE

    def rounds(self, *, near: float = CLOSED) -> Iterator[Certificate]:
        """A certificate in each round, with the shares of its relaxation and the bound so far, since to price all
        requests at its duals takes most of the round; and the last one, when bound and relaxation are so ``near``."""
        if not self.many:
            self._price(self.best_prices, np.zeros(self.board.requests))
        hint: Relaxed | None = None
        names, columns = indexes([]), 0
        while True:
            program = program_over(self.board, list(self.columns))
            hint = _carried(hint, names, columns, program)
            names, columns = program.keys, program.columns
            hint = relax(program, tolerance=self.tolerance, hint=hint)
            shares = hint.shares[: program.columns]
            if np.isfinite(self.best_bound):
                yield self._certificate(shares)
            prices = Prices(self.board, program.keys, program.bounds, hint.duals)
            new = self._price(prices, self._of_asks(program, hint.duals))
            gap = (self.best_bound - hint.value) / max(1.0, abs(self.best_bound))
            if gap < near or (not new and self.tolerance <= FINEST):
                yield self._certificate(shares)
                return
            if not new or (gap < NEARLY and self.tolerance == COARSE):
                self.tolerance /= 10

    def _certificate(self, shares: Numbers) -> Certificate:
        columns = tuple(self.columns)
        padded = np.zeros(len(columns))
        padded[: len(shares)] = shares
        return Certificate(self.best_bound, self.best_prices, self.best_beyond, columns, padded)

    def _of_asks(self, program: Program, duals: Numbers) -> Numbers:
        kind, owner, _ = unlock(program.keys)
        found = np.zeros(self.board.requests)
        found[owner[kind == Kind.REQUEST]] = duals[kind == Kind.REQUEST]
        return found

    def _price(self, prices: Prices, asked: Numbers) -> int:
        """Take in the columns that are worth more than ``asked`` [requests] beyond their price; how many are new."""
        beyond, before = np.zeros(self.board.requests), len(self.columns)
        possible = self.board.possible
        priced = done(lambda ask: _priced(ask, prices, asked[ask.row]), possible, workers=self.workers)
        for ask, (most, columns) in zip(possible, priced, strict=True):
            beyond[ask.row] = max(beyond[ask.row], most)
            self.columns |= dict.fromkeys(columns)
        bound = prices.supply + float(beyond.sum())
        if bound < self.best_bound:
            self.best_bound, self.best_prices, self.best_beyond = bound, prices, beyond
        return len(self.columns) - before


def _priced(ask: Ask, prices: Prices, least: float) -> tuple[float, list[Column]]:
    """What the best column of ``ask`` is worth beyond its price, and its foremost that are worth over ``least``."""
    found = best(ask, prices.net(ask))
    return float(found.value.max()), [column(ask, found, at) for at in _foremost(found, max(0.0, least))]


def _foremost(found: Best, least: float) -> list[int]:
    """The starts with the best columns that are worth more than ``least``, the best first."""
    order = np.argsort(-found.value, kind="stable")[:COLUMNS_A_ROUND]
    return [int(at) for at in order if found.value[at] > least + 1e-6]


def _carried(hint: Relaxed | None, names: Indexes, columns: int, program: Program) -> Relaxed | None:
    """The last round's solution in the shape of the next program: new columns have no share, new rows no dual."""
    if hint is None:
        return None
    shares, duals = np.zeros(len(program.gains)), np.zeros(len(program.bounds))
    known = min(program.columns, columns)
    shares[:known] = hint.shares[:known]
    _, old, new = np.intersect1d(names, program.keys, assume_unique=True, return_indices=True)
    duals[new] = hint.duals[old]
    return Relaxed(hint.value, shares, duals)
