"""One request from its three sides: when it asks, when panels can present, and when they are understood.

Each side is worked out apart and kept, so that a question about the request with some conditions lifted, or with some
steps taken, costs no more than the sides that it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial

import numpy as np

from medixchange.matching.candidates import scoped
from medixchange.matching.ever import Ever
from medixchange.matching.kernel.rows import Rows, Words, masks_of, row_of, words_of
from medixchange.matching.layers import (
    DEADLINE,
    EARLIEST,
    HOSPITAL,
    NONE,
    WINDOWS,
    Kinds,
    layer,
    left,
    of_request,
)
from medixchange.matching.presenting import Presenting
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.sorts import Sort
from medixchange.matching.steps import SHORTER, Step
from medixchange.matching.understanding import Pairs, Understanding
from medixchange.matching.ways import consecutively
from medixchange.times.grid import starts, union

Steps = tuple[Step, ...]
InTongue = Callable[[str], int]
"""Starts by language."""
PANEL = frozenset({"panel", "expert"})
WAYS = frozenset({"room", "interpreters", "interpreting"})
"""The kinds of steps that change one side; "shorter" changes all, and all others the asking one."""


class Sides:
    """What could serve one request: laid out once, asked often.

    ``manner`` is the request as it is interpreted, where not as the problem has it. Raises KeyError when the problem
    does not know the request.
    """

    def __init__(self, problem: Problem, request_id: str, *, manner: Request | None = None) -> None:
        self.problem = problem
        self.request = manner or problem.request[request_id]
        self.asking = of_request(self.request, problem)
        self._panels: dict[Hashable, InTongue] = {}
        self._understood: dict[Hashable, InTongue] = {}
        self._lacking: dict[Hashable, int] = {}
        self._shorter: dict[int, Sides] = {}

    @cached_property
    def ever(self) -> Ever:
        """Its people and rooms, were they always free."""
        return Ever(self.problem, self.request)

    @cached_property
    def presenting(self) -> Presenting:
        """The experts' side."""
        return Presenting(self.request, self.problem, self.ever.able)

    @cached_property
    def understanding(self) -> Understanding:
        """The interpreters' and the rooms' side."""
        return Understanding(self.request, self.problem)

    @cached_property
    def scoped(self) -> Problem:
        """The problem with only those people who could ever serve the request."""
        return scoped(self.problem, self.request)

    @cached_property
    def kinds(self) -> Kinds:
        """The layers that there are, in either manner of interpreting."""
        own = self.presenting.experts.kinds.union(self.asking)
        return own.union(*(each.understanding.kinds for each in self.manners))

    def possible(self, lifted: Kinds = NONE, steps: Steps = ()) -> int:
        """All starts (bits) at which it could be served without the ``lifted`` layers, once ``steps`` are taken.

        Steps that ask one person something are not known here: see ``won_by_experts``, ``won_by_interpreters``.
        """
        return union(self._by_tongue(lifted, steps))

    def is_possible(self, lifted: Kinds) -> bool:
        """Whether it could be served at some start without the ``lifted`` layers; sooner told than all starts."""
        return any(self._by_tongue(lifted, ()))

    def within(self, slots: int) -> int:
        """All starts (bits) at which it could be served wholly inside ``slots``, whatever its windows."""
        return union(found & starts(slots, length) for found, length in self._whenever)

    @cached_property
    def _whenever(self) -> Sequence[tuple[int, int]]:
        """In each manner of interpreting the starts without its windows, and how many slots a session takes."""
        lifted = frozenset({WINDOWS})
        return [
            (union(each._in_this_manner(lifted, ())), self.problem.length(each.request.minutes))
            for each in self.manners
        ]

    def _by_tongue(self, lifted: Kinds, steps: Steps) -> Iterator[int]:
        """The starts at which it could be served by panels in one language, then in another."""
        for step in steps:
            if step.kind == SHORTER:
                others = tuple(each for each in steps if each is not step)
                yield from self._in(int(step.what[0]))._by_tongue(lifted, others)
                return
        for each in self.manners:
            yield from each._in_this_manner(lifted, steps)

    @property
    def manners(self) -> tuple[Sides, ...]:
        """These, and those of the same request interpreted consecutively, where that may be."""
        # Kept without these: in a circle they would hold the problem until garbage is looked for.
        return (self, *self._consecutive)

    @cached_property
    def _consecutive(self) -> tuple[Sides, ...]:
        other = consecutively(self.request, self.problem)
        return () if other is None else (Sides(self.problem, other.id, manner=other),)

    def _in_this_manner(self, lifted: Kinds, steps: Steps) -> Iterator[int]:
        """The same without the other manner of interpreting."""
        allowed = left(self.asking, lifted.union(*map(_lifted_by, steps)))
        if not allowed:
            return
        understood, panels = self._understood_in(lifted, steps), self._panels_in(words_of(allowed), lifted, steps)
        for tag in self.presenting.tongues(steps) if steps else self._conversing:
            heard = allowed & understood(tag)
            yield heard and heard & panels(tag)

    def won_by_experts(self, free: Rows) -> Iterator[tuple[int, int]]:
        """The starts at which it could be served in this manner were one of the experts, who is not, ``free`` at these:
        the places of such experts, with the starts of each."""
        for place, won in self._won(free, self.presenting.experts.starts()):
            lacking = self._lacking_expert(self.presenting.sorts[place])
            if won & lacking:
                yield place, won & lacking

    def won_by_interpreters(self, free: Rows) -> Iterator[tuple[int, int]]:
        """The same of the interpreters."""
        for place, won in self._won(free, self.understanding.interpreters.starts()):
            lacking = self._lacking_interpreter(self.understanding.interpreters.who[place].pairs)
            if won & lacking:
                yield place, won & lacking

    def _won(self, free: Rows, now: Rows) -> Iterator[tuple[int, int]]:
        """The places of those who would be free at starts that the asking side allows and are not, with these."""
        won = free & ~now & row_of(self._asked, self.problem.grid.slots)
        places = np.flatnonzero(won.any(axis=1))
        yield from zip(places.tolist(), masks_of(won[places]), strict=True)

    def _lacking_expert(self, sort: Sort) -> int:
        """The starts at which it could be served were there one more expert of this sort."""
        if sort not in self._lacking:
            understood = self._understood_in()
            heard = ((tag, self._asked & understood(tag)) for tag in sort.tongues)
            more, within = self.presenting.starts_with_one_more, words_of(self._asked)
            panels = (starts and starts & more(tag, within, sort.knows) for tag, starts in heard)
            self._lacking[sort] = union(panels)
        return self._lacking[sort]

    def _lacking_interpreter(self, pairs: Pairs) -> int:
        """The starts at which it could be served were there one more interpreter who holds ``pairs``."""
        if pairs not in self._lacking:
            present = self._panels_in(words_of(self._asked))
            panels = ((tag, self._asked & present(tag)) for tag in self.presenting.tongues())
            heard = (starts and starts & self.understanding.starts(tag, newcomers=(pairs,)) for tag, starts in panels)
            self._lacking[pairs] = union(heard)
        return self._lacking[pairs]

    @cached_property
    def _conversing(self) -> Sequence[str]:
        """The languages in which somebody presents from which the audience can be reached at all, whatever the hour."""
        return [tag for tag in self.presenting.tongues() if self.ever.understood(tag)]

    @cached_property
    def _asked(self) -> int:
        """The starts that the asking side allows."""
        return left(self.asking, NONE)

    def _in(self, minutes: int) -> Sides:
        """The same for a session of other length."""
        if minutes not in self._shorter:
            other = replace(self.request, minutes=minutes)
            self._shorter[minutes] = Sides(replace(self.scoped, requests=(other,)), other.id)
        return self._shorter[minutes]

    def _panels_in(self, within: Words, lifted: Kinds = NONE, steps: Steps = ()) -> InTongue:
        """When panels can present in one language or another, as ``presenting`` tells."""
        own, taken = lifted & self.presenting.experts.kinds, tuple([each for each in steps if each.kind in PANEL])
        key = within, own, tuple([(each.kind, each.what) for each in taken])
        if key not in self._panels:
            self._panels[key] = cache(partial(self.presenting.starts, within=within, lifted=own, steps=taken))
        return self._panels[key]

    def _understood_in(self, lifted: Kinds = NONE, steps: Steps = ()) -> InTongue:
        """When panels in one language or another are understood, as ``understanding`` tells."""
        own, taken = lifted & self.understanding.kinds, tuple([each for each in steps if each.kind in WAYS])
        key = own, tuple([(each.kind, each.what) for each in taken])
        if key not in self._understood:
            self._understood[key] = cache(partial(self.understanding.starts, lifted=own, steps=taken))
        return self._understood[key]


def _lifted_by(step: Step) -> Iterator[str]:
    """The layers of the asking side that a step lifts."""
    if step.kind in (EARLIEST, DEADLINE, WINDOWS):
        yield step.kind
    elif step.kind == "weekend":
        yield layer(HOSPITAL, step.kind)
    elif step.kind == "calendar":
        yield layer(HOSPITAL, step.what[0])
