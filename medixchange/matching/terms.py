"""What a term of the score gives back, and how one is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.messages import Message


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the score: its id, its points, and what to say of it where there is something to say."""

    id: str
    points: int
    message: Message | None = None


Term = Callable[[Match, Problem], Part]
