"""The reader's calendar feed: making its secret address, which is shown only then, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import segno
from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from medixchange.feeds import actions, queries
from medixchange.feeds.models import Feed
from medixchange.tokens import digest
from medixchange.web.access import SignedInActor
from medixchange.web.cookies import FEED, give_cookie, read_cookie, take_cookie
from medixchange.web.page import Db, Now, Reading, render, see_other

ADDRESSES = "20/hour"
SHOWN_FOR = 600
"""Seconds for which the browser that made an address can look at it again."""

router = APIRouter()


@dataclass(frozen=True)
class Address:
    """A feed's address in the forms that calendar programs take."""

    https: str
    webcal: str
    outlook: str
    qr: Markup


@router.get("/me/feed")
def show(request: Request, db: Db, reader: Reading, actor: SignedInActor) -> Response:
    """Whether there is an address and whether it is used; the address itself only right after it was made."""
    feed = queries.of_person(db, actor.person_id)
    has_address = feed is not None and feed.token_hash is not None
    return render(
        request,
        "attendee/feed.html",
        feed=feed,
        has_address=has_address,
        address=_address(request, feed, name=reader.words.gettext(actions.NAME)),
        revoked="revoked" in request.query_params,
    )


@router.post("/me/feed")
def make(request: Request, db: Db, now: Now, actor: SignedInActor) -> Response:
    """A new address; one that was there before stops working."""
    request.app.state.limits.hit(ADDRESSES, "feed", actor.label)
    token = actions.issue(db, actor.person_id, language=actor.language, actor=actor.label, now=now)
    response = see_other("/me/feed")
    # So that the page after the form can show it, and can be loaded again: the program keeps only its digest.
    give_cookie(request, response, FEED, token, seconds=SHOWN_FOR)
    return response


@router.get("/me/feed/revoke")
def before_revoking(request: Request, _actor: SignedInActor) -> Response:
    """What taking the address back means, and a button."""
    return render(request, "attendee/revoke.html")


@router.post("/me/feed/revoke")
def revoke(request: Request, db: Db, now: Now, actor: SignedInActor) -> Response:
    """The address works no more."""
    actions.revoke(db, actor.person_id, actor=actor.label, now=now)
    response = see_other("/me/feed?revoked")
    take_cookie(request, response, FEED)
    return response


def _address(request: Request, feed: Feed | None, *, name: str) -> Address | None:
    """The address that this browser has just made for ``feed``."""
    token = read_cookie(request, FEED)
    if not token or feed is None or feed.token_hash != digest(token):
        return None
    https = f"{request.app.state.settings.public_url.rstrip('/')}/feed/{token}.ics"
    webcal = f"webcal://{https.partition('://')[2]}"
    outlook = f"https://outlook.office.com/calendar/0/addfromweb?{urlencode({'url': https, 'name': name})}"
    return Address(https, webcal, outlook, picture(webcal))


def picture(text: str) -> Markup:
    """``text`` as a QR code: one path, coloured by the style sheet."""
    svg: Any = segno.make(text, error="m", micro=False).svg_inline(
        scale=1, border=4, dark="#000", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(svg)  # noqa: S704 - drawn from modules; the text itself is not in it
