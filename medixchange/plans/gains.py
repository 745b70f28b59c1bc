"""What a planned match is worth beside the one of today, term by term. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.score import score
from medixchange.matching.search import message_from_json
from medixchange.messages import Message, to_json


@dataclass(frozen=True, slots=True)
class Gain:
    """A term of the score that differs: by how many points, and what is said of both; None where that is nothing."""

    id: str
    points: int
    planned: Message | None
    before: Message | None


@dataclass(frozen=True, slots=True)
class Gains:
    """The points of what is planned and of what was there before, and the terms that differ, the largest first."""

    planned: int
    before: int
    terms: tuple[Gain, ...]

    @property
    def more(self) -> int:
        """How many points what is planned is worth more."""
        return self.planned - self.before


def gains_of(match: Match, before: Match, problem: Problem) -> Gains:
    """What ``match`` is worth beside ``before``, both as ``problem`` stands."""
    planned, was = score(match, problem), score(before, problem)
    terms = (
        Gain(one.id, one.points - other.points, one.message, other.message)
        for one, other in zip(planned.parts, was.parts, strict=True)
        if one.points != other.points
    )
    return Gains(planned.total, was.total, tuple(sorted(terms, key=lambda each: -abs(each.points))))


def gains_to_json(gains: Gains) -> dict[str, Any]:
    """Gains as they are kept with a planned match."""
    terms = [
        {
            "id": each.id,
            "points": each.points,
            "planned": each.planned and to_json(each.planned),
            "before": each.before and to_json(each.before),
        }
        for each in gains.terms
    ]
    return {"planned": gains.planned, "before": gains.before, "terms": terms}


def gains_from_json(data: Mapping[str, Any] | None) -> Gains | None:
    """The gains that ``gains_to_json`` wrote; None where none were kept."""
    if data is None:
        return None
    terms = (
        Gain(each["id"], each["points"], message_from_json(each["planned"]), message_from_json(each["before"]))
        for each in data["terms"]
    )
    return Gains(data["planned"], data["before"], tuple(terms))
