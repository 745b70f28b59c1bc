"""Begins, keeps, opens again and throws away drafts of requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete

from medixchange.intake import queries
from medixchange.intake.answers import answers
from medixchange.intake.draft import STEPS
from medixchange.intake.lifecycle import Verb, step
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.tokens import seed

KEPT = timedelta(days=30)
"""How long a draft is kept after its last change."""


def begin(db: Session, *, language: str, now: datetime) -> RequestDraft:
    """An empty draft, for a reader of ``language``."""
    draft = RequestDraft(seed=seed(), language=language, created_at=now, updated_at=now)
    db.add(draft)
    db.flush()
    return draft


def keep(
    db: Session,
    draft: RequestDraft,
    name: str,
    given: Mapping[str, Any],
    *,
    language: str,
    now: datetime,
) -> None:
    """Keep what was answered in the step ``name``, which has passed its check."""
    draft.answers = {**draft.answers, name: dict(given)}
    draft.steps_done = max(draft.steps_done, list(STEPS).index(name) + 1)
    draft.language, draft.updated_at = language, now
    db.add(draft)


def forget(db: Session, draft: RequestDraft, name: str, *, now: datetime) -> None:
    """Ask the step ``name`` again: its answers mean nothing any more."""
    draft.answers = {step: given for step, given in draft.answers.items() if step != name}
    draft.steps_done = min(draft.steps_done, list(STEPS).index(name))
    draft.updated_at = now
    db.add(draft)


def open_for_change(db: Session, request: SessionRequest, *, now: datetime) -> RequestDraft:
    """The draft in which a request is changed, filled with what it asks.

    Raises Refusal for a request that has a session or has ended.
    """
    step(request.state, Verb.CHANGE)
    draft = queries.draft_of(db, request) or begin(db, language=request.language, now=now)
    if not draft.editing:
        # Whoever had the link to the draft before the address was confirmed may not change the request with it.
        draft.seed = seed()
    draft.request_id, draft.editing, draft.updated_at = request.id, True, now
    draft.answers, draft.steps_done = answers(db, request), len(STEPS)
    db.add(draft)
    db.flush()
    return draft


def sweep(db: Session, *, now: datetime) -> None:
    """Throw away the drafts that nobody has changed for long, sent or not; their requests stay."""
    db.exec(delete(RequestDraft).where(col(RequestDraft.updated_at) <= now - KEPT))
