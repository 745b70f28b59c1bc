"""The cheapest changes that make a request possible, each tried on the whole problem before it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations, product

from medixchange.matching.candidates import Candidate, Ground, ground, helpers, of_use
from medixchange.matching.possible import possible_starts
from medixchange.matching.presence import expert_starts, interpreter_starts
from medixchange.matching.problem import Problem
from medixchange.matching.steps import Step, asked, more_often, offers, raised, take, without
from medixchange.messages import Message, count, listed
from medixchange.times.grid import slots_of


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Steps that together make a request possible; how many starts they give, and the first of them."""

    steps: tuple[Step, ...]
    starts: int
    first: datetime
    message: Message

    @property
    def cost(self) -> tuple[int, int]:
        """How hardly it is to be had: number of steps, then the sum of their costs."""
        return len(self.steps), sum(step.cost for step in self.steps)


def scoped(problem: Problem, request_id: str) -> Problem:
    """The problem with only those people who could ever serve the request: the same answers, sooner."""
    request = problem.request[request_id]
    return replace(
        problem,
        requests=(request,),
        experts=tuple(each for each in problem.experts if of_use(each, request, problem)),
        interpreters=tuple(helpers(request, problem)),
    )


def relaxations(problem: Problem, request_id: str, *, limit: int = 3) -> tuple[Relaxation, ...]:
    """Up to ``limit`` cheapest relaxations that work, of different kinds as far as there are; pairs if none alone.

    Cheaper kinds come first (``Step.cost``), among equals those that give more starts, then an earlier one.
    Each is tried by the search on the relaxed problem. Empty when the request is possible already, or when not
    even two steps together help.

    Raises KeyError when the problem does not know the request.
    """
    problem = scoped(problem, request_id)
    here = ground(problem, request_id)
    if possible_starts(here):
        return ()
    steps = list(offers(problem, here.request))
    whole = _without_part_teams(steps)
    found = list(_tried(((step,) for step in whole), problem, request_id))
    found += _tried(((step,) for step in _personal(problem, here)), problem, request_id)
    if not found:
        found = list(_tried(combinations(whole, 2), problem, request_id))
    return _chosen([_with_smallest_teams(each, steps, problem, request_id) for each in found], limit)


def _without_part_teams(steps: Iterable[Step]) -> list[Step]:
    """The steps, of those that add interpreters only whole teams: what is tried together has to stay little."""
    last = {step.what[:2]: step for step in steps if step.kind == "interpreters"}
    return [step for step in steps if step.kind != "interpreters" or last[step.what[:2]] is step]


def _with_smallest_teams(found: Relaxation, steps: Iterable[Step], problem: Problem, request_id: str) -> Relaxation:
    """The same change with as few new interpreters as it works with."""
    teams: dict[tuple[str, ...], list[Step]] = {}
    for step in steps:
        if step.kind == "interpreters":
            teams.setdefault(step.what[:2], []).append(step)
    choices = [teams[step.what[:2]] if step.kind == "interpreters" else [step] for step in found.steps]
    cheapest_first = sorted(product(*choices), key=lambda taken: sum(step.cost for step in taken))
    return next(_tried(cheapest_first, problem, request_id))


def _chosen(found: list[Relaxation], limit: int) -> tuple[Relaxation, ...]:
    """The cheapest of each kind first, then the others."""
    kinds: set[tuple[str, ...]] = set()
    first: list[Relaxation] = []
    others: list[Relaxation] = []
    for each in sorted(found, key=lambda each: (each.cost, -each.starts, each.first, each.message.text)):
        kind = tuple(step.kind for step in each.steps)
        (others if kind in kinds else first).append(each)
        kinds.add(kind)
    return tuple(sorted((first + others)[:limit], key=lambda each: (each.cost, -each.starts)))


def _tried(many: Iterable[tuple[Step, ...]], problem: Problem, request_id: str) -> Iterator[Relaxation]:
    for steps in many:
        relaxed = problem
        for step in steps:
            relaxed = take(step, relaxed, request_id)
        starts = possible_starts(ground(relaxed, request_id))
        if starts:
            first = problem.grid.at(next(slots_of(starts)))
            yield Relaxation(steps, starts.bit_count(), first, _words(steps, starts.bit_count()))


def _words(steps: tuple[Step, ...], starts: int) -> Message:
    return count(
        "It would work %(steps)s: %(num)s possible start.",
        "It would work %(steps)s: %(num)s possible starts.",
        starts,
        steps=listed([step.message for step in steps]),
    )


def _personal(problem: Problem, here: Ground) -> Iterator[Step]:
    """Steps of one person that make the request possible, by the masks alone."""
    request = here.request
    for interpreter in problem.interpreters:
        for step in asked(interpreter, cost=1):
            helper = without(interpreter, step.what)
            starts = interpreter_starts(helper, request, problem) & here.starts
            others = tuple(each for each in here.interpreters if each.who.id != helper.id)
            if starts and possible_starts(replace(here, interpreters=(*others, Candidate(helper, starts)))):
                yield step
    for expert in problem.experts:
        changes = [(step, without(expert, step.what)) for step in asked(expert, cost=2)]
        if problem.held_by_expert.get(expert.id):
            changes.append((more_often(expert), raised(expert)))
        for step, changed in changes:
            starts = expert_starts(changed, request, problem) & here.starts
            rest = tuple(each for each in here.experts if each.who.id != expert.id)
            if starts and possible_starts(replace(here, experts=(*rest, Candidate(changed, starts)))):
                yield step
