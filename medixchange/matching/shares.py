"""What counts of an expert who was not there all the time as if it were given: the share of those who were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Days = tuple[date, date]
"""From the first day to the last, both included."""


@dataclass(frozen=True, slots=True)
class Share:
    """What an expert did in the window that fairness looks at: the sessions ``given``, and on how many ``days`` of it
    they could have been asked."""

    given: int
    days: int
    specialties: frozenset[str]


def days_there(first: date, until: date, *, joined: date, away: Iterable[Days]) -> int:
    """Days from ``first`` on, before ``until``, on which somebody who ``joined`` then was not ``away``."""
    begin, end = max(first, joined).toordinal(), until.toordinal()
    leave = {
        day for start, last in away for day in range(max(begin, start.toordinal()), min(end, last.toordinal() + 1))
    }
    return max(0, end - begin) - len(leave)


def lent_to_all(shares: Mapping[Key, Share]) -> dict[Key, int]:
    """The sessions that count beside those that each one gave; ``shares`` hold everybody who counts.

    Who was there on fewer days than is usual among those who share a specialty, oneself included, counts as having
    given what is usual, pro rata for the days that are missing. What is usual is the lower median, in sessions and in
    days. Given and lent together are never above it unless what was given alone is.
    """
    knowing = defaultdict[str, set[Key]](set)
    for who, each in shares.items():
        for code in each.specialties:
            knowing[code].add(who)
    # Nobody who was there on the most days was there on fewer than is usual.
    most = max((each.days for each in shares.values()), default=0)
    usual: dict[frozenset[str], tuple[int, int]] = {}
    for known in {each.specialties for each in shares.values() if each.days < most}:
        group = [shares[who] for who in set[Key]().union(*(knowing[code] for code in known))]
        if group:
            usual[known] = median_low(each.given for each in group), median_low(each.days for each in group)
    return {who: _lent(each, *usual.get(each.specialties, (0, 0))) for who, each in shares.items()}


def _lent(mine: Share, given: int, days: int) -> int:
    if mine.days >= days:
        return 0
    return max(0, min(given * (days - mine.days) // days, given - mine.given))
