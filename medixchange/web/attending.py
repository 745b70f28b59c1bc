"""Where those sign in who join a session in a group: by its code, without an account."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.accounts.access import Actor
from medixchange.documents.tongues import NAMES
from medixchange.messages import Message, say
from medixchange.sessions import attending
from medixchange.sessions.attendee_draft import ROLE_NAMES, AttendeeDraft
from medixchange.sessions.models import CODE_LENGTH
from medixchange.web.access import Public, policy
from medixchange.web.form import Sent, Typed, read
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
def ask(request: Request, actor: Anybody) -> Response:
    """The form; the address on the slide may bring the code."""
    code = _of_a_code(request.query_params.get("code", ""))
    return _page(request, Typed.of({"code": code, "language": language_of(request, actor)}))


@router.post("/attend", dependencies=[policy(Public)])
def sign_in(request: Request, db: Db, now: Now, sent: Sent) -> Response:
    """Note who is there; the answer is the same whether their address is known or not, and as soon."""
    started, who, limits = time.monotonic(), machine(request), request.app.state.limits
    filled = read(AttendeeDraft, sent)
    if filled.value is None or not sent.one("code").strip():
        no_code = {} if sent.one("code").strip() else {"code": NO_CODE}
        return _page(request, sent, errors={**no_code, **filled.errors})
    limits.hit(PER_MACHINE, "attend", who)
    limits.check(WRONG_CODES, "attend-wrong", who)
    session = attending.by_code(db, sent.one("code"), now=now)
    if session is None:
        limits.hit(WRONG_CODES, "attend-wrong", who)
        return OnTheBeat(_page(request, sent, errors={"code": WRONG_CODE}), started)
    attending.attend(db, session, filled.value, now=now)
    return OnTheBeat(see_other(f"/attend/thanks?code={session.sign_in_code}"), started)


@router.get("/attend/thanks", dependencies=[policy(Public)])
def thank(request: Request) -> Response:
    """What happens next, and the way back for the next one at this screen."""
    return render(request, "attendee/attended.html", code=_of_a_code(request.query_params.get("code", "")))


def _page(request: Request, typed: Typed, *, errors: Mapping[str, Message] | None = None) -> Response:
    return render(
        request,
        "attendee/attend.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        roles=list(ROLE_NAMES.items()),
        tongues=list(NAMES.items()),
    )


def _of_a_code(text: str) -> str:
    """``text`` where it may be a code, else nothing."""
    code = attending.plain(text)
    return code if len(code) == CODE_LENGTH and set(code) <= set(attending.ALPHABET) else ""
