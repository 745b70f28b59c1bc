"""Rooms of an instance: sessions that stand are but counted and may change theirs, others need one that fits."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.planning.brute import best_score
from tests.planning.cases import case, expert, hospital, interpreter, request, session
from tests.planning.judging import judged, planned

DAY = "2027-03-08T"
SOME = range(12)


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


def test_a_session_that_stands_leaves_one_of_two_rooms_whichever_that_is() -> None:
    given = case(
        rooms=2,
        room_sizes=[{"seats": 10, "channels": None}, {"seats": 20, "channels": None}],
        hospitals=[hospital(1), hospital(2)],
        experts=[expert(1), expert(2)],
        requests=[request(1, at(9), at(10)), request(2, at(9), at(10), seats=15)],
        confirmed=[session(1, at(9))],
    )

    plan, solution = judged(given)

    assert [each["request"] for each in solution["sessions"]] == ["R1", "R2"]
    assert plan.is_best


def test_sessions_that_stand_and_new_ones_are_no_more_than_the_rooms_of_all_sizes() -> None:
    given = case(
        rooms=2,
        room_sizes=[{"seats": 10, "channels": None}, {"seats": 20, "channels": None}],
        hospitals=[hospital(each) for each in range(1, 4)],
        experts=[expert(each) for each in range(1, 4)],
        requests=[request(1, at(9), at(10)), *(request(each, at(9), at(10), seats=5 * each) for each in (2, 3))],
        confirmed=[session(1, at(9))],
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


@pytest.mark.parametrize("seed", [*SOME, *(pytest.param(each, marks=pytest.mark.sweep) for each in range(12, 100))])
def test_no_plan_around_sessions_that_stand_is_better(seed: int) -> None:
    given = crowded(seed)

    plan, _ = judged(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


def of_sizes(seed: int) -> Any:
    """The same with a third, smaller room, and requests that want more seats or an interpreter's channel."""
    chance, given = Random(f"sizes-{seed}"), crowded(seed)
    given["rooms"] = 3
    given["room_sizes"] = [{"seats": chance.choice((10, 20, None)), "channels": chance.choice((0, 1))} for _ in "abc"]
    given["interpreters"] = [interpreter(1), interpreter(2)]
    for each, person in zip(given["requests"][3:], given["experts"][3:], strict=True):
        each["seats"] = chance.choice((0, 15, 25))
        each["earliest"], each["deadline"] = at(9), at(11)
        person["languages"] = chance.choice(({"en": 5}, {"zh": 5}))
    return given


@pytest.mark.parametrize("seed", [*SOME, *(pytest.param(each, marks=pytest.mark.sweep) for each in range(12, 100))])
def test_no_plan_in_rooms_of_different_sizes_is_better(seed: int) -> None:
    given = of_sizes(seed)

    plan, _ = judged(given)

    assert (plan.score, plan.is_best) == (best_score(given), True)


def test_sizes_refuse_what_rooms_that_are_but_counted_would_let_in() -> None:
    plans = [
        (of_sizes(seed), {**of_sizes(seed), "room_sizes": [{"seats": None, "channels": None}] * 3}) for seed in SOME
    ]

    assert any(planned(sized)[0].score < planned(counted)[0].score for sized, counted in plans)
