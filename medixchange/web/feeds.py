"""Subscribed calendars: one look-up by the digest of the address, stored bytes, nothing of the framework between."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from medixchange.db import FAULTS, Database
from medixchange.errors import NotFound
from medixchange.feeds.actions import note_fetch
from medixchange.feeds.queries import Served, body
from medixchange.languages.texts import clean_line
from medixchange.messages import say
from medixchange.web.access import ByAddress, bare

PREFIX, SUFFIX = "/feed/", ".ics"
POLLS = frozenset({"GET", "HEAD"})
MOST_KEPT = 64 * 1024 * 1024
KINDS = (b"if-none-match", b"if-modified-since", b"accept-encoding", b"user-agent")
NOTE_EVERY = timedelta(hours=1)
MOST_NOTED = 200_000
MOST_NAME = 60
GZIP = b"gzip"

RawHeaders = list[tuple[bytes, bytes]]

SAME: RawHeaders = [(b"cache-control", b"private, no-cache"), (b"vary", b"accept-encoding")]
"""What goes with every answer about a feed, changed or not (RFC 9110, 15.4.5)."""

WHOLE: RawHeaders = [
    *SAME,
    (b"content-type", b"text/calendar; charset=utf-8"),
    (b"content-disposition", b'inline; filename="sharing-sessions.ics"'),
]

log = structlog.get_logger()


class Feeds:
    """Stands before the application and answers polls of feeds; everything else goes on to the application.

    A page, and so a session, a template or a cookie, comes into play only where there is no such feed.
    """

    def __init__(
        self, app: ASGIApp, *, database: Database, clock: Callable[[], datetime], headers: Mapping[str, str]
    ) -> None:
        self.app = app
        self._clock = clock
        self._noted: dict[str, datetime] = {}
        self._database = database
        self._headers = [*WHOLE, *((name.lower().encode(), value.encode()) for name, value in headers.items())]
        self._may = ByAddress()
        self._kept = Kept(MOST_KEPT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a poll, or pass the request on."""
        if scope["type"] == "http" and scope["method"] in POLLS and scope["path"].startswith(PREFIX):
            try:
                if await self._answered(scope, send):
                    return
            except FAULTS as fault:
                log.error("database does not answer", reason=type(fault).__name__)
                await _send(send, 503, [*SAME, (b"retry-after", b"60"), (b"content-length", b"0")])
                return
        await self.app(scope, receive, send)

    async def _answered(self, scope: Scope, send: Send) -> bool:
        path: str = scope["path"]
        feed = await self._may(self._database, path[len(PREFIX) : -len(SUFFIX)]) if path.endswith(SUFFIX) else None
        if feed is None:
            return False
        asked = {name: value for name, value in scope["headers"] if name in KINDS}
        gzipped = takes_gzip(asked.get(b"accept-encoding", b""))
        if is_known(feed, asked):
            await _send(send, 304, [(b"etag", etag_of(feed.etag, gzipped=gzipped)), *SAME])
            await self._note(feed.id, path, asked)
            return True
        found = await self._body(feed, gzipped=gzipped)
        if found is None:
            return False
        etag, packed = found
        headers = [
            (b"etag", etag_of(etag, gzipped=gzipped)),
            (b"last-modified", format_datetime(feed.modified_at, usegmt=True).encode()),
            (b"content-length", str(len(packed)).encode()),
            *([(b"content-encoding", GZIP)] if gzipped else ()),
            *self._headers,
        ]
        await _send(send, 200, headers, b"" if scope["method"] == "HEAD" else packed)
        await self._note(feed.id, path, asked)
        return True

    async def _body(self, feed: Served, *, gzipped: bool) -> tuple[str, bytes] | None:
        kept = self._kept.get(feed.etag, gzipped=gzipped)
        if kept is not None:
            return feed.etag, kept
        found = await run_in_threadpool(body, self._database, feed.id, gzipped=gzipped)
        if found is not None:
            self._kept.put(*found, gzipped=gzipped)
        return found

    async def _note(self, feed_id: int, path: str, asked: Mapping[bytes, bytes]) -> None:
        """Keep now and then that the feed was asked for; the answer has left already."""
        now = self._clock()
        # By address, so that the first poll of a new one is seen at once.
        noted = self._noted.get(path)
        if noted is not None and now < noted + NOTE_EVERY:
            return
        if len(self._noted) >= MOST_NOTED:
            self._noted.clear()
        self._noted[path] = now
        try:
            await run_in_threadpool(self._write_note, feed_id, program(asked.get(b"user-agent", b"")), now)
        except FAULTS as fault:
            log.warning("a poll was not noted", reason=type(fault).__name__)

    def _write_note(self, feed_id: int, by: str, now: datetime) -> None:
        with self._database.write() as db:
            note_fetch(db, feed_id, by=by, now=now)


