"""The few cookies there are: named so that no other host can set them, and never read by a script."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

LOGIN = "login"
LANGUAGE = "language"
BROWSER = "browser"
NEXT = "next"
FEED = "feed"


def cookie_name(request: Request, name: str) -> str:
    """ "__Host-login" over https; a plain name on a development machine, where browsers refuse that one."""
    return f"__Host-{name}" if _is_https(request) else f"medixchange-{name}"


def read_cookie(request: Request, name: str) -> str:
    """What the browser kept under ``name``, empty where it kept nothing."""
    return request.cookies.get(cookie_name(request, name), "")


def give_cookie(request: Request, response: Response, name: str, value: str, *, seconds: int) -> None:
    """Let the browser keep ``value`` and send it with top-level visits and our own forms only."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response, name: str) -> None:
    """Let the browser forget ``name``."""
    response.delete_cookie(
        cookie_name(request, name), path="/", secure=_is_https(request), httponly=True, samesite="lax"
    )


def _is_https(request: Request) -> bool:
    # By the configured address: behind a proxy the request itself may have come over http.
    return str(request.app.state.settings.public_url).startswith("https://")
