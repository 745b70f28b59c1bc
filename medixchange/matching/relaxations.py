"""The cheapest changes that make a request possible, each tried before it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product
from operator import itemgetter

from medixchange.matching.kernel.rows import Rows
from medixchange.matching.layers import EXPERTS, INTERPRETERS, Layered, layer
from medixchange.matching.resources import Expert, Interpreter
from medixchange.matching.sides import Sides
from medixchange.matching.steps import ASKED, OFTENER, SHORTER, Step, asked, more_often, offers
from medixchange.messages import Message, count, listed
from medixchange.times.grid import slots_of

OWN = ("interpreting", SHORTER)
"""The kinds of steps that the asking side alone decides about."""


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


def relaxations(sides: Sides, *, limit: int = 3) -> tuple[Relaxation, ...]:
    """Up to ``limit`` cheapest relaxations that work, of different kinds as far as there are; pairs if none alone.

    Cheaper kinds come first (``Step.cost``), among equals those that give more starts, then an earlier one. Empty when
    the request is possible already, or when not even two steps together help.
    """
    if sides.possible():
        return ()
    steps = list(offers(sides.scoped, sides.request))
    whole = _without_part_teams(steps)
    found = list(_tried(((step,) for step in whole), sides))
    found += _personal(sides)
    if not found:
        found = list(_tried(combinations(whole, 2), sides))
    return _chosen([_with_smallest_teams(each, steps, sides) for each in found], limit)


def own_relaxations(sides: Sides) -> Iterator[Relaxation]:
    """What the asking side alone could change, its windows aside, each with the starts that there would be then."""
    return _tried(((step,) for step in offers(sides.scoped, sides.request) if step.kind in OWN), sides)


def relaxed(step: Step, starts: int, sides: Sides) -> Relaxation:
    """One step that was found to give ``starts`` (bits), of which there are some."""
    return _relaxation((step,), starts, sides)


def _without_part_teams(steps: Iterable[Step]) -> list[Step]:
    """The steps, of those that add interpreters only whole teams: what is tried together has to stay little."""
    last = {step.what[:2]: step for step in steps if step.kind == "interpreters"}
    return [step for step in steps if step.kind != "interpreters" or last[step.what[:2]] is step]


def _with_smallest_teams(found: Relaxation, steps: Iterable[Step], sides: Sides) -> Relaxation:
    """The same change with as few new interpreters as it works with."""
    if all(step.kind != "interpreters" for step in found.steps):
        return found
    teams: dict[tuple[str, ...], list[Step]] = {}
    for step in steps:
        if step.kind == "interpreters":
            teams.setdefault(step.what[:2], []).append(step)
    choices = [teams[step.what[:2]] if step.kind == "interpreters" else [step] for step in found.steps]
    cheapest_first = sorted(product(*choices), key=lambda taken: sum(step.cost for step in taken))
    return next(_tried(cheapest_first, sides))


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


def _tried(many: Iterable[tuple[Step, ...]], sides: Sides) -> Iterator[Relaxation]:
    for steps in many:
        starts = sides.possible(steps=steps)
        if starts:
            yield _relaxation(steps, starts, sides)


def _relaxation(steps: tuple[Step, ...], starts: int, sides: Sides) -> Relaxation:
    first = sides.problem.grid.at(next(slots_of(starts)))
    return Relaxation(steps, starts.bit_count(), first, _words(steps, starts.bit_count()))


def _words(steps: tuple[Step, ...], starts: int) -> Message:
    return count(
        "It would work %(steps)s: %(num)s possible start.",
        "It would work %(steps)s: %(num)s possible starts.",
        starts,
        steps=listed([step.message for step in steps]),
    )


def _personal(sides: Sides) -> Iterator[Relaxation]:
    """Steps of one person that make the request possible, in either manner of interpreting."""
    won: dict[tuple[str, tuple[str, ...], tuple[str, ...]], tuple[Step, int]] = {}
    for each in sides.manners:
        for step, starts in (*_of_interpreters(each), *_of_experts(each)):
            key = step.kind, step.who, step.what
            won[key] = step, starts | won.get(key, (step, 0))[1]
    for step, starts in won.values():
        yield _relaxation((step,), starts, sides)


def _of_interpreters(sides: Sides) -> Iterator[tuple[Step, int]]:
    if sides.request.interpreting:
        people = sides.understanding.interpreters
        asking = [(kind, sides.won_by_interpreters(free)) for kind, free in _without_one(people, INTERPRETERS)]
        for place, kind, starts in sorted(_won(asking), key=itemgetter(0)):
            yield asked(people.who[place], kind, cost=1), starts


def _of_experts(sides: Sides) -> Iterator[tuple[Step, int]]:
    people = sides.presenting.experts
    asking = [(kind, sides.won_by_experts(free)) for kind, free in _without_one(people, EXPERTS)]
    asking.append((OFTENER, sides.won_by_experts(sides.presenting.starts_more_often())))
    order = sides.problem.expert_place
    for place, kind, starts in sorted(_won(asking), key=lambda won: order[people.who[won[0]].id]):
        expert = people.who[place]
        yield more_often(expert) if kind == OFTENER else asked(expert, kind, cost=2), starts


def _won(asked: Iterable[tuple[str, Iterable[tuple[int, int]]]]) -> Iterator[tuple[int, str, int]]:
    """What somebody is asked: the place of that one, the kind, and the starts that it wins."""
    return ((place, kind, starts) for kind, won in asked for place, starts in won)


def _without_one(people: Layered[Expert] | Layered[Interpreter], side: str) -> Iterator[tuple[str, Rows]]:
    """The kinds of masks that people could set aside, and the starts at which they are free then."""
    for kind in ASKED:
        name = layer(side, kind)
        if name in people.kinds:
            yield kind, people.starts(frozenset({name}))
