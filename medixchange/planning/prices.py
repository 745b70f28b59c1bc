"""What everybody's time costs, by the duals of a program's rows; and the bound on every plan that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medixchange.matching.kernel.asks import Ask, Crew
from medixchange.matching.kernel.bits import Indexes, Numbers, indexes, running
from medixchange.matching.kernel.pricing import Net
from medixchange.planning.board import Board
from medixchange.planning.columns import Column
from medixchange.planning.rows import Kind, unlock
from medixchange.planning.staff import Staff


@dataclass(frozen=True, slots=True)
class _Priced:
    """The rows that have a price above 0: kind, owner, slot or stretch, and the price."""

    kind: Indexes
    owner: Indexes
    number: Indexes
    price: Numbers

    def of(self, kind: int) -> tuple[Indexes, Indexes, Numbers]:
        """Owner, number and price of those of one kind."""
        mine = self.kind == kind
        return self.owner[mine], self.number[mine], self.price[mine]


class Prices:
    """Prices of at least 0 for rows; those of asks do not count, since a column is priced within its ask.

    ``supply`` is what everything there is costs at these prices. By Lagrangian duality no plan has more points than
    ``supply`` and, for each ask, what its best column is worth beyond its price, or 0.
    """

    def __init__(self, board: Board, keys: Indexes, bounds: Indexes, duals: Numbers) -> None:
        self.board = board
        kind, owner, number = unlock(keys)
        priced = (duals > 0) & (kind != Kind.REQUEST) & (kind != Kind.FAIR)
        rows = _Priced(kind[priced], owner[priced], number[priced], duals[priced])
        self.fair = self._fair(owner[kind == Kind.FAIR], duals[kind == Kind.FAIR])
        self.supply = float(duals[priced] @ bounds[priced]) + self._welcome()
        self._rooms = _Slots(rows.of(Kind.ROOMS), board.slots, len(board.rooms.left))
        self._hospitals = _Slots(rows.of(Kind.HOSPITAL), board.slots, len(board.problem.hospitals))
        self._experts = _People(rows, Kind.EXPERT, Kind.EXPERT_CAP, board.experts, board)
        self._interpreters = _People(rows, Kind.INTERPRETER, Kind.INTERPRETER_CAP, board.interpreters, board)

    def _fair(self, experts: Indexes, duals: Numbers) -> Numbers:
        """What one session more costs each expert: at least the first step of S9."""
        fair = self.board.problem.weights.fair
        found: Numbers = fair * (self.board.load.astype(np.float64) + 1.0)
        found[experts] = np.maximum(found[experts], duals)
        return found

    def _welcome(self) -> float:
        """What the sessions that experts would give at these prices are worth beyond what S9 loses by them."""
        fair, total = self.board.problem.weights.fair, 0.0
        for further in range(1, int(self.board.most.max(initial=0)) + 1):
            left = (self.fair - fair * (self.board.load + further))[self.board.most >= further]
            total += float(left[left > 0].sum())
        return total

    def net(self, ask: Ask) -> Net:
        """What everything is worth to ``ask`` beyond its price."""
        first, end = ask.at, ask.at + ask.length
        rooms = self._rooms.between(np.arange(len(self.board.rooms.left)), first, end)
        hospitals = self._hospitals.between(indexes(ask.hospitals), first, end).sum(axis=0)
        return Net(
            hours=ask.base - hospitals,
            experts=self._experts.net(ask, ask.experts, self.fair[ask.experts.people]),
            interpreters=self._interpreters.net(ask, ask.interpreters),
            halls=-rooms[self.board.rooms.of].sum(axis=1),
        )

    def beyond(self, column: Column) -> float:
        """What ``column`` is worth beyond its price."""
        ask = self.board.asks[column.ask]
        first, end = indexes([column.start]), indexes([column.start + ask.length])
        price = self._hospitals.between(indexes(ask.hospitals), first, end).sum()
        price += self._rooms.between(self.board.rooms.of[column.hall], first, end).sum()
        price += self._experts.prices(ask, indexes(column.panel), first).sum()
        price += self._interpreters.prices(ask, indexes(column.hired), first).sum()
        return column.points - float(price) - float(self.fair[list(column.panel)].sum())


class _Slots:
    """Prices of slots by owner, as running sums; owners without a price share a row of zeros."""

    def __init__(self, priced: tuple[Indexes, Indexes, Numbers], slots: int, owners: int) -> None:
        owner, slot, price = priced
        some, place = np.unique(owner, return_inverse=True)
        prices = np.zeros((len(some) + 1, slots))
        np.add.at(prices, (place + 1, slot), price)
        self.sums = running(prices)
        self.row = np.zeros(owners, np.int64)
        self.row[some] = np.arange(1, len(some) + 1)

    def between(self, owners: Indexes, first: Indexes, end: Indexes) -> Numbers:
        """The price of the slots from ``first`` to ``end`` [starts] or [owners, starts]; shape [owners, starts]."""
        rows = self.row[owners][:, None]
        found: Numbers = self.sums[rows, np.minimum(end, self.sums.shape[1] - 1)] - self.sums[rows, first]
        return found


class _People:
    """Prices of the time and the caps of everybody of one kind."""

    def __init__(self, rows: _Priced, kind: int, caps: int, staff: Staff, board: Board) -> None:
        self.staff, self.grid = staff, board.problem.grid
        self.slots = _Slots(rows.of(kind), board.slots, len(staff.ids))
        self.caps = []
        for number, cap in enumerate(staff.caps):
            prices = np.zeros(cap.left.shape)
            owner, key, price = rows.of(caps + number)
            prices[owner, key] = price
            self.caps.append(prices)
        self.capped = [prices.max(axis=1, initial=0.0) > 0 for prices in self.caps]

    def prices(self, ask: Ask, people: Indexes, at: Indexes) -> Numbers:
        """What a session of ``ask`` costs of each one's time from each start on; shape [starts, people]."""
        minutes, found = ask.request.minutes, np.zeros((len(at), len(people)))
        some = np.flatnonzero(self.slots.row[people])
        if len(some):
            reach = -(-(minutes + self.staff.rest[people[some]]) // self.grid.minutes)
            found[:, some] = self.slots.between(people[some], at, at[None, :] + reach[:, None]).T
        for cap, prices, priced in zip(self.staff.caps, self.caps, self.capped, strict=True):
            some = np.flatnonzero(priced[people])
            if len(some):
                who = people[some]
                keys = cap.keys[self.staff.zone[who], at[:, None]]
                found[:, some] += self.staff.amount(minutes) * prices[who, keys]
        return found

    def net(self, ask: Ask, crew: Crew, cost: Numbers | float = 0.0) -> Numbers:
        """What each one of ``crew`` is worth beyond the price and ``cost`` [n]; ``NEVER`` where not free."""
        return crew.net(crew.free, cost) - self.prices(ask, crew.people, ask.at)
