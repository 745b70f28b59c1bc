"""Hours of an instance file as minutes: times of the day, and local days without the stretches of absence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from medixchange.matching.format_plan import Data
from medixchange.policies.values import Minutes


def absences(blackout: Sequence[Sequence[str]]) -> list[Minutes]:
    """Stretches of absence, in minutes of the wall clock since the first of January of year 1; ordered, apart."""
    found: list[Minutes] = []
    for start, end in sorted((_wall(since), _wall(until)) for since, until in blackout):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _wall(text: str) -> int:
    at = datetime.fromisoformat(text)
    return at.toordinal() * 1440 + at.hour * 60 + at.minute


def present(day: date, away: list[Minutes]) -> Iterator[Minutes]:
    """The minutes of a local day outside every stretch of absence."""
    midnight, begin = day.toordinal() * 1440, 0
    for start, end in away[bisect_right(away, midnight, key=lambda each: each[1]) :]:
        if start >= midnight + 1440:
            break
        if begin < start - midnight:
            yield begin, start - midnight
        begin = end - midnight
    if begin < 1440:
        yield begin, 1440


def clock(text: str) -> int:
    """Minutes of the day."""
    return int(text[:2]) * 60 + int(text[3:])


def span(each: Data) -> Minutes:
    """The stretch of a day from ``start`` to ``end``."""
    return clock(each["start"]), clock(each["end"])
