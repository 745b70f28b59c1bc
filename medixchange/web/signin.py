"""Signing in by a link from a letter, and signing out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from medixchange.accounts.access import actor_of
from medixchange.accounts.signin import (
    LINK_LASTS,
    LOGIN_LASTS,
    ask_link,
    close_login,
    is_from_elsewhere,
    open_login,
    usable_link,
)
from medixchange.languages.texts import MailAddress
from medixchange.messages import Message, say
from medixchange.tokens import digest, secret
from medixchange.web.access import ByLink, Public, policy
from medixchange.web.cookies import BROWSER, FEED, LOGIN, NEXT, give_cookie, read_cookie, take_cookie
from medixchange.web.form import Sent, Typed, read
from medixchange.web.limits import machine
from medixchange.web.page import Db, Now, render, see_other

PER_ADDRESS = "5/15 minutes"
PER_MACHINE = "40/15 minutes"
BEAT = 0.25
"""Answers about addresses leave on the beat of this many seconds, so that their time says nothing."""

MOST_NEXT = 300

router = APIRouter()


class OnTheBeat(Response):
    """``answer``, kept back until the next beat since ``started``.

    It waits when the request's transaction has ended, so that nobody else waits for it.
    """

    def __init__(self, answer: Response, started: float) -> None:
        super().__init__(status_code=answer.status_code)
        self._answer, self._started = answer, started

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then send."""
        await asyncio.sleep(BEAT - (time.monotonic() - self._started) % BEAT)
        await self._answer(scope, receive, send)


class WhoAsks(BaseModel):
    """The form of the sign-in page."""

    asks: ClassVar[Mapping[str, Message]] = {"email": say("Write the address that your invitations go to.")}

    email: Annotated[str, MailAddress()]


@router.get("/signin", dependencies=[policy(Public)])
def ask(request: Request) -> Response:
    """The form that asks for a link."""
    typed = Typed.of({"next": _own_address(request.query_params.get("next", ""))})
    return render(request, "signin/ask.html", typed=typed)


@router.post("/signin", dependencies=[policy(Public)])
def send_link(request: Request, db: Db, sent: Sent, now: Now) -> Response:
    """Send a link where the address is known; the same page, status and time where it is not."""
    started = time.monotonic()
    filled = read(WhoAsks, sent)
    if filled.value is None:
        return render(request, "signin/ask.html", status=422, typed=filled.typed, errors=filled.errors)
    email = filled.value.email
    limits = request.app.state.limits
    limits.hit(PER_MACHINE, "signin", machine(request))
    limits.hit(PER_ADDRESS, "signin", digest(email))
    browser = read_cookie(request, BROWSER) or secret()
    ask_link(db, email, now=now, browser=browser)
    response = render(request, "signin/sent.html", email=email, minutes=int(LINK_LASTS.total_seconds()) // 60)
    lasts = int(LINK_LASTS.total_seconds())
    give_cookie(request, response, BROWSER, browser, seconds=lasts)
    give_cookie(request, response, NEXT, _own_address(sent.one("next")), seconds=lasts)
    return OnTheBeat(response, started)


@router.get("/signin/{token}")
def confirm(request: Request, db: Db, now: Now, seed: Annotated[str, policy(ByLink("signin"))]) -> Response:
    """The page behind the link: it only shows a button, since mail scanners open every link."""
    link = usable_link(db, seed, now=now)
    elsewhere = is_from_elsewhere(link, read_cookie(request, BROWSER))
    return render(request, "signin/confirm.html", elsewhere=elsewhere)


@router.post("/signin/{token}")
def enter(request: Request, db: Db, now: Now, seed: Annotated[str, policy(ByLink("signin"))]) -> Response:
    """Sign in, and go where the reader wanted to go."""
    _, token = open_login(db, seed, now=now, browser=read_cookie(request, BROWSER))
    actor = actor_of(db, token, now=now)
    work = "/desk" if actor is not None and actor.is_organizer else "/me"
    response = see_other(_own_address(read_cookie(request, NEXT)) or work)
    give_cookie(request, response, LOGIN, token, seconds=int(LOGIN_LASTS.total_seconds()))
    take_cookie(request, response, NEXT)
    take_cookie(request, response, BROWSER)
    return response


@router.post("/signout", dependencies=[policy(Public)])
def leave(request: Request, db: Db, now: Now) -> Response:
    """Sign out in this browser."""
    close_login(db, read_cookie(request, LOGIN), now=now)
    response = see_other("/")
    take_cookie(request, response, LOGIN)
    take_cookie(request, response, FEED)
    return response


def _own_address(address: str) -> str:
    """``address`` where it is a path on this site, else nothing: nobody is sent elsewhere after signing in."""
    parts = urlsplit(address)
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    plain = address.isascii() and address.isprintable() and "\\" not in address and len(address) <= MOST_NEXT
    return address if is_own and plain and not address.startswith("//") else ""
