"""Requests counted by country or language: how long they wait, what they were given, how many were refused. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_high


class Outcome(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    AHEAD = "ahead"  # its session is coming
    HELD = "held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Case:
    """One request: whence (ISO 3166), in which languages its audience is best, and what became of it.

    ``days`` are whole days from asking until now, or until the session began; ``minutes`` the session's.
    """

    country: str
    languages: tuple[str, ...]
    outcome: Outcome
    days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The requests of one country or language. Medians of an even number are the longer of the two in the middle; None
    where there is nothing to count."""

    key: str
    waiting: int
    median: int | None
    longest: int | None
    ahead: int
    held: int
    median_held: int | None
    minutes: int
    refused: int
    withdrawn: int


def by_country(cases: Iterable[Case]) -> list[Group]:
    """A group for each country, the one whose request waits longest first."""
    return _groups(cases, lambda case: (case.country,))


def by_language(cases: Iterable[Case]) -> list[Group]:
    """A group for each language; a request whose audience knows two equally well counts in both."""
    return _groups(cases, lambda case: case.languages)


def _groups(cases: Iterable[Case], keys: Callable[[Case], Sequence[str]]) -> list[Group]:
    found = defaultdict[str, list[Case]](list)
    for case in cases:
        for key in keys(case):
            found[key].append(case)
    groups = [_group(key, mine) for key, mine in found.items()]
    return sorted(groups, key=lambda each: (-(each.longest or 0), -each.waiting, each.key))


def _group(key: str, cases: Sequence[Case]) -> Group:
    waiting, held = ([each for each in cases if each.outcome is outcome] for outcome in (Outcome.WAITING, Outcome.HELD))
    return Group(
        key=key,
        waiting=len(waiting),
        median=median_high(each.days for each in waiting) if waiting else None,
        longest=max((each.days for each in waiting), default=None),
        ahead=sum(1 for each in cases if each.outcome is Outcome.AHEAD),
        held=len(held),
        median_held=median_high(each.days for each in held) if held else None,
        minutes=sum(each.minutes for each in held),
        refused=sum(1 for each in cases if each.outcome is Outcome.REFUSED),
        withdrawn=sum(1 for each in cases if each.outcome is Outcome.WITHDRAWN),
    )
