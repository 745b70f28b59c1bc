"""Requests counted by country and language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medixchange.fairness.groups import Case, Group, Outcome, by_country, by_language


def waits(country: str, days: int, *languages: str) -> Case:
    return Case(country, languages or ("en",), Outcome.WAITING, days)


def held(country: str, days: int, minutes: int) -> Case:
    return Case(country, ("fr",), Outcome.HELD, days, minutes)


CASES = st.builds(
    Case,
    st.sampled_from(["RW", "ET", "ZW"]),
    st.sampled_from([("en",), ("fr",), ("en", "fr")]),
    st.sampled_from(Outcome),
    st.integers(0, 400),
    st.integers(15, 240),
)


def test_the_country_whose_request_waits_longest_comes_first() -> None:
    found = by_country([waits("RW", 3), waits("ET", 9), waits("RW", 5), held("ZW", 30, 60)])

    assert [(each.key, each.longest) for each in found] == [("ET", 9), ("RW", 5), ("ZW", None)]


def test_a_country_is_told_with_what_waits_and_what_it_was_given() -> None:
    refused, withdrawn = (Case("RW", ("en",), each, 4) for each in (Outcome.REFUSED, Outcome.WITHDRAWN))
    coming = Case("RW", ("en",), Outcome.AHEAD, 8, 45)

    [found] = by_country(
        [waits("RW", 1), waits("RW", 6), held("RW", 10, 60), held("RW", 2, 45), refused, withdrawn, coming]
    )

    assert found == Group(
        key="RW",
        waiting=2,
        median=6,
        longest=6,
        ahead=1,
        held=2,
        median_held=10,
        minutes=105,
        refused=1,
        withdrawn=1,
    )


def test_an_audience_that_knows_two_languages_equally_counts_in_both() -> None:
    assert [each.key for each in by_language([waits("RW", 2, "fr", "rw")])] == ["fr", "rw"]


@given(st.lists(CASES))
def test_nobody_is_lost_or_counted_twice(cases: list[Case]) -> None:
    groups = by_country(cases)

    counted = [(each.waiting, each.ahead, each.held, each.refused, each.withdrawn) for each in groups]
    assert sum(map(sum, counted)) == len(cases)
    assert sum(each.minutes for each in groups) == sum(c.minutes for c in cases if c.outcome is Outcome.HELD)
    for each in groups:
        assert (each.median is None) == (each.waiting == 0)
        if each.median is not None and each.longest is not None:
            assert each.median <= each.longest
