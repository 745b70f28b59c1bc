"""Reads drafts and requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, case, col, exists, func, or_, select
from sqlmodel.sql.expression import Select

from medixchange.db import in_parts
from medixchange.errors import NotFound
from medixchange.intake.lifecycle import IN_QUEUE, RequestState
from medixchange.intake.locking import hold_draft_still, hold_still
from medixchange.intake.models import RequestDraft, RequestWindow, SessionRequest
from medixchange.intake.steps import NEW
from medixchange.intake.windows import hours_of
from medixchange.messages import say
from medixchange.people.models import Hospital
from medixchange.people.queries import hospital_by_code
from medixchange.times.intervals import Interval


def draft_by_seed(db: Session, seed: str, *, for_change: bool = False) -> RequestDraft:
    """The draft that a resume link opens; ``for_change`` locks it, with the request that it has become, until the
    transaction ends.

    Raises NotFound.
    """
    query = select(RequestDraft).where(RequestDraft.seed == seed)
    found = hold_draft_still(db, seed) if for_change else db.exec(query).one_or_none()
    if found is None:
        raise NotFound(say("This draft is not kept any more; begin a new request."))
    return found


@dataclass(frozen=True)
class Place:
    """Where a draft asks from, as far as it is known; one that is not in the list has no ``hospital_id``."""

    name: str
    city: str
    country: str
    zone: str
    hospital_id: int | None = None


def place_of(db: Session, draft: RequestDraft) -> Place | None:
    """The hospital of a draft, None before it is named or where it is not in the list any more."""
    answers = draft.answers.get("hospital")
    if answers is None:
        return None
    if answers["hospital"] == NEW:
        return Place(answers["name"], answers["city"], answers["country"], answers["zone"])
    known = hospital_by_code(db, answers["hospital"])
    return Place(known.name, known.city, known.country, known.zone, known.id) if known else None


def draft_of(db: Session, request: SessionRequest) -> RequestDraft | None:
    """The draft that a request was sent from; imported requests have none."""
    return db.exec(select(RequestDraft).where(RequestDraft.request_id == request.id)).one_or_none()


def by_confirm_seed(db: Session, seed: str, *, for_change: bool = False) -> SessionRequest:
    """The request whose address a link confirms; ``for_change`` as for ``by_id``. Raises NotFound."""
    return _by(db, col(SessionRequest.confirm_seed) == seed, for_change=for_change)


def by_status_seed(db: Session, seed: str, *, for_change: bool = False) -> SessionRequest:
    """The request whose status a link shows; ``for_change`` as for ``by_id``. Raises NotFound."""
    return _by(db, col(SessionRequest.status_seed) == seed, for_change=for_change)


def by_id(db: Session, request_id: int, *, for_change: bool = False) -> SessionRequest:
    """The request with this number; ``for_change`` locks it, with all that are answered in one session with it, until
    the transaction ends.

    Raises NotFound.
    """
    return _by(db, col(SessionRequest.id) == request_id, for_change=for_change)


def _by(db: Session, is_wanted: ColumnElement[bool], *, for_change: bool) -> SessionRequest:
    query = select(SessionRequest).where(is_wanted)
    found = db.exec(query).one_or_none()
    if found is not None and for_change:
        hold_still(db, [found.id])
        found = db.exec(query).one_or_none()  # it may have another seed by now, or be erased
    if found is None:
        raise NotFound(say("There is no such request."))
    return found


def hospital_of(db: Session, request: SessionRequest) -> Hospital:
    """The hospital that asks."""
    return db.get_one(Hospital, request.hospital_id)


def windows_of(db: Session, request: SessionRequest) -> list[RequestWindow]:
    """The windows as they were asked, in order."""
    query = select(RequestWindow).where(RequestWindow.request_id == request.id)
    return list(db.exec(query.order_by(col(RequestWindow.position))))


def windows_of_all(db: Session, request_ids: Collection[int]) -> Mapping[int, list[RequestWindow]]:
    """The windows of each of the requests, as ``windows_of`` gives them."""
    found: dict[int, list[RequestWindow]] = {request_id: [] for request_id in request_ids}
    for some in in_parts(request_ids):
        query = select(RequestWindow).where(col(RequestWindow.request_id).in_(some))
        for row in db.exec(query.order_by(col(RequestWindow.request_id), col(RequestWindow.position))):
            found[row.request_id].append(row)
    return found


def hours_asked(db: Session, request: SessionRequest) -> list[Interval]:
    """The windows as instants, in order; one that a change of clocks left nothing of is left out."""
    return hours_of_all(db, [request])[request.id]


def hours_of_all(db: Session, requests: Iterable[SessionRequest]) -> Mapping[int, list[Interval]]:
    """The same for each of the requests, by its number."""
    zones = {each.id: each.zone for each in requests}
    return {
        number: [hours for each in rows if (hours := hours_of(each, zones[number])) is not None]
        for number, rows in windows_of_all(db, list(zones)).items()
    }


def is_ahead(request: SessionRequest, *, now: datetime) -> bool:
    """Whether its hours are further ahead than sessions are planned: nothing is looked for yet."""
    return request.look_from is not None and request.look_from > now


def is_looked_for(now: datetime) -> ColumnElement[bool]:
    """The same for a query, the other way round."""
    return or_(col(SessionRequest.look_from).is_(None), col(SessionRequest.look_from) <= now)


def queue(
    db: Session,
    *,
    states: Collection[RequestState],
    looked_for: datetime | None = None,
) -> list[tuple[SessionRequest, Hospital]]:
    """The requests in ``states`` with their hospitals: the most urgent first, then the longest waiting.

    With ``looked_for`` only those that hours are looked for then.
    """
    query = _queued(states).order_by(*_MOST_URGENT)
    return list(db.exec(query.where(is_looked_for(looked_for)) if looked_for is not None else query))


def due(
    db: Session, state: RequestState, *, most: int, skip: int = 0, now: datetime
) -> list[tuple[SessionRequest, Hospital]]:
    """The requests in one state with their hospitals as they are to be decided, at most ``most`` after the first
    ``skip``: the most urgent first, then the longest waiting.

    Of a series that is for its next one in this state; its later ones come after all that is due, and last what is
    further ahead than sessions are planned.
    """
    before = aliased(SessionRequest)
    is_later = exists().where(
        col(before.series_id) == SessionRequest.series_id,
        col(before.state) == state,
        col(before.series_place) < SessionRequest.series_place,
    )
    turn = case((~is_looked_for(now), 2), (is_later, 1), else_=0)
    query = _queued([state]).order_by(turn, *_MOST_URGENT)
    return list(db.exec(query.offset(skip).limit(most)))


_MOST_URGENT = (col(SessionRequest.urgency).desc(), col(SessionRequest.submitted_at), col(SessionRequest.id))


def _queued(states: Collection[RequestState]) -> Select[SessionRequest, Hospital]:
    query = select(SessionRequest, Hospital).join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
    return query.where(col(SessionRequest.state).in_(list(states)))


def takes_part(leading_id: Mapped[int]) -> ColumnElement[bool]:
    """A request is answered in the session of the one with this number: it is that one, or has joined it."""
    return or_(col(SessionRequest.id) == leading_id, col(SessionRequest.joined_id) == leading_id)


def is_waiting() -> ColumnElement[bool]:
    """A request waits for a session: it is in the queue, or has joined one that is."""
    leads = aliased(SessionRequest)
    queued = col(leads.state).in_(list(IN_QUEUE))
    has_joined = exists().where(col(leads.id) == SessionRequest.joined_id, queued)
    return or_(col(SessionRequest.state).in_(list(IN_QUEUE)), has_joined)


def waits(db: Session, *, now: datetime, is_demo: bool) -> list[tuple[str, int]]:
    """For every request that waits its hospital's country (ISO 3166) and the whole days; demo data apart."""
    query = (
        select(SessionRequest, Hospital.country)
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(is_waiting(), Hospital.is_demo == is_demo, is_looked_for(now))
    )
    return [(country, days_waited(request, until=now)) for request, country in db.exec(query)]


