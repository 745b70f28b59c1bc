"""Rooms of an instance are but counted: what stands may change its room to let in another session."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.planning.brute import best_score
from tests.planning.cases import case, expert, hospital, request, session
from tests.planning.judging import judged

DAY = "2027-03-08T"


def at(hour: int, minute: int = 0) -> str:
    """A time of the day that is planned."""
    return f"{DAY}{hour:02}:{minute:02}Z"


def test_a_session_fits_where_those_that_stand_leave_a_room_at_every_instant() -> None:
    given = case(
        rooms=2,
        hospitals=[hospital(each) for each in range(1, 5)],
        experts=[expert(each) for each in range(1, 5)],
        requests=[request(each, at(9), at(12)) for each in range(1, 4)] + [request(4, at(10), at(11))],
        confirmed=[session(1, at(9)), session(2, at(9, 30)), session(3, at(10, 30))],
    )

    plan, _ = judged(given)

    assert [match.request for match in plan.matches] == ["R4"]


def test_a_session_that_stands_leaves_one_room_to_two_that_begin_before_it() -> None:
    given = case(
        rooms=2,
        hospitals=[hospital(each) for each in range(1, 4)],
        experts=[expert(each) for each in range(1, 4)],
        requests=[request(1, at(9), at(12))] + [request(each, at(9), at(10)) for each in (2, 3)],
        confirmed=[session(1, at(9, 30))],
    )

    plan, _ = judged(given)

    assert (len(plan.matches), plan.is_best) == (1, True)


def crowded(seed: int) -> Any:
    """Two rooms, three sessions that stand and three requests within hours, each of a topic that one expert knows."""
    chance = Random(seed)
    first, second, third = (9 * 60 + 30 * chance.randrange(6) for _ in range(3))
    starts = [first, second, *([] if abs(first - third) < 60 and abs(second - third) < 60 else [third])]
    early, late = at(8), at(14)
    wanted = [(early, late)] * 3 + [(at(9 + place, 30 * chance.randrange(2)), at(10 + place, 30)) for place in range(3)]
    return case(
        rooms=2,
        hospitals=[hospital(each) for each in range(6)],
        experts=[expert(each, specialties={f"topic {each}": 1}) for each in range(6)],
        requests=[
            request(each, *dates, specialties=[f"topic {each}"], urgency=1 + each % 3)
            for each, dates in enumerate(wanted)
        ],
        confirmed=[session(each, at(*divmod(start, 60))) for each, start in enumerate(starts)],
    )


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(each, marks=pytest.mark.sweep) for each in range(12, 100))]
)
def test_no_plan_around_sessions_that_stand_is_better(seed: int) -> None:
    given = crowded(seed)

    plan, _ = judged(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)
