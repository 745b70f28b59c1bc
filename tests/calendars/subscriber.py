"""Somebody who subscribes to a feed with vdirsyncer and looks at it with khal, and a web server that has the feed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from tests.calendars.readers import vobject_reader

SYNC = """
[general]
status_path = "{home}/status"
[pair sessions]
a = "web"
b = "disk"
collections = null
conflict_resolution = "a wins"
[storage web]
type = "http"
url = "{url}"
[storage disk]
type = "filesystem"
path = "{home}/calendar"
fileext = ".ics"
"""
SHOW = """
[calendars]
[[sessions]]
path = {home}/calendar
readonly = True
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {home}/khal.db
"""


class Shown(NamedTuple):
    """One event as khal shows it; the names are khal's."""

    start: str
    end: str
    title: str
    status: str


class Subscriber:
    """Somebody with vdirsyncer and khal, whose files lie under ``home``."""

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        (home / "sync.conf").write_text(SYNC.format(home=home, url=url))

    def fetch(self) -> None:
        """Ask the feed for what is new."""
        self._run("vdirsyncer", "--config", "sync.conf", "discover")
        self._run("vdirsyncer", "--config", "sync.conf", "sync")

    def stored(self) -> list[tuple[str, int]]:
        """SUMMARY and SEQUENCE of each session that was fetched; the UID is lost, as vdirsyncer puts its own there."""
        read = [vobject_reader(path.read_bytes()) for path in (self._home / "calendar").glob("*.ics")]
        return sorted((event.summary, event.sequence) for events in read for event in events)

    def shown(self, *, zone: str) -> list[Shown]:
        """What khal shows of two years on a computer whose clock is that of ``zone``, by hour."""
        (self._home / "show.conf").write_text(SHOW.format(home=self._home, zone=zone))
        fields = [argument for name in Shown._fields for argument in ("--json", name)]
        days = self._run("khal", "--config", "show.conf", "list", "--once", *fields, "2026-01-01", "730d")
        return sorted(Shown(**event) for day in days.splitlines() for event in json.loads(day))

    def _run(self, program: str, *arguments: str) -> str:
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        here = {"HOME": str(self._home), "XDG_CONFIG_HOME": str(self._home), "XDG_CACHE_HOME": str(self._home)}
        environment = {**os.environ, **here, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, cwd=self._home, env=environment, input="y\n" * 5, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr if program == "khal" else "") == (0, ""), done.stdout + done.stderr
        return done.stdout


class Shelf(BaseHTTPRequestHandler):
    """Answers with the feed that its server holds."""

    def do_GET(self) -> None:
        """The feed; the name is http.server's."""
        assert isinstance(self.server, Web)
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar; charset=utf-8")
        self.send_header("Content-Length", str(len(self.server.feed)))
        self.end_headers()
        self.wfile.write(self.server.feed)

    def log_message(self, *_: object) -> None:
        """Nothing is told on the terminal."""


class Web(ThreadingHTTPServer):
    """A web server on the loopback with one feed."""

    feed = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Shelf)

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of the feed while the block runs."""
        thread = Thread(target=self.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{self.server_address[1]}/feed/secret.ics"
        finally:
            self.shutdown()
            thread.join()
            self.server_close()
