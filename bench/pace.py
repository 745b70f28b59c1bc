"""How fast this machine is: the time of a fixed piece of work, so that figures of two can be set in proportion.

    python -m bench.pace

Every bench says it first. A figure of one machine times the pace of another, over that of the one, is about what it
would be there: by the first part where Python itself is at work, by the second where arrays are (the kernel).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

import numpy as np

TIMES = 10
SLOTS, STEPS = 2688, 120_000
"""Four weeks of quarters of an hour, as named masks are long, and how often two of them meet."""
PEOPLE, STARTS, ASKED, RANKS = 100, 172, 600, 3
"""The kernel's arrays for a request among a thousand experts, how many requests, and how many of the best."""


@dataclass(frozen=True)
class Pace:
    """CPU seconds of the two parts, the best of a few."""

    python: float
    arrays: float


def pace(times: int = TIMES) -> Pace:
    """How long the two parts take here and now."""
    return Pace(_best(python, times), _best(arrays, times))


def said() -> str:
    """The pace of this machine as one line."""
    here = pace()
    return f"pace of this machine: Python {here.python * 1000:.0f} ms, arrays {here.arrays * 1000:.0f} ms of CPU"


def python() -> int:
    """A loop over sets of slots and a table, as rules and clocks are made of."""
    free, counted = (1 << SLOTS) // 7, dict[int, int]()
    for step in range(STEPS):
        both = free & (free >> (step % 97))
        day = both.bit_length() + step % 28
        counted[day] = counted.get(day, 0) + (both >> (step % SLOTS) & 1)
    return sum(counted.values())


def arrays() -> int:
    """The best of many people at every start, for some requests, as the kernel finds them.

    Written here and not taken from there: what is measured by must not change with what is measured.
    """
    columns, found = np.arange(STARTS), 0
    worth = (np.arange(PEOPLE * STARTS, dtype=np.float64) * 0.618).reshape(PEOPLE, STARTS) % 1
    for asked in range(ASKED):
        left = np.where(worth > asked / (2 * ASKED), worth, -np.inf)
        for _ in range(RANKS):
            first = left.argmax(axis=0)
            left[first, columns] = -np.inf
            found += int(first.sum())
    return found


def _best(work: Callable[[], object], times: int) -> float:
    return min(_timed(work) for _ in range(times))


def _timed(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


if __name__ == "__main__":
    print(said())
