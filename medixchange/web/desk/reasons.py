"""Why a proposal was chosen, term by term, and why it ranks behind the best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from medixchange.matching.terms import Part
from medixchange.matching.views import MatchView
from medixchange.messages import Message, say
from medixchange.plans.gains import Gain, Gains
from medixchange.policies.values import Weights

SERVED, FAIRNESS = "S1", "S9"
MOST_BEHIND = 3

Side = Literal["for", "against", "neither"]


@dataclass(frozen=True)
class Reason:
    """A term of the score in words; ``points`` is empty where they say nothing about this proposal."""

    side: Side
    message: Message
    points: str = ""


def why(match: MatchView) -> list[Reason]:
    """What speaks for and against the proposal, in the order of the terms."""
    return reasons_of(match.parts, experts=sum(1 for each in match.members if not each.leg))


def reasons_of(parts: Iterable[Part], *, experts: int) -> list[Reason]:
    """The terms of a score that say something, for a panel of so many experts."""
    return [_reason(part, part.message, experts) for part in parts if part.message is not None]


def behind(parts: Iterable[Part], best: Iterable[Part]) -> list[Reason]:
    """The terms that cost a match most against the best one, with the difference; empty for the best itself."""
    of_best = {part.id: part.points for part in best}
    lost = [(part.points - of_best.get(part.id, 0), part) for part in parts]
    worst = sorted((each for each in lost if each[0] < 0), key=lambda each: each[0])[:MOST_BEHIND]
    return [Reason("against", part.message, signed(less)) for less, part in worst if part.message is not None]


def gained(gains: Gains) -> list[Reason]:
    """The terms by which a planned match differs from the one of today, with the difference, the largest first."""
    return [
        Reason("for" if each.points > 0 else "against", words, signed(each.points))
        for each in gains.terms
        if (words := _instead(each)) is not None
    ]


def sum_of(gains: Gains) -> str:
    """What the terms win and lose, and what that comes to: "+60 −38 = +22"."""
    points = [each.points for each in gains.terms]
    won, lost = sum(each for each in points if each > 0), sum(each for each in points if each < 0)
    return f"{signed(won)} {signed(lost)} = {signed(gains.more)}" if won and lost else signed(gains.more)


def _instead(gain: Gain) -> Message | None:
    """What is said of the planned match, and instead of what."""
    if gain.before is None or gain.before == gain.planned:
        return gain.planned
    if gain.planned is None:
        return say("Instead of: %(before)s", before=gain.before)
    return say("%(planned)s Instead of: %(before)s", planned=gain.planned, before=gain.before)


def ranked_behind(matches: Iterable[MatchView]) -> dict[int, list[Reason]]:
    """For each proposal by its number why it is behind the first."""
    every = list(matches)
    return {each.id: behind(each.parts, every[0].parts) for each in every}


def _reason(part: Part, message: Message, experts: int) -> Reason:
    if part.id == SERVED:
        # Every proposal serves the request: those points compare requests, not proposals.
        return Reason("neither", message)
    if part.id == FAIRNESS and part.points == -Weights().fair * experts:
        return Reason("neither", message, signed(part.points))
    side: Side = "for" if part.points > 0 else "against" if part.points < 0 else "neither"
    return Reason(side, message, signed(part.points))


def signed(points: int) -> str:
    """Points with their sign."""
    return f"{points:+d}".replace("-", "−") if points else "0"
