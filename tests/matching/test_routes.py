"""Teams of several legs: exact also where many interpreters join all languages, and soon found."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest

from medixchange.matching.kernel.asks import StaffedWay
from medixchange.matching.kernel.bits import NEVER
from medixchange.matching.kernel.routes import Teams
from medixchange.matching.ways import Way


def staffed(legs: int, team: int, holders: list[list[int]]) -> StaffedWay:
    """A way of so many legs, each with those who hold it."""
    pairs = tuple(("zh", f"l{leg}") for leg in range(legs))
    return StaffedWay(Way("interpreter", "zh", "l0", team, pairs), 7, tuple(np.asarray(each) for each in holders))


def best_by_trying(worth: list[float], holders: list[list[int]], team: int) -> float:
    """The most that teams without a common member are worth."""
    if not holders:
        return 0.0
    found = NEVER
    for some in combinations(holders[0], team):
        rest = [[who for who in each if who not in some] for each in holders[1:]]
        found = max(found, sum(worth[who] for who in some) + best_by_trying(worth, rest, team))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_the_best_teams_are_those_that_trying_all_finds(seed: int) -> None:
    chance = Random(seed)
    legs, team, people = chance.choice(((2, 2, 6), (3, 1, 5), (2, 3, 7), (3, 2, 7)))
    holders = [sorted(chance.sample(range(people), chance.randint(team, people))) for _ in range(legs)]
    net = np.asarray([[chance.choice((NEVER, -9.0, -3.0, 0.0, 4.0)) for _ in range(people)] for _ in range(6)])

    value, rows = Teams(net).over(staffed(legs, team, holders))

    for at in range(6):
        wanted = best_by_trying(net[at].tolist(), holders, team)
        assert value[at] == wanted + 7
        if wanted > NEVER:
            chosen = rows[:, at].tolist()
            assert len(set(chosen)) == legs * team
            assert all(chosen[place] in holders[place // team] for place in range(legs * team))
            assert sum(net[at, who] for who in chosen) == wanted


def test_thirteen_who_join_all_languages_are_soon_shared_out_among_four_legs() -> None:
    everybody = list(range(13))
    net = np.asarray([[float(who) for who in everybody]])

    value, rows = Teams(net).over(staffed(4, 3, [everybody] * 4))

    assert value[0] == sum(everybody) + 7
    assert sorted(rows[:, 0].tolist()) == everybody[1:]


def test_a_leg_that_several_ways_have_is_looked_for_among_its_own_holders() -> None:
    net = np.asarray([[5.0, 8.0, 3.0]])
    teams = Teams(net)

    found = [teams.over(staffed(1, 1, [holders])) for holders in ([0, 1], [0, 2], [0, 1])]

    assert [(value.tolist(), rows.tolist()) for value, rows in found] == [
        ([15.0], [[1]]),
        ([12.0], [[0]]),
        ([15.0], [[1]]),
    ]
