"""A column: one whole way to serve one request, as places in the board, with its points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from medixchange.matching.kernel.asks import Ask, Crew
from medixchange.matching.kernel.pricing import Best
from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.matching.resources import Person
from medixchange.matching.ways import Way, route
from medixchange.planning.board import Board
from medixchange.planning.halls import rooms_for


@dataclass(frozen=True, slots=True)
class Column:
    """Who serves ``ask`` from slot ``start`` on over which of its ways, in which hall; ``points`` are without S9.

    ``panel`` is in the order of the board, ``hired`` leg after leg and each team of these too.
    """

    ask: int
    start: int
    panel: tuple[int, ...]
    way: int
    hired: tuple[int, ...]
    hall: int
    points: int


def column(ask: Ask, found: Best, at: int) -> Column:
    """The best column at the start with number ``at`` of the ask; there must be one."""
    start, way = int(ask.at[at]), int(found.way[at])
    panel = tuple(sorted(int(ask.experts.people[row]) for row in found.panel[:, at] if row >= 0))
    hired = _by_leg([int(ask.interpreters.people[row]) for row in found.hired[:, at] if row >= 0], ask.ways[way].way)
    return Column(
        ask=ask.number,
        start=start,
        panel=panel,
        way=way,
        hired=hired,
        hall=int(found.hall[at]),
        points=points_of(ask, start, panel, way, hired),
    )


def _by_leg(hired: Sequence[int], way: Way) -> tuple[int, ...]:
    teams = (sorted(hired[first : first + way.team]) for first in range(0, len(hired), max(1, way.team)))
    return tuple(who for team in teams for who in team)


def points_of(ask: Ask, start: int, panel: Iterable[int], way: int, hired: Iterable[int]) -> int:
    """The points, without S9, of serving ``ask`` in this way."""
    at = int(np.searchsorted(ask.at, start))
    rows = [_row(ask.experts, who) for who in panel]
    total = ask.base[at] + ask.topic * ask.levels[rows].max(axis=0).sum() + ask.ways[way].points
    total += sum(_worth(ask.experts, row, at) for row in rows)
    total += sum(_worth(ask.interpreters, _row(ask.interpreters, who), at) for who in hired)
    return round(float(total))


def _row(crew: Crew, who: int) -> int:
    return int(np.flatnonzero(crew.people == who)[0])


def _worth(crew: Crew, row: int, at: int) -> float:
    return float(crew.clocks[at, crew.zone[row]] + crew.bonus[row])


def matches_of(columns: Iterable[Column], board: Board) -> list[Match]:
    """The columns as matches, each in a room of its hall, in the order of their starts."""
    chosen = sorted(columns, key=lambda each: (each.start, each.ask))
    rooms: dict[int, str] = {}
    for place, hall in enumerate(board.halls):
        inside = [each for each in chosen if each.hall == place]
        times = [(board.problem.grid.at(each.start), _end(each, board)) for each in inside]
        rooms |= {each.ask: room for each, room in zip(inside, rooms_for(hall, times), strict=True)}
    return [_match(each, rooms[each.ask], board) for each in chosen]


def _end(column: Column, board: Board) -> datetime:
    return board.problem.grid.at(column.start + board.asks[column.ask].length)


def _match(column: Column, room: str, board: Board) -> Match:
    problem, ask = board.problem, board.asks[column.ask]
    way = ask.ways[column.way].way
    names = [problem.interpreters[who].id for who in column.hired]
    panel = tuple(problem.experts[who].id for who in column.panel)
    start, request = problem.grid.at(column.start), ask.request
    return Match(request.id, start, request.minutes, panel, route(way, names), room)


def teaching(column: Column, problem: Problem) -> tuple[int, ...]:
    """The experts whose time ``column`` takes: its panel, and whoever interprets and is an expert too."""
    return (*column.panel, *_also(column.hired, problem.interpreters, problem.expert_place, problem))


def interpreting(column: Column, problem: Problem) -> tuple[int, ...]:
    """The interpreters whose time ``column`` takes: its teams, and whoever is on the panel and interprets too."""
    return (*column.hired, *_also(column.panel, problem.experts, problem.interpreter_place, problem))


def _also(
    places: Iterable[int], people: Sequence[Person], others: Mapping[str, int], problem: Problem
) -> Iterable[int]:
    if not problem.in_both_roles:
        return ()
    return [others[people[place].id] for place in places if people[place].id in others]
