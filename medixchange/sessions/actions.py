"""Approve, confirm, reschedule, substitute: the verbs of a sharing session, with those that end it.

Each writes all that follows in the transaction of its caller, or nothing: state, claims, places, feeds, letters,
journal. The requests are locked first, then the session, then the people, so that no two of them wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake import queries as requests
from medixchange.intake import together
from medixchange.journal.record import PROGRAM, person_of
from medixchange.matching import actions as matching
from medixchange.matching.models import ProposedMatch
from medixchange.matching.solver import Ranked
from medixchange.matching.stored import disruptions
from medixchange.messages import Message, say
from medixchange.policies.queries import in_use
from medixchange.sessions import queries
from medixchange.sessions.ending import AfterMissing as AfterMissing
from medixchange.sessions.ending import Afterwards as Afterwards
from medixchange.sessions.ending import cancel as cancel
from medixchange.sessions.ending import close as close
from medixchange.sessions.ending import miss as miss
from medixchange.sessions.entries import refresh_feeds as refresh_feeds
from medixchange.sessions.guests import Guest
from medixchange.sessions.lifecycle import SessionState, Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.sessions.news import tell_all, tell_move, tell_substitution
from medixchange.sessions.occasions import new_uid, proposed, standing
from medixchange.sessions.places import ensure_contact, seat, take
from medixchange.sessions.preparing import bring
from medixchange.sessions.stepping import PASSED, change, ensure_ahead, facts, note
from medixchange.times.grid import EPOCH, QUARTER

HOUR = ("starts_at", "ends_at", "mode", "speech", "audience", "relay", "others")
"""What a session takes over from its match, beside its people and its room."""


def approve(db: Session, match: ProposedMatch, *, actor: str, now: datetime) -> SharingSession:
    """Turn a proposal into a session that is held tentatively in everybody's calendar, and invite them.

    ``actor`` is how the journal names who decides (``person:7``). Raises Refusal (Taken where somebody was
    taken meanwhile); then nothing is written and nobody is invited.
    """
    with db.begin_nested():
        request = requests.by_id(db, match.request_id, for_change=True)
        matching.approve(db, match)
        intake.approve(db, request, actor=actor, now=now)
        asking = together.asking(db, request.id)
        for each, hospital in asking:
            ensure_contact(db, each, hospital, now=now)
        session = SharingSession(
            uid=new_uid(),
            state=step(None, Verb.APPROVE),
            request_id=request.id,
            hospital_id=request.hospital_id,
            topic=request.topic,
            organizer_id=person_of(actor),
            turn_minutes=in_use(db).rules.interpreting.turn_minutes,
            created_at=now,
            modified_at=now,
            **_hour(match),
        )
        guests = proposed(db, match, now=now).guests
        take(db, session, match, guests, now=now)
        db.add(session)
        db.flush()
        seat(db, session, guests, now=now)
        for each, _ in asking:
            bring(db, session, each)
        note(db, session, Verb.APPROVE, {}, actor=actor, now=now)
        tell_all(db, session, "hold", now=now)
    return session


def confirm(db: Session, session: SharingSession, *, left: Message | None = None, actor: str, now: datetime) -> None:
    """The session takes place: tell everybody, with what it has no more (``left``) where that is news as well.

    Raises Refusal.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state = step(session.state, Verb.CONFIRM)
        if session.ends_at <= now:
            raise Refusal(PASSED)
        before = facts(session)
        change(db, session, state, now=now)
        note(db, session, Verb.CONFIRM, before, actor=actor, now=now)
        tell_all(db, session, "confirmed", left=left, now=now)


def confirm_if_all_come(db: Session, session: SharingSession, *, left: Message | None = None, now: datetime) -> bool:
    """Confirm a session for which nobody's answer is missing any more, and which nothing disrupts; whether it was.
    ``left`` as for ``confirm``."""
    is_ready = session.state is SessionState.TENTATIVE and not disruptions(db, [session.match_id])[session.match_id]
    if not is_ready or not standing(db, session).everybody_comes:
        return False
    confirm(db, session, left=left, actor=PROGRAM, now=now)
    return True


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
        was = standing(db, session)
        before = facts(session) | _people(was.guests)
        wanted = match or _moved(db, session, starts_at)
        if wanted.request_id != session.request_id:
            raise Refusal(say("This proposal is for another request; choose one of this session's."))
        matching.approve_instead(db, session.match_id, wanted)
        guests = proposed(db, wanted, now=now).guests
        take(db, session, wanted, guests, also=[guest.person_id for guest in was.guests], now=now)
        session.sqlmodel_update(_hour(wanted))
        change(db, session, state, now=now)
        seat(db, session, guests, now=now)
        note(db, session, Verb.RESCHEDULE, before, also=_people(guests), actor=actor, now=now)
        tell_move(db, session, was, now=now)


