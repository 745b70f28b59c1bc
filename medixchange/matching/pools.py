"""Where enough people are free for a panel and for teams of interpreters; nothing is priced."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from medixchange.matching.kernel.panels import divisions
from medixchange.matching.problem import Expert, Request
from medixchange.times.grid import at_least, rungs, union


@dataclass(frozen=True, slots=True)
class Presenter:
    """Somebody who can sit on a panel: the topics that they know (bits, by the request's order), and when (starts)."""

    knows: int
    starts: int


def known(expert: Expert, request: Request) -> int:
    """The topics of ``request`` that ``expert`` knows, one bit each in their order."""
    levels, found, bit = expert.specialties, 0, 1
    for code in request.specialties:
        if levels.get(code, 0):
            found |= bit
        bit <<= 1
    return found


class Pool:
    """Those who can present in one language, for panels that want ``most`` people or fewer."""

    def __init__(self, able: Sequence[Presenter], most: int) -> None:
        self._able = able
        self._free = rungs(most, (each.starts for each in able))
        self._by_part: dict[int, int] = {0: -1}

    def starts(self, request: Request, newcomers: Sequence[int] = ()) -> int:
        """The starts at which some of them make a panel: few cover the topics, and anybody of use fills it up.

        ``newcomers`` are more people by what they know (see ``Presenter``); they are always free.
        """
        filled, covered = request.panel_min - len(newcomers), 0
        enough = self._free[filled - 1] if filled > 0 else -1
        for parts in divisions(len(request.specialties), request.panel_min, request.panel_max, guests=False):
            starts = enough
            for part in parts:
                if starts and not any(part & ~knows == 0 for knows in newcomers):
                    starts &= self._knowing(part)
            covered |= starts
        return covered

    def _knowing(self, part: int) -> int:
        """The starts at which somebody is free who knows all topics of ``part``."""
        if part not in self._by_part:
            self._by_part[part] = union(each.starts for each in self._able if part & ~each.knows == 0)
        return self._by_part[part]


def team_starts(team: int, legs: Sequence[Mapping[Hashable, int]]) -> int:
    """The starts at which each of ``legs`` (interpreters with their starts) has a team; every bit for none.

    Nobody is in two teams: enough for each leg, and for any of them together, is enough (Hall's marriage theorem).
    """
    starts = -1
    for many in range(1, len(legs) + 1):
        for some in combinations(legs, many) if starts else ():
            able = {who: when for leg in some for who, when in leg.items()}
            starts &= at_least(many * team, able.values())
    return starts
