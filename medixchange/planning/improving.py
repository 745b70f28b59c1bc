"""The way to the best plan, step by step; every step is a function of the problem and the seed alone.

So a plan is told by its problem, its seed and how many steps were made: whoever makes as many gets the same plan,
whatever the machine (with one worker). Who wants it by a certain time stops listening.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice

import numpy as np

from medixchange.planning.board import Board
from medixchange.planning.certificate import CLOSED, Certificate, Generation
from medixchange.planning.columns import Column
from medixchange.planning.greedy import serving
from medixchange.planning.integer import EFFORT_OF_PART, WHOLE, Choice, choose
from medixchange.planning.near import all_near, best_at_each_start
from medixchange.planning.plan import Method
from medixchange.planning.rolling import Rolling
from medixchange.planning.rounding import rounded
from medixchange.planning.taken import Taken

WINDOW, STRIDE = timedelta(weeks=2), timedelta(weeks=1)
"""What is searched in one piece where there are too many columns for all, and how far it moves each time."""
SLACKS = (3.0, 8.0, 20.0, 50.0, 120.0)
"""How far below the best of its request a column may lie to be looked at, wider with each pass."""
EFFORT = 10.0
LARGE = 3_000
"""From how many requests on weeks are planned one after the other before all at once: see decision 26."""
STRETCH, STRIDE_OF_STRETCH = timedelta(days=14), timedelta(days=10)
"""Of these weeks: four days are planned twice, so that a session can come earlier than where a stretch begins."""
WINDOW_OF_LARGE, STRIDE_OF_LARGE, NEAR_OF_LARGE = timedelta(days=3), timedelta(days=2), 1e-3
FEW, SOME = 50, 1_000
"""After how many requests, each time, what there is so far of the first plan can be taken already: up to ``SOME``, and
from then on, since each of a large one costs as much as a whole plan to hand over. Before, it is after the first and
each time that they have doubled."""
PROVABLE = 30_000
"""Up to how many columns a proof is tried."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """The best plan after a step: its columns and points, and the bound that no plan can pass (None: not known yet)."""

    number: int
    method: Method
    columns: tuple[Column, ...]
    score: int
    bound: int | None

    @property
    def is_best(self) -> bool:
        """Whether no plan can be better."""
        return self.bound is not None and self.score >= self.bound


def improvements(board: Board, *, seed: int = 0, workers: int = 1, large: int = LARGE) -> Iterator[Improvement]:
    """Better and better plans, the first at once; ends when one is proven to be best, or nothing more is to be done.

    From ``large`` requests on weeks are planned one after the other first.
    """
    return _Search(board, seed=seed, workers=workers, is_large=board.requests >= large).improvements()


class _Search:
    def __init__(self, board: Board, *, seed: int, workers: int, is_large: bool) -> None:
        self.board, self.seed, self.workers, self.is_large = board, seed, workers, is_large
        self.numbers = count(1)
        self.taken = Taken(board)
        self.bound: int | None = None
        self.shares = np.zeros(0)

    def improvements(self) -> Iterator[Improvement]:
        yield from self._begin()
        first = dict.fromkeys(self.taken.plan.values())
        if self.is_large:
            for each in Rolling(STRETCH, STRIDE_OF_STRETCH, seed=self.seed, workers=self.workers).over(self.taken):
                self.taken = each.plan
                first |= dict.fromkeys(each.near)
                yield self._improvement("weeks")
        known = (*first, *self.taken.plan.values())
        generation = Generation(self.board, known, many=self.is_large, workers=self.workers)
        for certificate in generation.rounds(near=NEAR_OF_LARGE if self.is_large else CLOSED):
            yield from self._round(certificate)
        for slack in SLACKS:
            for step in self._pass(certificate, slack):
                yield step
                if step.is_best:
                    return

    def _begin(self) -> Iterator[Improvement]:
        """The first plan, and what there is of it on the way where that takes long."""
        for looked_at in serving(self.taken, self.board.asks):
            if _is_due(looked_at) and looked_at < self.board.requests:
                yield self._improvement("begun")
        yield self._improvement("greedy")

    def _round(self, certificate: Certificate) -> Iterator[Improvement]:
        """The bound after a round, and a plan from its shares: a tenth of the time, and better for who stops early."""
        self.bound = certificate.points
        yield self._improvement("columns")
        shares = np.trim_zeros(certificate.shares, "b")
        if not np.array_equal(shares, self.shares):  # the last certificate has those of the one before
            self.shares = shares
            if self._keep(rounded(self.board, certificate)):
                yield self._improvement("rounding")

    def _improvement(self, method: Method) -> Improvement:
        columns = tuple(self.taken.plan[row] for row in sorted(self.taken.plan))
        return Improvement(next(self.numbers), method, columns, self.taken.score, self.bound)

    def _keep(self, other: Taken) -> bool:
        """Whether the other plan is better, and the one from now on."""
        is_better = other.score > self.taken.score
        if is_better:
            self.taken = other
        return is_better

    def _pass(self, certificate: Certificate, slack: float) -> Iterator[Improvement]:
        """One search among the columns within ``slack``, and a proof where that is within reach."""
        core = self._core(certificate, slack)
        if len(core) <= WHOLE:
            self._choose(core, effort=EFFORT)
            yield self._improvement("exact")
        else:
            length, stride = (WINDOW_OF_LARGE, STRIDE_OF_LARGE) if self.is_large else (WINDOW, STRIDE)
            for first in range(0, self.board.slots, stride // self.board.problem.grid.step):
                self._choose_between(core, first, first + length // self.board.problem.grid.step)
                yield self._improvement("windows")
        if self._prove(certificate):
            yield self._improvement("proof")

    def _core(self, certificate: Certificate, slack: float) -> list[Column]:
        near = best_at_each_start(certificate.prices, certificate.beyond, slack=slack, workers=self.workers)
        return list(dict.fromkeys((*self.taken.plan.values(), *certificate.near(slack), *near)))

    def _row(self, column: Column) -> int:
        return self.board.asks[column.ask].row

    def _choose(self, core: Sequence[Column], *, effort: float) -> Choice | None:
        known = self.taken.plan.values()
        choice = choose(self.board, core, known=known, effort=effort, seed=self.seed, workers=self.workers)
        if choice is not None:
            self._keep(Taken(self.board, choice.columns))
        return choice

    def _choose_between(self, core: Sequence[Column], first: int, end: int) -> None:
        """Search anew what begins between two slots, and who is not served yet; the rest of the plan stays."""
        plan = self.taken.plan
        stays = [each for each in plan.values() if not first <= each.start < end]
        served = {self._row(each) for each in stays}
        moving = [each for each in core if self._row(each) not in served and first <= each.start < end]
        choice = choose(
            self.board,
            moving,
            fixed=stays,
            known=plan.values(),
            effort=EFFORT_OF_PART,
            seed=self.seed,
            workers=self.workers,
        )
        if choice is not None:
            self._keep(Taken(self.board, choice.columns))

    def _prove(self, certificate: Certificate) -> bool:
        """Search everything that a better plan could use, where that is little enough; whether it was tried."""
        slack = certificate.bound - self.taken.score
        near = all_near(certificate.prices, certificate.beyond, slack=slack)
        core = list(islice(near, PROVABLE + 1))
        if len(core) > PROVABLE:
            return False
        choice = self._choose(list(dict.fromkeys((*self.taken.plan.values(), *core))), effort=EFFORT)
        if choice is not None:
            self.bound = min(certificate.points, max(self.taken.score, choice.bound))
        return True


def _is_due(looked_at: int) -> bool:
    """Whether the first plan can be taken once so many requests were looked at."""
    if looked_at < FEW:
        return looked_at.bit_count() == 1
    return looked_at % (FEW if looked_at < SOME else SOME) == 0
