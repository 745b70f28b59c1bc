"""The further requests of a series, which come into being when the first one reaches the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from medixchange.intake import queries
from medixchange.intake.answers import plain_rows
from medixchange.intake.models import RequestSeries, RequestWindow, SessionRequest
from medixchange.intake.naming import free_reference
from medixchange.intake.series import look_from, window_after
from medixchange.journal.record import PROGRAM, record
from medixchange.tokens import seed

OWN = {"id", "reference", "confirm_seed", "status_seed", "series_place", "look_from", "created_at"}
"""What each request of a series has for itself; all else they have in common until one is changed."""


def follow(db: Session, first: SessionRequest, *, now: datetime) -> list[SessionRequest]:
    """Make the further requests of the series that ``first`` begins, in the state in which it is; none where it begins
    none."""
    if first.series_id is None:
        return []
    series = db.get_one(RequestSeries, first.series_id)
    windows = queries.windows_of(db, first)
    return [_make(db, first, series, place, windows, now=now) for place in range(2, series.times + 1)]


def _make(
    db: Session,
    first: SessionRequest,
    series: RequestSeries,
    place: int,
    of_first: Sequence[RequestWindow],
    *,
    now: datetime,
) -> SessionRequest:
    windows = [window_after(each, (place - 1) * series.weeks) for each in of_first]
    made = SessionRequest(
        **first.model_dump(exclude=OWN),
        reference=seed()[:20],  # until its number is known
        confirm_seed=seed(),
        status_seed=seed(),
        series_place=place,
        look_from=look_from(windows, first.zone, now=now),
        created_at=now,
    )
    db.add(made)
    db.flush()
    made.reference = free_reference(db, made.id)
    db.add_all(plain_rows(windows, request_id=made.id))
    after = {"first": first.id, "place": place}
    record(db, actor=PROGRAM, verb="follow", subject=f"request:{made.id}", now=now, after=after)
    db.flush()
    return made
