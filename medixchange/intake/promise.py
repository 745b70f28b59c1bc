"""By when the organizers promise to answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from medixchange.intake.models import SessionRequest

DAYS: Mapping[int, int] = MappingProxyType({1: 14, 2: 7, 3: 2})
"""By urgency, from the moment at which the request entered the queue."""


def answer_by(request: SessionRequest) -> datetime | None:
    """The moment promised to the hospital, None before the request is in the queue."""
    return request.submitted_at + timedelta(days=DAYS[request.urgency]) if request.submitted_at else None
