"""What stands in an address of the desk is a number or a moment that the databases hold, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.web.numbers import MOST, moment_in, number_in

FIRST, LAST = datetime(2020, 1, 2), datetime(2099, 12, 30)  # noqa: DTZ001 - the zone is drawn


@given(st.integers(1, MOST))
def test_every_number_of_a_row_is_read_as_it_is_written(number: int) -> None:
    assert number_in(str(number)) == number


@given(st.text() | st.integers().map(str) | st.from_regex(r"\d+", fullmatch=True))
def test_any_text_gives_a_number_of_a_row_or_none(text: str) -> None:
    found = number_in(text)

    assert found is None or 1 <= found <= MOST


@given(st.datetimes(FIRST, LAST, timezones=st.timezones()))
def test_every_moment_of_the_years_planned_for_is_read_as_it_is_written(at: datetime) -> None:
    assert moment_in(at.isoformat()) == at.astimezone(UTC)


@given(st.text() | st.datetimes(timezones=st.none() | st.timezones()).map(datetime.isoformat))
def test_any_text_gives_a_moment_of_those_years_or_none(text: str) -> None:
    found = moment_in(text)

    assert found is None or 2020 <= found.year <= 2099


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", "1.0", "²", "1" * 5000, str(MOST + 1), " 1"])
def test_what_is_no_number_of_a_row_is_none(text: str) -> None:
    assert number_in(text) is None
