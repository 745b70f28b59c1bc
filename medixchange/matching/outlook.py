"""What would come of a request if it were sent now: for whoever asks, so without anybody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from medixchange.intake.unsent import Unsent
from medixchange.matching.conflict import Blocker, conflict
from medixchange.matching.facts import problem_of_unsent
from medixchange.matching.layers import HOSPITAL, TAKEN, layer
from medixchange.matching.problem import Problem
from medixchange.matching.reasons import slots_of_match
from medixchange.matching.sides import Sides
from medixchange.matching.solver import Search
from medixchange.matching.terms_of_hours import wishing
from medixchange.matching.words_of_conflict import PASSING
from medixchange.messages import Message, say
from medixchange.times.grid import union
from medixchange.times.intervals import Interval

BUSY = say("The experts, interpreters or rooms that it needs are not free at these hours.")


@dataclass(frozen=True, slots=True)
class Outlook:
    """At how many starts ``inside`` the windows there is a match, and the ``best`` of them; else the best ``other``
    one; else what stands in the way, which may be nothing that is known."""

    inside: int
    best: Interval | None = None
    other: Interval | None = None
    reasons: tuple[Message, ...] = ()


def outlook_of(db: Session, unsent: Unsent, *, now: datetime) -> Outlook:
    """What would come of a draft, as things stand ``now``."""
    return outlook(problem_of_unsent(db, unsent, now=now), str(unsent.request.id))


def outlook(problem: Problem, request_id: str) -> Outlook:
    """The same of a problem.

    Raises KeyError when the problem does not know the request.
    """
    search = Search(problem, request_id)
    wished = [union(window.slots for window in party.windows) for party in wishing(search.request)]
    ranked = [match for _, match in search.in_every_manner()]
    inside = [each for each in ranked if not any(slots_of_match(each, problem) & ~slots for slots in wished)]
    if inside and wished:
        return Outlook(len({each.start for each in inside}), Interval(inside[0].start, inside[0].end))
    if ranked:
        return Outlook(0, other=Interval(ranked[0].start, ranked[0].end))
    return Outlook(0, reasons=reasons(Sides(problem, request_id)))


def reasons(sides: Sides) -> tuple[Message, ...]:
    """What stands in the way, as whoever asks may read it; empty where nothing is known that does."""
    found = [told for each in conflict(sides) if (told := _told(each)) is not None]
    return tuple(each for place, each in enumerate(found) if each not in found[:place])


def _told(blocker: Blocker) -> Message | None:
    """What whoever asks may read: not why people are away, nor what else a hospital has."""
    if blocker.kind in PASSING:
        return BUSY
    return None if blocker.kind == layer(HOSPITAL, TAKEN) else blocker.message
