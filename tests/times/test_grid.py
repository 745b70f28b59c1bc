"""Slots over UTC, and sets of slots as bits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.times.grid import Grid, quarter, quarters, runs, slots_of, starts
from medixchange.times.intervals import Interval, union

GRID = Grid(datetime(2026, 3, 8, tzinfo=UTC), 96)
MASKS = st.integers(0, (1 << 96) - 1)
MINUTES = st.integers(-100, 96 * 15 + 100)
STRETCHES = st.tuples(MINUTES, st.integers(1, 300)).map(
    lambda pair: Interval(GRID.start + timedelta(minutes=pair[0]), GRID.start + timedelta(minutes=pair[0] + pair[1]))
)


@given(st.lists(STRETCHES, max_size=5))
def test_a_mask_has_the_slots_wholly_inside_and_touched_those_that_share_a_moment(stretches: list[Interval]) -> None:
    joined = union(stretches)

    inside, touched = set(slots_of(GRID.mask(joined))), set(slots_of(GRID.touched(stretches)))

    slots = {n: GRID.interval(n, 1) for n in range(GRID.slots)}
    assert inside == {n for n, slot in slots.items() if any(each.contains(slot) for each in joined)}
    assert touched == {n for n, slot in slots.items() if any(each.overlaps(slot) for each in stretches)}


@given(MASKS, st.integers(1, 20))
def test_a_start_has_all_its_slots(mask: int, length: int) -> None:
    wanted = {n for n in range(96) if all(mask >> (n + step) & 1 for step in range(length))}

    assert set(slots_of(starts(mask, length))) == wanted


@given(MASKS)
def test_runs_are_the_slots_in_stretches_that_do_not_meet(mask: int) -> None:
    found = list(runs(mask))

    assert [slot for first, length in found for slot in range(first, first + length)] == list(slots_of(mask))
    assert all(first + length < after for (first, length), (after, _) in pairwise(found))


@given(st.integers(0, 95))
def test_a_slot_is_found_again_by_its_moment(slot: int) -> None:
    assert GRID.slot(GRID.at(slot)) == slot


@pytest.mark.parametrize("minutes", [-15, 7, 96 * 15])
def test_no_slot_begins_off_the_grid(minutes: int) -> None:
    with pytest.raises(ValueError, match="no slot"):
        GRID.slot(GRID.start + timedelta(minutes=minutes))


def test_quarters_count_from_the_epoch_and_refuse_what_lies_between() -> None:
    noon = datetime(1970, 1, 1, 12, tzinfo=UTC)

    assert list(quarters(Interval(noon, noon + timedelta(hours=1)))) == [48, 49, 50, 51]
    with pytest.raises(ValueError, match="quarter"):
        quarter(noon + timedelta(minutes=5))
