"""What a browser or a program is told when something may not, cannot or did not happen: always in words."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from medixchange.db import NOT_NOW
from medixchange.errors import Malformed, NotFound, Refusal, SignInNeeded, TooMany
from medixchange.messages import N_, Message, say
from medixchange.web.page import SAFE_METHODS, reader_of, render, see_other

TITLES = {
    401: N_("Sign in first"),
    403: N_("You may not do this"),
    404: N_("Page not found"),
    409: N_("This is not possible now"),
    410: N_("This was withdrawn"),
    422: N_("This could not be understood"),
    429: N_("Too many requests"),
    500: N_("Something went wrong here"),
    503: N_("Not available for a moment"),
}

log = structlog.get_logger()


def add_refusals(app: FastAPI) -> None:
    """One way to answer for everything that pages raise."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _not_routed)
    app.add_exception_handler(RequestValidationError, _not_understood)
    for not_now in NOT_NOW:
        app.add_exception_handler(not_now, _no_database)


def answer(request: Request, refusal: Refusal) -> Response:
    """The page, or problem+json (RFC 9457) for a program, that says why not and what to do instead."""
    if isinstance(refusal, SignInNeeded) and request.method in SAFE_METHODS and _wants_page(request):
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return see_other(f"/signin?next={quote(address, safe='/')}")
    response = say_no(request, refusal.status, refusal.message)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def say_no(request: Request, status: int, message: Message) -> Response:
    """A refusal with this status."""
    reader = reader_of(request)
    title = TITLES.get(status, TITLES[422])
    number: str = getattr(request.state, "request_id", "")
    if _wants_page(request):
        return render(request, "error.html", status=status, title=title, message=message, number=number, code=status)
    problem = {
        "type": "about:blank",
        "title": reader.words.gettext(title),
        "status": status,
        "detail": reader.words.say(message),
        "instance": number,
    }
    return JSONResponse(problem, status_code=status, media_type="application/problem+json")


def fault(request: Request) -> Response:
    """The page for what nobody foresaw; its number finds the entry in the log."""
    return say_no(
        request,
        500,
        say("Nothing was changed. Try again; if it happens again, tell the organizers the number below."),
    )


async def _refused(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, Refusal)
    return answer(request, exc)


async def _not_routed(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if exc.status_code == HTTPStatus.NOT_FOUND:
        return answer(request, NotFound(say("Check the address, or start again from the first page.")))
    if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = say_no(request, 405, say("This address is not used that way. Go back and try again."))
        response.headers.update(exc.headers or {})
        return response
    return say_no(request, exc.status_code, say("What was sent could not be read. Go back and try again."))


async def _not_understood(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    if any(error["loc"][0] == "path" for error in exc.errors()):
        return answer(request, NotFound(say("Check the address, or start again from the first page.")))
    return answer(request, Malformed(say("What was sent could not be read. Go back and try again.")))


async def _no_database(request: Request, exc: Exception) -> Response:
    log.error("database does not answer", reason=type(exc).__name__, exc_info=exc)
    response = say_no(request, 503, say("Nothing was changed. Try again in a minute."))
    response.headers["Retry-After"] = "30"
    return response


def _wants_page(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "json" not in accepted or "text/html" in accepted
