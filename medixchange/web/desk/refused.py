"""What an organizer reads when a decision could not be carried out, and where to go from there."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.messages import Message, say
from medixchange.web.page import render


class SessionRefused(Refusal):
    """A change of the session ``session_id`` that cannot be carried out, whichever page it was asked on."""

    def __init__(self, session_id: int, why: Message) -> None:
        super().__init__(why)
        self.session_id = session_id


def add_to(app: FastAPI) -> None:
    """Answer every SessionRefused of ``app`` with a page that leads back to its session."""
    app.add_exception_handler(SessionRefused, _back_to_session)


async def _back_to_session(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, SessionRefused)
    return session_refused(request, exc.session_id, exc.message)


def refused(request: Request, why: Message, *, told: Message, back: str, label: Message) -> Response:
    """A page that says why not, ``told`` what that means for others, and leads ``back``."""
    return render(request, "desk/refused.html", status=409, why=why, told=told, back=back, label=label)


def session_refused(request: Request, session_id: int, why: Message) -> Response:
    """A change of a session that could not be carried out."""
    return refused(
        request,
        why,
        told=say("Nothing was changed and nobody was told."),
        back=f"/desk/sessions/{session_id}",
        label=say("See the session as it is now"),
    )
