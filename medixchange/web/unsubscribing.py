"""Leaving a list of readers: by the button on a page, or in one click from a mail program (RFC 8058)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.people import queries as people
from medixchange.recaps import lists
from medixchange.web.access import ByLink, policy
from medixchange.web.page import Db, Now, render, see_other

Seed = Annotated[str, policy(ByLink("unsubscribe"))]
LINK = "link:unsubscribe"

router = APIRouter()


@router.get("/unsubscribe/{token}")
def look(request: Request, db: Db, seed: Seed) -> Response:
    """Which list, and a button: mail scanners open every link."""
    member = lists.member_by_seed(db, seed)
    person = people.persons(db, [member.person_id])[member.person_id]
    return render(
        request,
        "attendee/unsubscribe.html",
        language=person.language,
        zone=person.zone,
        of=lists.by_id(db, member.list_id),
        person=person,
        has_left=member.left_at is not None,
    )


@router.post("/unsubscribe/{token}")
def leave(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """Nothing comes by this list any more."""
    lists.remove(db, lists.member_by_seed(db, seed), actor=LINK, now=now)
    return see_other(request.url.path)
