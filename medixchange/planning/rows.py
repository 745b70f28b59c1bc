"""What columns share: the rows of the integer program, as sparse arrays.

A row says that columns may together take no more than there is of something. Time of a person, a hall or a hospital
makes one row for each slot at which a column begins: sessions that could meet all hold such a slot (the cliques of an
interval graph). Rows that no choice could break, one column a request, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from medixchange.matching.kernel.bits import Flags, Indexes, indexes
from medixchange.planning.board import Board
from medixchange.planning.columns import Column, interpreting, teaching
from medixchange.planning.staff import Staff

NONE: Indexes = np.zeros(0, np.int64)
OWNERS, NUMBERS = 10**6, 10**6
"""How many owners of rows, and how many rows of one, a key has room for."""


class Kind(IntEnum):
    """What a row is about; ``number`` is a slot, or the stretch of a cap. The caps of one kind follow each other."""

    REQUEST = 0
    ROOMS = 1
    HOSPITAL = 2
    EXPERT = 3
    INTERPRETER = 4
    FAIR = 5
    EXPERT_CAP = 10
    INTERPRETER_CAP = 20


def key(kind: int, owner: Indexes, number: Indexes) -> Indexes:
    """Rows as one whole number each, which is the same whatever columns there are."""
    return (kind * OWNERS + owner) * NUMBERS + number


def unlock(keys: Indexes) -> tuple[Indexes, Indexes, Indexes]:
    """Kind, owner and number of each key."""
    return keys // (OWNERS * NUMBERS), keys // NUMBERS % OWNERS, keys % NUMBERS


@dataclass(frozen=True, slots=True)
class Entries:
    """Cells of rows: the key of the row, the place of the column, how much it takes."""

    keys: Indexes
    columns: Indexes
    amounts: Indexes


@dataclass(frozen=True, slots=True)
class Program:
    """A program over columns and, behind them, steps of fairness (one for each further session of an expert).

    Maximise ``gains`` times the variables, each 0 or 1, with the cells (``row``, ``variable``, ``amount``), ascending
    by row, at most ``bounds``; ``keys`` say what each row is.
    """

    keys: Indexes
    bounds: Indexes
    row: Indexes
    variable: Indexes
    amount: Indexes
    gains: Indexes
    columns: int


def program_over(board: Board, columns: Sequence[Column]) -> Program:
    """The program over ``columns``."""
    asks = indexes([board.asks[each.ask].row for each in columns])
    found = [_kept(board, cells, asks) for cells in _cells(board, columns) if len(cells.keys)]
    experts, steps, gains = _steps(board, columns)
    found += [experts, Entries(steps.keys, steps.columns + len(columns), steps.amounts)]
    keys = np.concatenate([each.keys for each in found])
    names, row = np.unique(keys, return_inverse=True)
    order = np.argsort(row, kind="stable")
    return Program(
        keys=names,
        bounds=_bounds(board, names),
        row=row[order],
        variable=np.concatenate([each.columns for each in found])[order],
        amount=np.concatenate([each.amounts for each in found])[order],
        gains=np.concatenate([indexes([each.points for each in columns]), gains]),
        columns=len(columns),
    )


def _cells(board: Board, columns: Sequence[Column]) -> Iterator[Entries]:
    starts = indexes([each.start for each in columns])
    asks = [board.asks[each.ask] for each in columns]
    lengths, all_of_them = indexes([each.length for each in asks]), np.arange(len(columns))
    ones, none = np.ones(len(columns), np.int64), np.zeros(len(columns), np.int64)
    yield Entries(key(Kind.REQUEST, indexes([each.row for each in asks]), none), all_of_them, ones)
    rooms = board.rooms.of[indexes([each.hall for each in columns])]
    of = np.repeat(all_of_them, rooms.shape[1])
    yield _stretches(Kind.ROOMS, rooms.ravel(), of, starts[of], lengths[of], board.slots, also=_fewer(board))
    hospitals = indexes([hospital for each in asks for hospital in each.hospitals])
    of = np.repeat(all_of_them, [len(each.hospitals) for each in asks])
    yield _stretches(Kind.HOSPITAL, hospitals, of, starts[of], lengths[of], board.slots)
    minutes = indexes([each.request.minutes for each in asks])
    problem = board.problem
    for kind, caps, staff, people in (
        (Kind.EXPERT, Kind.EXPERT_CAP, board.experts, [teaching(each, problem) for each in columns]),
        (
            Kind.INTERPRETER,
            Kind.INTERPRETER_CAP,
            board.interpreters,
            [interpreting(each, problem) for each in columns],
        ),
    ):
        who = indexes([person for each in people for person in each])
        of = np.repeat(all_of_them, [len(each) for each in people])
        reach = -(-(minutes[of] + staff.rest[who]) // problem.grid.minutes)
        yield _stretches(kind, who, of, starts[of], reach, board.slots)
        yield from _capped(caps, staff, who, of, starts[of], minutes[of])


def _fewer(board: Board) -> Indexes:
    """The rows of the slots from which on held sessions leave fewer rooms than before."""
    count, slot = np.nonzero(np.diff(board.rooms.left, axis=1) < 0)
    return key(Kind.ROOMS, count, slot + 1)


def _stretches(
    kind: Kind, who: Indexes, of: Indexes, first: Indexes, length: Indexes, slots: int, *, also: Indexes = NONE
) -> Entries:
    """One cell for each slot that a column holds and at which some column of the same owner begins, or in ``also``."""
    cell, slot = spread(first, length)
    keys = key(kind, who[cell], slot)
    kept = np.isin(keys, np.concatenate([key(kind, who, first), also])) & (slot < slots)
    return Entries(keys[kept], of[cell[kept]], np.ones(int(kept.sum()), np.int64))


def spread(first: Indexes, length: Indexes) -> tuple[Indexes, Indexes]:
    """Every whole number of the stretches from ``first`` of ``length``: the place of its stretch, and the number."""
    place = np.repeat(np.arange(len(first)), length)
    behind = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    return place, first[place] + behind


def _capped(
    kind: Kind, staff: Staff, who: Indexes, of: Indexes, starts: Indexes, minutes: Indexes
) -> Iterator[Entries]:
    amounts = minutes if staff.by_minutes else np.ones(len(who), np.int64)
    for number, cap in enumerate(staff.caps):
        yield Entries(key(kind + number, who, cap.keys[staff.zone[who], starts]), of, amounts)


def _kept(board: Board, cells: Entries, asks: Indexes) -> Entries:
    """Without the rows that no choice of one column for each ask could break; those of asks always stay."""
    names, row = np.unique(cells.keys, return_inverse=True)
    if names[0] < OWNERS * NUMBERS:
        return cells
    pair, place = np.unique(row * (int(asks.max()) + 1) + asks[cells.columns], return_inverse=True)
    most = np.zeros(len(pair), np.int64)
    np.maximum.at(most, place, cells.amounts)
    wanted = np.bincount(pair // (int(asks.max()) + 1), most, len(names))
    kept = (wanted > _bounds(board, names))[row]
    return Entries(cells.keys[kept], cells.columns[kept], cells.amounts[kept])


def _bounds(board: Board, keys: Indexes) -> Indexes:
    """How much of what each row is about there is."""
    kind, owner, number = unlock(keys)
    found = np.where(kind == Kind.FAIR, 0, 1)
    rooms = kind == Kind.ROOMS
    found[rooms] = board.rooms.left[owner[rooms], number[rooms]]
    for first, staff in ((Kind.EXPERT_CAP, board.experts), (Kind.INTERPRETER_CAP, board.interpreters)):
        for offset, cap in enumerate(staff.caps):
            mine = kind == first + offset
            found[mine] = np.maximum(cap.left[owner[mine], number[mine]], 0)
    return indexes(found)


def _steps(board: Board, columns: Sequence[Column]) -> tuple[Entries, Entries, Indexes]:
    """S9: the cells of each expert's columns, the cells of the steps that pay for them, and what each step gains."""
    who = indexes([person for each in columns for person in each.panel])
    of = np.repeat(np.arange(len(columns)), [len(each.panel) for each in columns])
    experts = np.unique(who)
    place, further = spread(np.ones(len(experts), np.int64), board.most[experts])
    mine = Entries(key(Kind.FAIR, who, np.zeros_like(who)), of, np.ones_like(who))
    steps = key(Kind.FAIR, experts[place], np.zeros_like(place))
    gains = -board.problem.weights.fair * (board.load[experts][place] + further)
    return mine, Entries(steps, np.arange(len(place)), -np.ones_like(place)), gains


def conflicts(program: Program) -> Flags:
    """Which rows only say "at most one of these"."""
    plain: Flags = program.bounds == 1
    plain[program.row[program.amount != 1]] = False
    return plain
