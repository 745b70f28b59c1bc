"""The smallest set of conditions that together make a request impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from medixchange.matching.ever import Ever
from medixchange.matching.layers import (
    DEADLINE,
    EARLIEST,
    HOSPITAL,
    INTERPRETERS,
    NONE,
    TAKEN,
    Kinds,
    layer,
    left,
)
from medixchange.matching.sides import Sides
from medixchange.matching.words_of_conflict import (
    ASKING,
    AWAY,
    DATES,
    PASSING,
    STANDING,
    passing_words,
    standing_words,
)
from medixchange.messages import Message

WIDE: Mapping[str, Kinds] = {
    DATES: frozenset({EARLIEST, DEADLINE}),
    INTERPRETERS: frozenset(layer(INTERPRETERS, kind) for kind in AWAY),
}
"""The layers of conditions that are about several."""


Possible = Callable[[Kinds], bool]
"""Whether there would be a match without the conditions of these kinds."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One condition that stands in the way: its kind, which no other condition of the request has, and the words."""

    kind: str
    message: Message


def conflict(sides: Sides) -> tuple[Blocker, ...]:
    """A minimal set of conditions that no match meets together: without any one of them there would be a match.

    Where there is never a match they are about what stands whatever the hour, else about everybody's time. Conditions
    that are hard to change are given up first, so that rather those remain that can be talked about. Empty when there
    is a match, or when lifting everything known here does not help.
    """
    if sides.possible():
        return ()
    request, problem = sides.request, sides.problem
    if never(sides):
        kinds = _minimal((DATES, *ASKING, *STANDING), _ever(sides))
        return tuple(Blocker(kind, standing_words(kind, request, problem)) for kind in kinds)
    kinds = _minimal((DATES, *ASKING, *PASSING), lambda lifted: sides.possible(layers(lifted)) != 0)
    return tuple(Blocker(kind, passing_words(kind, request, problem)) for kind in kinds)


def _ever(sides: Sides) -> Possible:
    """Whether there would be a match were everybody free."""
    ever = Ever(sides.problem, sides.request)

    def possible(lifted: Kinds) -> bool:
        hours = left(sides.asking, layers(lifted) | {layer(HOSPITAL, TAKEN)})
        return hours != 0 and ever.possible(lifted.intersection(STANDING))

    return possible


def _minimal(hardest_first: tuple[str, ...], possible: Possible) -> Iterator[str]:
    """Of the conditions those that remain when as many as can be are lifted without making a match ``possible``."""
    lifted = NONE
    if possible(frozenset(hardest_first)):
        for kind in hardest_first:
            if possible(lifted | {kind}):
                yield kind
            else:
                lifted |= {kind}


def never(sides: Sides) -> bool:
    """Whether there is no match even if everybody were free and every room open at every hour."""
    return not sides.possible(layers(tuple(PASSING)) | {layer(HOSPITAL, TAKEN)})


def layers(kinds: tuple[str, ...] | Kinds) -> Kinds:
    """The layers that conditions of these ``kinds`` are about."""
    return frozenset().union(*(WIDE.get(kind, {kind}) for kind in kinds))
