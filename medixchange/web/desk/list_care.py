"""Looking after a list of readers at the desk: another name, deleting it, correcting a reader, taking one off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.documents.tongues import NAMES
from medixchange.errors import Refusal
from medixchange.languages.texts import Line, MailAddress
from medixchange.messages import Message, say
from medixchange.people.models import Person
from medixchange.recaps import keeping, lists
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.models import ListMember, ReaderList
from medixchange.sessions.attendee_draft import MOST_NAME, on_offer
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.lists import Naming
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


class Correcting(BaseModel):
    """What a reader is called, where letters to them go, and which language they read."""

    asks: ClassVar[Mapping[str, Message]] = {
        "name": say("Write the reader's name."),
        "email": say("Write the reader's address."),
        "language": say("Choose one of the languages."),
    }

    name: Annotated[str, Line(MOST_NAME)]
    email: Annotated[str, MailAddress()]
    language: Annotated[str, AfterValidator(on_offer)]


@router.get("/desk/lists/{list_id}/rename", dependencies=[policy(Organizer)])
def before_renaming(request: Request, db: Db, list_id: Number) -> Response:
    """The name, in a form."""
    of = lists.by_id(db, list_id)
    return _renaming(request, of, Typed.of({"name": of.name}))


@router.post("/desk/lists/{list_id}/rename")
def rename(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, list_id: Number) -> Response:
    """Another name."""
    of = lists.by_id(db, list_id)
    filled = read(Naming, sent)
    if filled.value is None:
        return _renaming(request, of, sent, errors=filled.errors)
    try:
        keeping.rename(db, of, filled.value.name, actor=actor.label, now=now)
    except Refusal as no:
        return _renaming(request, of, sent, errors={"name": no.message})
    return see_other(f"/desk/lists/{list_id}?done=renamed")


@router.get("/desk/lists/{list_id}/readers/{member_id}", dependencies=[policy(Organizer)])
def before_correcting(request: Request, db: Db, list_id: Number, member_id: Number) -> Response:
    """What is written of a reader, in a form."""
    member, person = lists.member_by_id(db, list_id, member_id)
    written = Typed.of(person.model_dump(include={"name", "email", "language"}))
    return _correcting(request, db, member, person, typed=written)


@router.post("/desk/lists/{list_id}/readers/{member_id}")
def correct(
    request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, list_id: Number, member_id: Number
) -> Response:
    """Keep what was meant."""
    member, person = lists.member_by_id(db, list_id, member_id)
    filled = read(Correcting, sent)
    if not keeping.only_reads(db, person):
        return _correcting(request, db, member, person, typed=sent, errors={"": keeping.MORE_THAN_A_READER})
    if filled.value is None:
        return _correcting(request, db, member, person, typed=sent, errors=filled.errors)
    meant = TypedReader(**filled.value.model_dump())
    try:
        keeping.correct(db, person, meant, actor=actor.label, now=now)
    except Refusal as no:
        return _correcting(request, db, member, person, typed=sent, errors={"email": no.message})
    return see_other(f"/desk/lists/{list_id}?done=corrected")


@router.get("/desk/lists/{list_id}/readers/{member_id}/remove", dependencies=[policy(Organizer)])
def before_removing(request: Request, db: Db, list_id: Number, member_id: Number) -> Response:
    """Ask first."""
    _, person = lists.member_by_id(db, list_id, member_id)
    return _page(request, "desk/list_reader_remove.html", db.get_one(ReaderList, list_id), person=person)


@router.post("/desk/lists/{list_id}/readers/{member_id}/remove")
def remove(db: Db, now: Now, actor: OrganizerActor, list_id: Number, member_id: Number) -> Response:
    """Somebody gets nothing by this list any more."""
    member, _ = lists.member_by_id(db, list_id, member_id)
    keeping.take_off(db, member, actor=actor.label, now=now)
    return see_other(f"/desk/lists/{list_id}?done=removed")


@router.get("/desk/lists/{list_id}/delete", dependencies=[policy(Organizer)])
def before_deleting(request: Request, db: Db, list_id: Number) -> Response:
    """Ask first."""
    of = lists.by_id(db, list_id)
    return render(request, "desk/list_delete.html", of=of, number=len(lists.members(db, [list_id])))


@router.post("/desk/lists/{list_id}/delete")
def delete(db: Db, now: Now, actor: OrganizerActor, list_id: Number) -> Response:
    """Nobody gets anything by this list any more."""
    keeping.delete(db, lists.by_id(db, list_id), actor=actor.label, now=now)
    return see_other("/desk/lists?done=deleted")


def _renaming(
    request: Request, of: ReaderList, typed: Typed, *, errors: Mapping[str, Message] | None = None
) -> Response:
    return _page(request, "desk/list_rename.html", of, typed=typed, errors=errors)


def _correcting(
    request: Request,
    db: Session,
    member: ListMember,
    person: Person,
    *,
    typed: Typed,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    only_reads = keeping.only_reads(db, person)
    return _page(
        request,
        "desk/list_reader.html",
        db.get_one(ReaderList, member.list_id),
        wrong=422 if only_reads else 409,
        member=member,
        person=person,
        only_reads=only_reads,
        more=keeping.MORE_THAN_A_READER,
        tongues=list(NAMES.items()),
        typed=typed,
        errors=errors,
    )


def _page(
    request: Request,
    template: str,
    of: ReaderList,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
    wrong: int = 422,
    **facts: Any,
) -> Response:
    status = wrong if errors else 200
    return render(request, template, status=status, of=of, typed=typed or Typed(), errors=errors or {}, **facts)
