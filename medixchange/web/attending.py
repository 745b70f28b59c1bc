"""Where those sign in who join a session in a group: by its code, without an account."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.accounts.access import Actor
from medixchange.errors import TooMany
from medixchange.messages import Message, say
from medixchange.people.models import Hospital
from medixchange.recaps.naming import recap_kept_true
from medixchange.sessions import attending, teams
from medixchange.sessions.models import CODE_LENGTH, SharingSession
from medixchange.web.access import Public, policy
from medixchange.web.attendee import offered, read_attendee
from medixchange.web.form import Sent, Typed
from medixchange.web.limits import machine
from medixchange.web.page import Db, Now, language_of, render, see_other
from medixchange.web.signin import OnTheBeat

WRONG_CODES = "30/15 minutes"
PER_MACHINE = "600/15 minutes"
NO_CODE = say("Write the code that you were told in the session.")
WRONG_CODE = say("This code is not good now. Look at it again, or ask whoever leads the session.")

Anybody = Annotated[Actor | None, policy(Public)]

router = APIRouter()


@router.get("/attend")
def ask(request: Request, db: Db, now: Now, actor: Anybody) -> Response:
    """The form; the address on the slide may bring the code, which says what there is to ask."""
    code = _of_a_code(request.query_params.get("code", ""))
    session = _session_of(request, db, code, now=now) if code else None
    errors = {"code": WRONG_CODE} if code and session is None else {}
    typed = Typed.of({"code": code, "language": language_of(request, actor)})
    return _page(request, typed, _hospitals(db, session), errors=errors, status=200)


@router.post("/attend", dependencies=[policy(Public)])
def sign_in(request: Request, db: Db, now: Now, sent: Sent) -> Response:
    """Note who is there; the answer is the same whether their address is known or not, and as soon."""
    started, hospitals = time.monotonic(), list[Hospital]()
    try:
        session = _session_of(request, db, sent.one("code"), now=now)
        hospitals = _hospitals(db, session)
        filled = read_attendee(sent, hospitals)
        if session is None or filled.value is None:
            wrong = {} if session else {"code": WRONG_CODE if sent.one("code").strip() else NO_CODE}
            return OnTheBeat(_page(request, sent, hospitals, errors={**wrong, **filled.errors}), started)
        request.app.state.limits.hit(PER_MACHINE, "attend", machine(request))
    except TooMany as no:
        return _page(request, sent, hospitals, errors={"code": no.message}, status=no.status, wait=no.retry_after)
    with recap_kept_true(db, session, public_url=request.app.state.settings.public_url, now=now):
        attending.attend(db, session, filled.value, now=now)
    return OnTheBeat(see_other(f"/attend/thanks?code={session.sign_in_code}"), started)


@router.get("/attend/thanks", dependencies=[policy(Public)])
def thank(request: Request) -> Response:
    """What happens next, and the way back for the next one at this screen."""
    return render(request, "attendee/attended.html", code=_of_a_code(request.query_params.get("code", "")))


def _session_of(request: Request, db: Session, text: str, *, now: datetime) -> SharingSession | None:
    """The session whose code was written, None where it is not good now.

    Raises TooMany once there were too many wrong codes from the machine of ``request``. A good one counts for nothing
    there, and a wrong one once, so that a ward behind one address may write the code that it was told.
    """
    code, limits, who = _of_a_code(text), request.app.state.limits, machine(request)
    if not code:
        return None
    limits.check(WRONG_CODES, "attend-wrong", who)
    session = attending.by_code(db, code, now=now)
    if session is None:
        limits.hit_once(WRONG_CODES, code, "attend-wrong", who)
    return session


def _hospitals(db: Session, session: SharingSession | None) -> list[Hospital]:
    return teams.on_offer(db, session) if session is not None else []


def _page(
    request: Request,
    typed: Typed,
    hospitals: Sequence[Hospital],
    *,
    errors: Mapping[str, Message],
    status: int = 422,
    wait: int = 0,
) -> Response:
    """The form, with ``errors``; after ``wait`` seconds it may be sent again."""
    answer = render(request, "attendee/attend.html", status=status, typed=typed, errors=errors, **offered(hospitals))
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _of_a_code(text: str) -> str:
    """``text`` where it may be a code, else nothing."""
    code = attending.plain(text)
    return code if len(code) == CODE_LENGTH and set(code) <= set(attending.ALPHABET) else ""
