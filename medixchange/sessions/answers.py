"""What people answer to an invitation: that they come, that they cannot, or when they could instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from medixchange.availability import actions as availability
from medixchange.availability.models import PERSON, named
from medixchange.errors import Refusal
from medixchange.intake.models import SessionRequest
from medixchange.journal.record import by_link, record
from medixchange.matching import actions as matching
from medixchange.messages import Message, say
from medixchange.sessions import queries
from medixchange.sessions.actions import confirm_if_all_come
from medixchange.sessions.lifecycle import ALIVE, SessionState
from medixchange.sessions.models import Attendance, Role, SharingSession
from medixchange.sessions.occasions import standing
from medixchange.sessions.parting import separate
from medixchange.sessions.reminders import remind
from medixchange.times.intervals import Interval

BY_ANSWER = by_link("answer")
Answer = Literal["ACCEPTED", "DECLINED", "TENTATIVE"]


@dataclass(frozen=True)
class Refusing:
    """In which words an answer is refused: the session is cancelled or over, who answers is no part of it any more, it
    has moved since, or they are in another one."""

    cancelled: Message
    over: Message
    removed: Message
    moved: Message
    taken: Message


TO_THE_INVITED = Refusing(
    say("This session was cancelled; there is nothing to answer any more."),
    say("This session is over; there is nothing to answer any more."),
    say("You are no longer needed in this session; there is nothing to answer any more."),
    say("This session has moved since that letter; please answer the latest letter."),
    say("You are in another session at this hour by now. Write to the organizers if you could come instead."),
)


def to_the_desk(name: str) -> Refusing:
    """The same for an organizer, who notes what somebody of this ``name`` has said."""
    return Refusing(
        say("This session was cancelled: nobody is asked whether they come."),
        say("This session is over: the roll call says who was there."),
        say("%(name)s is no longer needed in this session.", name=name),
        say("This session has moved since you opened this page. Ask %(name)s about its new hour.", name=name),
        say("%(name)s is in another session at this hour by now, and cannot be taken again.", name=name),
    )


def note(
    db: Session,
    attendance: Attendance,
    name: str,
    *,
    reason: str | None,
    sequence: int,
    actor: str,
    now: datetime,
) -> None:
    """An organizer notes what the expert or interpreter of this ``name`` has said elsewhere, as their own answer: why
    they cannot come, None for that they come after all.

    Raises Refusal as ``respond`` does, and where they have answered otherwise themselves meanwhile.
    """
    session, told = queries.by_id(db, attendance.session_id, for_change=True), to_the_desk(name)
    db.refresh(attendance)
    _can_answer(session, attendance, sequence, told, now=now)
    has_declined = attendance.partstat == "DECLINED"
    if reason is None and not has_declined and attendance.partstat != "ACCEPTED":
        raise Refusal(say("%(name)s has not declined, so there is nothing to take back.", name=name))
    if reason is not None and has_declined and (attendance.reason, attendance.other_hour) != (reason, None):
        raise Refusal(say("%(name)s has declined meanwhile in words of their own, and these stay.", name=name))
    answer: Answer = "ACCEPTED" if reason is None else "DECLINED"
    respond(db, attendance, answer, reason=reason or "", sequence=sequence, actor=actor, told=told, now=now)


def respond(
    db: Session,
    attendance: Attendance,
    answer: Answer,
    *,
    reason: str = "",
    other_hour: datetime | None = None,
    sequence: int | None = None,
    actor: str = BY_ANSWER,
    told: Refusing = TO_THE_INVITED,
    now: datetime,
) -> None:
    """Keep somebody's answer to the invitation; the last one needed confirms the session. An organizer who notes it is
    the ``actor``, and refused in words for the desk.

    Who cannot come may say at which ``other_hour`` they could; their time is free for others at once.
    ``sequence`` is the one that was answered (from a calendar's reply or a page). Raises Refusal where it is older
    than the session's hour, where there is nothing to answer any more, or where somebody who comes after all was
    given to another session meanwhile.
    """
    session = queries.by_id(db, attendance.session_id, for_change=True)
    db.refresh(attendance)
    _can_answer(session, attendance, sequence, told, now=now)
    if answer != "DECLINED":
        reason, other_hour = "", None
    if (attendance.partstat, attendance.reason, attendance.other_hour) == (answer, reason, other_hour):
        return
    before = attendance.partstat
    _take_or_free(db, session, attendance, answer, told)
    attendance.partstat, attendance.reason, attendance.other_hour = answer, reason, other_hour
    attendance.answered_at, attendance.answered_sequence = now, session.sequence if sequence is None else sequence
    db.add(attendance)
    _record_answer(db, attendance, before, actor=actor, now=now)
    _remember(db, session, attendance, actor=actor, now=now)
    if not confirm_if_all_come(db, session, now=now):  # else all that waits is written anew with it
        remind(db, session, standing(db, session), only=attendance.person_id, now=now)


def can_be_answered(session: SharingSession, *, now: datetime) -> bool:
    """Whether there is something to answer still."""
    return session.state in ALIVE and session.ends_at > now


def _can_answer(
    session: SharingSession, attendance: Attendance, sequence: int | None, told: Refusing, *, now: datetime
) -> None:
    if not can_be_answered(session, now=now):
        raise Refusal(told.cancelled if session.state is SessionState.CANCELLED else told.over)
    if attendance.removed_at is not None:
        raise Refusal(told.removed)
    if sequence is not None and sequence < attendance.sequence:
        raise Refusal(told.moved)


def _take_or_free(db: Session, session: SharingSession, attendance: Attendance, answer: Answer, told: Refusing) -> None:
    """Who cannot come is free for others; who comes after all is taken again."""
    if attendance.role is Role.LIAISON or (answer == "DECLINED") == (attendance.partstat == "DECLINED"):
        return
    if answer == "DECLINED":
        availability.release_person(db, session.uid, attendance.person_id)
        return
    mine = [named(PERSON, attendance.person_id)]
    try:
        availability.claim(db, session.uid, mine, Interval(session.starts_at, session.ends_at))
    except availability.Taken as taken:
        raise Refusal(told.taken) from taken


def _remember(db: Session, session: SharingSession, attendance: Attendance, *, actor: str, now: datetime) -> None:
    """Let later searches know who cannot come at this hour, and look for others, or for an hour for the hospital.

    A hospital that has joined another one, and of which nobody comes, is looked for alone.
    """
    declined = attendance.partstat == "DECLINED"
    matching.decline(db, session.match_id, attendance.person_id, now=now if declined else None)
    if not declined or (attendance.role is Role.LIAISON and not _nobody_comes(db, session, attendance.joined_id)):
        return
    if attendance.joined_id is None:
        matching.want(db, db.get_one(SessionRequest, session.request_id), now=now)
    else:
        separate(db, db.get_one(SessionRequest, attendance.joined_id), actor=actor, now=now)


def _nobody_comes(db: Session, session: SharingSession, joined_id: int | None) -> bool:
    """Whether everybody has declined who comes for one hospital: that of the request ``joined_id``, or the first."""
    places = (place for place, _ in queries.attendances(db, session.id) if place.role is Role.LIAISON)
    return all(place.partstat == "DECLINED" for place in places if place.joined_id == joined_id)


def _record_answer(db: Session, attendance: Attendance, before: str, *, actor: str, now: datetime) -> None:
    who, subject = attendance.person_id, f"session:{attendance.session_id}"
    hour = {"hour": attendance.other_hour.isoformat()} if attendance.other_hour else {}
    after = {"person": who, "answer": attendance.partstat, **hour}
    told = {"person": who, "answer": before}
    record(db, actor=actor, verb="respond", subject=subject, now=now, before=told, after=after)
