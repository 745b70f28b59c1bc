"""At which hours a session could be and who would come, and why not at one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.intake.models import SessionRequest
from medixchange.matching.candidates import gathering
from medixchange.matching.facts import problem_of
from medixchange.matching.match import Match
from medixchange.matching.models import ProposedMatch
from medixchange.matching.one_hour import why_not_at
from medixchange.matching.problem import Problem
from medixchange.matching.rules import why_not
from medixchange.matching.score import score
from medixchange.matching.solver import Ranked, Search
from medixchange.matching.stored import members_of, value_of
from medixchange.messages import Message, say
from medixchange.times.grid import QUARTER, slots_of
from medixchange.times.zones import local


def other_hours(db: Session, match_id: int, *, now: datetime) -> Sequence[datetime]:
    """Every start at which the people, the room and the hospital of a match could meet as things stand ``now``.

    Its own hour is left out. Nothing where somebody does not take part any more, or the room is not in use.
    """
    match = db.get_one(ProposedMatch, match_id)
    members = members_of(db, [match_id])[match_id]
    only = frozenset(member.person_id for member in members)
    problem = problem_of(db, db.get_one(SessionRequest, match.request_id), now=now, only=only)
    value = value_of(match, members)
    return [at for at in possible_hours(problem, value) if at not in (now, value.start)]


def possible_hours(problem: Problem, match: Match) -> Sequence[datetime]:
    """Every start at which the rules allow ``match``, ascending."""
    try:
        possible = gathering(match, problem)
    except KeyError:
        return ()
    found = (problem.grid.at(slot) for slot in slots_of(possible))
    return [at for at in found if not why_not(_at(match, at), problem)]


def _at(match: Match, start: datetime) -> Match:
    return Match(match.request, start, match.minutes, match.panel, match.route, match.room)


@dataclass(frozen=True, slots=True)
class NamedMatch:
    """The best match of an hour with the names of who comes, and how many hours of its day there are."""

    ranked: Ranked
    names: tuple[str, ...]
    that_day: int


class Hours:
    """What can be asked about the hours of one request, as things stand ``now``."""

    def __init__(self, db: Session, request: SessionRequest, *, now: datetime) -> None:
        self._problem = problem_of(db, request, now=now)
        self._search = Search(self._problem, str(request.id))
        self._minutes = timedelta(minutes=request.minutes)

    def why_not(self, starts_at: datetime) -> Sequence[Message]:
        """What stands in the way of a session that begins at ``starts_at``; nothing where one could. Raises Refusal."""
        self._check(starts_at)
        return why_not_at(self._problem, self._search.request.id, starts_at.astimezone(UTC))

    def _check(self, starts_at: datetime) -> None:
        """Raises Refusal for an hour that is not planned for: in the past, beyond the horizon, or off the grid."""
        grid = self._problem.grid
        on_grid = not (starts_at - grid.start) % timedelta(minutes=QUARTER)
        if not on_grid or not grid.start <= starts_at <= grid.end - self._minutes:
            raise Refusal(say("Choose an hour of the coming eight weeks."))

    def best_at(self, starts_at: datetime) -> NamedMatch | None:
        """The best match that begins at ``starts_at``; None where there is none. Raises Refusal as ``why_not`` does."""
        self._check(starts_at)
        found = self._search.best_at(self._problem.grid.slot(starts_at.astimezone(UTC)))
        return self._best(found[1], 1) if found else None

    def best_of_days(self) -> list[NamedMatch]:
        """The best match of each day on the hospital's clock, the best first."""
        best: dict[date, Match] = {}
        many = Counter[date]()
        zone = self._problem.hospital[self._search.request.hospital].zone
        for _, match in self._search.ranked():
            day = local(match.start, zone).date()
            best.setdefault(day, match)
            many[day] += 1
        return [self._best(match, many[day]) for day, match in best.items()]

    def _best(self, match: Match, that_day: int) -> NamedMatch:
        people = [self._problem.expert[who].name for who in match.panel]
        people += [self._problem.interpreter[who].name for who in match.route.interpreters]
        return NamedMatch(Ranked(match, score(match, self._problem)), tuple(people), that_day)
