"""All columns of a small world, and prices drawn for what they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem
from medixchange.planning.board import Board
from medixchange.planning.columns import Column
from medixchange.planning.prices import Prices
from medixchange.planning.rows import Kind
from tests.matching import oracle


def every_column(problem: Problem, board: Board) -> Iterator[Column]:
    """Every match of the one request as a column, with the points that the oracle counts."""
    seen = set()
    for match in oracle.every_match(problem):
        each = as_column(match, problem, board)
        if each not in seen:
            seen.add(each)
            yield each


def as_column(match: Match, problem: Problem, board: Board) -> Column:
    """A match of a request on the board as its column; each leg's team in the order of the board."""
    route = match.route
    manners = [each for each in board.asks if each.request.id == match.request]
    ask = next(each for each in manners if each.request.consecutive == (route.mode == "consecutive"))
    points = oracle.points(match, problem)
    way = next(
        number
        for number, each in enumerate(ask.ways)
        if (each.way.speech, each.way.audience, each.way.others) == (route.speech, route.audience, route.others)
        and {*each.way.legs} == {*route.pairs}
    )
    legs = sorted(route.legs, key=lambda leg: ask.ways[way].way.legs.index((leg.source, leg.target)))
    hired = [sorted(problem.interpreter_place[who] for who in leg.interpreters) for leg in legs]
    hall = next(place for place, each in enumerate(board.halls) if match.room in {room.id for room in each.rooms})
    return Column(
        ask=ask.number,
        start=problem.grid.slot(match.start),
        panel=tuple(sorted(problem.expert_place[who] for who in match.panel)),
        way=way,
        hired=tuple(who for leg in hired for who in leg),
        hall=hall,
        points=sum(points.values()) - points["S9"],
    )


def priced_at_random(board: Board, columns: Sequence[Column], chance: Random) -> Prices:
    """Prices for some of the rows that the columns have, of the size of their points."""
    if not columns:
        nothing = np.zeros(0, np.int64)
        return Prices(board, nothing, nothing, np.zeros(0))
    found = all_rows(board, columns)
    duals = np.asarray([chance.choice((0.0, 0.0, chance.uniform(0, 120))) for _ in found])
    return Prices(board, found, np.ones(len(found), np.int64), duals)


def all_rows(board: Board, columns: Sequence[Column]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Rows of every kind for everybody, at slots and stretches that exist."""
    found = list[tuple[int, int, int]]()
    for each in columns:
        ask = board.asks[each.ask]
        found += [(Kind.ROOMS, count, each.start) for count in board.rooms.of[each.hall]]
        found += [(Kind.HOSPITAL, hospital, each.start) for hospital in ask.hospitals]
        for who in each.panel:
            found += [(Kind.EXPERT, who, each.start), (Kind.FAIR, who, 0)]
            zone = board.experts.zone[who]
            found += [
                (Kind.EXPERT_CAP + n, who, int(cap.keys[zone, each.start])) for n, cap in enumerate(board.experts.caps)
            ]
        for who in each.hired:
            zone = board.interpreters.zone[who]
            found += [(Kind.INTERPRETER, who, each.start)]
            found += [
                (Kind.INTERPRETER_CAP + n, who, int(cap.keys[zone, each.start]))
                for n, cap in enumerate(board.interpreters.caps)
            ]
    keys = {(int(kind) * 10**6 + int(owner)) * 10**6 + int(number) for kind, owner, number in found}
    return np.asarray(sorted(keys), np.int64)
