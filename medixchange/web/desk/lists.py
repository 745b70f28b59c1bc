"""Lists of readers at the desk: making one, and putting people on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel, field_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.languages.texts import Line, Lines
from medixchange.messages import Message, count, say
from medixchange.recaps import lists
from medixchange.recaps.addressees import MOST_LINES, read_lines
from medixchange.recaps.models import MOST_LIST_NAME, ReaderList
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.form import Sent, SentAtLength, Typed, read
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, render, see_other

DELETED = say("The list is deleted; nothing goes to its readers any more.")
DONE: Mapping[str, Message] = {
    "renamed": say("The list has its new name."),
    "corrected": say("Corrected."),
    "removed": say("Taken off the list; nothing comes by it any more."),
}

router = APIRouter()


class Naming(BaseModel):
    """A new list."""

    asks: ClassVar[Mapping[str, Message]] = {"name": say("Write a name for the list, such as Ministry of Health.")}

    name: Annotated[str, Line(MOST_LIST_NAME)]


class Adding(BaseModel):
    """People for a list."""

    asks: ClassVar[Mapping[str, Message]] = {"readers": say("Write at least one reader.")}

    readers: Annotated[str, Lines(MOST_LINES * 40)]

    @field_validator("readers")
    @classmethod
    def _can_be_written_to(cls, readers: str) -> str:
        read_lines(readers)
        return readers


@router.get("/desk/lists", dependencies=[policy(Organizer)])
def show_all(request: Request, db: Db) -> Response:
    """Every list, and a form for a new one."""
    return _all(request, db, Typed())


@router.post("/desk/lists")
def create(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent) -> Response:
    """A new list."""
    filled = read(Naming, sent)
    if filled.value is None:
        return _all(request, db, sent, errors=filled.errors)
    try:
        made = lists.create(db, filled.value.name, actor=actor.label, now=now)
    except Refusal as no:
        return _all(request, db, sent, errors={"name": no.message})
    return see_other(f"/desk/lists/{made.id}")


@router.get("/desk/lists/{list_id}", dependencies=[policy(Organizer)])
def show(request: Request, db: Db, list_id: Number) -> Response:
    """Who is on a list."""
    return _one(request, db, lists.by_id(db, list_id), Typed())


@router.post("/desk/lists/{list_id}")
def add(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: SentAtLength, list_id: Number) -> Response:
    """Put people on a list."""
    to = lists.by_id(db, list_id)
    filled = read(Adding, sent)
    if filled.value is None:
        return _one(request, db, to, sent, errors=filled.errors)
    added = lists.add(db, to, read_lines(filled.value.readers), actor=actor.label, now=now)
    return see_other(f"/desk/lists/{list_id}?new={added.new}&there={added.there}&left={added.left}")


def _all(request: Request, db: Session, typed: Typed, *, errors: Mapping[str, Message] | None = None) -> Response:
    return render(
        request,
        "desk/lists.html",
        status=422 if errors else 200,
        lists=lists.all_lists(db),
        done=DELETED if request.query_params.get("done") == "deleted" else None,
        typed=typed,
        errors=errors or {},
    )


def _one(
    request: Request, db: Session, of: ReaderList, typed: Typed, *, errors: Mapping[str, Message] | None = None
) -> Response:
    done = request.query_params.get("done", "")
    return render(
        request,
        "desk/list.html",
        status=422 if errors else 200,
        of=of,
        members=lists.members(db, [of.id]),
        done=[DONE[done]] if done in DONE else _added(request),
        typed=typed,
        errors=errors or {},
    )


def _added(request: Request) -> list[Message]:
    """What became of readers who were just put on a list, of each kind how many."""
    numbers = {kind: number_in(request.query_params.get(kind, "")) or 0 for kind in ("new", "there", "left")}
    told = {
        "new": count("%(num)s reader is new on the list.", "%(num)s readers are new on the list.", numbers["new"]),
        "there": count("%(num)s was on it already.", "%(num)s were on it already.", numbers["there"]),
        "left": count(
            "%(num)s has left this list by the link of a letter and was not put on again.",
            "%(num)s have left this list by the link of a letter and were not put on again.",
            numbers["left"],
        ),
    }
    return [message for kind, message in told.items() if numbers[kind]]
