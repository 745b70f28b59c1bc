"""Begin, keep, submit, confirm, change, withdraw, decline: what happens to a hospital's request."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from medixchange.errors import NotFound
from medixchange.intake import letters, queries
from medixchange.intake.draft import STEPS, HospitalStep, SessionRequestDraft
from medixchange.intake.lifecycle import RequestState, Verb, step
from medixchange.intake.models import RequestDraft, RequestWindow, SessionRequest
from medixchange.journal.record import record
from medixchange.messages import Message, say, to_json
from medixchange.people import actions as people
from medixchange.people.models import Hospital
from medixchange.people.queries import hospital_by_code
from medixchange.tokens import seed

FIRST_REFERENCE = 2000
PROGRAM = "program"
DRAFT_LASTS = timedelta(days=60)


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
    answers: Mapping[str, Any],
    *,
    language: str,
    complete: bool,
    now: datetime,
) -> None:
    """Keep what was answered in the step ``name``; ``complete`` says that it passed its check."""
    draft.answers = {**draft.answers, name: dict(answers)}
    if complete:
        draft.steps_done = max(draft.steps_done, list(STEPS).index(name) + 1)
    draft.language, draft.updated_at = language, now
    db.add(draft)


def submit(db: Session, draft: RequestDraft, *, now: datetime) -> SessionRequest:
    """Turn the draft into a request whose address is to be confirmed; a second time gives the same request.

    A draft that was opened for changing changes its request. Raises pydantic's ValidationError where a step is not
    complete.
    """
    asked = SessionRequestDraft.of(draft.answers)
    if draft.request_id is not None:
        request = queries.by_id(db, draft.request_id, for_change=True)
        if draft.editing:
            change(db, request, asked, now=now)
            draft.editing = False
        return request
    hospital = _hospital(db, asked.hospital, now=now)
    request = SessionRequest(
        reference=seed(),
        state=RequestState.SENT,
        hospital_id=hospital.id,
        contact_name=asked.hospital.contact_name,
        contact_email=asked.hospital.contact_email,
        contact_role=asked.hospital.contact_role,
        language=draft.language,
        zone=hospital.zone,
        confirm_seed=seed(),
        status_seed=seed(),
        created_at=now,
        **_asked(asked),
    )
    db.add(request)
    db.flush()
    request.reference = _reference(db, request.id)
    draft.request_id = request.id
    _write_windows(db, request, asked)
    record(db, actor="link:resume", verb="submit", subject=f"request:{request.id}", now=now)
    letters.confirm_address(db, request, hospital, now=now)
    return request


def confirm(db: Session, request: SessionRequest, *, now: datetime) -> None:
    """The address is its owner's: the request enters the queue.

    Confirming again changes nothing. Raises Refusal for a request that has ended.
    """
    if request.submitted_at is not None and request.state is not RequestState.WITHDRAWN:
        return
    hospital = queries.hospital_of(db, request)
    person = people.ensure_person(
        db,
        name=request.contact_name,
        email=request.contact_email,
        language=request.language,
        zone=hospital.zone,
        country=hospital.country,
        now=now,
    )
    move(db, request, Verb.CONFIRM, actor=f"person:{person.id}", now=now)
    request.liaison_id, request.submitted_at = person.id, now
    letters.received(db, request, hospital, now=now)


def change(db: Session, request: SessionRequest, asked: SessionRequestDraft, *, now: datetime) -> None:
    """Replace what is asked; a request in the queue is matched anew.

    Raises Refusal for one that has a session or has ended.
    """
    move(db, request, Verb.CHANGE, actor="link:status", now=now)
    request.sqlmodel_update(_asked(asked))
    request.version += 1
    request.reason = None
    _write_windows(db, request, asked)


def open_for_change(db: Session, request: SessionRequest, *, now: datetime) -> RequestDraft:
    """The draft in which a request is changed, filled with what it asks.

    Raises Refusal for a request that has a session or has ended.
    """
    step(request.state, Verb.CHANGE)
    draft = queries.draft_of(db, request) or begin(db, language=request.language, now=now)
    draft.request_id, draft.editing, draft.updated_at = request.id, True, now
    draft.answers, draft.steps_done = _answers(db, request), len(STEPS)
    db.add(draft)
    db.flush()
    return draft


def withdraw(db: Session, request: SessionRequest, *, reason: str, actor: str, now: datetime) -> None:
    """The hospital does not want the session any more.

    Raises Refusal for a request that has ended. A session that stands already is cancelled by ``sessions``.
    """
    move(db, request, Verb.WITHDRAW, actor=actor, now=now, reason=say(reason) if reason else None)
    letters.withdrawn(db, request, queries.hospital_of(db, request), now=now)


def decline(db: Session, request: SessionRequest, *, reason: str, actor: str, now: datetime) -> None:
    """The organizers say no, and why."""
    move(db, request, Verb.DECLINE, actor=actor, now=now, reason=say(reason))
    letters.declined(db, request, queries.hospital_of(db, request), reason=reason, now=now)


def match(db: Session, request: SessionRequest, *, now: datetime) -> None:
    """Proposals wait at the desk."""
    move(db, request, Verb.MATCH, actor=PROGRAM, now=now)


def wait(db: Session, request: SessionRequest, reason: Message | None, *, now: datetime) -> None:
    """Nothing fits at present; ``reason`` says what stands in the way."""
    move(db, request, Verb.WAIT, actor=PROGRAM, now=now, reason=reason)


def approve(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """A session stands for the request.

    Raises Refusal where no proposal waits for a decision.
    """
    move(db, request, Verb.APPROVE, actor=actor, now=now)


def reopen(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """The session was cancelled; the request is back in the queue."""
    move(db, request, Verb.REOPEN, actor=actor, now=now)


def move(
    db: Session, request: SessionRequest, verb: Verb, *, actor: str, now: datetime, reason: Message | None = None
) -> None:
    """Take the request one step further on its way, and write it down.

    Raises Refusal where the table of its life has no such step.
    """
    before = request.state
    request.state = step(before, verb)
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
        before={"state": before},
        after={"state": request.state},
    )


def _hospital(db: Session, asked: HospitalStep, *, now: datetime) -> Hospital:
    if not asked.is_new:
        known = hospital_by_code(db, asked.hospital)
        if known is None:
            raise NotFound(say("This hospital is not in the list any more; choose again."))
        return known
    made = Hospital(
        code=f"{_key(asked.name)}-{seed()[:6].lower()}",
        name=asked.name,
        city=asked.city,
        country=asked.country,
        zone=asked.zone,
        created_at=now,
    )
    db.add(made)
    db.flush()
    record(db, actor="link:resume", verb="add hospital", subject=f"hospital:{made.id}", now=now)
    return made


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "hospital"


def _reference(db: Session, number: int) -> str:
    """What people call the request by; imported requests may have taken a number already."""
    number += FIRST_REFERENCE
    while db.exec(select(SessionRequest.id).where(SessionRequest.reference == f"MX-{number}")).first() is not None:
        number += 1
    return f"MX-{number}"


def _asked(asked: SessionRequestDraft) -> dict[str, Any]:
    return {
        "topic": asked.topic.topic,
        "specialties": asked.topic.specialties,
        "other_specialty": asked.topic.other_specialty,
        "audience": asked.topic.audience,
        "audience_size": asked.topic.audience_size,
        "questions": asked.topic.questions,
        "urgency": int(asked.topic.urgency),
        "minutes": asked.times.length,
        "windows_only": asked.times.windows_only == "only",
        "languages": asked.languages.levels,
        "interpreting": asked.languages.interpreting,
        "bandwidth": asked.languages.bandwidth,
        "recording": asked.languages.recording,
    }


def _write_windows(db: Session, request: SessionRequest, asked: SessionRequestDraft) -> None:
    db.exec(delete(RequestWindow).where(col(RequestWindow.request_id) == request.id))
    db.add_all(
        RequestWindow(request_id=request.id, position=place, day=each.day, start_minute=each.start, end_minute=each.end)
        for place, each in enumerate(asked.times.windows, start=1)
    )
    db.flush()


def _answers(db: Session, request: SessionRequest) -> dict[str, Any]:
    """The form's answers that would make this request."""
    times: dict[str, Any] = {
        "minutes": str(request.minutes),
        "windows_only": "only" if request.windows_only else "open",
    }
    for each in queries.windows_of(db, request):
        times[f"day{each.position}"] = each.day.isoformat()
        times[f"from{each.position}"] = f"{each.start_minute // 60:02}:{each.start_minute % 60:02}"
        times[f"to{each.position}"] = f"{each.end_minute // 60:02}:{each.end_minute % 60:02}"
    languages: dict[str, Any] = {name: getattr(request, name) for name in ("interpreting", "bandwidth", "recording")}
    for number, (tag, level) in enumerate(request.languages.items(), start=1):
        languages |= {f"language{number}": tag, f"level{number}": str(level)}
    copied = ("topic", "specialties", "other_specialty", "audience", "audience_size", "questions")
    topic = {name: getattr(request, name) for name in copied}
    contact = {name: getattr(request, name) for name in ("contact_name", "contact_role", "contact_email")}
    return {
        "hospital": {"hospital": queries.hospital_of(db, request).code, **contact},
        "topic": {**topic, "urgency": str(request.urgency), "no_patient_data": "yes"},
        "times": times,
        "languages": languages,
    }
