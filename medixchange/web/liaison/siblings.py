"""The other requests of a series, as their hospital sees them: which one, when, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request

from medixchange.intake import queries
from medixchange.intake.models import SessionRequest
from medixchange.intake.series_rows import in_series
from medixchange.messages import Message
from medixchange.sessions.models import SharingSession
from medixchange.sessions.queries import OFF, of_requests
from medixchange.times.intervals import Interval
from medixchange.web.liaison.linked import link
from medixchange.web.liaison.tracker import may_withdraw, standing


@dataclass(frozen=True)
class Sibling:
    """One request of the series: its place, the hour of its session or else its first window, and how it stands.

    ``href`` is empty for the one that is looked at, and for one whose contact is somebody else.
    """

    place: int
    hours: Interval | None
    has_session: bool
    headline: Message
    href: str
    is_this: bool


def siblings(request: Request, db: Session, asked: SessionRequest, *, now: datetime) -> list[Sibling]:
    """Every request of the series of ``asked`` in order, in a fixed number of queries; none where it is in none."""
    if asked.series_id is None:
        return []
    every = in_series(db, [asked.series_id])[asked.series_id]
    sessions = of_requests(db, [each.id for each in every])
    windows = queries.hours_of_all(db, every)
    return [_sibling(request, each, asked, sessions.get(each.id), windows[each.id], now=now) for each in every]


def _sibling(
    request: Request,
    each: SessionRequest,
    asked: SessionRequest,
    session: SharingSession | None,
    windows: Sequence[Interval],
    *,
    now: datetime,
) -> Sibling:
    stands = session if session is not None and session.state not in OFF else None
    is_this = each.id == asked.id
    is_theirs = each.contact_email.lower() == asked.contact_email.lower()
    return Sibling(
        place=each.series_place or 0,
        hours=Interval(stands.starts_at, stands.ends_at) if stands else next(iter(windows), None),
        has_session=stands is not None,
        headline=standing(each, session, now=now).headline,
        href=link(request, "status", each.status_seed) if is_theirs and not is_this else "",
        is_this=is_this,
    )


def after(db: Session, asked: SessionRequest) -> list[SessionRequest]:
    """The requests that come after ``asked`` in its series; none where it is in none."""
    if asked.series_id is None:
        return []
    every = in_series(db, [asked.series_id])[asked.series_id]
    return [each for each in every if (each.series_place or 0) > (asked.series_place or 0)]


def later_ones(
    db: Session, asked: SessionRequest, *, now: datetime
) -> list[tuple[SessionRequest, SharingSession | None]]:
    """The later requests of the series that the same contact can still take back, each with its session."""
    later = after(db, asked)
    sessions = of_requests(db, [each.id for each in later])
    theirs = [each for each in later if each.contact_email.lower() == asked.contact_email.lower()]
    found = [(each, sessions.get(each.id)) for each in theirs]
    return [(each, session) for each, session in found if may_withdraw(each, session, now=now)]
