"""The turns of a team of interpreters in simultaneous interpreting: who works when. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from medixchange.times.intervals import Interval

Who = TypeVar("Who")

SHORTEST = 15
"""Minutes of the shortest turn that is made so that everybody has one."""
STEP = 5
"""Minutes that turns are a multiple of, where that makes none too long."""


@dataclass(frozen=True, slots=True)
class Turn(Generic[Who]):
    """One works from the beginning of ``span`` to its end, and the others rest."""

    who: Who
    span: Interval


def turns(team: Sequence[Who], span: Interval, *, minutes: int) -> tuple[Turn[Who], ...]:
    """The turns of ``team`` during ``span``, one after the other, in its order; none for somebody who works alone.

    Source: AIIC, interpreters take turns of about 20 to 30 minutes. No turn is longer than ``minutes``; they are about
    equally long, so that no rest of a few minutes is left, and there are enough that everybody has one.
    """
    if len(team) < 2:
        return ()
    fewest = -(-span.minutes // minutes)
    number = max(fewest, min(len(team), span.minutes // SHORTEST))
    found, start = [], span.start
    for place, length in enumerate(_lengths(span.minutes, number, most=minutes)):
        end = start + timedelta(minutes=length)
        found.append(Turn(team[place % len(team)], Interval(start, end)))
        start = end
    return tuple(found)


def _lengths(total: int, number: int, *, most: int) -> list[int]:
    """``total`` minutes in so many parts, the longer ones first, in steps of five minutes where these fit."""
    step = STEP if total % STEP == 0 and -(-total // (STEP * number)) * STEP <= most else 1
    each, more = divmod(total // step, number)
    return [(each + (place < more)) * step for place in range(number)]
