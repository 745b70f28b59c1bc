"""What would come of a request if it were sent now: for whoever asks, so without anybody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.intake.unsent import Unsent
from medixchange.matching.conflict import conflict
from medixchange.matching.facts import problem_of_unsent
from medixchange.matching.problem import Problem
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.messages import Message
from medixchange.times.grid import starts, union


@dataclass(frozen=True, slots=True)
class Outlook:
    """At how many starts ``inside`` the windows there is a match, and the ``best`` of them; else the best ``other``
    one; else what stands in the way, which may be nothing that is known."""

    inside: int
    best: datetime | None = None
    other: datetime | None = None
    reasons: tuple[Message, ...] = ()


def outlook_of(db: Session, unsent: Unsent, *, now: datetime) -> Outlook:
    """What would come of a draft, as things stand ``now``."""
    return outlook(problem_of_unsent(db, unsent, now=now), str(unsent.request.id))


def outlook(problem: Problem, request_id: str) -> Outlook:
    """The same of a problem.

    Raises KeyError when the problem does not know the request.
    """
    search = Search(problem, request_id)
    length, windows = search.ground.length, search.ground.request.windows
    inside = search.starts & union(starts(window.slots, length) for window in windows)
    ranked = [match.start for _, match in search.ranked()]
    best = next((start for start in ranked if inside >> problem.grid.slot(start) & 1), None)
    if best is not None or ranked:
        return Outlook(inside.bit_count(), best, None if best else ranked[0])
    return Outlook(0, reasons=tuple(each.message for each in conflict(Sides(problem, request_id))))
