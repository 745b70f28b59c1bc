"""When panels can present, by language: what experts leave of a request's hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from medixchange.matching.layers import NONE, Kinds, Layered, of_experts
from medixchange.matching.possible import Presenter, known, panel_starts
from medixchange.matching.problem import Expert, Problem, Request
from medixchange.matching.steps import LARGEST_PANEL, Step


class Presenting:
    """The experts for one request."""

    def __init__(self, request: Request, problem: Problem) -> None:
        least = problem.policy.lang_min_expert
        self.request = request
        self.experts = of_experts(request, problem)
        self._knows = [known(each.who, request) for each in self.experts]
        self._tongues = [[tag for tag, level in each.who.speaking.items() if level >= least] for each in self.experts]

    def tongues_of(self, expert: Expert) -> list[str]:
        """The languages in which one of the experts can present."""
        return next(tags for each, tags in zip(self.experts, self._tongues, strict=True) if each.who.id == expert.id)

    def starts(
        self, lifted: Kinds = NONE, steps: tuple[Step, ...] = (), changed: Layered[Expert] | None = None
    ) -> Mapping[str, int]:
        """The starts at which a panel can present in each language, without the ``lifted`` layers, once ``steps`` are
        taken, and with ``changed`` in the place of the same expert."""
        able: dict[str, list[Presenter]] = defaultdict(list)
        for each, knows, tongues in zip(self.experts, self._knows, self._tongues, strict=True):
            free = (changed if changed and changed.who.id == each.who.id else each).starts(lifted)
            for tongue in tongues if free else ():
                able[tongue].append(Presenter(knows, free))
        request = self.request
        for step in steps:
            if step.kind == "expert":
                tongue, *topics = step.what
                able[tongue].append(Presenter(_bits(request, topics), -1))
            elif step.kind == "panel":
                request = replace(request, panel_min=1, panel_max=LARGEST_PANEL)
        return {tongue: panel_starts(request, people) for tongue, people in able.items()}


def _bits(request: Request, topics: list[str]) -> int:
    return sum(1 << topic for topic, code in enumerate(request.specialties) if code in topics)
