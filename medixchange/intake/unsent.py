"""A draft as the request that it would be; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.intake.answers import columns, window_rows
from medixchange.intake.draft import SessionRequestDraft
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, RequestWindow, SessionRequest
from medixchange.intake.queries import Place
from medixchange.people.models import Hospital
from medixchange.people.queries import hospital_by_code
from medixchange.tokens import seed

NOBODY = 0
"""The number of a request and of a hospital that are not there yet."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The rows that sending would make, or change: none of them belongs to a transaction; ``weeks`` lie between two
    sessions where a series would begin with it."""

    request: SessionRequest
    hospital: Hospital
    windows: Sequence[RequestWindow]
    weeks: int | None


def unsent(
    db: Session, draft: RequestDraft, place: Place, *, now: datetime, answers: Mapping[str, Any] | None = None
) -> Unsent:
    """What ``draft`` would become, for the hospital at ``place``; with other ``answers`` than it has kept.

    Raises pydantic's ValidationError where a step is not complete.
    """
    asked = SessionRequestDraft.of(answers if answers is not None else draft.answers)
    before = db.get(SessionRequest, draft.request_id) if draft.request_id else None
    of_series = before if before is not None and before.submitted_at is not None else None
    known = None if asked.hospital.is_new else hospital_by_code(db, asked.hospital.hospital)
    hospital = known or Hospital(
        id=NOBODY, code="", name=place.name, city=place.city, country=place.country, zone=place.zone, created_at=now
    )
    request = SessionRequest(
        id=draft.request_id or NOBODY,
        reference="",
        state=RequestState.SENT,
        hospital_id=hospital.id,
        contact_name=asked.hospital.contact_name,
        contact_email=asked.hospital.contact_email,
        language="en",
        zone=place.zone,
        confirm_seed=seed(),
        status_seed=seed(),
        created_at=now,
        # One in the queue keeps its place in its series, whatever the form says.
        series_id=of_series.series_id if of_series else None,
        series_place=of_series.series_place if of_series else None,
        **columns(asked),
    )
    weeks = asked.times.series[0] if asked.times.series and of_series is None else None
    return Unsent(request, hospital, window_rows(asked, request_id=request.id, zone=place.zone), weeks)
