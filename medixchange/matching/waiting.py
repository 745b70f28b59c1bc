"""Requests that have waited too long, and countries whose requests wait longer than is usual, rise (S1). No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from statistics import median_high

from medixchange.matching.requests import Rise
from medixchange.messages import count
from medixchange.messages import country as country_name
from medixchange.policies.values import HouseRules

Wait = tuple[str, int]
"""The country (ISO 3166) of a request that waits, and the whole days since it was asked."""


def behind(waits: Iterable[Wait]) -> Mapping[str, int]:
    """By country the days that its requests wait longer than is usual.

    What is usual is the median of all requests that wait, of an even number the longer of the two in the middle, as
    the desk shows it; against it stands the country's own.
    """
    days = defaultdict[str, list[int]](list)
    for code, waited in waits:
        days[code].append(waited)
    if not days:
        return {}
    usual = median_high(waited for some in days.values() for waited in some)
    return {code: max(0, median_high(some) - usual) for code, some in days.items()}


def rises(code: str, waited: int, longer: int, rules: HouseRules) -> Iterator[Rise]:
    """What a request gains that has ``waited`` so many days, from a country that is ``longer`` days behind."""
    weights, over = rules.weights, waited - rules.policy.patience_days
    own = min(weights.waited_most, weights.waited * max(0, over))
    if own:
        words = count("It has waited for %(num)s day.", "It has waited for %(num)s days.", waited)
        yield Rise(own, words)
    common = min(weights.behind_most, weights.behind * longer)
    if common:
        words = count(
            "Requests from %(country)s wait %(num)s day longer than is usual.",
            "Requests from %(country)s wait %(num)s days longer than is usual.",
            longer,
            country=country_name(code),
        )
        yield Rise(common, words)
