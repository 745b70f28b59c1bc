"""The first run: one form behind the address that the command line prints while nobody decides at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel
from starlette.requests import Request
from starlette.responses import Response

from medixchange.accounts import setup
from medixchange.accounts.signin import LOGIN_LASTS, new_link, open_login
from medixchange.db import after_commit
from medixchange.i18n import LANGUAGES
from medixchange.journal.record import by_person
from medixchange.languages.texts import Line, MailAddress, Wrong
from medixchange.messages import Message, say
from medixchange.samples import actions as samples
from medixchange.times.countries import zones_of
from medixchange.web.access import FirstRun, policy
from medixchange.web.cookies import LOGIN, give_cookie
from medixchange.web.form import Sent, Typed, read
from medixchange.web.page import Db, Now, Reader, Reading, render, see_other
from medixchange.web.zones import by_country

router = APIRouter()
WRONG_PLACE = say("Choose a place whose clock is yours.")
WRONG_LANGUAGE = say("Choose one of the languages.")


def _on_offer(tag: str) -> str:
    if tag not in LANGUAGES:
        raise Wrong(WRONG_LANGUAGE)
    return tag


def _known_place(place: str) -> str:
    country, _, zone = place.partition(" ")
    if zone not in zones_of(country):
        raise Wrong(WRONG_PLACE)
    return place


class FirstOrganizer(BaseModel):
    """Whose installation it is, and who decides in it first; ``place`` is a country and one of its zones."""

    asks: ClassVar[Mapping[str, Message]] = {
        "organization": say("Write who runs this installation."),
        "name": say("Write your name."),
        "email": say("Write your mail address at work."),
        "language": WRONG_LANGUAGE,
        "place": WRONG_PLACE,
    }

    organization: Annotated[str, Line(200)]
    name: Annotated[str, Line(120)]
    email: Annotated[str, MailAddress()]
    language: Annotated[str, AfterValidator(_on_offer)]
    place: Annotated[str, AfterValidator(_known_place)]
    demo: bool = False


@router.get("/setup/{token}")
def first(request: Request, db: Db, now: Now, reader: Reading, seed: Annotated[str, policy(FirstRun)]) -> Response:
    """The form."""
    setup.usable(db, seed)
    return _form(request, reader, Typed.of({"language": reader.words.language}), now=now)


@router.post("/setup/{token}")
def begin(
    request: Request, db: Db, now: Now, reader: Reading, sent: Sent, seed: Annotated[str, policy(FirstRun)]
) -> Response:
    """Make the first organizer, sign them in, and go on to the page that shows whether letters arrive."""
    setup.usable(db, seed, for_change=True)
    filled = read(FirstOrganizer, sent)
    if filled.value is None:
        return _form(request, reader, sent, now=now, errors=filled.errors)
    told = filled.value
    country, _, zone = told.place.partition(" ")
    person = setup.set_up(
        db,
        seed,
        of=told.organization,
        name=told.name,
        email=told.email,
        language=told.language,
        zone=zone,
        country=country,
        now=now,
    )
    after_commit(db, request.app.state.house.forget)
    if told.demo:
        samples.load(db, actor=by_person(person.id), now=now)
    _, token = open_login(db, new_link(db, person, now=now).seed, now=now, browser="")
    response = see_other("/desk/installation?begun")
    give_cookie(request, response, LOGIN, token, seconds=int(LOGIN_LASTS.total_seconds()))
    return response


def _form(
    request: Request, reader: Reader, typed: Typed, *, now: datetime, errors: Mapping[str, Message] | None = None
) -> Response:
    return render(
        request,
        "setup.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        tongues=list(LANGUAGES.items()),
        countries=by_country(reader.words, now=now),
        public_url=request.app.state.settings.public_url,
    )