def substitute(db: Session, session: SharingSession, match: ProposedMatch, *, actor: str, now: datetime) -> None:
    """Give the session the people, the languages and the room of ``match``, a proposal for it at its hour.

    Only who goes and who comes is told, of another room or other languages everybody; what those who stay have answered
    stands, and where nobody's answer is missing the session is confirmed. Raises Refusal (Taken where somebody is in
    another session); then nothing is written.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        state = step(session.state, Verb.SUBSTITUTE)
        ensure_ahead(session, now=now)
        if not keeps_hour(session, match):
            raise Refusal(say("This proposal changes the hour as well; reschedule the session instead."))
        was = standing(db, session)
        before = facts(session) | _people(was.guests)
        matching.approve_instead(db, session.match_id, match)
        guests = proposed(db, match, now=now).guests
        if _is_like(match, guests, session, was.guests):
            raise Refusal(say("The session is like that already; choose another proposal."))
        take(db, session, match, guests, also=[guest.person_id for guest in was.guests], now=now)
        session.sqlmodel_update(_hour(match))
        change(db, session, state, now=now)
        seat(db, session, guests, anew=False, now=now)
        note(db, session, Verb.SUBSTITUTE, before, also=_people(guests), actor=actor, now=now)
        tell_substitution(db, session, was, now=now)
        confirm_if_all_come(db, session, now=now)


def exchange(db: Session, session: SharingSession, ranked: Ranked, *, actor: str, now: datetime) -> ProposedMatch:
    """Make the session into what an organizer chose for it: at its hour by ``substitute``, at another one by
    ``reschedule``, and as each of them tells it.

    Raises Refusal where it has begun (Taken where somebody is in another session); then nothing is written.
    """
    with db.begin_nested():
        queries.by_id(db, session.id, for_change=True)
        ensure_ahead(session, now=now)
        match = matching.exchanged(db, session.match_id, ranked)
        if keeps_hour(session, match):
            substitute(db, session, match, actor=actor, now=now)
        else:
            reschedule(db, session, match=match, actor=actor, now=now)
    return match


def keeps_hour(session: SharingSession, match: ProposedMatch) -> bool:
    """Whether ``match`` is the session at its hour, with other people, in other languages or in another room."""
    its = (session.request_id, session.starts_at, session.ends_at)
    return its == (match.request_id, match.starts_at, match.ends_at)


def _is_like(match: ProposedMatch, guests: Iterable[Guest], session: SharingSession, were: Iterable[Guest]) -> bool:
    """Whether the ``guests`` of ``match`` would do what those who ``were`` there do, in the same room and languages."""
    same = all(getattr(match, name) == getattr(session, name) for name in ("room_id", *HOUR))
    do, did = ({(each.person_id, each.leg) for each in some} for some in (guests, were))
    return same and do == did


def _moved(db: Session, session: SharingSession, starts_at: datetime | None) -> ProposedMatch:
    """A proposal for the people of the session at another hour."""
    assert starts_at is not None
    if (starts_at - EPOCH).total_seconds() % (QUARTER * 60):
        raise Refusal(say("Sessions start every %(minutes)s minutes.", minutes=QUARTER))
    if starts_at == session.starts_at:
        raise Refusal(say("The session is at that hour already; choose another one."))
    return matching.move(db, db.get_one(ProposedMatch, session.match_id), starts_at=starts_at.astimezone(UTC))


def _people(guests: Iterable[Guest]) -> dict[str, Any]:
    """Who was or is part of a session, for its journal."""
    return {"people": [guest.person_id for guest in guests]}


def _hour(match: ProposedMatch) -> dict[str, Any]:
    """What a session takes over from its match."""
    return {"match_id": match.id} | match.model_dump(include={"room_id", *HOUR})
