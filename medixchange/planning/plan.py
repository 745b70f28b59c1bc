"""What planning has come to: the matches, what they are worth, and how much better any plan could be at most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from medixchange.matching.fingerprint import fingerprint_of_all
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.score import score_plan, served

Method = Literal["begun", "greedy", "weeks", "columns", "rounding", "windows", "exact", "proof"]
"""What the steps of planning do: see ``medixchange.planning.improving``."""


def gap_of(score: int, bound: int | None) -> float | None:
    """How much better a plan of ``score`` could be at most, as a share of the bound; None while there is no bound."""
    if bound is None:
        return None
    return (bound - score) / bound if bound > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be planned; with one of ``workers`` the same order gives the same plans."""

    problem: Problem
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan after ``step`` steps of the way that ``inputs`` (a hash of the problem) and ``seed`` determine.

    ``matches`` are for the requests without a confirmed session. ``score`` counts these and the confirmed ones in
    points of FORMAT.md, ``served`` what S1 gives of it. ``bound`` is proven: no plan of the problem has a higher score;
    None while it is not known. ``method`` says what the last step did.
    """

    inputs: str
    seed: int
    step: int
    method: Method
    matches: tuple[Match, ...]
    requests: int
    score: int
    served: int
    bound: int | None

    @property
    def quality(self) -> int:
        """The score without S1."""
        return self.score - self.served

    @property
    def is_nothing(self) -> bool:
        """Whether it is the plan before the first step: who stops then knows of no request whether it has a place."""
        return self.step == 0

    @property
    def is_begun(self) -> bool:
        """Whether it is but what there is so far of the first plan."""
        return self.method == "begun"

    @property
    def gap(self) -> float | None:
        """How much better a plan could be at most, as a share of the bound; None while there is no bound."""
        return gap_of(self.score, self.bound)

    @property
    def is_best(self) -> bool:
        """Whether it is proven that no plan is better."""
        return self.bound is not None and self.score >= self.bound


def served_by(matches: Iterable[Match], problem: Problem) -> int:
    """S1 of all of them."""
    return sum(served(problem.request[match.request], problem) for match in matches)


def nothing(order: Order) -> Plan:
    """The plan before the first step: the confirmed sessions alone."""
    problem, confirmed = order.problem, order.problem.confirmed.values()
    return Plan(
        inputs=fingerprint_of_all(problem),
        seed=order.seed,
        step=0,
        method="begun",
        matches=(),
        requests=len(problem.requests),
        score=score_plan(confirmed, problem),
        served=served_by(confirmed, problem),
        bound=None,
    )
