"""What the ends of a session before its work was done have in common: the reason, each letter first, then the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.languages.texts import Paragraph
from medixchange.messages import Message, say
from medixchange.outbox.letters import Letter
from medixchange.sessions import queries
from medixchange.sessions.lifecycle import Verb, step
from medixchange.sessions.models import SharingSession
from medixchange.web.desk.letters import shown
from medixchange.web.desk.refused import session_refused
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Typed, read
from medixchange.web.page import see_other


class Ending(BaseModel):
    """Why a session ends; what becomes of its request each end asks in its own way."""

    asks: ClassVar[Mapping[str, Message]] = {
        "reason": say("Write why, in words that everybody invited will read."),
        "afterwards": say("Choose what becomes of the request."),
    }

    reason: Annotated[str, Paragraph(500)]


Asked = TypeVar("Asked", bound=Ending)


@dataclass(frozen=True)
class Writer:
    """Who writes, as the journal names them, and in which language."""

    actor: str
    language: str


@dataclass(frozen=True)
class End(Generic[Asked]):
    """One of the ends: its verb, page and form, the letters it would send, the act, and the word for what was done."""

    verb: Verb
    template: str
    form: type[Asked]
    letters: Callable[[Session, SharingSession, Asked, datetime], list[Letter]]
    act: Callable[[Session, SharingSession, Asked, Writer, datetime], None]
    done: str


def before_ending(request: Request, db: Session, session_id: int, end: End[Asked]) -> Response:
    """The page that asks for the reason before anybody is told."""
    session = queries.by_id(db, session_id)
    try:
        step(session.state, end.verb)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    typed = Typed.of({"afterwards": "submitted"})
    return session_form(request, db, end.template, session, typed=typed, letters=None)


def decided(
    request: Request, db: Session, session_id: int, end: End[Asked], sent: Typed, *, writer: Writer, now: datetime
) -> Response:
    """End the session and tell everybody why; with ``show`` only show the letters."""
    session = queries.by_id(db, session_id, for_change=True)
    filled = read(end.form, sent)
    if filled.value is None:
        return session_form(request, db, end.template, session, typed=sent, errors=filled.errors, letters=None)
    try:
        if sent.one("act") == "show":
            letters = shown(request, end.letters(db, session, filled.value, now))
            return session_form(request, db, end.template, session, typed=sent, letters=letters)
        end.act(db, session, filled.value, writer, now)
    except Refusal as no:
        return session_refused(request, session_id, no.message)
    return see_other(f"/desk/sessions/{session_id}?done={end.done}")
