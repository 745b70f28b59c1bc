"""The letters that a change of a session would send, before anybody decides; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.matching.models import MatchMember, ProposedMatch
from medixchange.outbox.letters import Letter
from medixchange.sessions.actions import keeps_hour
from medixchange.sessions.lifecycle import SessionState, Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.sessions.news import ended_for_some, letters, newcomers, otherwise
from medixchange.sessions.occasions import Occasion, proposed, standing, status_of
from medixchange.times.intervals import Interval


def of_confirming(db: Session, session: SharingSession, *, now: datetime) -> list[Letter]:
    """What everybody would be told when the session is confirmed.

    Raises Refusal where it cannot be.
    """
    occasion = _after(standing(db, session), session, Verb.CONFIRM, now=now)
    return [made for _, made in letters(db, session, occasion, occasion.guests, "confirmed", now=now)]


def of_cancelling(db: Session, session: SharingSession, *, reason: str, again: bool, now: datetime) -> list[Letter]:
    """What everybody would be told when the session is cancelled; ``again``: its request is matched anew.

    Raises Refusal where it cannot be.
    """
    occasion = _after(standing(db, session), session, Verb.CANCEL, now=now)
    found = letters(db, session, occasion, occasion.guests, "cancelled", now=now, reason=reason, again=again)
    return [made for _, made in found]


def of_missing(
    db: Session, session: SharingSession, *, reason: str, to_hospital: str, again: bool, now: datetime
) -> list[Letter]:
    """What everybody would be told when the session was not held; ``again``: its request is matched anew.

    Raises Refusal where it cannot be noted.
    """
    occasion = _after(standing(db, session), session, Verb.MISS, now=now)
    said: dict[str, Any] = {"reason": reason, "to_hospital": to_hospital, "again": again}
    return [made for _, made in letters(db, session, occasion, occasion.guests, "not-held", now=now, **said)]


def of_exchanging(
    db: Session,
    session: SharingSession,
    match: ProposedMatch,
    members: Sequence[MatchMember] | None = None,
    *,
    now: datetime,
) -> list[Letter]:
    """What those affected would be told when the session becomes ``match``, at its own hour or at another one;
    ``members`` are those of a match that is no row yet.

    Raises Refusal where that cannot be.
    """
    if keeps_hour(session, match):
        return of_substituting(db, session, match, members, now=now)
    return of_moving(db, session, match=match, members=members, now=now)


def of_moving(
    db: Session,
    session: SharingSession,
    *,
    starts_at: datetime | None = None,
    match: ProposedMatch | None = None,
    members: Sequence[MatchMember] | None = None,
    now: datetime,
) -> list[Letter]:
    """What those affected would be told when the session moves, those first who are not part of it any more.

    Exactly one of ``starts_at`` and ``match`` is given, as for ``actions.reschedule``; ``members`` are those of a match
    that is no row yet. Raises Refusal where it
    cannot move.
    """
    was = standing(db, session)
    occasion = _moved(db, session, starts_at, match, members, now=now)
    ended = ended_for_some(was, occasion, now=now)
    removed = letters(db, session, ended, ended.guests, "removed", now=now)
    staying = letters(db, session, occasion, occasion.guests, "moved", now=now)
    return [made for _, made in (*removed, *staying)]


def of_substituting(
    db: Session,
    session: SharingSession,
    match: ProposedMatch,
    members: Sequence[MatchMember] | None = None,
    *,
    now: datetime,
) -> list[Letter]:
    """What those who go and those who come would be told when others take over at the same hour, and what everybody
    would be of another room or other languages; ``members`` as above.

    Raises Refusal where that cannot be.
    """
    was = standing(db, session)
    kept = replace(proposed(db, match, members, now=now), uid=session.uid, created=session.created_at)
    occasion = _answered(_after(kept, session, Verb.SUBSTITUTE, now=now), was)
    ended = ended_for_some(was, occasion, now=now)
    removed = letters(db, session, ended, ended.guests, "removed", now=now)
    if occasion.everybody_comes and session.state is SessionState.TENTATIVE:
        confirmed = replace(_after(occasion, session, Verb.CONFIRM, now=now), sequence=session.sequence + 2)
        told = letters(db, session, confirmed, confirmed.guests, "confirmed", now=now)
        return [made for _, made in (*removed, *told)]
    coming = letters(db, session, occasion, newcomers(was, occasion), "hold", now=now)
    for guest, kind, also in otherwise(was, occasion):
        if guest.partstat != "DECLINED":
            coming += letters(db, session, occasion, [guest], kind, left=also, now=now)
    return [made for _, made in (*removed, *coming)]


def _answered(occasion: Occasion, was: Occasion) -> Occasion:
    """The occasion with the answers that those who stay have given to what it ``was``."""
    before = {guest.person_id: guest for guest in was.guests}
    kept = (
        replace(guest, partstat=before[guest.person_id].partstat, seed=before[guest.person_id].seed)
        if guest.person_id in before
        else guest
        for guest in occasion.guests
    )
    return replace(occasion, guests=tuple(kept))


def _moved(
    db: Session,
    session: SharingSession,
    starts_at: datetime | None,
    match: ProposedMatch | None,
    members: Sequence[MatchMember] | None,
    *,
    now: datetime,
) -> Occasion:
    """The session as it would be at another hour, or by another proposal."""
    occasion = proposed(db, match or db.get_one(ProposedMatch, session.match_id), members, now=now)
    if starts_at is not None:
        occasion = replace(occasion, span=Interval(starts_at, starts_at + (session.ends_at - session.starts_at)))
    kept = replace(occasion, uid=session.uid, created=session.created_at)
    return _after(kept, session, Verb.RESCHEDULE, now=now)


def _after(occasion: Occasion, session: SharingSession, verb: Verb, *, now: datetime) -> Occasion:
    status = status_of(step(session.state, verb))
    return replace(occasion, sequence=session.sequence + 1, status=status, modified=now)
