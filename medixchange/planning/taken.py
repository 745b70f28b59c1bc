"""What a plan so far takes of everybody's time, and what that leaves to one more request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from medixchange.matching.kernel.asks import Ask, Crew
from medixchange.matching.kernel.bits import NEVER, Flags, Numbers, flags, running
from medixchange.matching.kernel.pricing import Net
from medixchange.planning.board import Board, most_of
from medixchange.planning.columns import Column, interpreting, teaching
from medixchange.planning.staff import Staff


class Taken:
    """A plan that grows by columns; ``plan`` is by the row of the request."""

    def __init__(self, board: Board, columns: Iterable[Column] = ()) -> None:
        self.board = board
        self.plan: dict[int, Column] = {}
        self.load = board.load.copy()
        self._rooms = np.zeros_like(board.rooms.left)
        self._hospitals: dict[int, dict[int, int]] = defaultdict(dict)
        self._experts, self._interpreters = _Hours(board.experts, board), _Hours(board.interpreters, board)
        for each in columns:
            self.add(each)

    @property
    def score(self) -> int:
        """The points of the plan, S9 counted over all of it."""
        fair, before, after = self.board.problem.weights.fair, self.board.load, self.load
        unfair = fair * (after * (after + 1) - before * (before + 1)) // 2
        return sum(each.points for each in self.plan.values()) - int(unfair.sum())

    def worth(self, column: Column) -> int:
        """The points that ``column`` would bring to the plan, S9 counted."""
        loads = self.load[list(column.panel)] + 1
        return column.points - self.board.problem.weights.fair * int(loads.sum())

    def rest(self, asks: tuple[Ask, ...]) -> Board:
        """A board of ``asks`` alone, with what the plan leaves of everybody's caps and of the rooms."""
        experts, interpreters = self._experts.rest(), self._interpreters.rest()
        return replace(
            self.board,
            experts=experts,
            interpreters=interpreters,
            asks=asks,
            load=self.load.copy(),
            most=most_of(experts, asks),
            rooms=replace(self.board.rooms, left=np.maximum(self.board.rooms.left - self._rooms, 0)),
        )

    def add(self, column: Column) -> None:
        """Take what ``column`` takes."""
        ask = self.board.asks[column.ask]
        self.plan[ask.row] = column
        self._rooms[self.board.rooms.of[column.hall], column.start : column.start + ask.length] += 1
        self.load[list(column.panel)] += 1
        for hospital in ask.hospitals:
            self._hospitals[hospital][column.start] = ask.length
        self._experts.take(teaching(column, self.board.problem), column.start, ask)
        self._interpreters.take(interpreting(column, self.board.problem), column.start, ask)

    def fits(self, column: Column) -> bool:
        """Whether everybody, the hospitals and a room are free for ``column``; its request must not be in the plan."""
        ask, start = self.board.asks[column.ask], column.start
        rooms = self.board.rooms
        taken = rooms.of[column.hall], slice(start, start + ask.length)
        full = self._rooms[taken] >= rooms.left[taken]
        if full.any() or self._hospital_taken(ask) >> start & 1:
            return False
        return not any(
            hours.taken(who, ask.request.minutes) >> start & 1
            for hours, people in ((self._experts, column.panel), (self._interpreters, column.hired))
            for who in people
        )

    def net(self, ask: Ask) -> Net:
        """What is left to ``ask``, in points of the score."""
        marginal = ask.fair * (self.load[ask.experts.people] + 1)
        return Net(
            hours=_without(ask.base, self._hospital_taken(ask), ask, self.board),
            experts=ask.experts.net(self._free(ask, ask.experts, self._experts), marginal),
            interpreters=ask.interpreters.net(self._free(ask, ask.interpreters, self._interpreters)),
            halls=self._halls_left(ask),
        )

    def _free(self, ask: Ask, crew: Crew, hours: _Hours) -> Flags:
        taken = np.take(hours.all_taken(ask.request.minutes)[ask.at], crew.people, axis=1)
        free: Flags = crew.free & ~taken
        return free

    def _halls_left(self, ask: Ask) -> Numbers:
        rooms = self.board.rooms
        full = running((self._rooms >= rooms.left).astype(np.float64))
        taken = full[:, ask.at + ask.length] > full[:, ask.at]
        return np.where(taken[rooms.of].any(axis=1), NEVER, 0.0)

    def _hospital_taken(self, ask: Ask) -> int:
        """The starts at which another session of one of the hospitals would overlap."""
        sessions = (each for hospital in ask.hospitals for each in self._hospitals[hospital].items())
        return _around(sessions, ask.length, self.board.slots)


class _Hours:
    """Sessions and caps of everybody of one kind."""

    def __init__(self, staff: Staff, board: Board) -> None:
        self.staff, self.grid = staff, board.problem.grid
        self.sessions: dict[int, dict[int, int]] = defaultdict(dict)
        self.left = [cap.left.copy() for cap in staff.caps]
        self._all_taken: dict[int, Flags] = {}

    def take(self, people: Iterable[int], start: int, ask: Ask) -> None:
        minutes = ask.request.minutes
        reach, amount = self.staff.reach(minutes, self.grid), self.staff.amount(minutes)
        for who in people:
            for cap, left in zip(self.staff.caps, self.left, strict=True):
                left[who, cap.keys[self.staff.zone[who], start]] -= amount
            self.sessions[who][start] = int(reach[who])
            for long, table in self._all_taken.items():
                table[:, who] = flags(self.taken(who, long), self.grid.slots)

    def rest(self) -> Staff:
        """The same people with what is left of their caps."""
        caps = [replace(cap, left=left.copy()) for cap, left in zip(self.staff.caps, self.left, strict=True)]
        return replace(self.staff, caps=tuple(caps))

    def all_taken(self, minutes: int) -> Flags:
        """The starts at which each one cannot begin a session of ``minutes``; shape [slots, people]."""
        if minutes not in self._all_taken:
            table = np.zeros((self.grid.slots, len(self.staff.ids)), np.bool_)
            for who in self.sessions:
                table[:, who] = flags(self.taken(who, minutes), self.grid.slots)
            self._all_taken[minutes] = table
        return self._all_taken[minutes]

    def taken(self, who: int, minutes: int) -> int:
        """Where ``who`` cannot begin so long a session: beside others with their rest, and where caps are used up."""
        sessions = self.sessions.get(who)
        if not sessions:
            return 0
        zone = int(self.staff.zone[who])
        mask = _around(sessions.items(), int(self.staff.reach(minutes, self.grid)[who]), self.grid.slots)
        for cap, left in zip(self.staff.caps, self.left, strict=True):
            for key in {int(cap.keys[zone, start]) for start in sessions}:
                if left[who, key] < self.staff.amount(minutes):
                    mask |= cap.masks[zone][key]
        return mask


def _around(sessions: Iterable[tuple[int, int]], reach: int, slots: int) -> int:
    """The starts from which a session of ``reach`` slots would meet one of ``sessions`` (start, reach)."""
    mask = 0
    for start, long in sessions:
        first, end = max(0, start - reach + 1), min(slots, start + long)
        mask |= ((1 << (end - first)) - 1) << first
    return mask


def _without(points: Numbers, taken: int, ask: Ask, board: Board) -> Numbers:
    if not taken:
        return points
    return np.where(flags(taken, board.slots)[ask.at], NEVER, points)
