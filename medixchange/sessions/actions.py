"""Approve, confirm, reschedule, cancel and answer: the verbs of a sharing session.

Each writes all that follows in the transaction of its caller, or nothing: state, claims, places, feeds, letters,
journal. The request is locked first, then the session, then the people, so that no two of them wait for each other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlmodel import Session

from medixchange.availability import actions as availability
from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import PROGRAM, by_link, record
from medixchange.matching import actions as matching
from medixchange.matching.models import MatchState, ProposedMatch
from medixchange.messages import say
from medixchange.sessions import queries
from medixchange.sessions.entries import refresh_feeds as refresh_feeds
from medixchange.sessions.lifecycle import ALIVE, SessionState, Verb, step
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.news import tell_all, tell_move
from medixchange.sessions.occasions import new_uid, proposed, standing
from medixchange.sessions.places import ensure_contact, seat, take
from medixchange.times.grid import EPOCH, QUARTER

BY_ANSWER = by_link("answer")
Answer = Literal["ACCEPTED", "DECLINED", "TENTATIVE"]
Afterwards = Literal["submitted", "withdrawn"]


def approve(db: Session, match: ProposedMatch, *, actor: str, now: datetime) -> SharingSession:
    """Turn a proposal into a session that is held tentatively in everybody's calendar, and invite them.

    ``actor`` is how the journal names who decides (``person:7``). Raises Refusal (Taken where somebody was
    taken meanwhile); then nothing is written and nobody is invited.
    """
    with db.begin_nested():
        request = db.get_one(SessionRequest, match.request_id)
        db.refresh(request, with_for_update=True)
        matching.approve(db, match)
        intake.approve(db, request, actor=actor, now=now)
        ensure_contact(db, request, now=now)
        session = SharingSession(
            uid=new_uid(),
            state=step(None, Verb.APPROVE),
            request_id=request.id,
            hospital_id=request.hospital_id,
            topic=request.topic,
            created_at=now,
            modified_at=now,
            **_hour(match),
        )
        guests = proposed(db, match, now=now).guests
        take(db, session, match, guests, now=now)
        db.add(session)
        db.flush()
        seat(db, session, guests, now=now)
        _record(db, session, Verb.APPROVE, {}, actor=actor, now=now)
        tell_all(db, session, "hold", now=now)
    return session


def confirm(db: Session, session: SharingSession, *, actor: str, now: datetime) -> None:
    """The session takes place: tell everybody.

    Raises Refusal.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state = step(session.state, Verb.CONFIRM)
        if session.ends_at <= now:
            raise Refusal(say("The hour of this session has passed; reschedule it."))
        before = _facts(session)
        _change(db, session, state, now=now)
        _record(db, session, Verb.CONFIRM, before, actor=actor, now=now)
        tell_all(db, session, "confirmed", now=now)


