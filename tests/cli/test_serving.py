"""The web server as it is set up: whom it believes, what it keeps to itself, how long it listens."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import structlog
from fastapi import FastAPI
from starlette.requests import Request

from medixchange.cli import serving
from medixchange.errors import Refusal

ADDRESS = "aline@example.org"
LIBRARIES = (logging.getLogger(), logging.getLogger("dbos"))
FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@contextmanager
def serving_on(proxy: str = "") -> Iterator[int]:
    """The port of a server that says who asks and how."""
    app = FastAPI()

    @app.get("/")
    def who(request: Request) -> dict[str, str]:
        assert request.client is not None
        return {"machine": request.client.host, "scheme": request.url.scheme}

    with serving.listen("127.0.0.1", 0) as door:
        server = serving.server(app, proxy=proxy)
        thread = threading.Thread(target=server.run, args=([door],))
        thread.start()
        try:
            serving.wait_for(server, thread)
            yield door.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def asked(proxy: str) -> dict[str, str]:
    with serving_on(proxy) as port:
        found = httpx.get(f"http://127.0.0.1:{port}/", headers=FORWARDED)
    assert "server" not in found.headers
    return dict(found.json())


@pytest.mark.parametrize("proxy", ["", "203.0.113.1", "10.0.0.0/8, 192.0.2.1"])
def test_nobody_but_the_proxy_is_believed_whom_it_asks_for(proxy: str) -> None:
    assert asked(proxy) == {"machine": "127.0.0.1", "scheme": "http"}


@pytest.mark.parametrize("proxy", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8"])
def test_the_proxy_is_believed_whom_it_asks_for(proxy: str) -> None:
    assert asked(proxy) == {"machine": "203.0.113.9", "scheme": "https"}


def test_what_a_library_logs_is_a_line_of_json_without_its_words() -> None:
    stream = io.StringIO()
    with serving.logs_on(stream):
        for library in LIBRARIES:
            try:
                raise ValueError(f"nobody is {ADDRESS}")
            except ValueError:
                library.exception(f"could not write to {ADDRESS}")

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["library"], line["reason"], line["level"]) for line in lines] == [
        ("root", "ValueError", "error"),
        ("dbos", "ValueError", "error"),
    ]
    assert ADDRESS not in stream.getvalue()


def test_after_the_block_everything_logs_where_it_did_before() -> None:
    was_configured = structlog.is_configured()
    before = [(library.handlers, library.propagate, library.level) for library in LIBRARIES]

    with serving.logs_on(io.StringIO()), serving.logs_on(io.StringIO()):
        pass

    assert [(library.handlers, library.propagate, library.level) for library in LIBRARIES] == before
    assert structlog.is_configured() == was_configured


def test_headers_without_end_are_refused() -> None:
    with serving_on() as port, socket.create_connection(("127.0.0.1", port)) as sent:
        sent.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * serving.MOST_HEADERS)

        assert sent.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_host_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="Nobody can listen on"):
        serving.listen("no-such-host.invalid", 0)
