"""Whether sessions can each have a room of their own that is large enough: standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.planning.facts import Data

NO_LIMIT = 10**9


@dataclass(frozen=True)
class Wish:
    """A session that wants a room: when, for how many people, with how many languages beside the floor."""

    start: datetime
    end: datetime
    seats: int = 0
    channels: int = 0


def all_have_rooms(wishes: Sequence[Wish], sizes: Sequence[Data], standing: Sequence[tuple[int, Wish]] = ()) -> bool:
    """Whether each of ``wishes`` can stay in one room that fits, beside what stands in the room of a number (from 1);
    tried one after another."""
    taken = [[wish for number, wish in standing if number == place] for place, _ in enumerate(sizes, 1)]
    return _share_out(sorted(wishes, key=lambda each: each.start), taken, sizes)


def _share_out(wishes: Sequence[Wish], taken: list[list[Wish]], sizes: Sequence[Data]) -> bool:
    if not wishes:
        return True
    first = wishes[0]
    for there, size in zip(taken, sizes, strict=True):
        if _fits(first, size) and not any(first.start < each.end and each.start < first.end for each in there):
            there.append(first)
            if _share_out(wishes[1:], taken, sizes):
                return True
            there.pop()
    return False


def _fits(wish: Wish, size: Data) -> bool:
    return all(
        getattr(wish, what) <= (NO_LIMIT if size[what] is None else size[what]) for what in ("seats", "channels")
    )
