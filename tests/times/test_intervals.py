"""Half-open intervals and the algebra of sets of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.times.intervals import Interval, intersection, union

START = datetime(2026, 3, 8, tzinfo=UTC)
REACH = 40


def minute(number: int) -> datetime:
    """So many minutes after the start of the little world in which the properties are tried."""
    return START + timedelta(minutes=number)


def interval(first: int, end: int) -> Interval:
    """From one minute until just before another."""
    return Interval(minute(first), minute(end))


def held(intervals: object) -> set[int]:
    """The minutes of the little world that a set of intervals holds."""
    assert isinstance(intervals, (tuple, list))
    return {n for n in range(REACH) for each in intervals if each.start <= minute(n) < each.end}


INTERVALS = st.tuples(st.integers(0, REACH - 1), st.integers(1, 8)).map(lambda pair: interval(pair[0], sum(pair)))
SETS = st.lists(INTERVALS.filter(lambda each: each.end <= minute(REACH)), max_size=8)


@given(SETS, SETS)
def test_the_algebra_of_intervals_is_that_of_their_minutes(one: list[Interval], other: list[Interval]) -> None:
    found = union([*one, *other]), intersection(one, other)

    assert [held(each) for each in found] == [held(one) | held(other), held(one) & held(other)]


@given(SETS, SETS)
def test_every_set_comes_back_sorted_apart_and_never_empty(one: list[Interval], other: list[Interval]) -> None:
    for found in (union(one), intersection(one, other)):
        apart = [before.end < after.start for before, after in pairwise(found)]

        assert all(apart)
        assert all(each.start < each.end for each in found)


@given(INTERVALS, INTERVALS)
def test_two_overlap_where_they_share_a_minute(one: Interval, other: Interval) -> None:
    shared = intersection([one], [other])

    assert (one.overlaps(other), other.overlaps(one)) == (bool(shared), bool(shared))


def test_sessions_back_to_back_do_not_overlap() -> None:
    assert not interval(0, 60).overlaps(interval(60, 120))


def test_an_interval_is_kept_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))

    kept = Interval(datetime(2026, 3, 8, 16, tzinfo=beijing), datetime(2026, 3, 8, 17, tzinfo=beijing))

    assert (kept.start, kept.start.tzinfo, kept.minutes) == (datetime(2026, 3, 8, 8, tzinfo=UTC), UTC, 60)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 3, 8), datetime(2026, 3, 9)),  # noqa: DTZ001 - naive on purpose
        (minute(5), minute(5)),
        (minute(6), minute(5)),
    ],
)
def test_naive_or_empty_intervals_are_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="interval"):
        Interval(start, end)
