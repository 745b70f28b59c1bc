"""One request laid out as arrays: its starts, who could serve it at which, and what each would be worth there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from medixchange.matching.kernel.bits import NEVER, Flags, Indexes, Numbers, Packed
from medixchange.matching.requests import Request
from medixchange.matching.ways import Way


@dataclass(frozen=True, slots=True)
class Crew:
    """Those of one kind who could serve a request.

    ``people`` [n] are places in the problem and ``free`` [starts, n] says when; what each is worth at each start is
    ``clocks`` [starts, zones] of its ``zone`` [n] (those who want longer notice than is left apart), plus
    its ``bonus`` [n]. What is free is most of all that a plan of ten thousand requests holds, and is kept as bits.
    The people of one start lie beside each other, since a search is for the best of them at each.
    """

    people: Indexes
    bits: Packed
    clocks: Numbers
    zone: Indexes
    bonus: Numbers

    @property
    def free(self) -> Flags:
        """Who is free at which start; shape [starts, n]."""
        return np.unpackbits(self.bits, axis=1, count=len(self.people)).view(np.bool_)

    def part(self, free: Flags, starts: Flags) -> Crew:
        """Those who are ``free`` [starts, n] at one of ``starts`` [starts], and those starts alone."""
        inside = free[starts]
        some = inside.any(axis=0)
        return replace(
            self,
            people=self.people[some],
            bits=np.packbits(inside[:, some], axis=1),
            clocks=self.clocks[starts],
            zone=self.zone[some],
            bonus=self.bonus[some],
        )

    def net(self, free: Flags, cost: Numbers | Indexes | float = 0.0) -> Numbers:
        """Points of each one at each start less ``cost`` [n], ``NEVER`` where not ``free`` [starts, n]."""
        found: Numbers = np.take(self.clocks, self.zone, axis=1)
        found += self.bonus - cost
        np.copyto(found, NEVER, where=~free)
        return found


@dataclass(frozen=True, slots=True)
class StaffedWay:
    """A way that has enough interpreters: S2's points, and for each leg the rows of those who hold its pair.

    ``free`` [starts] says at which starts the house rules let it be taken; None where at all.
    """

    way: Way
    points: int
    holders: tuple[Indexes, ...]
    free: Flags | None = None


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language to present in: the rows of the experts who can, and the ways on from there."""

    rows: Indexes
    ways: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request with all that could serve it.

    ``number`` is its place among the asks of a plan; those of one ``request`` follow each other, one for each manner of
    interpreting, and ``row`` counts the requests. ``hospitals`` are those of its hospitals in the problem. ``at``
    [starts] are slots, ``base`` [starts] the points of the hour itself; ``levels`` [experts, topics] what each knows,
    S3's points for a level being ``topic`` and S9's for each session of an expert ``fair``. ``halls`` [channels] are
    the places of the halls that carry so many languages, each with when it is free [starts]. Of the languages those
    come first that will probably be the best: the more is found soon, the less is to be looked at.
    """

    number: int
    row: int
    request: Request
    hospitals: tuple[int, ...]
    length: int
    at: Indexes
    base: Numbers
    experts: Crew
    levels: Indexes
    topic: int
    fair: int
    interpreters: Crew
    ways: tuple[StaffedWay, ...]
    tongues: tuple[Tongue, ...]
    halls: tuple[tuple[tuple[int, Flags], ...], ...]

    @property
    def most_hired(self) -> int:
        """How many interpreters work on the way that wants most."""
        return max((each.way.hired for each in self.ways), default=0)

    @property
    def can_be(self) -> bool:
        """Whether there is any start and any way at all."""
        return bool(self.at.size and self.tongues)
