"""Wall clocks over the grid agree with a look at the clock, minute by minute, also where it is moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from medixchange.matching.clocks import days, half_hours, minutes_outside, wall_mask
from medixchange.times.grid import Grid, slots_of

MOVED = (
    ("Europe/Zurich", datetime(2026, 3, 28, tzinfo=UTC)),
    ("Europe/Zurich", datetime(2026, 10, 24, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 23, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 9, 19, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 5, 1, tzinfo=UTC)),
    ("Pacific/Chatham", datetime(2026, 9, 26, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(2026, 5, 1, tzinfo=UTC)),
)
QUARTERS = st.integers(0, 96).map(lambda n: 15 * n)
SPANS = st.tuples(QUARTERS, QUARTERS).filter(lambda span: span[0] < span[1])
SLOTS = 2 * 96


def wall(at: datetime, zone: str) -> tuple[date, int]:
    """The local day and its minute."""
    local = at.astimezone(ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute


def minutes_of(grid: Grid, slot: int) -> list[datetime]:
    """Every minute of a slot."""
    return [grid.at(slot) + timedelta(minutes=n) for n in range(grid.minutes)]


@settings(max_examples=60)
@given(st.sampled_from(MOVED), st.lists(SPANS, max_size=3), st.integers(0, 6))
def test_a_slot_is_in_the_mask_when_all_its_minutes_are_in_the_hours(
    moved: tuple[str, datetime], spans: list[tuple[int, int]], weekday: int
) -> None:
    zone, start = moved
    grid = Grid(start, SLOTS)

    found = set(slots_of(wall_mask(grid, zone, lambda day: spans if day.weekday() != weekday else ())))

    def is_in(at: datetime) -> bool:
        day, minute = wall(at, zone)
        return day.weekday() != weekday and any(first <= minute < end for first, end in spans)

    assert found == {slot for slot in range(SLOTS) if all(map(is_in, minutes_of(grid, slot)))}


@given(st.sampled_from(MOVED))
def test_every_slot_is_of_the_local_day_on_which_it_begins(moved: tuple[str, datetime]) -> None:
    zone, start = moved
    grid = Grid(start, SLOTS)

    found = {slot: day for day, slots in days(grid, zone).items() for slot in slots_of(slots)}

    assert found == {slot: wall(grid.at(slot), zone)[0] for slot in range(SLOTS)}


@settings(max_examples=40)
@given(st.sampled_from(MOVED), SPANS, st.integers(1, 12))
def test_half_hours_outside_soft_hours_are_counted_by_the_minute(
    moved: tuple[str, datetime], soft: tuple[int, int], length: int
) -> None:
    zone, start = moved
    grid = Grid(start, SLOTS)
    outside = [
        sum(not soft[0] <= wall(at, zone)[1] < soft[1] for at in minutes_of(grid, slot)) for slot in range(SLOTS)
    ]

    found = half_hours(grid, zone, soft, length)

    wanted = [sum(outside[first : first + length]) for first in range(SLOTS - length + 1)]
    assert list(found) == [-(-minutes // 30) for minutes in wanted]
    assert [minutes_outside(grid, zone, soft, first, length) for first in range(len(wanted))] == wanted
