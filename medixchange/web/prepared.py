"""What those who are invited find and add on their page of a session: how to join, the recap, the agenda, questions,
files, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound, Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.journal.models import JournalEntry
from medixchange.journal.record import by_link, history
from medixchange.languages.texts import Paragraph, Wrong
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.recaps import queries as recaps
from medixchange.sessions import files, queries
from medixchange.sessions.attending import BY_MANY
from medixchange.sessions.file_kinds import ENDINGS, MOST_SIZE, NAMES_OF_KINDS
from medixchange.sessions.interpreting import turns_with
from medixchange.sessions.joining import join_window, may_join, phase_of
from medixchange.sessions.models import MOST_QUESTION, Attendance, SharingSession
from medixchange.sessions.preparing import ask, may_ask, questions_of
from medixchange.times.intervals import Interval
from medixchange.web.access import ByLink, policy
from medixchange.web.desk.acts import done
from medixchange.web.desk.changed import Known, people_in, rooms_in
from medixchange.web.downloads import served
from medixchange.web.form import Sent, SentFile, Typed, read
from medixchange.web.liaison.linked import link_to_recap
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, Reading, render, see_other

Seed = Annotated[str, policy(ByLink("answer"))]

TOO_LATE = say("Files are added by those who come, until the session ends.")
TOLD = frozenset(
    {"confirm", "reschedule", "substitute", "cancel", "new address", "open", "close", "miss", "forgo", "publish"}
)
"""What of a session's history concerns those who are invited; who answered what does not."""

router = APIRouter()


@dataclass(frozen=True)
class Change:
    """Something that happened to the session."""

    at: datetime
    what: Message


@dataclass(frozen=True)
class Published:
    """The recap of the session, and where it is read; withdrawn, it is not."""

    href: str
    is_withdrawn: bool


class Asking(BaseModel):
    """A question to be sent ahead."""

    asks: ClassVar[Mapping[str, Message]] = {"text": say("Write your question.")}

    text: Annotated[str, Paragraph(MOST_QUESTION)]
    no_patient_data: NoPatientData = ""


def prepared(
    request: Request, db: Session, session: SharingSession, place: Attendance, zone: str, *, now: datetime
) -> dict[str, Any]:
    """What the page of ``place`` shows beside the answer; nothing to whoever is no longer needed."""
    if place.removed_at is not None:
        nothing: dict[str, Any] = dict.fromkeys(("phase", "recap", "may_join", "may_ask"))
        return {**nothing, "asked": (), "files": (), "changes": (), "turns": ()}
    span = Interval(session.starts_at, session.ends_at)
    return {
        "phase": phase_of(session.state, span, now=now),
        "may_join": may_join(session.state, place.partstat, span, now=now),
        "shown": join_window(span),
        "recap": _recap(request, db, session, place),
        "asked": questions_of(db, session.id),
        "files": files.of_session(db, session.id),
        "changes": _changes(db, session, place, zone),
        "may_ask": may_ask(session, place, now=now),
        "turns": turns_with(session, queries.attendances(db, session.id), place.person_id),
    }


def _recap(request: Request, db: Session, session: SharingSession, place: Attendance) -> Published | None:
    """The recap where it was published; one that is for those of the session opens by a link of their own."""
    recap = recaps.of_session(db, session.id)
    if recap is None or recap.published_at is None:
        return None
    return Published(link_to_recap(request, recap, place.seed), recap.withdrawn_at is not None)


def _changes(db: Session, session: SharingSession, place: Attendance, zone: str) -> list[Change]:
    """The latest first. Who goes and who comes is named to those alone who were invited with them."""
    entries = [each for each in history(db, f"session:{session.id}", but=BY_MANY) if each.verb in TOLD]
    persons = people.persons(db, {number for each in entries for number in people_in(each)})
    rooms = {number: room.name for number, room in people.rooms(db, rooms_in(entries)).items()}
    changes = []
    for each in reversed(entries):
        names = {number: persons[number].name for number in _known(each, place) if number in persons}
        changes.append(Change(each.at, done(each, Known(zone, names, rooms))))
    return changes


