"""The smallest set of conditions that together make a request impossible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cache

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
    request, problem = sides.request, sides.problem
    if never(sides):
        kinds = _minimal((DATES, *ASKING, *STANDING), lambda lifted: _ever_possible(sides, lifted))
        return tuple(Blocker(kind, standing_words(kind, request, problem)) for kind in kinds)
    if sides.is_possible(NONE):
        return ()
    hindering = tuple(kind for kind in (DATES, *ASKING, *PASSING) if not sides.kinds.isdisjoint(layers({kind})))
    kinds = _minimal(hindering, lambda lifted: sides.is_possible(layers(lifted)))
    return tuple(Blocker(kind, passing_words(kind, request, problem)) for kind in kinds)


def never(sides: Sides) -> bool:
    """Whether there is no match even if everybody were free and every room open at every hour."""
    return not _ever_possible(sides, NONE)


def _ever_possible(sides: Sides, lifted: Kinds) -> bool:
    """Whether there would be a match without the ``lifted`` conditions, were everybody free."""
    hours, standing = layers(lifted) | {layer(HOSPITAL, TAKEN)}, lifted.intersection(STANDING)
    return any(left(each.asking, hours) != 0 and each.ever.possible(standing) for each in sides.manners)


def _minimal(hardest_first: tuple[str, ...], possible: Possible) -> tuple[str, ...]:
    """Of the conditions those that remain when as many as can be are lifted without making a match ``possible``."""
    once = cache(possible)
    return _remaining(hardest_first, NONE, once)[0] if once(frozenset(hardest_first)) else ()


def _remaining(block: tuple[str, ...], lifted: Kinds, possible: Possible) -> tuple[tuple[str, ...], Kinds]:
    """Those of ``block`` that remain, one tried after the other, and all that are lifted then.

    What gives no match together gives none one by one, so that many are mostly lifted at once.
    """
    if not possible(lifted.union(block)):
        return (), lifted.union(block)
    if len(block) == 1:
        return block, lifted
    half = len(block) // 2
    first, lifted = _remaining(block[:half], lifted, possible)
    last, lifted = _remaining(block[half:], lifted, possible)
    return first + last, lifted


def layers(kinds: Set[str]) -> Kinds:
    """The layers that conditions of these ``kinds`` are about."""
    return frozenset().union(*(WIDE.get(kind, {kind}) for kind in kinds))
