"""The best teams of interpreters on a way at every start at once, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from medixchange.matching.kernel.asks import StaffedWay
from medixchange.matching.kernel.bits import NEVER, Flags, Indexes, Numbers
from medixchange.matching.kernel.panels import Ranking, ranked

Seats = npt.NDArray[np.int8]


class Teams:
    """The best teams for the ways of one request; those of a leg that several ways have are looked for once.

    ``net`` [starts, interpreters] is what each interpreter is worth at each start, ``NEVER`` where not free.
    """

    def __init__(self, net: Numbers) -> None:
        self.net = net
        self._known: dict[tuple[bytes, int], Ranking] = {}

    def over(self, way: StaffedWay) -> Ranking:
        """What ``way`` with its best teams is worth at each start, and their rows [legs * team, starts], -1 where
        nobody.

        Where the best teams of two legs share somebody, the best that share nobody are found among the foremost of
        each leg.
        """
        found = [self._of_leg(holders, way.way.team) for holders in way.holders]
        starts = len(self.net)
        value = sum((worth for worth, _ in found), start=np.full(starts, float(way.points)))
        rows = np.concatenate([who for _, who in found]) if found else np.zeros((0, starts), np.int64)
        twice = np.flatnonzero(_shared([who for _, who in found], starts) & np.isfinite(value))
        if len(twice):
            worth, apart = _Apart(way.holders, self.net[twice], way.way.team).best()
            value[twice], rows[:, twice] = worth + way.points, apart
        return value, rows

    def _of_leg(self, holders: Indexes, team: int) -> Ranking:
        """What the best ``team`` of ``holders`` are worth together at each start, and their rows [team, starts]."""
        key = holders.tobytes(), team
        if key not in self._known:
            values, who = ranked(self.net, holders, team)
            self._known[key] = values.sum(axis=0), who
        return self._known[key]


def _shared(teams: Sequence[Indexes], starts: int) -> Flags:
    """Where somebody is in two of the teams, each [team, starts]."""
    found = np.zeros(starts, np.bool_)
    for one, other in combinations(teams, 2):
        found |= (one[:, None] == other[None]).any(axis=(0, 1))
    return found


class _Apart:
    """Teams that share nobody, person after person: what the best are worth by how many seats of each leg are taken.

    Only the foremost of each leg matter, as many as there are seats on all legs: others take no more of them.
    """

    def __init__(self, holders: Sequence[Indexes], net: Numbers, team: int) -> None:
        self.legs, self.team, self.net = len(holders), team, net
        seats = team * len(holders)
        foremost = [np.unique(ranked(net, able, seats)[1]) for able in holders]
        self.people = [int(who) for who in np.unique(np.concatenate(foremost)) if who >= 0]
        self.joins = [[bool(np.isin(who, able)) for able in holders] for who in self.people]

    def best(self) -> Ranking:
        """What the best teams are worth at each start, and their rows [legs * team, starts]."""
        shape = (self.team + 1,) * self.legs
        value = np.full((*shape, len(self.net)), NEVER)
        value[(0,) * self.legs] = 0.0
        seats = [self._seated(value, place) for place in range(len(self.people))]
        worth = value[(self.team,) * self.legs]
        return worth, self._people(seats, np.isfinite(worth))

    def _seated(self, value: Numbers, place: int) -> Seats:
        """Let one more person take a seat where that is better; on which leg [seats taken, starts], -1 for none."""
        before, leg_of = value.copy(), np.full(value.shape, -1, np.int8)
        for leg in range(self.legs):
            if self.joins[place][leg]:
                first, last = ([slice(None)] * value.ndim for _ in range(2))
                first[leg], last[leg] = slice(0, self.team), slice(1, self.team + 1)
                worth = before[tuple(first)] + self.net[:, self.people[place]]
                better = worth > value[tuple(last)]
                value[tuple(last)][better] = worth[better]
                leg_of[tuple(last)][better] = leg
        return leg_of

    def _people(self, seats: Sequence[Seats], there: Flags) -> Indexes:
        """The rows of those who sit, leg after leg, traced from the last person back."""
        starts = len(self.net)
        taken = np.where(there, self.team, 0) + np.zeros((self.legs, 1), np.int64)
        rows, columns = np.full((self.legs * self.team, starts), -1, np.int64), np.arange(starts)
        for place in reversed(range(len(self.people))):
            leg = seats[place][(*taken, columns)].astype(np.int64)
            sits = np.flatnonzero(leg >= 0)
            taken[leg[sits], sits] -= 1
            rows[leg[sits] * self.team + taken[leg[sits], sits], sits] = self.people[place]
        return rows
