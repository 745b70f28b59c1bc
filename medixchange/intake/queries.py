"""Reads drafts and requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from medixchange.db import in_parts
from medixchange.errors import NotFound
from medixchange.intake.lifecycle import IN_QUEUE, RequestState
from medixchange.intake.models import RequestDraft, RequestWindow, SessionRequest
from medixchange.intake.steps import NEW
from medixchange.intake.windows import hours_of
from medixchange.messages import say
from medixchange.people.models import Hospital
from medixchange.people.queries import hospital_by_code
from medixchange.times.intervals import Interval


def draft_by_seed(db: Session, seed: str, *, for_change: bool = False) -> RequestDraft:
    """The draft that a resume link opens; ``for_change`` locks its row until the transaction ends.

    Raises NotFound.
    """
    query = select(RequestDraft).where(RequestDraft.seed == seed)
    found = db.exec(query.with_for_update() if for_change else query).one_or_none()
    if found is None:
        raise NotFound(say("This draft is not kept any more; begin a new request."))
    return found


@dataclass(frozen=True)
class Place:
    """Where a draft asks from, as far as it is known."""

    name: str
    city: str
    country: str
    zone: str


def place_of(db: Session, draft: RequestDraft) -> Place | None:
    """The hospital of a draft, None before it is named or where it is not in the list any more."""
    answers = draft.answers.get("hospital")
    if answers is None:
        return None
    if answers["hospital"] == NEW:
        return Place(answers["name"], answers["city"], answers["country"], answers["zone"])
    known = hospital_by_code(db, answers["hospital"])
    return Place(known.name, known.city, known.country, known.zone) if known else None


def draft_of(db: Session, request: SessionRequest) -> RequestDraft | None:
    """The draft that a request was sent from; imported requests have none."""
    return db.exec(select(RequestDraft).where(RequestDraft.request_id == request.id)).one_or_none()


def by_confirm_seed(db: Session, seed: str, *, for_change: bool = False) -> SessionRequest:
    """The request whose address a link confirms; ``for_change`` locks its row until the transaction ends.

    Raises NotFound.
    """
    query = select(SessionRequest).where(SessionRequest.confirm_seed == seed)
    return _found(db.exec(query.with_for_update() if for_change else query).one_or_none())


def by_status_seed(db: Session, seed: str, *, for_change: bool = False) -> SessionRequest:
    """The request whose status a link shows; ``for_change`` locks its row until the transaction ends.

    Raises NotFound.
    """
    query = select(SessionRequest).where(SessionRequest.status_seed == seed)
    return _found(db.exec(query.with_for_update() if for_change else query).one_or_none())


def by_id(db: Session, request_id: int, *, for_change: bool = False) -> SessionRequest:
    """The request with this number; ``for_change`` locks its row until the transaction ends.

    Raises NotFound.
    """
    query = select(SessionRequest).where(SessionRequest.id == request_id)
    return _found(db.exec(query.with_for_update() if for_change else query).one_or_none())


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
    found = (hours_of(each, request.zone) for each in windows_of(db, request))
    return [hours for hours in found if hours is not None]


def queue(
    db: Session, *, states: Collection[RequestState], most: int | None = None, skip: int = 0
) -> list[tuple[SessionRequest, Hospital]]:
    """The requests in ``states`` with their hospitals: the most urgent first, then the longest waiting.

    At most ``most`` of them, after the first ``skip``.
    """
    query = (
        select(SessionRequest, Hospital)
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(col(SessionRequest.state).in_(list(states)))
        .order_by(col(SessionRequest.urgency).desc(), col(SessionRequest.submitted_at), col(SessionRequest.id))
        .offset(skip)
    )
    return list(db.exec(query.limit(most) if most is not None else query))


def waits(db: Session, *, now: datetime, is_demo: bool) -> list[tuple[str, int]]:
    """For every request that waits its hospital's country (ISO 3166) and the whole days; demo data apart."""
    query = (
        select(SessionRequest, Hospital.country)
        .join(Hospital, col(Hospital.id) == col(SessionRequest.hospital_id))
        .where(col(SessionRequest.state).in_(list(IN_QUEUE)), Hospital.is_demo == is_demo)
    )
    return [(country, days_waited(request, until=now)) for request, country in db.exec(query)]


def days_waited(request: SessionRequest, *, until: datetime) -> int:
    """Whole days since the request was asked."""
    return max(0, (until - (request.submitted_at or request.created_at)) // timedelta(days=1))


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


def _found(request: SessionRequest | None) -> SessionRequest:
    if request is None:
        raise NotFound(say("There is no such request."))
    return request
