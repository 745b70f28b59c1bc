"""Confirmed sessions that cannot all be: they stay as they are (H10), and whoever plans around them is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import Reason
from medixchange.matching.rules import why_not


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A confirmed session and the rules that it breaks, by itself or beside the others."""

    match: Match
    reasons: tuple[Reason, ...]


MOST = 20
"""How many are named: who has more has another file in mind."""


def contradictions(problem: Problem) -> Iterator[Contradiction]:
    """Confirmed sessions that break a rule, in the order of the problem, up to ``MOST``; of two that meet, both."""
    return islice(_contradictions(problem), MOST)


def _contradictions(problem: Problem) -> Iterator[Contradiction]:
    for match in problem.confirmed.values():
        reasons = tuple(why_not(match, problem))
        if reasons:
            yield Contradiction(match, reasons)
