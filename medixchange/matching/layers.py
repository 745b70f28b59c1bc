"""People, rooms and a request as layers: the starts that each kind of condition alone would leave them.

The starts of several conditions together are the AND of their layers, so that a condition is lifted by leaving its
layer out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from medixchange.matching.candidates import experts_of_use, helpers
from medixchange.matching.presence import (
    dates,
    expert_left,
    gives_any,
    hospital_masks,
    interpreter_left,
    interprets_so_long,
    joined,
    room_left,
)
from medixchange.matching.problem import Expert, Interpreter, Mask, Problem, Request, Room
from medixchange.times.grid import starts

Kinds = frozenset[str]
"""Names of layers: a side and a kind of mask, or what the request itself sets."""
NONE: Kinds = frozenset()
EARLIEST, DEADLINE, WINDOWS = "earliest", "deadline", "windows"
HOSPITAL, EXPERTS, INTERPRETERS, ROOMS = "hospital", "experts", "interpreters", "rooms"
TAKEN, CAPPED = "taken", "capped"
"""What other sessions take, with rest and caps; and that somebody gives none at all, which nothing lifts."""
Who = TypeVar("Who", Expert, Interpreter, Room)


def layer(side: str, kind: str) -> str:
    """The name of the layer of one kind of one side."""
    return f"{side}-{kind}"


OTHERS: Kinds = frozenset(layer(side, TAKEN) for side in (HOSPITAL, EXPERTS, INTERPRETERS, ROOMS))
"""What the sessions that stand take."""


@dataclass(frozen=True, slots=True)
class Layered(Generic[Who]):
    """Somebody or something, and the layers."""

    who: Who
    layers: Mapping[str, int]

    def starts(self, lifted: Kinds = NONE) -> int:
        """The starts that are left without the ``lifted`` kinds."""
        return left(self.layers, lifted)


def left(layers: Mapping[str, int], lifted: Kinds) -> int:
    """The starts that ``layers`` leave without the ``lifted`` kinds; every bit (-1) where there is none."""
    found = -1
    for kind, allowed in layers.items():
        if kind not in lifted:
            found &= allowed
    return found


def of_request(request: Request, problem: Problem) -> dict[str, int]:
    """The layers of the asking side: its dates, its windows where it can come only then, its calendar and sessions."""
    grid, length = problem.grid, problem.length(request.minutes)
    found = {"horizon": starts(grid.full, length)}
    masks = (mask for _, mask in hospital_masks(request, problem))
    for mask in (*dates(request, problem), *masks):
        name = mask.kind if mask.kind in (EARLIEST, DEADLINE, WINDOWS) else layer(HOSPITAL, mask.kind)
        found[name] = found.get(name, -1) & starts(mask.slots, length)
    return found


def of_experts(request: Request, problem: Problem) -> list[Layered[Expert]]:
    """The experts who may sit on a panel for ``request``."""
    cut = Cut(problem.length(request.minutes))
    return [of_expert(each, request, problem, cut) for each in experts_of_use(request, problem)]


def of_expert(expert: Expert, request: Request, problem: Problem, cut: Cut | None = None) -> Layered[Expert]:
    """One of them."""
    found = (cut or Cut(problem.length(request.minutes))).of(EXPERTS, expert.masks)
    beside = expert_left(expert, request, problem)
    if beside >= 0:
        found[layer(EXPERTS, TAKEN)] = beside
    if not gives_any(expert):
        found[layer(EXPERTS, CAPPED)] = 0
    return Layered(expert, found)


def of_interpreters(request: Request, problem: Problem) -> list[Layered[Interpreter]]:
    """The interpreters who could work for ``request``, if its hospital wants any."""
    return list(_interpreters(request, problem))


def _interpreters(request: Request, problem: Problem) -> Iterator[Layered[Interpreter]]:
    cut = Cut(problem.length(request.minutes))
    for each in helpers(request, problem):
        if interprets_so_long(each, request.minutes):
            found = cut.of(INTERPRETERS, each.masks)
            found[layer(INTERPRETERS, TAKEN)] = interpreter_left(each, request, problem)
            yield Layered(each, found)


def of_rooms(request: Request, problem: Problem) -> list[Layered[Room]]:
    """The rooms; when one is open is one layer."""
    grid, length = problem.grid, problem.length(request.minutes)
    return [
        Layered(
            each,
            {
                ROOMS: starts(joined(each.masks, grid), length),
                layer(ROOMS, TAKEN): starts(room_left(each, request, problem), length),
            },
        )
        for each in problem.rooms
    ]


class Cut:
    """Cuts masks to the starts of sessions of ``length`` slots; a mask that many share is cut once."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._done: dict[tuple[str, int], tuple[str, int]] = {}

    def of(self, side: str, masks: Iterable[Mask]) -> dict[str, int]:
        """The layers of one side."""
        found: dict[str, int] = {}
        for mask in masks:
            name, allowed = self._done.get((side, id(mask))) or self._cut(side, mask)
            found[name] = found[name] & allowed if name in found else allowed
        return found

    def _cut(self, side: str, mask: Mask) -> tuple[str, int]:
        done = self._done[side, id(mask)] = layer(side, mask.kind), starts(mask.slots, self._length)
        return done
