"""By when the organizers promise to answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from medixchange.intake.models import SessionRequest
from medixchange.intake.queries import waits_since

DAYS: Mapping[int, int] = MappingProxyType({1: 14, 2: 7, 3: 2})
"""By urgency, from the moment at which the request entered the queue."""


def answer_by(request: SessionRequest) -> datetime | None:
    """The moment promised to the hospital, None before the request is in the queue."""
    return promised(request.urgency, waits_since(request)) if request.submitted_at else None


def promised(urgency: int, since: datetime) -> datetime:
    """The moment by which a request of ``urgency`` is answered that enters the queue at ``since``."""
    return since + timedelta(days=DAYS[urgency])
