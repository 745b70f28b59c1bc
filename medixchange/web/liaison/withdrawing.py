"""Withdrawing a request, and the session that stands for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.i18n import Words
from medixchange.intake import queries
from medixchange.intake.lifecycle import RequestState, Verb, step
from medixchange.intake.locking import hold_still
from medixchange.intake.models import SessionRequest
from medixchange.intake.patients import NoPatientData
from medixchange.journal.record import by_link
from medixchange.languages.texts import Line
from medixchange.messages import Message, count, say
from medixchange.sessions import actions as sessions
from medixchange.sessions import several
from medixchange.sessions.models import SharingSession
from medixchange.sessions.parting import withdraw as withdraw_request
from medixchange.sessions.queries import of_request
from medixchange.web.form import Sent, Typed, read
from medixchange.web.liaison.linked import link
from medixchange.web.liaison.siblings import after, later_ones
from medixchange.web.liaison.status import Seed
from medixchange.web.liaison.tracker import WITH_SESSION, is_standing, may_withdraw
from medixchange.web.page import Db, Now, Reader, Reading, render, see_other

ACTOR = by_link("status")
ONE, LATER = "one", "later"
PASSED = say("The hour of your session has passed. Write to the organizers if it was not held.")

router = APIRouter()


class Withdrawal(BaseModel):
    """The form that withdraws a request."""

    asks: ClassVar[Mapping[str, Message]] = {
        "reason": say("Write in a sentence why; the organizers read it."),
        "scope": say("Choose whether this one is withdrawn, or also the later ones."),
    }

    reason: Annotated[str, Line(500)]
    scope: Literal["one", "later"] = "one"
    no_patient_data: NoPatientData = ""


@router.get("/r/{token}/withdraw")
def before_withdrawal(request: Request, db: Db, now: Now, reader: Reading, seed: Seed) -> Response:
    """The form that asks for the reason."""
    asked = queries.by_status_seed(db, seed)
    step(asked.state, Verb.WITHDRAW)
    if not may_withdraw(asked, of_request(db, asked.id), now=now):
        raise Refusal(PASSED)
    return _withdrawal(request, reader, db, asked, Typed.of({"scope": ONE}), now=now)


@router.post("/r/{token}/withdraw")
def withdraw(request: Request, db: Db, now: Now, reader: Reading, sent: Sent, seed: Seed) -> Response:
    """Take the request back; a session that stands is cancelled and everybody in it told."""
    asked, filled = queries.by_status_seed(db, seed), read(Withdrawal, sent)
    is_wide = filled.value is not None and filled.value.scope == LATER
    hold_still(db, [each.id for each in (asked, *(after(db, asked) if is_wide else ()))])
    base = link(request, "status", asked.status_seed)
    if asked.state is RequestState.WITHDRAWN:
        return see_other(base)
    if filled.value is None:
        return _withdrawal(request, reader, db, asked, sent, now=now, errors=filled.errors, status=422)
    session = of_request(db, asked.id) if asked.state in WITH_SESSION else None
    if not may_withdraw(asked, session, now=now):
        raise Refusal(PASSED)
    later = later_ones(db, asked, now=now) if is_wide else []
    several.hold_still(db, [each for each in (session, *(each for _, each in later)) if each is not None])
    reason, language, told = filled.value.reason, reader.words.language, list[str]()
    for place, (each, its_session) in enumerate([(asked, session), *later]):
        # One letter says it of all that come after it; a cancelled session has its own, which speaks of itself alone.
        is_cancelled = its_session is not None and each.state is RequestState.APPROVED
        _withdraw(db, each, its_session, reason, language, later=len(later) - place, told=told, now=now)
        told = told if is_cancelled else [asked.contact_email]
    return see_other(base)


def _withdraw(
    db: Session,
    asked: SessionRequest,
    session: SharingSession | None,
    reason: str,
    language: str,
    *,
    later: int = 0,
    told: Collection[str] = (),
    now: datetime,
) -> None:
    if session is not None and asked.state is RequestState.APPROVED:
        sessions.cancel(db, session, reason=reason, language=language, actor=ACTOR, now=now, afterwards="withdrawn")
        return
    told = [each.lower() for each in told]
    withdraw_request(db, asked, reason=reason, later=later, actor=ACTOR, told=told, now=now)


def _scopes(later: int, words: Words) -> list[tuple[str, str]]:
    this = say("Only this one")
    also = count("This one and the %(num)s later one", "This one and the %(num)s later ones", later)
    return [(ONE, words.say(this)), (LATER, words.say(also))]


def _withdrawal(
    request: Request,
    reader: Reader,
    db: Session,
    asked: SessionRequest,
    typed: Typed,
    *,
    now: datetime,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Response:
    session = of_request(db, asked.id)
    later = later_ones(db, asked, now=now)
    return render(
        request,
        "liaison/withdraw.html",
        status=status,
        zone=asked.zone,
        asked=asked,
        later=later,
        scopes=_scopes(len(later), reader.words),
        session=session if is_standing(session, now=now) else None,
        typed=typed,
        errors=errors or {},
        base=link(request, "status", asked.status_seed),
    )
