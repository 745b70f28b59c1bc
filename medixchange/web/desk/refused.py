"""What an organizer reads when a decision could not be carried out, and where to go from there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from medixchange.messages import Message, say
from medixchange.web.page import render


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
