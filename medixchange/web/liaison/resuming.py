"""Coming back to a draft by its link; after sending, what happens next and where the letter went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound
from medixchange.intake import actions, queries
from medixchange.intake.drafting import KEPT
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft
from medixchange.journal.record import by_link
from medixchange.languages.texts import MailAddress
from medixchange.messages import Message, say
from medixchange.web.access import ByLink, policy
from medixchange.web.form import Sent, Typed, read
from medixchange.web.liaison.linked import limit_letters, link
from medixchange.web.liaison.steps import NAMES
from medixchange.web.liaison.visit import Asking, still_missing
from medixchange.web.page import Db, Now, Reading, render, see_other

Seed = Annotated[str, policy(ByLink("resume"))]

router = APIRouter()


class Address(BaseModel):
    """The form that corrects the contact's address."""

    asks: ClassVar[Mapping[str, Message]] = {"contact_email": say("Write your mail address at work.")}

    contact_email: Annotated[str, MailAddress()]


@router.get("/request/{token}")
def resume(request: Request, db: Db, now: Now, reader: Reading, seed: Seed) -> Response:
    """Where the draft stands and the link that comes back to it; after sending, what happens next."""
    draft = queries.draft_by_seed(db, seed)
    if draft.is_sent:
        return _sent(request, db, draft)
    visit = Asking(request, db, reader, now, draft)
    asked = queries.by_id(db, draft.request_id) if draft.request_id is not None else None
    return render(
        request,
        "liaison/resume.html",
        draft=draft,
        place=visit.place,
        names=list(NAMES.items()),
        base=visit.base,
        address=_whole(request, draft),
        unchanged=link(request, "status", asked.status_seed) if asked else "",
        onward=visit.address(list(NAMES)[draft.complete]),
        missing={step: still_missing(visit, step) for step in draft.unfinished},
        days=KEPT.days,
    )


@router.post("/request/{token}/address")
def correct_address(request: Request, db: Db, now: Now, sent: Sent, seed: Seed) -> Response:
    """Another address, before the first one is confirmed; the same one gets its letter again."""
    draft = queries.draft_by_seed(db, seed, for_change=True)
    if draft.request_id is None:
        raise NotFound(say("This request is not sent yet; its address can be changed in the first step."))
    asked = queries.by_id(db, draft.request_id, for_change=True)
    filled = read(Address, sent)
    if filled.value is None:
        return _sent(request, db, draft, typed=sent, errors=filled.errors, status=422)
    if asked.state is RequestState.SENT and asked.submitted_at is None:
        limit_letters(request, filled.value.contact_email)
        actions.readdress(db, asked, email=filled.value.contact_email, actor=by_link("resume"), now=now)
    return see_other(f"/request/{request.path_params['token']}")


def _sent(
    request: Request,
    db: Session,
    draft: RequestDraft,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Response:
    assert draft.request_id is not None
    asked = queries.by_id(db, draft.request_id)
    context: dict[str, Any] = {
        "asked": asked,
        "typed": typed or Typed.of({"contact_email": asked.contact_email}),
        "errors": errors or {},
        "waits": asked.state is RequestState.SENT and asked.submitted_at is None,
        "action": f"/request/{request.path_params['token']}/address",
    }
    return render(request, "liaison/sent.html", status=status, zone=asked.zone, **context)


def _whole(request: Request, draft: RequestDraft) -> str:
    """The whole address of the draft, to be kept."""
    return str(request.app.state.settings.public_url).rstrip("/") + link(request, "resume", draft.seed)
