"""When panels can present, by language: what experts leave of a request's hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from medixchange.matching.layers import NONE, Kinds, Layered, of_experts
from medixchange.matching.pools import Pool, Presenter, known
from medixchange.matching.problem import Expert, Problem, Request
from medixchange.matching.steps import LARGEST_PANEL, Step
from medixchange.times.grid import rungs

Like = tuple[int, tuple[str, ...]]
"""What tells experts apart but for the hour: the topics that they know, and the languages in which they present."""


class Presenting:
    """The experts for one request; those alike count together: where so many of them are free is all that matters."""

    def __init__(self, request: Request, problem: Problem) -> None:
        self.request = request
        self.experts = of_experts(request, problem)
        self._most = max(1, request.panel_min)
        self._nobody = Pool((), self._most)
        self._alike: dict[Like, list[Layered[Expert]]] = defaultdict(list)
        least = problem.policy.lang_min_expert
        for each in self.experts:
            tongues = tuple(sorted(tag for tag, level in each.who.speaking.items() if level >= least))
            self._alike[known(each.who, request), tongues].append(each)
        self._like = {each.who.id: like for like, people in self._alike.items() for each in people}
        self._free: dict[Kinds, dict[Like, Sequence[int]]] = {}
        self._pools: dict[Kinds, Mapping[str, Pool]] = {}

    @cached_property
    def kinds(self) -> Kinds:
        """The layers that somebody has."""
        return frozenset[str]().union(*(each.layers for each in self.experts))

    def tongues_of(self, expert: Expert) -> tuple[str, ...]:
        """The languages in which one of the experts presents."""
        return self._like[expert.id][1]

    def starts(self, lifted: Kinds = NONE, steps: Iterable[Step] = ()) -> Mapping[str, int]:
        """When a panel can present in each language, without the ``lifted`` layers, once ``steps`` are taken."""
        request, newcomers = self.request, defaultdict[str, list[int]](list)
        for step in steps:
            if step.kind == "expert":
                tongue, *topics = step.what
                knows = sum(1 << topic for topic, code in enumerate(request.specialties) if code in topics)
                newcomers[tongue].append(knows)
            elif step.kind == "panel":
                request = replace(request, panel_min=1, panel_max=LARGEST_PANEL)
        pools = self._pools_without(lifted)
        tongues = dict.fromkeys((*pools, *newcomers))
        return {tag: pools.get(tag, self._nobody).starts(request, newcomers.get(tag, ())) for tag in tongues}

    def starts_with(self, expert: Expert, free: int) -> Mapping[str, int]:
        """When a panel can present in each language of ``expert``, were that one ``free`` at these starts."""
        like = self._like[expert.id]
        others = [each.starts() for each in self._alike[like] if each.who.id != expert.id]
        pools = self._by_tongue({**self._rungs(NONE), like: rungs(self._most, (*others, free))}, like[1])
        return {tongue: pool.starts(self.request) for tongue, pool in pools.items()}

    def _pools_without(self, lifted: Kinds) -> Mapping[str, Pool]:
        if lifted not in self._pools:
            tongues = {tag for _, tags in self._alike for tag in tags}
            self._pools[lifted] = self._by_tongue(self._rungs(lifted), sorted(tongues))
        return self._pools[lifted]

    def _rungs(self, lifted: Kinds) -> dict[Like, Sequence[int]]:
        """Where one, two, and so on of those alike are free."""
        if lifted not in self._free:
            free = {like: [each.starts(lifted) for each in people] for like, people in self._alike.items()}
            self._free[lifted] = {like: rungs(self._most, starts) for like, starts in free.items()}
        return self._free[lifted]

    def _by_tongue(self, free: Mapping[Like, Sequence[int]], tongues: Iterable[str]) -> Mapping[str, Pool]:
        able: dict[str, list[Presenter]] = {tag: [] for tag in tongues}
        for (knows, tags), many in free.items():
            people = [Presenter(knows, starts) for starts in many if starts]
            for tag in tags:
                if tag in able:
                    able[tag] += people
        return {tag: Pool(people, self._most) for tag, people in able.items()}
