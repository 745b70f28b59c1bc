"""Which other requests ask about the same as one, so that they could join it: those most alike first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.orm import aliased
from sqlmodel import Session, case, cast, col, exists, func, literal, or_, select

from medixchange.intake import queries
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.likeness import Likeness, Wish, likeness
from medixchange.intake.models import RequestWindow, SessionRequest
from medixchange.intake.together import MOST_APART, MOST_AUDIENCES, MOST_JOINED, Asking, audiences, joined, why_not
from medixchange.intake.windows import hours_of
from medixchange.people.models import Hospital

MOST_ALIKE = 5
"""How many are suggested."""
MOST_COMPARED = 40
"""How many are looked at hour by hour: those that come nearest by topics, days and languages."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A request that could join, its hospital, and what it has in common with the one that would lead."""

    request: SessionRequest
    hospital: Hospital
    likeness: Likeness


def alike(db: Session, request: SessionRequest, *, now: datetime) -> list[Alike]:
    """The requests that could join this one, those most alike first, of each series one alone; at most MOST_ALIKE."""
    there = [each for each, _ in joined(db, [request.id])[request.id]]
    if request.state not in IN_QUEUE or len(there) >= MOST_JOINED or queries.is_ahead(request, now=now):
        return []
    mine = (request, queries.hospital_of(db, request))
    own = _wish(request, queries.windows_of(db, request))
    likely = [each for each in _likely(db, mine, there, own, now=now) if why_not(mine, each, there) is None]
    windows = queries.windows_of_all(db, [other.id for other, _ in likely])
    found = [Alike(other, hospital, likeness(own, _wish(other, windows[other.id]))) for other, hospital in likely]
    best = dict[tuple[int | None, int | None], Alike]()
    for each in sorted(found, key=lambda each: each.likeness.rank, reverse=True):
        series = each.request.series_id
        best.setdefault((series, None if series else each.request.id), each)
    return list(best.values())[:MOST_ALIKE]


def _likely(db: Session, mine: Asking, there: Collection[SessionRequest], own: Wish, *, now: datetime) -> list[Asking]:
    """Of those that could join, by what the database can tell, the MOST_COMPARED that come nearest."""
    (request, hospital), asked = mine, SessionRequest
    taken = {hospital.id, *(each.hospital_id for each in there)}
    topics, tongues = _named(col(asked.specialties), own.topics), _named(col(asked.languages), own.languages)
    query = (
        select(SessionRequest, Hospital)
        .join(Hospital, col(Hospital.id) == col(asked.hospital_id))
        .where(col(asked.state).in_(list(IN_QUEUE)), queries.is_looked_for(now), or_(*topics))
        .where(col(asked.hospital_id).not_in(taken), Hospital.is_demo == hospital.is_demo)
        .where(col(asked.minutes).between(request.minutes - MOST_APART, request.minutes + MOST_APART))
        .where(func.lower(asked.contact_email) != request.contact_email.lower(), ~_leads())
        .order_by(_number(topics).desc(), _same_days(own).desc(), _number(tongues).desc())
        .order_by(col(asked.urgency).desc(), col(asked.submitted_at), col(asked.id))
    )
    if sum(map(audiences, (request, *there))) + 1 >= MOST_AUDIENCES:
        query = query.where(cast(asked.second_audience, String) == "{}")
    return list(db.exec(query.limit(MOST_COMPARED)))


def _leads() -> ColumnElement[bool]:
    """Others have joined the request: it joins nobody."""
    other = aliased(SessionRequest)
    return exists().where(col(other.joined_id) == col(SessionRequest.id))


def _named(column: Any, codes: Iterable[str]) -> list[ColumnElement[bool]]:
    """For each of ``codes`` whether the JSON of ``column`` names it: both databases keep JSON as its text."""
    return [cast(column, String).contains(f'"{code}"', autoescape=True) for code in codes]


def _number(named: Iterable[ColumnElement[bool]]) -> ColumnElement[int]:
    """How many of them hold."""
    return sum((case((each, 1), else_=0) for each in named), start=literal(0))


def _same_days(own: Wish) -> ColumnElement[int]:
    """How many windows of a request are on a day of ``own`` hours: near enough to choose by, whatever its clock."""
    days: set[date] = {at.astimezone(UTC).date() for hours in own.hours for at in (hours.start, hours.end)}
    windows = select(func.count()).select_from(RequestWindow).where(col(RequestWindow.day).in_(days))
    return windows.where(RequestWindow.request_id == SessionRequest.id).correlate(SessionRequest).scalar_subquery()


def _wish(request: SessionRequest, windows: Collection[RequestWindow]) -> Wish:
    hours = (hours_of(each, request.zone) for each in windows)
    return Wish(request.specialties, [each for each in hours if each is not None], list(request.languages))
