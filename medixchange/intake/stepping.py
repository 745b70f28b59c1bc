"""Takes a request a step further on its way, and writes the step down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.intake.lifecycle import Verb, step
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import record
from medixchange.messages import Value, to_json

REMEMBERED = frozenset({"minutes", "windows_only", "interpreting"})
"""What the journal keeps of a change: nothing that somebody wrote."""


def move(
    db: Session,
    request: SessionRequest,
    verb: Verb,
    *,
    actor: str,
    now: datetime,
    reason: Value | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Take the request one step further on its way with ``changes`` of its columns, and write it down.

    Raises Refusal where the table of its life has no such step.
    """
    told = {"state", *(REMEMBERED if changes else ())}
    before = request.model_dump(include=told)
    request.state = step(request.state, verb)
    request.sqlmodel_update(changes or {})
    request.reason = to_json(reason) if reason is not None else None
    if verb in (Verb.APPROVE, Verb.WITHDRAW, Verb.DECLINE):
        request.decided_at = now
    db.add(request)
    record(
        db,
        actor=actor,
        verb=verb,
        subject=f"request:{request.id}",
        now=now,
        before=before,
        after=request.model_dump(include=told),
    )