def reschedule(
    db: Session,
    session: SharingSession,
    *,
    starts_at: datetime | None = None,
    match: ProposedMatch | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Move the session to another hour with the same people, or to another proposal of its request.

    Exactly one of ``starts_at`` (aware) and ``match`` is given. Who stays is asked anew. Raises Refusal (Taken where
    somebody is in another session); then nothing is written.
    """
    if (starts_at is None) == (match is None):
        raise ValueError("give an hour or a proposal")
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state = step(session.state, Verb.RESCHEDULE)
        was, before = standing(db, session), _facts(session)
        wanted = match or _moved(db, session, starts_at)
        if wanted.request_id != session.request_id:
            raise Refusal(say("This proposal is for another request; choose one of this session's."))
        matching.let_go(db, session.match_id, MatchState.STALE)
        matching.approve(db, wanted)
        guests = proposed(db, wanted, now=now).guests
        take(db, session, wanted, guests, also=[guest.person_id for guest in was.guests], now=now)
        session.sqlmodel_update(_hour(wanted))
        _change(db, session, state, now=now)
        seat(db, session, guests, now=now)
        _record(db, session, Verb.RESCHEDULE, before, actor=actor, now=now)
        tell_move(db, session, was, now=now)


def cancel(
    db: Session,
    session: SharingSession,
    *,
    reason: str,
    actor: str,
    now: datetime,
    afterwards: Afterwards = "submitted",
) -> None:
    """Call the session off and tell everybody why; its request is matched again or withdrawn.

    Raises Refusal, also where its hour has passed: what people gave to it is theirs.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state, before = step(session.state, Verb.CANCEL), _facts(session)
        if session.ends_at <= now:
            raise Refusal(say("The hour of this session has passed; there is nothing to cancel any more."))
        availability.release(db, session.uid)
        matching.let_go(db, session.match_id, MatchState.CANCELLED)
        matching.retire(db, session.request_id)
        session.reason = reason
        _change(db, session, state, now=now)
        _record(db, session, Verb.CANCEL, before, actor=actor, now=now)
        told = tell_all(db, session, "cancelled", reason=reason, again=afterwards == "submitted", now=now)
        request = db.get_one(SessionRequest, session.request_id)
        if afterwards == "submitted":
            intake.reopen(db, request, actor=actor, now=now)
            matching.want(db, request, now=now)
        else:
            intake.withdraw(db, request, reason=reason, actor=actor, told=told, now=now)


def respond(
    db: Session,
    attendance: Attendance,
    answer: Answer,
    *,
    reason: str = "",
    sequence: int | None = None,
    actor: str = BY_ANSWER,
    now: datetime,
) -> None:
    """Keep somebody's answer to the invitation; the last one needed confirms the session.

    ``sequence`` is the one that was answered (from a calendar's reply or a page). Raises Refusal where it is older
    than the session's hour, or where there is nothing to answer any more.
    """
    session = queries.by_id(db, attendance.session_id, for_change=True)
    db.refresh(attendance)
    _can_answer(session, attendance, sequence, now=now)
    reason = reason if answer == "DECLINED" else ""
    if (attendance.partstat, attendance.reason) == (answer, reason):
        return
    before = attendance.partstat
    attendance.partstat, attendance.reason = answer, reason
    attendance.answered_at, attendance.answered_sequence = now, session.sequence if sequence is None else sequence
    db.add(attendance)
    _record_answer(db, attendance, before, actor=actor, now=now)
    _remember(db, session, attendance, now=now)
    if session.state is SessionState.TENTATIVE and _everybody_comes(db, session):
        confirm(db, session, actor=PROGRAM, now=now)


def _can_answer(session: SharingSession, attendance: Attendance, sequence: int | None, *, now: datetime) -> None:
    if session.state is SessionState.CANCELLED:
        raise Refusal(say("This session was cancelled; there is nothing to answer any more."))
    if session.state not in ALIVE or session.ends_at <= now:
        raise Refusal(say("This session is over; there is nothing to answer any more."))
    if attendance.removed_at is not None:
        raise Refusal(say("You are no longer needed in this session; there is nothing to answer any more."))
    if sequence is not None and sequence < attendance.sequence:
        raise Refusal(say("This session has moved since that letter; please answer the latest letter."))


def _remember(db: Session, session: SharingSession, attendance: Attendance, *, now: datetime) -> None:
    """Let later searches know who cannot come at this hour, and look for others when somebody cannot."""
    declined = attendance.partstat == "DECLINED"
    matching.decline(db, session.match_id, attendance.person_id, now=now if declined else None)
    if declined and attendance.role is not Role.LIAISON:
        matching.want(db, db.get_one(SessionRequest, session.request_id), now=now)


def _everybody_comes(db: Session, session: SharingSession) -> bool:
    """Whether all experts and interpreters have accepted, and for the hospital at least one."""
    answers: dict[bool, list[bool]] = {True: [], False: []}
    for place, _ in queries.attendances(db, session.id):
        answers[place.role is Role.LIAISON].append(place.partstat == "ACCEPTED")
    return all(answers[False]) and (any(answers[True]) or not answers[True])


def _moved(db: Session, session: SharingSession, starts_at: datetime | None) -> ProposedMatch:
    """A proposal for the people of the session at another hour."""
    assert starts_at is not None
    if (starts_at - EPOCH).total_seconds() % (QUARTER * 60):
        raise Refusal(say("Sessions start every %(minutes)s minutes.", minutes=QUARTER))
    if starts_at == session.starts_at:
        raise Refusal(say("The session is at that hour already; choose another one."))
    return matching.move(db, db.get_one(ProposedMatch, session.match_id), starts_at=starts_at.astimezone(UTC))


def _hour(match: ProposedMatch) -> dict[str, Any]:
    """What a session takes over from its match."""
    return {"match_id": match.id} | match.model_dump(
        include={"room_id", "starts_at", "ends_at", "mode", "speech", "audience"}
    )


def _facts(session: SharingSession) -> dict[str, Any]:
    return {
        "state": session.state,
        "sequence": session.sequence,
        "match": session.match_id,
        "starts_at": session.starts_at.isoformat(),
    }


def _change(db: Session, session: SharingSession, state: SessionState, *, now: datetime) -> None:
    session.state, session.modified_at = state, now
    session.sequence += 1
    db.add(session)
    db.flush()


def _record_answer(db: Session, attendance: Attendance, before: str, *, actor: str, now: datetime) -> None:
    who, subject = attendance.person_id, f"session:{attendance.session_id}"
    told = [{"person": who, "answer": answer} for answer in (before, attendance.partstat)]
    record(db, actor=actor, verb="respond", subject=subject, now=now, before=told[0], after=told[1])


def _record(
    db: Session, session: SharingSession, verb: Verb, before: dict[str, Any], *, actor: str, now: datetime
) -> None:
    subject = f"session:{session.id}"
    record(db, actor=actor, verb=verb, subject=subject, now=now, before=before, after=_facts(session))
