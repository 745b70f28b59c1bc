"""What a hospital is written about its request, in the language it was asked in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import hours_asked
from medixchange.intake.series_rows import place_of_series, series_of
from medixchange.outbox.letters import Letter
from medixchange.outbox.post import post
from medixchange.people.models import Hospital

CONFIRM_ADDRESS = "confirm-address"


def confirm_address(db: Session, request: SessionRequest, hospital: Hospital, *, now: datetime) -> None:
    """Ask the owner of the address whether they sent the request."""
    windows = [{"starts": each.start, "ends": each.end} for each in hours_asked(db, request)]
    links = {"confirm": ("confirm", request.confirm_seed)}
    _post(db, request, hospital, CONFIRM_ADDRESS, links=links, windows=windows, now=now)


def received(db: Session, request: SessionRequest, hospital: Hospital, *, now: datetime) -> None:
    """Say that the request is in the queue, and where to see how it stands."""
    _post(db, request, hospital, "request-received", links=_status(request), now=now)


def withdrawn(db: Session, request: SessionRequest, hospital: Hospital, *, later: int = 0, now: datetime) -> None:
    """Say that the request is withdrawn, with so many ``later`` ones of its series."""
    _post(db, request, hospital, "request-withdrawn", links=_status(request), later=later, now=now)


def declined(db: Session, request: SessionRequest, hospital: Hospital, *, reason: str, now: datetime) -> None:
    """Say that the organizers declined, and why."""
    _post(db, request, hospital, "request-declined", links=_status(request), reason=reason, now=now)


def joined(db: Session, request: SessionRequest, hospital: Hospital, *, leads: Hospital, now: datetime) -> None:
    """Say that the request is answered in one session with that of the hospital that ``leads``."""
    _post(db, request, hospital, "request-joined", links=_status(request), other=f"{leads.name}, {leads.city}", now=now)


def separated(db: Session, request: SessionRequest, hospital: Hospital, *, now: datetime) -> None:
    """Say that an hour is looked for this hospital alone again."""
    _post(db, request, hospital, "request-separated", links=_status(request), now=now)


def _status(request: SessionRequest) -> Mapping[str, tuple[str, str]]:
    return {"status": ("status", request.status_seed)}


def _post(
    db: Session,
    request: SessionRequest,
    hospital: Hospital,
    kind: str,
    *,
    links: Mapping[str, tuple[str, str]],
    now: datetime,
    **context: Any,
) -> None:
    letter = Letter(
        kind=kind,
        language=request.language,
        zone=request.zone,
        to_name=request.contact_name,
        to_email=request.contact_email,
        context={
            "reference": request.reference,
            "topic": request.topic,
            "series": place_of_series(request, series_of(db, [request])),
            "hospital": hospital.name,
            "hospital_zone": request.zone,
            **context,
        },
        links=links,
    )
    # A contact address that was corrected is written to anew: its seed tells the letters apart.
    post(db, letter, key=f"{kind}-{request.confirm_seed}-{request.version}", subject=f"request:{request.id}", now=now)
