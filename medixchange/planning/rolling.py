"""Weeks one after the other: where all requests at once would take too long to begin with.

In each stretch everything that begins there is planned anew, together with the requests that are not served yet and
could begin there; what the plan has elsewhere stands, with its rest and its part of everybody's caps and load. So the
plan is valid after each stretch and never worse than before, and only one stretch is laid out beside the whole. Where
stretches overlap, the columns that came near in one are known to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from medixchange.planning.board import Board
from medixchange.planning.certificate import Certificate, Generation
from medixchange.planning.columns import Column
from medixchange.planning.integer import EFFORT_OF_PART, WHOLE, choose
from medixchange.planning.parts import Part, part
from medixchange.planning.rounding import rounded
from medixchange.planning.taken import Taken

NEAR = 2e-3
"""How near bound and relaxation of a stretch come: to the end takes twice as long and serves hardly anybody more."""
ROUNDS = 12
"""After how many rounds a stretch is left as it is, at the latest."""
SLACK = 8.0
"""How far below the best of its request a column may lie to be looked at."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """The plan after a stretch, and the columns that came near the best of their requests there."""

    plan: Taken
    near: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Rolling:
    """How long a stretch is, how far it moves each time, and what the exact search inside depends on."""

    length: timedelta
    stride: timedelta
    seed: int = 0
    workers: int = 1

    def over(self, plan: Taken) -> Iterator[Rolled]:
        """The plan after each stretch of the horizon, the earliest first."""
        near: tuple[Column, ...] = ()
        for first, end in self.stretches(plan.board):
            found = self._anew(plan, first, end, near)
            plan, near = found.plan, found.near
            yield found

    def stretches(self, board: Board) -> Iterator[tuple[int, int]]:
        """The first slot of each stretch and the one behind it; together they hold every slot."""
        step = board.problem.grid.step
        length, stride = max(1, self.length // step), max(1, self.stride // step)
        for first in range(0, board.slots, stride):
            yield first, min(first + length, board.slots)
            if first + length >= board.slots:
                return

    def _anew(self, plan: Taken, first: int, end: int, before: Sequence[Column]) -> Rolled:
        """Plan anew what begins in slots ``first`` to ``end``; ``before`` are columns that came near already."""
        inside = [each for each in plan.plan.values() if first <= each.start < end]
        standing = Taken(plan.board, [each for each in plan.plan.values() if not first <= each.start < end])
        some = part(standing, first, end)
        if not some.numbers:
            return Rolled(plan, ())
        again = [each for each in before if first <= each.start < end and standing.fits(each)]
        best, near = self._best(some, list(some.inward(inside)), some.inward(again))
        found = Taken(plan.board, [*standing.plan.values(), *some.outward(best)])
        return Rolled(found if found.score > plan.score else plan, tuple(some.outward(near)))

    def _best(
        self, some: Part, known: Sequence[Column], others: Iterable[Column]
    ) -> tuple[Iterable[Column], Sequence[Column]]:
        """The best columns for a part, ``known`` being some that go together; and those that came near. ``others`` are
        known as well."""
        certificate = self._certificate(some, (*known, *others))
        best = max(Taken(some.board, known), rounded(some.board, certificate), key=lambda each: each.score)
        near, begun = certificate.near(SLACK), best.plan.values()
        core = list(dict.fromkeys((*begun, *near)))[:WHOLE]
        chosen = choose(some.board, core, known=begun, effort=EFFORT_OF_PART, seed=self.seed, workers=self.workers)
        if chosen is not None:
            best = max(best, Taken(some.board, chosen.columns), key=lambda each: each.score)
        return best.plan.values(), near

    def _certificate(self, some: Part, known: Sequence[Column]) -> Certificate:
        """The last of a few rounds."""
        *_, last = islice(Generation(some.board, known, workers=self.workers).rounds(near=NEAR), ROUNDS)
        return last
