"""Exchanging single parts of a proposal, or of a session that stands: who could come instead, what that is worth or
what stands in the way, and what would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake import queries as intake
from medixchange.intake.lifecycle import IN_QUEUE
from medixchange.intake.models import SessionRequest
from medixchange.matching import queries as matching
from medixchange.matching.actions import put_forward
from medixchange.matching.facts import problem_of
from medixchange.matching.models import ProposedMatch
from medixchange.matching.repair import asked_already
from medixchange.matching.stored import members_from, members_of, row_from, value_of
from medixchange.messages import Message, say, sentences
from medixchange.sessions import previews
from medixchange.sessions.actions import exchange
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk import offered
from medixchange.web.desk.chosen import Chosen, address, chosen, fields
from medixchange.web.desk.exchanged import Standing, difference, standing_of
from medixchange.web.desk.letters import shown
from medixchange.web.desk.reasons import behind, reasons_of
from medixchange.web.desk.session_form import parties_of
from medixchange.web.form import Sent, Typed
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, render, see_other

NO_PANEL = say("Choose an expert.")
CHANGED = say("This session has changed meanwhile: see what would change now.")

router = APIRouter()


@dataclass(frozen=True)
class _Asked:
    """What is exchanged: of which request, beginning with which match, and what was chosen so far; ``stands`` is the
    session that its request has, which is exchanged then, whatever it began with."""

    match: ProposedMatch
    request: SessionRequest
    stands: Standing | None
    found: Chosen

    def refusal(self, typed: Typed) -> Message | None:
        """Why what was chosen cannot be as it was; None where it can."""
        if self.stands is not None and typed.one("stands") != self.stands.mark:
            return CHANGED
        found = self.found
        against = [*found.faults, *found.notes, *found.exchange.conflicts]
        if found.exchange.ranked is None and not against:
            return NO_PANEL
        return sentences(against) if against else None


@router.get("/desk/matches/{match_id}/exchange", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, reader: Reading, match_id: Number) -> Response:
    """The parts of a proposal or session, or of what was chosen of them, with what they can be exchanged for."""
    asked = _asked(db, match_id, Typed.of(dict(request.query_params)), now=now)
    return _page(request, db, asked, reader)


@router.get("/desk/matches/{match_id}/exchange/preview", dependencies=[policy(Organizer)])
def preview(request: Request, db: Db, now: Now, reader: Reading, match_id: Number) -> Response:
    """What would change of the session that stands, and every letter about it; where it cannot be, why."""
    typed = Typed.of(dict(request.query_params))
    asked = _asked(db, match_id, typed, now=now)
    if asked.stands is None:
        return see_other(f"/desk/matches/{match_id}/exchange?{request.url.query}")
    refused, ranked = asked.refusal(typed), asked.found.exchange.ranked
    if refused or ranked is None:
        return _page(request, db, asked, reader, refused=refused)
    row, members = row_from(0, 1, ranked), members_from(0, ranked.match)
    try:
        letters = previews.of_exchanging(db, asked.stands.session, row, members, now=now)
    except Refusal as no:
        return _page(request, db, asked, reader, refused=no.message)
    return render(
        request,
        "desk/exchange_preview.html",
        **_parties(db, asked.request),
        session=asked.stands.session,
        number=match_id,
        differs=difference(db, asked.stands, ranked.match),
        sent=fields(asked.found.exchange.parts) | {"stands": asked.stands.mark},
        back=f"/desk/matches/{match_id}/exchange{address(ranked.match)}",
        letters=shown(request, letters),
    )


@router.post("/desk/matches/{match_id}/exchange")
def decide(
    request: Request, db: Db, now: Now, actor: OrganizerActor, reader: Reading, sent: Sent, match_id: Number
) -> Response:
    """Put what was chosen among the proposals, or make the session that stands into it and tell those concerned; where
    that cannot be, say why and keep what was chosen."""
    asked = _asked(db, match_id, sent, now=now, for_change=True)
    refused, ranked = asked.refusal(sent), asked.found.exchange.ranked
    if refused or ranked is None:
        return _page(request, db, asked, reader, refused=refused)
    try:
        if asked.stands is None:
            made = put_forward(db, asked.request, ranked, actor=actor.label, now=now)
            return see_other(f"/desk/requests/{asked.request.id}#proposal-{made.id}")
        session, was = asked.stands.session, asked.stands.match
        exchange(db, session, ranked, actor=actor.label, now=now)
    except Refusal as no:
        return _page(request, db, asked, reader, refused=no.message)
    done = "substituted" if (ranked.match.start, ranked.match.end) == (was.start, was.end) else "moved"
    return see_other(f"/desk/sessions/{session.id}?done={done}")


def _asked(db: Session, match_id: int, typed: Typed, *, now: datetime, for_change: bool = False) -> _Asked:
    match = matching.by_id(db, match_id)
    request = intake.by_id(db, match.request_id, for_change=for_change)
    stands = standing_of(db, request, now=now)
    return _Asked(match, request, stands, _read(db, request, match, typed, stands, now=now))


def _read(
    db: Session,
    asked: SessionRequest,
    match: ProposedMatch,
    typed: Typed,
    stands: Standing | None,
    *,
    now: datetime,
) -> Chosen:
    members = members_of(db, [match.id])[match.id]
    problem = problem_of(db, asked, now=now)
    if stands is not None:
        problem = asked_already(problem, stands.match)
    return chosen(typed, value_of(match, members), problem)


def _parties(db: Session, asked: SessionRequest) -> dict[str, Any]:
    return {"asked": asked, **parties_of(db, asked)}


def _page(request: Request, db: Session, asked: _Asked, reader: Reading, *, refused: Message | None = None) -> Response:
    found, stands, words = asked.found, asked.stands, reader.words
    chosen, told = found.exchange, _parties(db, asked.request)
    best, own = chosen.best_here, chosen.score
    typed = fields(chosen.parts) | {"day": chosen.day.isoformat(), "stands": stands.mark if stands else ""}
    return render(
        request,
        "desk/exchange.html",
        status=409 if refused else 200,
        **told,
        found=found,
        match=chosen.match,
        number=asked.match.id,
        fit=own.fit if own else None,
        against=[*found.faults, *chosen.conflicts],
        why=reasons_of(own.parts, experts=len(chosen.match.panel)) if own else [],
        behind=behind(own.parts, best.score.parts) if own and best else [],
        beside=offered.beside(chosen),
        days=offered.days(chosen, words),
        hour=offered.hours(chosen, told["hospital"].zone, words, [each.zone for each in told["others"]]),
        experts=offered.experts(chosen, words),
        way=offered.ways(chosen, words),
        interpreters=offered.interpreters(chosen, words),
        room=offered.room(chosen, words),
        session=stands.session if stands else None,
        differs=difference(db, stands, chosen.match) if stands and chosen.ranked else None,
        may_propose=asked.request.state in IN_QUEUE,
        typed=Typed.of(typed),
        errors={"": refused} if refused else {},
    )
