"""Withdrawing a published recap: why, in words that its readers see in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.intake.patients import NoPatientData
from medixchange.languages.texts import Paragraph
from medixchange.messages import Message, say
from medixchange.recaps import actions, queries
from medixchange.recaps.models import Recap
from medixchange.sessions import queries as sessions
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.refused import refused
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number
from medixchange.web.page import Db, Now, render, see_other

router = APIRouter()


class Withdrawing(BaseModel):
    """Why a recap is taken back."""

    asks: ClassVar[Mapping[str, Message]] = {"reason": say("Write why, in words that readers will see.")}

    reason: Annotated[str, Paragraph(500)]
    no_patient_data: NoPatientData = ""


@router.get("/desk/recaps/{recap_id}/withdraw", dependencies=[policy(Organizer)])
def ask_why(request: Request, db: Db, recap_id: Number) -> Response:
    """What withdrawing means, and the reason."""
    return _page(request, db, queries.by_id(db, recap_id), Typed())


@router.post("/desk/recaps/{recap_id}/withdraw")
def withdraw(request: Request, db: Db, now: Now, actor: OrganizerActor, sent: Sent, recap_id: Number) -> Response:
    """Readers see the reason and nothing else."""
    recap = queries.by_id(db, recap_id)
    filled = read(Withdrawing, sent)
    if filled.value is None:
        return _page(request, db, recap, sent, errors=filled.errors)
    page = f"/desk/sessions/{recap.session_id}/recap"
    try:
        actions.withdraw(db, recap, reason=filled.value.reason, actor=actor.label, now=now)
    except Refusal as no:
        label = say("See the languages of the recap")
        return refused(request, no.message, told=say("Nothing was changed."), back=page, label=label)
    return see_other(f"{page}?done=withdrawn")


def _page(
    request: Request, db: Session, recap: Recap, typed: Typed, *, errors: Mapping[str, Message] | None = None
) -> Response:
    return render(
        request,
        "desk/recap_withdraw.html",
        status=422 if errors else 200,
        session=sessions.by_id(db, recap.session_id),
        recap=recap,
        typed=typed,
        errors=errors or {},
    )
