"""Submit, confirm, change, withdraw, decline: what happens to a hospital's request."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.intake import letters, queries
from medixchange.intake.answers import columns, write_series, write_windows
from medixchange.intake.draft import SessionRequestDraft
from medixchange.intake.following import follow
from medixchange.intake.lifecycle import RequestState, Verb
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.intake.naming import free_reference, hospital_for
from medixchange.intake.stepping import move
from medixchange.journal.record import PROGRAM, by_link, by_person, record
from medixchange.messages import Message, say
from medixchange.outbox.post import supersede
from medixchange.people import actions as people
from medixchange.people.models import Hospital
from medixchange.tokens import seed

BY_RESUME, BY_STATUS = by_link("resume"), by_link("status")
IF_NEEDED = "if-needed"
CONFIRM_LASTS = timedelta(days=7)
"""How long the link that confirms an address works."""


def submit(db: Session, draft: RequestDraft, *, language: str, now: datetime) -> SessionRequest:
    """Turn the draft into a request whose address is to be confirmed; a second time gives the same request.

    ``language`` is the one it was sent in: letters about it are written in that.

    A draft that was opened for changing changes its request. Raises pydantic's ValidationError where a step is not
    complete.
    """
    asked = SessionRequestDraft.of(draft.answers)
    draft.updated_at = now
    if draft.request_id is not None:
        request = queries.by_id(db, draft.request_id, for_change=True)
        if draft.editing:
            change(db, request, asked, now=now)
            draft.editing = False
        return request
    hospital = hospital_for(db, asked.hospital, now=now)
    request = _request(asked, hospital, language=language, now=now)
    db.add(request)
    db.flush()
    request.reference = free_reference(db, request.id)
    draft.request_id = request.id
    write_windows(db, request, asked)
    write_series(db, request, asked)
    record(db, actor=BY_RESUME, verb="submit", subject=f"request:{request.id}", now=now)
    letters.confirm_address(db, request, hospital, now=now)
    return request


def _request(asked: SessionRequestDraft, hospital: Hospital, *, language: str, now: datetime) -> SessionRequest:
    return SessionRequest(
        reference=seed()[:20],  # until its number is known
        state=RequestState.SENT,
        hospital_id=hospital.id,
        contact_name=asked.hospital.contact_name,
        contact_email=asked.hospital.contact_email,
        contact_role=asked.hospital.contact_role,
        language=language,
        zone=hospital.zone,
        confirm_seed=seed(),
        confirm_until=now + CONFIRM_LASTS,
        status_seed=seed(),
        created_at=now,
        **columns(asked),
    )


def confirm(db: Session, request: SessionRequest, *, now: datetime) -> bool:
    """The address is its owner's: the request enters the queue, with the further ones of its series. Whether it did so
    just now.

    Confirming again changes nothing. Raises Refusal for a link that is too old and for a request that was withdrawn.
    """
    if request.state not in (RequestState.SENT, RequestState.WITHDRAWN):
        return False
    if request.state is RequestState.SENT and is_late(request, now=now):
        raise Refusal(say("This link is too old. Ask for the session again."))
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
    move(db, request, Verb.CONFIRM, actor=by_person(person.id), now=now)
    is_first, request.liaison_id = request.submitted_at is None, person.id
    request.submitted_at = request.submitted_at or now
    if is_first:
        follow(db, request, now=now)
    letters.received(db, request, hospital, now=now)
    return True


def is_late(request: SessionRequest, *, now: datetime) -> bool:
    """Whether the link that confirms the address works no more."""
    return request.confirm_until is not None and request.confirm_until <= now


def readdress(db: Session, request: SessionRequest, *, email: str, actor: str, now: datetime) -> None:
    """Write to another contact address, which is to be confirmed as well; the letter to the old one is worth nothing.

    The same address gets a new letter. Raises Refusal for a request that has a session or has ended.
    """
    move(db, request, Verb.READDRESS, actor=actor, now=now)
    request.contact_email = email
    request.confirm_seed, request.confirm_until = seed(), now + CONFIRM_LASTS
    supersede(db, f"request:{request.id}", kinds=[letters.CONFIRM_ADDRESS])
    letters.confirm_address(db, request, queries.hospital_of(db, request), now=now)


def change(db: Session, request: SessionRequest, asked: SessionRequestDraft, *, now: datetime) -> None:
    """Replace what is asked; a request in the queue is to be matched anew, another address to be confirmed.

    Raises Refusal for one that has a session or has ended.
    """
    move(db, request, Verb.CHANGE, actor=BY_STATUS, now=now, changes=columns(asked))
    request.contact_name, request.contact_role = asked.hospital.contact_name, asked.hospital.contact_role
    # The form showed the hospital's clock as it is now.
    request.zone = queries.hospital_of(db, request).zone
    request.version += 1
    write_windows(db, request, asked)
    write_series(db, request, asked)
    if asked.hospital.contact_email != request.contact_email:
        readdress(db, request, email=asked.hospital.contact_email, actor=BY_STATUS, now=now)


def agree(
    db: Session,
    request: SessionRequest,
    *,
    any_hour: bool = False,
    interpreters: bool = False,
    minutes: int | None = None,
    actor: str,
    now: datetime,
) -> None:
    """The hospital of ``request`` agrees to other hours than it named, to interpreters, to fewer ``minutes``; whatever
    answers it is to be matched anew.

    Raises Refusal for a request that is neither in the queue nor part of the session of another one.
    """
    changes = {
        "windows_only": request.windows_only and not any_hour,
        "interpreting": IF_NEEDED if interpreters else request.interpreting,
        "minutes": min(minutes or request.minutes, request.minutes),
        "version": request.version + 1,
    }
    move(db, request, Verb.CONCEDE, actor=actor, now=now, changes=changes)


def withdraw(
    db: Session,
    request: SessionRequest,
    *,
    reason: str,
    later: int = 0,
    actor: str,
    told: Collection[str] = (),
    now: datetime,
) -> None:
    """The hospital does not want the session any more; who is ``told`` already (an address) gets no other letter. It
    says how many ``later`` ones of the series go with it.

    Raises Refusal for a request that has ended. A session that stands already is cancelled by ``sessions``.
    """
    move(db, request, Verb.WITHDRAW, actor=actor, now=now, reason=reason or None)
    if request.contact_email.lower() not in told:
        letters.withdrawn(db, request, queries.hospital_of(db, request), later=later, now=now)


def finish(
    db: Session, request: SessionRequest, *, words: str, actor: str, told: Collection[str] = (), now: datetime
) -> None:
    """No other session is looked for, and the organizers' ``words`` say why; who is ``told`` already (an address) gets
    no other letter.

    Raises Refusal for a request that has no session.
    """
    move(db, request, Verb.FINISH, actor=actor, now=now, reason=words or None)
    if request.contact_email.lower() not in told:
        letters.declined(db, request, queries.hospital_of(db, request), reason=words, now=now)


def complete(db: Session, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """Its session was held, and its recap is published or not to come: nothing is left to do. Nobody is written to."""
    move(db, request, Verb.FINISH, actor=actor, now=now)


def decline(db: Session, request: SessionRequest, *, reason: str, actor: str, now: datetime) -> None:
    """The organizers say no, and why."""
    move(db, request, Verb.DECLINE, actor=actor, now=now, reason=reason)
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
