"""A session as a file for a calendar, for those who are invited: for programs that follow no address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from medixchange.calendars.itip import publish
from medixchange.errors import Gone
from medixchange.messages import say
from medixchange.people import queries as people
from medixchange.sessions import queries
from medixchange.sessions.guests import guest_of
from medixchange.sessions.invites import meeting
from medixchange.sessions.lifecycle import ALIVE
from medixchange.sessions.occasions import standing
from medixchange.web.access import ByLink, policy
from medixchange.web.page import Db, Now

Seed = Annotated[str, policy(ByLink("answer"))]
HEADERS = {
    "Content-Disposition": 'attachment; filename="sharing-session.ics"',
    "Cache-Control": "private, no-cache",
}

router = APIRouter()


@router.get("/answer/{token}/session.ics")
def download(db: Db, now: Now, seed: Seed) -> Response:
    """The session in the calendar of whoever holds the link, as it stands now."""
    place = queries.by_answer_seed(db, seed)
    session = queries.by_id(db, place.session_id)
    if place.removed_at is not None or session.state not in ALIVE or session.ends_at <= now:
        raise Gone(say("There is nothing to put into a calendar any more."))
    person = people.persons(db, [place.person_id])[place.person_id]
    guest = guest_of(place, person, people.panels_of(db, [person.id]).get(person.id))
    entry = meeting(standing(db, session), guest)
    return Response(publish(entry, dtstamp=entry.modified), media_type="text/calendar; charset=utf-8", headers=HEADERS)
