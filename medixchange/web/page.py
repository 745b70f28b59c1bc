"""What every page stands on: its transaction, its moment, its reader, and the frame around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from medixchange.accounts.access import Actor, actor_of
from medixchange.i18n import LANGUAGES, Words, direction, nearest, negotiate, words
from medixchange.messages import N_
from medixchange.templating import render as render_template
from medixchange.web.cookies import LANGUAGE, LOGIN, give_cookie, read_cookie

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def transaction(request: Request) -> Iterator[Session]:
    """A request's one transaction: on GET and HEAD it only reads; it commits before the answer leaves."""
    database = request.app.state.database
    opened = database.read() if request.method in SAFE_METHODS else database.write()
    with opened as db:
        yield db


async def moment(request: Request) -> datetime:
    """The one moment of a request, so that all of it agrees on what time it is."""
    now: datetime = request.app.state.clock()
    return now


Db = Annotated[Session, Depends(transaction, scope="function")]
Now = Annotated[datetime, Depends(moment)]


@dataclass(frozen=True)
class Reader:
    """Who reads the page: signed in or not, and the words for them."""

    actor: Actor | None
    words: Words


def read_by(request: Request, db: Db, now: Now) -> Reader:
    """The reader of this request; who they are comes from the login on the server and from nothing else."""
    token = read_cookie(request, LOGIN)
    actor = actor_of(db, token, now=now) if token else None
    reader = Reader(actor, words(language_of(request, actor), actor.zone if actor else "UTC"))
    request.state.reader = reader
    return reader


Reading = Annotated[Reader, Depends(read_by)]


def language_of(request: Request, actor: Actor | None) -> str:
    """By address, then by this browser's choice, then by profile, then by Accept-Language."""
    return _chosen(request) or negotiate(request.headers.get("accept-language"), actor.language if actor else None)


def reader_of(request: Request) -> Reader:
    """The reader, also where a refusal came before anybody asked who reads."""
    known: Reader | None = getattr(request.state, "reader", None)
    return known or Reader(None, words(language_of(request, None)))


@dataclass(frozen=True)
class MenuItem:
    """An entry of a menu; ``current`` marks the page one is on."""

    text: str
    href: str
    current: bool
    language: str = ""
    direction: str = ""


def render(
    request: Request,
    name: str,
    /,
    *,
    status: int = 200,
    zone: str | None = None,
    language: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """The page ``name`` for the reader of this request, inside the frame.

    ``zone`` is the clock of a reader who is not signed in (the hospital's, on a liaison's pages), ``language`` the
    one they are known to read, where this browser has not chosen another. Pages with a form pass ``typed`` and
    ``errors`` (see ``web.form``).
    """
    reader = reader_of(request)
    said = reader.words
    if reader.actor is None and (zone or language):
        said = words(_chosen(request) or language or said.language, zone or said.zone)
    frame: dict[str, Any] = {
        "actor": reader.actor,
        "errors": {},
        "languages": languages_menu(request, said),
        "menu": main_menu(request, reader, said),
        "organization": request.app.state.house.name,
        "path": request.url.path,
        "static": request.app.state.assets.url,
    }
    html = render_template(request.app.state.templates, name, said, **{**frame, **context})
    response = HTMLResponse(html, status_code=status, headers={"Content-Language": said.language})
    chosen = nearest(request.query_params.get("lang", ""))
    if chosen:
        give_cookie(request, response, LANGUAGE, chosen, seconds=365 * 24 * 3600)
    return response


def see_other(address: str) -> RedirectResponse:
    """After a change: the browser goes on to ``address`` with GET, so that reloading repeats nothing."""
    return RedirectResponse(address, status_code=303)


def languages_menu(request: Request, said: Words) -> list[MenuItem]:
    """The same page in each language, named in its own script."""
    return [
        MenuItem(name, _in_language(request, tag), tag == said.language, tag, direction(tag))
        for tag, name in LANGUAGES.items()
    ]


def main_menu(request: Request, reader: Reader, said: Words) -> list[MenuItem]:
    """Where this reader may go."""
    places = [(N_("Ask for a session"), "/request/new"), (N_("Library"), "/library")]
    if reader.actor is not None:
        places.append((N_("My sessions"), "/me"))
        if reader.actor.is_organizer:
            # Translators: the pages where organizers decide about requests.
            places = [(N_("Desk"), "/desk"), (N_("Letters"), "/desk/deliveries"), *places]
    here = request.url.path
    best = max((href for _, href in places if f"{here}/".startswith(f"{href}/")), key=len, default="")
    return [MenuItem(said.gettext(text), href, href == best) for text, href in places]


def _chosen(request: Request) -> str | None:
    choices = (request.query_params.get("lang"), read_cookie(request, LANGUAGE))
    return next((found for choice in choices if choice and (found := nearest(choice))), None)


def _in_language(request: Request, tag: str) -> str:
    url = request.url.include_query_params(lang=tag)
    return f"{url.path}?{url.query}"
