"""Answers several requests in one session, and each on its own again; whoever is concerned is searched anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from medixchange.errors import Refusal
from medixchange.intake import actions as intake
from medixchange.intake import letters, queries, stepping, together
from medixchange.intake.lifecycle import IN_QUEUE, Verb, may, why_not
from medixchange.intake.models import SessionRequest
from medixchange.matching.actions import SEARCHED, retire, want
from medixchange.matching.models import ProposedMatch
from medixchange.matching.stored import members_of, value_of
from medixchange.matching.ways import narrowed
from medixchange.messages import say


def join(db: Session, leads: SessionRequest, request: SessionRequest, *, actor: str, now: datetime) -> None:
    """Answer ``request`` in the session of ``leads``, tell its contact, and look for hours for both.

    Both are locked by the caller. Raises Refusal, with why not.
    """
    there, here = queries.hospital_of(db, leads), queries.hospital_of(db, request)
    joined = together.joined(db, [leads.id, request.id])
    if joined[request.id]:
        raise Refusal(say("Other hospitals have joined that request; separate them from it first."))
    if queries.is_ahead(leads, now=now) or queries.is_ahead(request, now=now):
        raise Refusal(say("Hours for one of these requests are not looked for yet; join them once they are."))
    against = together.why_not((leads, there), (request, here), [each for each, _ in joined[leads.id]])
    if against is not None:
        raise Refusal(against)
    changes = {"joined_id": leads.id, "version": request.version + 1}
    stepping.move(db, request, Verb.JOIN, actor=actor, now=now, changes=changes)
    stepping.move(db, leads, Verb.TAKE_IN, actor=actor, now=now, changes={"version": leads.version + 1})
    retire(db, request.id)
    letters.joined(db, request, here, leads=there, now=now)
    want(db, leads, now=now)


def separate(db: Session, request: SessionRequest, *, told: Collection[str] = (), actor: str, now: datetime) -> None:
    """Look for a session for ``request`` alone again; who is ``told`` already (an address) gets no letter.

    A session that stands is left by ``sessions.parting``. Raises Refusal for a request that has joined none.
    """
    leads = together.leading(db, request)
    changes = {"joined_id": None, "version": request.version + 1}
    stepping.move(db, request, Verb.SEPARATE, actor=actor, now=now, changes=changes)
    if request.contact_email.lower() not in told:
        letters.separated(db, request, queries.hospital_of(db, request), now=now)
    want(db, request, now=now)
    _left(db, leads, actor=actor, now=now)


def withdraw(
    db: Session,
    request: SessionRequest,
    *,
    reason: str,
    later: int = 0,
    told: Collection[str] = (),
    actor: str,
    now: datetime,
) -> None:
    """The hospital of ``request``, which has joined another one or not, wants no session any more; those that have
    joined it are looked for alone. Raises Refusal for a request that has ended."""
    leads = together.leading(db, request)
    intake.withdraw(db, request, reason=reason, later=later, actor=actor, told=told, now=now)
    request.joined_id = None
    retire(db, request.id)
    let_go(db, request, actor=actor, now=now)
    _left(db, leads, actor=actor, now=now)


def let_go(db: Session, leads: SessionRequest, *, told: Collection[str] = (), actor: str, now: datetime) -> None:
    """Those that have joined ``leads``, which has ended without a session that was held, are looked for alone."""
    for request, _ in together.joined(db, [leads.id])[leads.id]:
        separate(db, request, told=told, actor=actor, now=now)


def check_again(db: Session, leads: SessionRequest, *, actor: str, now: datetime) -> None:
    """After a change of ``leads`` those are looked for alone that do not fit it any more; all, where it has left the
    queue for its address to be confirmed."""
    kept: list[SessionRequest] = []
    for request, _ in together.joined(db, [leads.id])[leads.id]:
        if leads.state in IN_QUEUE and together.why_apart(leads, request, kept) is None:
            kept.append(request)
        else:
            separate(db, request, actor=actor, now=now)


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
    """The hospital of ``request``, and no other one, agrees to what would help; hours are looked for anew.

    Whoever asks for much longer than the request that leads now is looked for alone. Raises Refusal where nothing is to
    be decided any more.
    """
    leads = together.leading(db, request)
    if leads is not None and leads.state not in IN_QUEUE:
        raise Refusal(why_not(leads.state, Verb.CONCEDE))
    given: dict[str, Any] = {"any_hour": any_hour, "interpreters": interpreters, "minutes": minutes}
    intake.agree(db, request, **given, actor=actor, now=now)
    if leads is None:
        check_again(db, request, actor=actor, now=now)
    else:
        leads.version += 1
        db.add(leads)
    want(db, leads or request, now=now)


def narrow(db: Session, match: ProposedMatch, others: Sequence[str]) -> set[int]:
    """Of its further audiences only those that hear ``others`` listen still; returns who interprets for nobody now."""
    members = members_of(db, [match.id])[match.id]
    whole = value_of(match, members).route
    left = narrowed(whole, tuple(others))
    match.mode, match.relay, match.others = left.mode, left.relay, list(others)
    db.add(match)
    idle = {int(who) for who in whole.interpreters} - {int(who) for who in left.interpreters}
    for member in members:
        if member.person_id in idle:
            db.delete(member)
    db.flush()
    return idle


def _left(db: Session, leads: SessionRequest | None, *, actor: str, now: datetime) -> None:
    """One that had joined ``leads`` has left: what is asked is another thing now."""
    if leads is None or not may(leads.state, Verb.LET_GO):
        return
    stepping.move(db, leads, Verb.LET_GO, actor=actor, now=now, changes={"version": leads.version + 1})
    if leads.state in SEARCHED:
        want(db, leads, now=now)
