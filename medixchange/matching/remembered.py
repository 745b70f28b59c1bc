"""Remembers the facts of everybody between answers, as long as every row and rule that they follow from is the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from threading import Lock
from typing import Any, NamedTuple, cast

from sqlalchemy import Column, ColumnElement, Select, Table, Text, func, select
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, SQLModel

from medixchange.availability import queries as availability
from medixchange.availability.models import DayException, LeavePeriod, WeeklyHours
from medixchange.availability.windows import ClosedDays
from medixchange.matching.facts_of_people import FAIR_MEMORY, Frame, experts, interpreters
from medixchange.matching.kept import NO_EXPERT, NO_INTERPRETER
from medixchange.matching.listed import Listed, remembering
from medixchange.matching.resources import Block, Expert, Interpreter
from medixchange.people import models as rows
from medixchange.policies.values import HouseRules
from medixchange.times.grid import EPOCH, Grid
from medixchange.times.intervals import Interval

MOST_REMEMBERED = 3
"""Of how many states of the facts; with the next quarter of an hour comes another."""
ROWS: tuple[type[SQLModel], ...] = (
    rows.Person,
    rows.Expert,
    rows.ExpertSpecialty,
    rows.ExpertLanguage,
    rows.Interpreter,
    rows.InterpreterPair,
    rows.Panel,
    rows.PanelMember,
    WeeklyHours,
    DayException,
    LeavePeriod,
)
"""All that people say of themselves; sessions that they gave are counted, and what else counts comes with the frame."""


class People(NamedTuple):
    """Everybody whom a search may ask, with what follows from them."""

    experts: Listed[Expert]
    interpreters: Listed[Interpreter]


@dataclass(frozen=True)
class _Facts:
    """What the people of a problem follow from, as values that are compared whole; ``mark`` stands for all rows, and
    ``retired`` are those with whom a session stays all the same."""

    mark: bytes
    rules: HouseRules
    grid: Grid
    soonest: int
    days: tuple[date, date]
    busy: Mapping[int, tuple[Block, ...]]
    closed: ClosedDays
    is_demo: bool
    retired: tuple[frozenset[int], ...]
    past: Mapping[int, int]
    given: Mapping[int, int]


_remembered: deque[tuple[_Facts, People]] = deque(maxlen=MOST_REMEMBERED)
_lock = Lock()


def people(db: Session, frame: Frame, *, held_from: datetime) -> People:
    """The experts and interpreters of ``frame`` as ``facts_of_people`` reads them; everybody may be as they were read
    when all was the same.

    Whatever was written before, by any process, is seen: the rows themselves are compared, in the transaction that
    asks.
    """
    return _read(db, frame, held_from) if frame.ids is not None else _everybody(db, frame, held_from)


def _read(db: Session, frame: Frame, held_from: datetime) -> People:
    hours = frame.hours(db)
    known = experts(db, frame, hours, held_from=held_from)
    return People(remembering(known), remembering(interpreters(db, frame, hours)))


def _everybody(db: Session, frame: Frame, held_from: datetime) -> People:
    facts = _facts(db, frame, held_from)
    with _lock:
        found = next((there for known, there in _remembered if known == facts), None)
    if found is None:
        found = _read(db, frame, held_from)
        with _lock:
            _remembered.append((facts, found))
    return found


def _facts(db: Session, frame: Frame, held_from: datetime) -> _Facts:
    since = frame.now - FAIR_MEMORY
    return _Facts(
        mark=mark(db),
        rules=frame.rules,
        grid=frame.grid,
        # Notice begins with the first slot after now: between two of them nothing changes with time.
        soonest=-((EPOCH - frame.now) // frame.grid.step),
        days=(since.date(), frame.now.date()),
        busy=frame.busy,
        closed=frame.closed,
        is_demo=frame.is_demo,
        retired=(frame.kept_for(NO_EXPERT), frame.kept_for(NO_INTERPRETER)),
        past=availability.loads(db, Interval(since, held_from)),
        given=availability.loads(db, Interval(since, frame.now)),
    )


def mark(db: Session) -> bytes:
    """What all ROWS hold, in few bytes: the database writes each column as one text, and no row becomes an object."""
    db.flush()
    found = blake2b(digest_size=32)
    for asked in _asked(is_postgresql=db.get_bind().dialect.name == "postgresql"):
        for each in db.connection().execute(asked):
            found.update(repr(tuple(each)).encode())
    return found.digest()


@cache
def _asked(*, is_postgresql: bool) -> Sequence[Select[Any]]:
    """For each table how many rows there are, and its columns each as a list: in the order in which rows are read,
    which is one for all columns of a table."""
    tables = [cast("Table", kind.__table__) for kind in ROWS]  # type: ignore[attr-defined]  # SQLModel adds it
    write = _hashed if is_postgresql else func.json_group_array
    return [select(func.count(), *(write(column) for column in table.columns)).select_from(table) for table in tables]


def _hashed(column: Column[Any]) -> ColumnElement[str]:
    return func.md5(sql_cast(func.array_agg(column), Text))