class Kept:
    """Bodies by their entity tag, those used last, up to a number of bytes: an old one can never be served."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._bodies: OrderedDict[tuple[str, bool], bytes] = OrderedDict()

    def get(self, etag: str, *, gzipped: bool) -> bytes | None:
        """The body with this tag, None where it is not kept."""
        found = self._bodies.get((etag, gzipped))
        if found is not None:
            self._bodies.move_to_end((etag, gzipped))
        return found

    def put(self, etag: str, packed: bytes, *, gzipped: bool) -> None:
        """Keep a body, and let go of those that were not used for longest."""
        self._size += len(packed) - len(self._bodies.pop((etag, gzipped), b""))
        self._bodies[etag, gzipped] = packed
        while self._size > self._most:
            _, dropped = self._bodies.popitem(last=False)
            self._size -= len(dropped)


def feed_route() -> Route:
    """The route of feeds, as the application knows it: what arrives there is not answered by ``Feeds``."""
    return Route(PREFIX + "{token}" + SUFFIX, _unknown, methods=["GET"])


@bare(ByAddress)
async def _unknown(_request: Request) -> Response:
    raise NotFound(
        say("There is no calendar at this address any more. Make a new one on your page, or ask the organizers.")
    )


def is_known(feed: Served, asked: Mapping[bytes, bytes]) -> bool:
    """Whether who asks has the feed as it is now (RFC 9110, 13.1.2 and 13.1.3)."""
    tags = asked.get(b"if-none-match")
    if tags is not None:
        ours = (etag_of(feed.etag, gzipped=False), etag_of(feed.etag, gzipped=True))
        return tags in ours or names_one_of(tags, ours)
    since = asked.get(b"if-modified-since")
    return since is not None and _is_unchanged(feed.modified_at, since)


def etag_of(etag: str, *, gzipped: bool) -> bytes:
    """The tag of one of the two representations: a strong one names these very bytes (RFC 9110, 8.8.3)."""
    return (f'{etag[:-1]}-gzip"' if gzipped else etag).encode()


def takes_gzip(accepted: bytes) -> bool:
    """Whether this Accept-Encoding (RFC 9110, 12.5.3) takes gzip."""
    for coding in accepted.split(b","):
        name, _, quality = coding.partition(b";")
        if name.strip().lower() == GZIP:
            return quality.replace(b" ", b"").rstrip(b"0") not in (b"q=", b"q=0.")
    return False


def program(agent: bytes) -> str:
    """The name of a calendar program by its User-Agent (RFC 9110, 10.1.5), without version and system."""
    name = agent.partition(b"/")[0].decode("ascii", "ignore")
    return clean_line(name)[:MOST_NAME]


def names_one_of(tags: bytes, ours: Iterable[bytes]) -> bool:
    """Whether an If-None-Match names one of our tags, or any (RFC 9110, 13.1.2)."""
    given = {tag.strip().removeprefix(b"W/") for tag in tags.split(b",")}
    return b"*" in given or not given.isdisjoint(ours)


def _is_unchanged(modified_at: datetime, since: bytes) -> bool:
    try:
        asked = parsedate_to_datetime(since.decode("ascii"))
    except ValueError:
        return False
    return modified_at.replace(microsecond=0) <= (asked if asked.tzinfo else asked.replace(tzinfo=UTC))


async def _send(send: Send, status: int, headers: RawHeaders, packed: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": packed})
