"""What an organizer chooses of a match, part by part, and what each part could be exchanged for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from medixchange.matching.match import Match, Route, Team
from medixchange.matching.problem import Problem
from medixchange.matching.requests import Request
from medixchange.matching.solver import Search
from medixchange.matching.terms import Part
from medixchange.matching.ways import Way, manners, minutes_if_consecutive, ways
from medixchange.messages import Message
from medixchange.times.intervals import MINUTE

NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is chosen: who sits on each seat of the panel and of each leg's team, NOBODY where none does."""

    start: datetime
    panel: tuple[str, ...]
    way: Way
    teams: tuple[tuple[str, ...], ...]
    room: str

    @classmethod
    def of(cls, match: Match) -> Parts:
        """The parts of ``match``."""
        route = match.route
        way = Way(route.mode, route.speech, route.audience, match.agreed.team, route.pairs, route.others)
        teams = tuple(leg.interpreters for leg in route.legs)
        return cls(start=match.start, panel=match.panel, way=way, teams=teams, room=match.room)

    def match(self, request: Request, problem: Problem) -> Match:
        """The match that they make for ``request``; empty seats are left out."""
        way, consecutively = self.way, self.way.mode == "consecutive"
        teams = zip(way.legs, self.teams, strict=True)
        legs = tuple(Team(source, target, seated(team)) for (source, target), team in teams)
        return Match(
            request=request.id,
            start=self.start,
            minutes=minutes_if_consecutive(request, problem) if consecutively else request.minutes,
            panel=seated(self.panel),
            route=Route(way.mode, way.speech, way.audience, legs, way.others),
            room=self.room,
        )

    def on(self, seat: int, who: str) -> Parts:
        """The same with ``who`` on one seat of the panel."""
        return replace(self, panel=_exchanged(self.panel, seat, who))

    def interpreted_by(self, leg: int, seat: int, who: str) -> Parts:
        """The same with ``who`` on one seat of a leg's team."""
        team = _exchanged(self.teams[leg], seat, who)
        return replace(self, teams=(*self.teams[:leg], team, *self.teams[leg + 1 :]))


@dataclass(frozen=True, slots=True)
class Option:
    """What a part could be exchanged for: where that ``is_free``, the ``points`` that the match would gain (or lose,
    then negative) by the ``terms`` that differ; else what is ``against`` it, as far as it is told."""

    id: str
    name: str
    points: int = 0
    terms: tuple[Part, ...] = ()
    against: tuple[Message, ...] = ()
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Who could take a seat: those who ``can``, the most worth first; those who are free and speak otherwise, so that
    the way to ``converse`` would change; those who ``cannot``, the first of whom say why."""

    can: Sequence[Option]
    converse: Sequence[Option]
    cannot: Sequence[Option]


def ways_to_converse(request: Request, problem: Problem, tongues: Iterable[str]) -> Iterable[Way]:
    """Every way from one of the ``tongues`` of a panel to each audience, whoever can interpret."""
    for manner in manners(request, problem):
        for speech in tongues:
            yield from ways(manner, problem, speech)


def search_of_panel(problem: Problem, request: Request, parts: Parts) -> Search | None:
    """The search for what the chosen panel could do at the chosen hour, whoever interprets; None where it is empty."""
    panel, start = seated(parts.panel), parts.start
    if not panel:
        return None
    longest = max(each.minutes for each in manners(request, problem))
    alone = replace(
        request,
        panel_min=len(panel),
        panel_max=len(panel),
        earliest=max(request.earliest, start),
        deadline=min(request.deadline, start + longest * MINUTE),
    )
    experts = tuple(problem.expert[who] for who in dict.fromkeys(panel))
    return Search(replace(problem, experts=experts, requests=(alone,)), alone.id)


def seated(seats: Iterable[str]) -> tuple[str, ...]:
    """Those who sit on ``seats``, of which some are empty."""
    return tuple(who for who in seats if who != NOBODY)


def _exchanged(seats: tuple[str, ...], seat: int, who: str) -> tuple[str, ...]:
    return (*seats[:seat], who, *seats[seat + 1 :])
