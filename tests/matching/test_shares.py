"""What counts of newcomers and of those who were on leave, as a rule of numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.matching.shares import Days, Share, days_there, lent_to_all
from tests.thoroughness import examples

LUNGS, KIDNEYS = frozenset({"lungs"}), frozenset({"kidneys"})
WINDOW = 180
FIRST, UNTIL = date(2026, 6, 1), date(2026, 6, 1) + timedelta(days=WINDOW)


def share(sessions: int, days: int = WINDOW, specialties: frozenset[str] = LUNGS) -> Share:
    """What one expert on lungs gave on so many days."""
    return Share(sessions, days, specialties)


def shares() -> st.SearchStrategy[Share]:
    """Anybody's."""
    return st.builds(share, st.integers(0, 40), st.integers(0, WINDOW))


def lent(mine: Share, others: Sequence[Share]) -> int:
    """What counts beside ``mine`` among others on the same."""
    return lent_to_all(dict(enumerate([mine, *others])))[0]


OTHERS = [share(2), share(4), share(4), share(9)]


@pytest.mark.parametrize(
    ("mine", "counted"),
    [
        (share(0, WINDOW), 0),  # there all the time and never asked
        (share(0, 0), 4),  # joined today: as the one in the middle
        (share(0, 90), 2),  # half of the time
        (share(1, 90), 3),  # what is missing of the time, and the own session
        (share(3, 90), 4),  # no more than the one in the middle
        (share(7, 10), 7),  # who gave more keeps every one
    ],
)
def test_a_newcomer_counts_as_the_one_in_the_middle_for_the_time_that_is_missing(mine: Share, counted: int) -> None:
    assert mine.given + lent(mine, OTHERS) == counted


def test_where_everybody_is_new_nothing_is_lent() -> None:
    assert lent_to_all({"a": share(0, 5), "b": share(3, 5), "c": share(1, 5)}) == {"a": 0, "b": 0, "c": 0}
    assert lent_to_all({"a": share(0, 0)}) == {"a": 0}


def test_only_those_with_a_specialty_in_common_are_looked_at() -> None:
    old: dict[str | int, Share] = {n: share(6) for n in range(3)}
    old |= {n: share(1, specialties=KIDNEYS) for n in range(3, 6)}
    new = {"lungs": share(0, 0), "kidneys": share(0, 0, KIDNEYS), "none": share(0, 0, frozenset())}

    found = lent_to_all({**old, **new})

    assert found == {**dict.fromkeys(old, 0), "lungs": 6, "kidneys": 1, "none": 0}


@given(shares(), st.lists(shares(), min_size=1, max_size=9))
@examples(200)
def test_nothing_that_was_given_is_forgotten_and_nobody_is_lifted_above_the_middle(
    mine: Share, others: list[Share]
) -> None:
    found = lent(mine, others)

    assert found >= 0
    # Whoever counts as more than they gave has at least half of the others at or above.
    if found:
        above = sum(each.given >= mine.given + found for each in others)
        assert 2 * above >= len(others)


@given(shares(), st.lists(shares(), min_size=1, max_size=9), st.integers(0, WINDOW))
@examples(200)
def test_more_days_lend_less_and_more_sessions_count_more(mine: Share, others: list[Share], days: int) -> None:
    fewer, more = sorted((mine.days, days))
    another = replace(mine, given=mine.given + 1)

    assert lent(replace(mine, days=fewer), others) >= lent(replace(mine, days=more), others)
    assert another.given + lent(another, others) >= mine.given + lent(mine, others)


@given(shares(), st.lists(shares(), min_size=1, max_size=9), st.data())
@examples(200)
def test_the_more_the_others_gave_the_more_is_lent(mine: Share, others: list[Share], data: st.DataObject) -> None:
    busier = [replace(each, given=each.given + data.draw(st.integers(0, 3))) for each in others]

    assert lent(mine, busier) >= lent(mine, others)


@pytest.mark.parametrize(
    ("joined", "away", "days"),
    [
        (FIRST - timedelta(days=900), [], WINDOW),
        (FIRST + timedelta(days=80), [], 100),
        (UNTIL, [], 0),
        (UNTIL + timedelta(days=9), [], 0),
        (FIRST, [(FIRST, FIRST)], WINDOW - 1),
        (FIRST, [(FIRST - timedelta(days=5), FIRST + timedelta(days=9))], WINDOW - 10),
        (FIRST, [(UNTIL - timedelta(days=3), UNTIL + timedelta(days=50))], WINDOW - 3),
        (FIRST, [(FIRST, FIRST + timedelta(days=9)), (FIRST + timedelta(days=5), FIRST + timedelta(days=14))], 165),
        (FIRST + timedelta(days=80), [(FIRST, FIRST + timedelta(days=99))], 80),
    ],
)
def test_days_there_are_those_of_the_window_after_joining_and_without_leave(
    joined: date, away: list[Days], days: int
) -> None:
    assert days_there(FIRST, UNTIL, joined=joined, away=away) == days
