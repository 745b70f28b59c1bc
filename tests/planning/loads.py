"""Rest and caps of people (H5, H7), for the checker: standard library only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from tests.planning.clocks import local_day
from tests.planning.facts import Busy, Data

EXPERT, INTERPRETER = "max_{}", "max_min_{}"
"""What the caps of each are called: of sessions, of minutes."""


def is_too_much(person: Data, kind: str, busy: Sequence[Busy], new: Sequence[Busy]) -> bool:
    """Whether a person who is ``busy`` already lacks rest, or is over a cap, by what is ``new``."""
    return _is_unrested(person, busy, new) or _is_over_caps(person, kind, busy, new)


def _is_unrested(person: Data, busy: Sequence[Busy], new: Sequence[Busy]) -> bool:
    rest = timedelta(minutes=person["rest_min"])
    pairs = (*combinations(new, 2), *((one, other) for one in new for other in busy))
    return any(one.start < other.end + rest and other.start < one.end + rest for one, other in pairs)


def _is_over_caps(person: Data, kind: str, busy: Sequence[Busy], new: Sequence[Busy]) -> bool:
    """By the local day on which a session begins."""
    load = Counter[tuple[str, object]]()
    for each in (*busy, *new):
        for key in _counted(each, person):
            load[key] += 1 if kind == EXPERT else each.minutes
    touched = {key for each in new for key in _counted(each, person)}
    return any(load[key] > person.get(kind.format(key[0]), load[key]) for key in touched)


def _counted(busy: Busy, person: Data) -> Iterator[tuple[str, object]]:
    day = local_day(busy.start, person["tz"])
    yield "day", day
    yield "week", day.isocalendar()[:2]
    yield "month", (day.year, day.month)
