"""Begins, keeps, opens again and throws away drafts of requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete

from medixchange.errors import Refusal
from medixchange.intake import queries
from medixchange.intake.answers import answers
from medixchange.intake.draft import STEPS
from medixchange.intake.lifecycle import Verb, step
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.languages.texts import clean_paragraph
from medixchange.messages import instant, say
from medixchange.tokens import seed

KEPT = timedelta(days=30)
"""How long a draft is kept after its last change."""
ASKED_ANEW = frozenset({"questions", "no_patient_data"})
"""What of its topic a request that follows another one does not take from it."""
MOST_KEPT = 20_000
"""How many characters of an unchecked answer are kept: more than any may have, so that it can be shortened."""


def begin(db: Session, *, now: datetime) -> RequestDraft:
    """An empty draft."""
    draft = RequestDraft(seed=seed(), created_at=now, updated_at=now)
    db.add(draft)
    db.flush()
    return draft


def begin_again(db: Session, request: SessionRequest, *, now: datetime) -> RequestDraft:
    """A draft of another request of the same hospital, which says what ``request`` said of topic, audience and
    languages; hours and questions are asked anew."""
    draft, said = begin(db, now=now), answers(db, request)
    topic = {name: given for name, given in said["topic"].items() if name not in ASKED_ANEW}
    draft.answers = {"hospital": said["hospital"], "topic": topic, "languages": said["languages"]}
    draft.steps_done = 1
    db.flush()
    return draft


def keep(db: Session, draft: RequestDraft, name: str, given: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what was answered in the step ``name``, which has passed its check."""
    draft.answers = {**draft.answers, name: dict(given)}
    draft.unfinished = _without(draft.unfinished, name)
    draft.steps_done = max(draft.steps_done, list(STEPS).index(name) + 1)
    draft.updated_at = now
    db.add(draft)


def keep_unfinished(
    db: Session,
    draft: RequestDraft,
    name: str,
    typed: Mapping[str, Iterable[str]],
    *,
    now: datetime,
) -> None:
    """Keep what was typed into the step ``name`` before it is complete, cleaned but not checked."""
    known = {field: typed[field] for field in STEPS[name].model_fields if field in typed}
    texts = {field: [clean_paragraph(each[:MOST_KEPT]) for each in values] for field, values in known.items()}
    given = {field: values for field, values in texts.items() if any(values)}
    if given:
        draft.unfinished = {**draft.unfinished, name: given}
    draft.updated_at = now
    db.add(draft)


def forget(db: Session, draft: RequestDraft, name: str, *, now: datetime) -> None:
    """Ask the step ``name`` again: its answers mean nothing any more."""
    draft.answers = _without(draft.answers, name)
    draft.steps_done = min(draft.steps_done, list(STEPS).index(name))
    draft.updated_at = now
    db.add(draft)


def unsaved(db: Session, request: SessionRequest) -> RequestDraft | None:
    """The draft in which a request is being changed, where something was changed in it and the request is the same as
    when it was opened."""
    draft = queries.draft_of(db, request)
    if draft is None or not draft.editing or draft.version != request.version:
        return None
    return draft if draft.unfinished or draft.answers != answers(db, request) else None


def open_for_change(db: Session, request: SessionRequest, *, anew: bool = False, now: datetime) -> RequestDraft:
    """The draft in which a request is changed, filled with what it asks, or as it was left before it was sent; ``anew``
    throws that away.

    Raises Refusal for a request that has a session, has ended, or whose hours are further ahead than forms reach.
    """
    step(request.state, Verb.CHANGE)
    if request.look_from is not None and queries.is_ahead(request, now=now):
        since = instant(request.look_from, place=request.zone)
        raise Refusal(say("Its hours are further ahead than sessions are planned; change it from %(at)s on.", at=since))
    begun = None if anew else unsaved(db, request)
    if begun is not None:
        begun.updated_at = now
        return begun
    draft = queries.draft_of(db, request) or begin(db, now=now)
    if not draft.editing:
        # Whoever had the link to the draft before the address was confirmed may not change the request with it.
        draft.seed = seed()
    draft.request_id, draft.version, draft.editing, draft.updated_at = request.id, request.version, True, now
    draft.answers, draft.unfinished, draft.steps_done = answers(db, request), {}, len(STEPS)
    db.add(draft)
    db.flush()
    return draft


def sweep(db: Session, *, now: datetime) -> None:
    """Throw away the drafts that nobody has changed for long, sent or not; their requests stay."""
    db.exec(delete(RequestDraft).where(col(RequestDraft.updated_at) <= now - KEPT))


def _without(steps: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {step: given for step, given in steps.items() if step != name}
