"""Getting no more letters, from a list or about what one attended: by a button, or in one click (RFC 8058)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.journal.record import by_link
from medixchange.people import queries as people
from medixchange.recaps import lists, receipts
from medixchange.recaps.models import ReaderList
from medixchange.sessions import attending
from medixchange.sessions import queries as sessions
from medixchange.sessions.models import SessionAttendee
from medixchange.web.access import ByLink, policy
from medixchange.web.page import Db, Now, render

Seed = Annotated[str, policy(ByLink("unsubscribe"))]

router = APIRouter()


@router.get("/unsubscribe/{token}")
def look(request: Request, db: Db, seed: Seed) -> Response:
    """Which list, and a button: mail scanners open every link."""
    attendee = attending.by_seed(db, seed)
    if attendee is not None:
        return _of_sessions(request, db, attendee)
    member = lists.member_by_seed(db, seed)
    person = people.persons(db, [member.person_id])[member.person_id]
    return render(
        request,
        "attendee/unsubscribe.html",
        language=person.language,
        zone=person.zone,
        of=db.get_one(ReaderList, member.list_id),
        person=person,
        has_left=member.left_at is not None,
    )


@router.post("/unsubscribe/{token}")
def leave(request: Request, db: Db, now: Now, seed: Seed) -> Response:
    """Nothing comes by this list any more.

    The page itself is the answer: a mail program that leaves for its reader may follow no redirect (RFC 8058, 3.1).
    """
    attendee = attending.by_seed(db, seed)
    if attendee is not None:
        attending.leave(db, attendee, now=now)
        receipts.stop_attendee(db, attendee)
    else:
        lists.remove(db, lists.member_by_seed(db, seed), actor=by_link("unsubscribe"), now=now)
    return look(request, db, seed)


def _of_sessions(request: Request, db: Session, attendee: SessionAttendee) -> Response:
    """The same for somebody who signed in at a session, and is on no list."""
    person = people.persons(db, [attendee.person_id])[attendee.person_id]
    return render(
        request,
        "attendee/no_letters.html",
        language=attendee.language,
        zone=person.zone,
        topic=sessions.by_id(db, attendee.session_id).topic,
        person=person,
        has_left=attendee.left_at is not None,
    )
