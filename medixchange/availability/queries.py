"""Reads when people can be there and how much they gave, for many at once in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from medixchange.availability.models import (
    HOSPITAL,
    ClosedPeriod,
    DayException,
    LeavePeriod,
    Load,
    WeeklyHours,
    named,
)
from medixchange.availability.windows import Closed, ClosedDays, DayHours, Hours, Leave, Weekly
from medixchange.times.intervals import Interval

Ids = Collection[int] | None


def hours(db: Session, span: Interval, *, ids: Ids = None) -> Mapping[int, Hours]:
    """What everybody, or those with ``ids``, said about when they are there, as far as it touches ``span``.

    Who said nothing is left out.
    """
    # A day more on both sides, for the zones on both sides of the date line.
    first, last = span.start.date() - timedelta(days=1), span.end.date() + timedelta(days=1)
    weekly, other, leave = _weekly(db, ids), _other(db, first, last, ids), _leave(db, first, last, ids)
    return {
        who: Hours(
            tuple(weekly[who]),
            tuple(DayHours(day, tuple(open_)) for day, open_ in other[who].items()),
            tuple(leave[who]),
        )
        for who in sorted({*weekly, *other, *leave})
    }


def loads(db: Session, span: Interval, *, ids: Ids = None) -> Mapping[int, int]:
    """How many sessions that end inside ``span`` everybody, or those with ``ids``, gave; zeros are left out."""
    query = (
        select(Load.person_id, func.count())
        .where(col(Load.ends_at) > span.start, col(Load.ends_at) <= span.end, *_among(col(Load.person_id), ids))
        .group_by(col(Load.person_id))
    )
    return dict(db.exec(query).all())


@dataclass(frozen=True)
class Work:
    """By person the sessions given, their minutes, and the sessions ahead; zeros where somebody is not in it."""

    given: Mapping[int, int]
    minutes: Mapping[int, int]
    ahead: Mapping[int, int]


def work(db: Session, *, since: datetime, now: datetime) -> Work:
    """What everybody gave in sessions that ended after ``since``, and the sessions that end after ``now``."""
    given, minutes, ahead = (defaultdict[int, int](int) for _ in range(3))
    query = select(Load.person_id, Load.starts_at, Load.ends_at).where(col(Load.ends_at) > since)
    for who, start, end in db.exec(query):
        if end > now:
            ahead[who] += 1
        else:
            given[who] += 1
            minutes[who] += (end - start) // timedelta(minutes=1)
    return Work(given, minutes, ahead)


def leaves(db: Session, span: Interval) -> Mapping[int, Sequence[Leave]]:
    """The leave of everybody who has some that touches ``span``."""
    return _leave(db, span.start.date() - timedelta(days=1), span.end.date() + timedelta(days=1), None)


def closed(db: Session, span: Interval) -> ClosedDays:
    """The days closed in countries and hospitals, as far as they touch ``span``."""
    row = ClosedPeriod
    query = (
        select(row)
        .where(col(row.removed_at).is_(None), col(row.ends_at) > span.start, col(row.starts_at) < span.end)
        .order_by(col(row.first_day), col(row.id))
    )
    countries, hospitals = defaultdict[str, tuple[Closed, ...]](tuple), defaultdict[int, tuple[Closed, ...]](tuple)
    for each in db.exec(query):
        if each.country is not None:
            countries[each.country] += (_closed(each, each.country),)
        elif each.hospital_id is not None:
            hospitals[each.hospital_id] += (_closed(each, named(HOSPITAL, each.hospital_id)),)
    return ClosedDays(countries, hospitals)


def _closed(row: ClosedPeriod, place: str) -> Closed:
    return Closed(row.first_day, row.last_day, row.name, place)


def closings() -> ScalarSelect[int]:
    """How often days were closed so far."""
    return select(func.count(col(ClosedPeriod.id))).scalar_subquery()


def openings() -> ScalarSelect[int]:
    """How often days that were closed were opened again."""
    return select(func.count(col(ClosedPeriod.removed_at))).scalar_subquery()


def _weekly(db: Session, ids: Ids) -> defaultdict[int, list[Weekly]]:
    row, found, made = WeeklyHours, defaultdict[int, list[Weekly]](list), cache(Weekly)  # many have the same hours
    query = (
        select(row.person_id, row.weekday, row.start_minute, row.end_minute)
        .where(*_among(col(row.person_id), ids))
        .order_by(col(row.person_id), col(row.weekday), col(row.start_minute))
    )
    for who, weekday, start, end in db.exec(query):
        found[who].append(made(weekday, start, end))
    return found


def _other(db: Session, first: date, last: date, ids: Ids) -> defaultdict[int, dict[date, list[tuple[int, int]]]]:
    row, found = DayException, defaultdict[int, dict[date, list[tuple[int, int]]]](dict)
    query = (
        select(row)
        .where(col(row.day) >= first, col(row.day) <= last, *_among(col(row.person_id), ids))
        .order_by(col(row.person_id), col(row.day), col(row.start_minute))
    )
    for each in db.exec(query):
        open_ = found[each.person_id].setdefault(each.day, [])
        if each.start_minute is not None and each.end_minute is not None:
            open_.append((each.start_minute, each.end_minute))
    return found


def _leave(db: Session, first: date, last: date, ids: Ids) -> defaultdict[int, list[Leave]]:
    row, found = LeavePeriod, defaultdict[int, list[Leave]](list)
    query = (
        select(row)
        .where(col(row.last_day) >= first, col(row.first_day) <= last, *_among(col(row.person_id), ids))
        .order_by(col(row.person_id), col(row.first_day))
    )
    for each in db.exec(query):
        found[each.person_id].append(Leave(each.first_day, each.last_day))
    return found


def _among(key: Mapped[int], ids: Ids) -> tuple[ColumnElement[bool], ...]:
    return () if ids is None else (key.in_(ids),)
