"""The recap of a session at the desk: its languages and how far each is, beginning one, and publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import NAMES
from medixchange.errors import Refusal
from medixchange.messages import Message, say
from medixchange.recaps import actions, queries, receipts
from medixchange.recaps.models import Recap, RecapVersion, Visibility
from medixchange.sessions import files
from medixchange.sessions import queries as sessions
from medixchange.sessions.models import SharingSession
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.refused import refused
from medixchange.web.desk.said import VERSIONS, Tag
from medixchange.web.desk.session_form import session_form
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, Reading, see_other

DONE: Mapping[str, Message] = {
    "published": say("Published. Readers see every language that was checked."),
    "withdrawn": say("Withdrawn. Readers see why."),
}

router = APIRouter()


@dataclass(frozen=True)
class Standing:
    """One language as the list shows it."""

    version: RecapVersion
    name: str
    tag: Tag
    is_stale: bool
    checked_by: str
    author: str
    at: datetime


class Beginning(BaseModel):
    """The language that somebody wants to write in."""

    asks: ClassVar[Mapping[str, Message]] = {"language": say("Choose a language.")}

    language: str
    source: str = ""


class Publishing(BaseModel):
    """Who may read it, and which revisions whoever publishes saw would be new ("en:3")."""

    asks: ClassVar[Mapping[str, Message]] = {"visibility": say("Choose who may read the recap.")}

    visibility: Visibility
    seen: list[str] = []

    @property
    def numbers(self) -> dict[str, int]:
        """The revisions that were seen, by language."""
        found = (each.rpartition(":") for each in self.seen)
        return {language: number_in(number) or 0 for language, _, number in found}


@router.get("/desk/sessions/{session_id}/recap", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, reader: Reading, session_id: Number) -> Response:
    """The languages of the recap with their state, and a form to begin another."""
    session = sessions.by_id(db, session_id)
    return _page(request, db, session, Typed.of({"language": "" if _has_any(db, session) else reader.words.language}))


@router.post("/desk/sessions/{session_id}/recap")
def begin(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, session_id: Number) -> Response:
    """Begin a language; one that is there already is opened."""
    session = sessions.by_id(db, session_id)
    filled = read(Beginning, sent)
    if filled.value is None:
        return _page(request, db, session, sent, errors=filled.errors)
    wanted = filled.value
    try:
        version = actions.begin(
            db, session, wanted.language, source=wanted.source, person_id=actor.person_id, actor=actor.label, now=now
        )
    except Refusal as no:
        return _page(request, db, session, sent, errors={"language": no.message})
    return see_other(f"/desk/recaps/{version.recap_id}/{version.language}")


@router.get("/desk/recaps/{recap_id}/publish", dependencies=[policy(Organizer)])
def before_publishing(request: Request, db: Db, recap_id: Number) -> Response:
    """Which languages readers will see, which not, and who may read them."""
    recap = queries.by_id(db, recap_id)
    return _publishing(request, db, recap, Typed.of({"visibility": recap.visibility}))


@router.post("/desk/recaps/{recap_id}/publish")
def publish(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, recap_id: Number) -> Response:
    """Show readers what was checked."""
    recap = queries.by_id(db, recap_id)
    filled = read(Publishing, sent)
    if filled.value is None:
        return _publishing(request, db, recap, sent, errors=filled.errors)
    public_url = request.app.state.settings.public_url
    try:
        actions.publish(
            db,
            recap,
            seen=filled.value.numbers,
            visibility=filled.value.visibility,
            public_url=public_url,
            actor=actor.label,
            now=now,
        )
    except Refusal as no:
        return refused(
            request,
            no.message,
            told=say("Nothing was published."),
            back=f"/desk/sessions/{recap.session_id}/recap",
            label=say("See the languages of the recap"),
        )
    return see_other(f"/desk/sessions/{recap.session_id}/recap?done=published")


def _has_any(db: Session, session: SharingSession) -> bool:
    return queries.of_session(db, session.id) is not None


def standings(db: Session, recap: Recap) -> list[Standing]:
    """Every language of the recap as the list shows it."""
    versions = queries.versions(db, recap)
    latest = {each.id: queries.saved(db, each)[0] for each in versions}
    names = queries.names(db, [each.checked_by for each in versions])
    return [
        Standing(
            version=each,
            name=NAMES[each.language],
            tag=VERSIONS[each.state],
            is_stale=queries.is_stale(each, versions),
            checked_by=names.get(each.checked_by or 0, ""),
            author=latest[each.id].author.name,
            at=latest[each.id].at,
        )
        for each in versions
    ]


def _page(
    request: Request,
    db: Session,
    session: SharingSession,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    recap = queries.of_session(db, session.id)
    begun = standings(db, recap) if recap else []
    there = {each.version.language for each in begun}
    return session_form(
        request,
        db,
        "desk/recap.html",
        session,
        typed=typed,
        errors=errors,
        recap=recap,
        address=f"{request.app.state.settings.public_url.rstrip('/')}/recaps/{recap.slug}" if recap else "",
        standings=begun,
        ready=actions.ready(db, recap) if recap else [],
        choices=[(tag, name) for tag, name in NAMES.items() if tag not in there],
        sources=[(each.version.language, each.name) for each in begun],
        promised=queries.promised(db, recap) if recap else [],
        files=files.of_session(db, session.id, with_recap=True),
        may_write=session.state in actions.WRITABLE,
        history=history_of(db, f"recap:{recap.id}") if recap else [],
        done=DONE.get(request.query_params.get("done", "")),
    )


def _publishing(
    request: Request, db: Session, recap: Recap, typed: Typed, *, errors: Mapping[str, Message] | None = None
) -> Response:
    return session_form(
        request,
        db,
        "desk/recap_publish.html",
        sessions.by_id(db, recap.session_id),
        typed=typed,
        errors=errors,
        recap=recap,
        standings=standings(db, recap),
        ready={each.id for each in actions.ready(db, recap)},
        is_mailed=recap.visibility is Visibility.PUBLIC and bool(receipts.states(db, recap)),
    )
