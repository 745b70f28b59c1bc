"""The first of five short steps, which begins a draft; and a draft that begins with what was asked before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake import drafting, queries
from medixchange.messages import say
from medixchange.sessions.queries import of_request
from medixchange.web.access import ByLink, Public, policy
from medixchange.web.form import Sent, Typed
from medixchange.web.liaison.linked import known_of, link
from medixchange.web.liaison.steps import FIRST, is_later, onward, show
from medixchange.web.liaison.tracker import is_over
from medixchange.web.liaison.visit import Asking, check
from medixchange.web.limits import machine
from medixchange.web.page import Db, Now, Reading, see_other

DRAFTS_PER_MACHINE = "60/hour"

router = APIRouter()


@router.get("/request/new", dependencies=[policy(Public)])
def new(request: Request, db: Db, now: Now, reader: Reading) -> Response:
    """The first step; nothing is kept before it is answered."""
    typed = Typed.of(known_of(db, reader.actor) if reader.actor else {})
    return show(Asking(request, db, reader, now), FIRST, typed)


@router.post("/request/new", dependencies=[policy(Public)])
def begin(request: Request, db: Db, now: Now, reader: Reading, sent: Sent) -> Response:
    """Keep the first step as a new draft; one that is finished later as far as it was typed."""
    visit = Asking(request, db, reader, now)
    filled = check(visit, FIRST, sent)
    if filled.value is None and not is_later(sent):
        return show(visit, FIRST, sent, errors=filled.errors, status=422)
    request.app.state.limits.hit(DRAFTS_PER_MACHINE, "draft", machine(request))
    draft = drafting.begin(db, now=now)
    if filled.value is None:
        drafting.keep_unfinished(db, draft, FIRST, sent.fields, now=now)
    else:
        drafting.keep(db, draft, FIRST, filled.value.model_dump(mode="json"), now=now)
    return see_other(onward(link(request, "resume", draft.seed), draft, FIRST, sent))


@router.post("/r/{token}/again")
def again(request: Request, db: Db, now: Now, seed: Annotated[str, policy(ByLink("status"))]) -> Response:
    """Ask for another session once one was held, or none is to come, with what was said then."""
    asked = queries.by_status_seed(db, seed)
    if not is_over(asked, of_request(db, asked.id), now=now):
        raise Refusal(say("This request is not over yet; change it, or ask for another session."))
    request.app.state.limits.hit(DRAFTS_PER_MACHINE, "draft", machine(request))
    return see_other(f"{link(request, 'resume', drafting.begin_again(db, asked, now=now).seed)}/topic")
