"""What a poll of a subscribed calendar costs, beside a static answer of the same stack and beside Radicale.

    python -m bench.feed [--events 200 1000] [--rounds 9]

Each server runs in a process of its own and is asked in turn, on one connection where it keeps one open; what counts
is the CPU time of that process for each request. Ends with exit status 1 when a conditional GET of ours costs
more than GOAL static answers.
"""

from __future__ import annotations

import argparse
import gzip
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import radicale.config
import radicale.log
import radicale.server
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.pace import said
from medixchange.app import build
from medixchange.calendars.meeting import Meeting
from medixchange.cli.serving import server, set_up_logs
from medixchange.db import Database
from medixchange.feeds import actions as feeds
from medixchange.people.models import Person
from medixchange.schema import migrate
from medixchange.settings import Settings

GOAL = 1.7
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
BASIC = {"Authorization": "Basic YmVuY2g6YmVuY2g="}
KINDS = ("conditional", "full", "full, gzip")
OURS, STATIC, RADICALE = "medixchange", "static Starlette", "Radicale"


@dataclass(frozen=True)
class Peer:
    """A server that holds the same feed: where to ask it, and how often in one round."""

    name: str
    process: subprocess.Popen[str]
    port: int
    path: str
    requests: int

    def cpu(self) -> float:
        """The seconds of CPU that its process has used."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


class Client:
    """Asks one server again and again; whether it answered 304, it remembers by kind."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._connection = HTTPConnection("127.0.0.1", peer.port, timeout=60)
        self._etags: dict[str, str] = {}
        self.statuses: dict[str, int] = {}

    def ask(self, kind: str) -> None:
        """One GET of this kind."""
        headers = dict(BASIC) if self.peer.name == RADICALE else {}
        headers["Accept-Encoding"] = "gzip" if kind == "full, gzip" else "identity"
        if kind == "conditional" and kind in self._etags:
            headers["If-None-Match"] = self._etags[kind]
        self._connection.request("GET", self.peer.path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        self._etags[kind] = answer.headers.get("ETag") or self._etags.get(kind, "")
        self.statuses[kind] = answer.status

    def cost(self, kind: str) -> float:
        """Milliseconds of the server's CPU for one request of this kind."""
        before = self.peer.cpu()
        for _ in range(self.peer.requests):
            self.ask(kind)
        return 1000 * (self.peer.cpu() - before) / self.peer.requests


def furnish(folder: Path, events: int) -> tuple[str, bytes]:
    """A database with one feed of so many sessions: the path of the feed, and its bytes."""
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    migrate(database)
    with database.write() as db:
        person = Person(name="Bench", email="b@example.org", zone="Asia/Shanghai", country="CN", created_at=NOW)
        db.add(person)
        db.flush()
        feeds.replace(db, person.id, [meeting(number) for number in range(events)], language="en", now=NOW)
        token = feeds.issue(db, person.id, language="en", actor="program", now=NOW)
        body = feeds.feed_of(db, person.id, language="en", now=NOW).body
    database.close()
    (folder / "feed.ics").write_bytes(body)
    return f"/feed/{token}.ics", body


def meeting(number: int) -> Meeting:
    """A session as an expert's feed shows it."""
    starts = NOW + timedelta(days=number % 300, hours=number % 9)
    return Meeting(
        uid=f"{number:032x}@medixchange",
        sequence=number % 3,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        zone="Asia/Shanghai",
        status="CONFIRMED",
        summary=f"Oxygen therapy when beds run short, part {number}: King Faisal Hospital",
        description="Hospital: King Faisal Hospital, Kigali\nIn English, without interpreting.\n\n"
        "Kigali (UTC+2): Tue, 1 Dec 2026, 09:00–10:00\nBeijing (UTC+8): Tue, 1 Dec 2026, 15:00–16:00",
        location="West Lake room",
        created=NOW,
        modified=NOW,
        language="en",
        conference="https://rooms.example.org/west-lake",
    )


def serve_ours(folder: Path) -> int:
    """Our application, as ``medixchange serve`` runs it."""
    settings = Settings(public_url="http://127.0.0.1", secret_key="a key for measuring that is long enough")
    return _in_thread(server(build(settings, Database(f"sqlite:///{folder / 'bench.db'}")), host="127.0.0.1", port=0))


def serve_static(folder: Path) -> int:
    """The same bytes out of memory, by the least that the stack allows."""
    body = (folder / "feed.ics").read_bytes()
    packed, headers = gzip.compress(body, mtime=0), {"etag": '"static"'}

    async def static(request: Request) -> Response:
        if request.headers.get("if-none-match") == '"static"':
            return Response(status_code=304, headers=headers)
        if request.headers.get("accept-encoding") == "gzip":
            return Response(packed, headers={**headers, "content-encoding": "gzip"}, media_type="text/calendar")
        return Response(body, headers=headers, media_type="text/calendar")

    app = Starlette(routes=[Route("/feed.ics", static)])
    return _in_thread(server(app, host="127.0.0.1", port=0))  # type: ignore[arg-type]  # any ASGI application will do


def serve_radicale(folder: Path) -> int:
    """Radicale as it comes, with its files in the folder and everybody let in."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "server": {"hosts": f"127.0.0.1:{port}"},
        "storage": {"filesystem_folder": str(folder / "radicale")},
        "auth": {"type": "none"},
    }
    radicale.log.logger.setLevel("CRITICAL")
    configuration = radicale.config.load()
    configuration.update(settings, "bench")
    threading.Thread(target=radicale.server.serve, args=(configuration,), daemon=True).start()
    return port


SERVERS: dict[str, Callable[[Path], int]] = {OURS: serve_ours, STATIC: serve_static, RADICALE: serve_radicale}


def serve(name: str, folder: Path) -> None:
    """Be one of the servers: say the port, then the CPU time used whenever a line comes."""
    set_up_logs()
    print(SERVERS[name](folder), flush=True)
    for _ in sys.stdin:
        print(time.process_time(), flush=True)


@contextmanager
def running(name: str, folder: Path, *, path: str, requests: int) -> Iterator[Client]:
    """One of the servers in a process of its own."""
    command = [sys.executable, "-m", "bench.feed", "--serve", name, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        _await(port)
        yield Client(Peer(name, process, port, path, requests))
    finally:
        process.kill()
        process.wait()


def measure(events: int, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of CPU for a request, by server and kind; the servers take turns, the median of rounds counts."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        path, body = furnish(folder, events)
        few = max(2, 2000 // events)
        clients = [
            stack.enter_context(running(OURS, folder, path=path, requests=400)),
            stack.enter_context(running(STATIC, folder, path="/feed.ics", requests=400)),
            stack.enter_context(running(RADICALE, folder, path="/bench/feed/", requests=few)),
        ]
        _fill(clients[-1].peer.port, body)
        costs: dict[str, dict[str, list[float]]] = {each.peer.name: {kind: [] for kind in KINDS} for each in clients}
        for _ in range(rounds + 1):
            for client in clients:
                for kind in KINDS:
                    costs[client.peer.name][kind].append(client.cost(kind))
        assert [each.statuses for each in clients[:2]] == 2 * [dict(zip(KINDS, (304, 200, 200), strict=True))]
        # The first round warms up.
        return {name: {kind: median(times[1:]) for kind, times in kinds.items()} for name, kinds in costs.items()}


def table(found: dict[str, dict[str, float]]) -> str:
    """The figures, each with how many static answers it costs."""
    lines = ["| CPU ms a request | " + " | ".join(f"{kind:>16}" for kind in KINDS) + " |"]
    lines.append("| ---------------- | " + " | ".join("-" * 16 for _ in KINDS) + " |")
    for name, costs in found.items():
        cells = [f"{costs[kind]:.3f} ({costs[kind] / found[STATIC][kind]:.2f})".rjust(16) for kind in KINDS]
        lines.append(f"| {name:<16} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Measure each size, print the tables, compare with the goal."""
    parser = argparse.ArgumentParser(description="Times polls of a feed beside its peers.")
    parser.add_argument("--events", type=int, nargs="+", default=[200, 1000], help="how many events a feed holds")
    parser.add_argument("--rounds", type=int, default=9, help="how often each server has its turn")
    parser.add_argument("--serve", nargs=2, metavar=("SERVER", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve[0], Path(chosen.serve[1]))
        return 0
    print(said())
    worst = 0.0
    for events in chosen.events:
        found = measure(events, chosen.rounds)
        print(f"{events} events; in brackets: as many static answers\n{table(found)}\n")
        worst = max(worst, found[OURS]["conditional"] / found[STATIC]["conditional"])
    verdict = "reached" if worst <= GOAL else "MISSED"
    print(f"goal: a conditional GET costs at most {GOAL} static answers; here {worst:.2f}: {verdict}")
    return 0 if worst <= GOAL else 1


def _fill(port: int, body: bytes) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    for method, path in (("PROPFIND", "/bench/"), ("PUT", "/bench/feed/")):
        content = body if method == "PUT" else b""
        connection.request(method, path, content, {**BASIC, "Content-Type": "text/calendar", "Depth": "0"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (201, 207), (method, answer.status)


def _in_thread(running: uvicorn.Server) -> int:
    threading.Thread(target=running.run, daemon=True).start()
    while not running.started:
        time.sleep(0.01)
    return int(running.servers[0].sockets[0].getsockname()[1])


def _await(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing answers on port {port}")


if __name__ == "__main__":
    sys.exit(main())
