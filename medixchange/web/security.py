"""The guard around every request: its number, its size and patience, where it may come from, its headers."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medixchange.errors import Forbidden, NotFound, Refusal
from medixchange.messages import say
from medixchange.sessions.file_kinds import MOST_SIZE, too_large
from medixchange.tokens import seed
from medixchange.web.page import SAFE_METHODS
from medixchange.web.refusals import answer, fault

MOST_BODY = 512 * 1024
ONE_CLICK = "/unsubscribe/"
PATIENCE = 30.0
"""Seconds within which the whole body of a request has to arrive."""
UPLOADS = "/files"
"""How the addresses end that take a file: there a body may be larger, and come over a thin line."""
MOST_UPLOAD = 2 * MOST_SIZE
"""Bytes; more than a file may have, so that the page itself can say what to do about one that is too large."""
UPLOAD_PATIENCE = 15 * 60.0

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Not no-referrer: with that browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger()


def headers_at(public_url: str) -> dict[str, str]:
    """What every answer carries where the program is reached at ``public_url``."""
    is_https = urlsplit(public_url).scheme == "https"
    return {**HEADERS, "Strict-Transport-Security": "max-age=31536000"} if is_https else dict(HEADERS)


class TooLarge(Refusal):
    """The body is larger than any form here can be."""

    status = 413


class TooSlow(Refusal):
    """The body did not arrive in time."""

    status = 408


class Guard:
    """Wraps the application; nothing inside needs to think of any of this again."""

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self.app = app
        parts = urlsplit(public_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.headers = headers_at(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what nobody foresaw becomes a page with a number, and an entry in the log."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = seed()[:12]
        scope.setdefault("state", {})["request_id"] = number
        structlog.contextvars.bind_contextvars(request=number)
        started, answered = time.perf_counter(), _Answered(send, self.headers, without_body=scope["method"] == "HEAD")
        try:
            await self._pass_on(scope, receive, answered)
        except Exception as failure:
            log.exception("request failed", reason=type(failure).__name__)
            if not answered.status:
                await fault(Request(scope))(scope, receive, answered)
        finally:
            _note(scope, answered.status, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request")

    async def _pass_on(self, scope: Scope, receive: Receive, answered: _Answered) -> None:
        request = Request(scope)
        try:
            self._check(request)
        except Refusal as refusal:
            await answer(request, refusal)(scope, receive, answered)
            return
        if scope["method"] == "HEAD":
            # Every page answers HEAD as it answers GET, without the body.
            scope["method"] = "GET"
        await self.app(scope, _Body(receive, request.url.path), answered)

    def _check(self, request: Request) -> None:
        if "\0" in request.scope["path"]:  # no database can look for it
            raise NotFound(say("Check the address, or start again from the first page."))
        if request.method not in SAFE_METHODS and not (self._is_ours(request.headers) or _is_one_click(request)):
            raise Forbidden(
                say(
                    "This form did not come from %(address)s. Open the page there and send it again.",
                    address=self.origin,
                )
            )
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _most(request.url.path):
            raise _too_large(request.url.path)

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a form was sent from our own pages: every browser says so in one of these headers."""
        if "origin" in headers:
            return headers["origin"] == self.origin
        return headers.get("sec-fetch-site") == "same-origin"


def _is_one_click(request: Request) -> bool:
    """Whether a mail program leaves a list for its reader (RFC 8058): the secret in the address is what allows it, and
    nothing else can be done there."""
    return request.url.path.startswith(ONE_CLICK) and "cookie" not in request.headers


class _Body:
    """Receives a body that may be cut in pieces, but not endless and not for ever."""

    def __init__(self, receive: Receive, path: str) -> None:
        self._receive = receive
        self._path = path
        self._ends = time.monotonic() + (UPLOAD_PATIENCE if path.endswith(UPLOADS) else PATIENCE)
        self._size = 0
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._ends - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow(say("The form did not arrive in time. Send it again.")) from None
        self._size += len(message.get("body", b""))
        if self._size > _most(self._path):
            raise _too_large(self._path)
        self._complete = not message.get("more_body", False)
        return message


class _Answered:
    """Sends an answer on with our headers, and remembers its status."""

    def __init__(self, send: Send, headers: dict[str, str], *, without_body: bool) -> None:
        self._send = send
        self._headers = headers
        self._without_body = without_body
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        elif self._without_body and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def _most(path: str) -> int:
    return MOST_UPLOAD if path.endswith(UPLOADS) else MOST_BODY


def _too_large(path: str) -> TooLarge:
    if path.endswith(UPLOADS):
        return TooLarge(too_large().message)
    return TooLarge(say("This form is too large. Shorten the texts in it and send it again."))


def _note(scope: Scope, status: int, seconds: float) -> None:
    # The route's pattern, never the address: addresses hold secrets.
    route = getattr(scope.get("route"), "path", "")
    log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000))
