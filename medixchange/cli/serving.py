"""Runs the web application, and the clockwork beside it where one process does everything."""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TextIO

import structlog
import uvicorn
from fastapi import FastAPI
from structlog.typing import EventDict

from medixchange import worker
from medixchange.cli.opened import desk_of, mail_server_of
from medixchange.db import Database
from medixchange.errors import Refusal
from medixchange.messages import say
from medixchange.settings import Settings

STOP_SECONDS = 8
KEEP_ALIVE_SECONDS = 15
MOST_HEADERS = 32 * 1024
MOST_WAITING = 2048
START_SECONDS = 20.0
LIBRARY_ON_ITS_OWN = "dbos"
"""Writes plain lines to standard error, unless its logger has a handler already."""


def set_up_logs(stream: TextIO = sys.stderr) -> None:
    """One JSON line an event on ``stream``, also where a library logs something."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Foreign())
    for name in ("", LIBRARY_ON_ITS_OWN):
        library = logging.getLogger(name)
        library.handlers, library.propagate = [handler], False
    logging.getLogger().setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )


@contextmanager
def logs_on(stream: TextIO) -> Iterator[None]:
    """``set_up_logs`` for the block alone: afterwards everything logs where it did before."""
    libraries = [logging.getLogger(name) for name in ("", LIBRARY_ON_ITS_OWN)]
    before = [(library, library.handlers, library.propagate, library.level) for library in libraries]
    ours = structlog.get_config() if structlog.is_configured() else None
    set_up_logs(stream)
    try:
        yield
    finally:
        for library, handlers, propagate, level in before:
            library.handlers, library.propagate = handlers, propagate
            library.setLevel(level)
        structlog.reset_defaults() if ours is None else structlog.configure(**ours)


def places(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Where a failure happened, line by line; what it says stays out: it may hold a name, an address or a link."""
    if failure := event.pop("exc_info", None):
        failure = failure if isinstance(failure, BaseException) else sys.exc_info()[1]
        event.update(_told(failure))
    return event


class Foreign(logging.Formatter):
    """What a library logs, as a line of ours: which one and where, not its words; they quote what they failed on."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        failure = record.exc_info[1] if record.exc_info else None
        event = {
            "event": "a library logged something",
            "library": record.name,
            "line": f"{record.pathname}:{record.lineno} in {record.funcName}",
            **(_told(failure) if failure else {}),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        return json.dumps(event)


def _told(failure: BaseException | None) -> dict[str, object]:
    frames = traceback.extract_tb(failure.__traceback__) if failure else []
    return {
        "reason": type(failure).__name__,
        "at": [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames],
    }


def listen(host: str, port: int) -> socket.socket:
    """The open door at this address; port 0 takes a free one.

    Raises Refusal where it cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=MOST_WAITING)
    except OSError as wrong:
        told = say(
            "Nobody can listen on %(host)s:%(port)s (%(why)s). Choose another --host or --port.",
            host=host,
            port=str(port),
            why=str(wrong.strerror).partition(" (")[0],
        )
        raise Refusal(told) from wrong


def server(app: FastAPI, *, host: str = "", port: int = 0, proxy: str = "") -> uvicorn.Server:
    """uvicorn over ``app``, without access log, ending within ten seconds of being asked.

    Only what comes from ``proxy`` (addresses or networks) may say whom it asks for.
    """
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http="h11",
            h11_max_incomplete_event_size=MOST_HEADERS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxy),
            forwarded_allow_ips=proxy.replace(",", " ").split(),
            log_config=None,
        )
    )


@contextmanager
def clockwork(settings: Settings, database: Database, *, clock: worker.Clock) -> Iterator[None]:
    """The worker in this process, going by ``clock``."""
    with worker.working(database, mail_server_of(settings), desk_of(settings), clock):
        yield


@contextmanager
def served(settings: Settings, database: Database, app: FastAPI, *, host: str, port: int) -> Iterator[int]:
    """Web and worker, by the same clock, in threads of this process while the block runs; gives the port."""
    running = server(app, host=host, port=port)
    thread = threading.Thread(target=running.run, name="web", daemon=True)
    with ExitStack() as stack:
        stack.enter_context(clockwork(settings, database, clock=app.state.clock))
        thread.start()
        stack.callback(thread.join, STOP_SECONDS)
        stack.callback(setattr, running, "should_exit", True)
        wait_for(running, thread)
        yield int(running.servers[0].sockets[0].getsockname()[1])


def wait_for(running: uvicorn.Server, thread: threading.Thread) -> None:
    """Until the server answers. Raises OSError when it cannot begin (the port is taken)."""
    waited = threading.Event()
    for _ in range(int(START_SECONDS / 0.05)):
        if running.started:
            return
        if not thread.is_alive():
            break
        waited.wait(0.05)
    raise OSError("the web server could not start: is the port taken?")
