"""A page of the desk about one session, with a form as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.intake import queries as intake
from medixchange.intake.models import SessionRequest
from medixchange.intake.series_rows import place_in_series
from medixchange.intake.together import others_of
from medixchange.messages import Message
from medixchange.sessions.models import SharingSession
from medixchange.web.form import Typed
from medixchange.web.page import render


def parties(db: Session, session: SharingSession) -> dict[str, Any]:
    """The session with those of its request, for the templates."""
    return {"session": session, **parties_of(db, intake.by_id(db, session.request_id))}


def parties_of(db: Session, asked: SessionRequest) -> dict[str, Any]:
    """The hospitals of a request, for the templates: the one that leads, and the others that take part; and which of
    its series it is."""
    return {
        "hospital": intake.hospital_of(db, asked),
        "others": others_of(db, asked),
        "series_id": asked.series_id,
        "of_series": place_in_series(db, asked),
    }


def session_form(
    request: Request,
    db: Session,
    template: str,
    session: SharingSession,
    *,
    typed: Typed | None = None,
    errors: Mapping[str, Message] | None = None,
    **more: Any,
) -> Response:
    """The page of ``template``: the session, its hospitals, what was ``typed``, and what is wrong with it."""
    return render(
        request,
        template,
        status=422 if errors else 200,
        **parties(db, session),
        typed=typed or Typed(),
        errors=errors or {},
        **more,
    )
