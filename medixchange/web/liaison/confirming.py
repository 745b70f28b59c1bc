"""The page behind the link that confirms a contact's address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake import actions, queries
from medixchange.intake.series_rows import place_in_series
from medixchange.web.access import ByLink, policy
from medixchange.web.liaison.linked import ask_matching, link
from medixchange.web.page import Db, Now, render, see_other

Seed = Annotated[str, policy(ByLink("confirm"))]

router = APIRouter()


@router.get("/confirm/{token}")
def look(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """What was asked, and a button: mail scanners open every link."""
    asked = queries.by_confirm_seed(db, seed)
    return render(
        request,
        "liaison/confirm.html",
        zone=asked.zone,
        asked=asked,
        hospital=queries.hospital_of(db, asked),
        windows=queries.hours_asked(db, asked),
        of_series=place_in_series(db, asked),
        state=asked.state,
        late=actions.is_late(asked, now=now),
        status_page=link(request, "status", asked.status_seed),
    )


@router.post("/confirm/{token}")
def confirm(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """The address is right: the request enters the queue and is matched."""
    asked = queries.by_confirm_seed(db, seed, for_change=True)
    if actions.confirm(db, asked, now=now):
        ask_matching(db, asked, now=now)
    return see_other(link(request, "status", asked.status_seed))