def _known(entry: JournalEntry, place: Attendance) -> set[int]:
    """Those of a session before and after a change who were invited together with ``place``."""
    groups = [told.get("people", ()) for told in (entry.before, entry.after)]
    return {number for group in groups if place.person_id in group for number in group}


@router.post("/answer/{token}/questions")
def send_question(request: Request, db: Db, now: Now, reader: Reading, sent: Sent, seed: Seed) -> Response:
    """Send a question ahead, in the language in which one reads."""
    place = queries.by_answer_seed(db, seed, for_change=True)
    filled = read(Asking, sent)
    if filled.value is None:
        return _question(request, db, place, typed=sent, errors=filled.errors)
    person = people.persons(db, [place.person_id])[place.person_id]
    language = reader.words.language if reader.actor else person.language
    try:
        ask(db, place, filled.value.text, language=language, now=now)
    except Refusal as no:
        return _question(request, db, place, typed=sent, errors={"text": no.message})
    return see_other(f"{_back(request)}#questions")


@router.get("/answer/{token}/questions")
def before_asking(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """A form for a question, for whoever may still send one."""
    place = queries.by_answer_seed(db, seed)
    return _question(request, db, place) if _may_add(db, place, now=now) else see_other(_back(request))


@router.get("/answer/{token}/files")
def before_adding(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """A form for a file, for whoever may still add one."""
    place = _standing(db, seed)
    return _file(request, db, place) if _may_add(db, place, now=now) else see_other(_back(request))


@router.post("/answer/{token}/files")
def add_file(request: Request, db: Db, now: Now, seed: Seed, sent: SentFile) -> Response:
    """Put a file beside the session, for those who come to it; whose link does not work sends nothing."""
    place = _standing(db, seed)
    if not _may_add(db, place, now=now):
        return _file(request, db, place, errors={"file": TOO_LATE})
    if sent is None:
        return _file(request, db, place, errors={"file": say("Choose a file.")})
    session = queries.by_id(db, place.session_id)
    try:
        own: dict[str, Any] = {"person_id": place.person_id, "joined_id": place.joined_id}
        files.add(db, session, sent.name, sent.content, **own, actor=by_link("answer"), now=now)
    except (Refusal, Wrong) as no:
        return _file(request, db, place, errors={"file": no.message})
    return see_other(f"{_back(request)}#files")


@router.get("/answer/{token}/files/{file_id}")
def download(db: Db, seed: Seed, file_id: Number) -> Response:
    """A file of the session."""
    return served(db, files.by_id(db, _standing(db, seed).session_id, file_id))


def _standing(db: Session, seed: str) -> Attendance:
    """The place of somebody who still belongs to the session. Raises NotFound."""
    place = queries.by_answer_seed(db, seed)
    if place.removed_at is not None:
        raise NotFound(say("These files are for those who come to the session."))
    return place


def _may_add(db: Session, place: Attendance, *, now: datetime) -> bool:
    return may_ask(queries.by_id(db, place.session_id), place, now=now)


def _back(request: Request) -> str:
    return request.url.path.rpartition("/")[0]


def _question(
    request: Request,
    db: Session,
    place: Attendance,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    return _form(request, db, place, "attendee/question.html", typed=typed or Typed(), errors=errors)


def _file(request: Request, db: Session, place: Attendance, *, errors: Mapping[str, Message] | None = None) -> Response:
    kinds = {"kinds": NAMES_OF_KINDS, "accepted": ",".join(ENDINGS), "most": MOST_SIZE // (1024 * 1024)}
    return _form(request, db, place, "attendee/file.html", errors=errors, **kinds)


def _form(
    request: Request, db: Session, place: Attendance, name: str, *, errors: Mapping[str, Message] | None, **more: Any
) -> Response:
    person = people.persons(db, [place.person_id])[place.person_id]
    return render(
        request,
        name,
        status=422 if errors else 200,
        language=person.language,
        zone=person.zone,
        session=queries.by_id(db, place.session_id),
        back=_back(request),
        errors=errors or {},
        **more,
    )
