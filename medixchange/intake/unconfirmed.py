"""Erases requests whose address nobody has confirmed: whoever is named there may know nothing of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, delete, or_, select

from medixchange.intake.actions import CONFIRM_LASTS
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, RequestSeries, RequestWindow, SessionRequest
from medixchange.journal.record import PROGRAM, record
from medixchange.outbox import actions as outbox

KEPT = timedelta(days=30)
"""How long a request is kept after the link that confirms its address has ended."""


def sweep(db: Session, *, now: datetime) -> None:
    """Erase requests that never entered the queue, with their drafts and letters; the journal keeps no name of them."""
    ended = now - KEPT
    # Without a moment of its own the link is as old as the request.
    has_ended = or_(
        col(SessionRequest.confirm_until) <= ended,
        and_(col(SessionRequest.confirm_until).is_(None), col(SessionRequest.created_at) <= ended - CONFIRM_LASTS),
    )
    query = select(SessionRequest).where(
        SessionRequest.state == RequestState.SENT, col(SessionRequest.submitted_at).is_(None), has_ended
    )
    for request in db.exec(query.order_by(col(SessionRequest.id)).with_for_update()).all():
        subject = f"request:{request.id}"
        db.exec(delete(RequestDraft).where(col(RequestDraft.request_id) == request.id))
        db.exec(delete(RequestWindow).where(col(RequestWindow.request_id) == request.id))
        outbox.forget(db, subject)
        db.delete(request)
        db.flush()
        db.exec(delete(RequestSeries).where(col(RequestSeries.id) == request.series_id))
        record(db, actor=PROGRAM, verb="erase", subject=subject, now=now)