def days_waited(request: SessionRequest, *, until: datetime) -> int:
    """Whole days since the request was asked, or since hours are looked for that were too far ahead."""
    return max(0, (until - waits_since(request)) // timedelta(days=1))


def waits_since(request: SessionRequest) -> datetime:
    """Since when somebody could decide about the request."""
    asked = request.submitted_at or request.created_at
    return max(asked, request.look_from) if request.look_from is not None else asked


def ended(db: Session, *, state: RequestState, most: int, skip: int = 0) -> list[tuple[SessionRequest, Hospital]]:
    """The requests in one state with their hospitals, those first that were decided last."""
    query = (
        select(SessionRequest, Hospital)
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(SessionRequest.state == state)
        .order_by(col(SessionRequest.decided_at).desc(), col(SessionRequest.id).desc())
        .offset(skip)
        .limit(most)
    )
    return list(db.exec(query))


def counts(db: Session) -> dict[RequestState, int]:
    """How many requests are in each state; states without any are left out."""
    rows = db.exec(select(SessionRequest.state, func.count()).group_by(col(SessionRequest.state)))
    return {RequestState(state): number for state, number in rows}


def of_hospitals(db: Session, ids: Collection[int]) -> dict[int, SessionRequest]:
    """The first request of each of these hospitals: whoever sent it made the hospital known."""
    query = select(SessionRequest).where(col(SessionRequest.hospital_id).in_(ids))
    return {each.hospital_id: each for each in db.exec(query.order_by(col(SessionRequest.id).desc()))}
