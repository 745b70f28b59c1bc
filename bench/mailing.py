"""How fast a recap is mailed, beside a raw SMTP dialogue with the same letters, and how pages answer meanwhile.

    python -m bench.mailing [--letters 3400] [--rounds 3] [--only DATABASE] [--pipelining]

The mail server runs in a process of its own and takes the letters in turns: by a raw dialogue, which is smtplib's own
and only hands over what was written before, and by the outbox, which claims each letter, writes it, hands it over and
notes it as sent. Then the letters go once more while an organizer asks for the desk and a reader for a recap. Web and
worker share one process, as on SQLite. PostgreSQL is found as the tests find it, but waits for its disk. The median of
the rounds counts; ends with exit status 1 where a goal is missed.

With --pipelining the mail server offers to take several commands at once (RFC 2920), as most do: the outbox accepts,
the raw dialogue cannot. Without it both take the same turns.
"""

from __future__ import annotations

import argparse
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from os import cpu_count, getloadavg
from statistics import median, quantiles

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Dialogue
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from bench.databases import KINDS, opened
from bench.pace import said
from medixchange.accounts.models import Login
from medixchange.app import build
from medixchange.cli.serving import set_up_logs
from medixchange.db import Database
from medixchange.outbox.compose import compose
from medixchange.outbox.drain import drain
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.smtp import MailServer
from medixchange.schema import migrate
from medixchange.settings import Settings
from medixchange.tokens import digest, secret
from tests import make
from tests.outbox import mailing
from tests.recaps import stage as recaps
from tests.sessions import stage as sessions

RATE_GOAL = 0.5
"""Of a raw dialogue, at least."""
PAGE_GOAL = 250.0
"""Milliseconds that 99 of 100 pages take at most while letters go."""
NOW = make.NOW
PUBLIC_URL = recaps.PUBLIC_URL
DESK = sessions.DESK
PAUSE = 0.02
QUIET = 200
"""How often each page is asked for while no letter goes."""


@dataclass
class Taker:
    """Takes every letter and keeps none; ``pipelining`` says that it takes several commands at once."""

    pipelining: bool

    async def handle_EHLO(
        self, _server: SMTP, dialogue: Dialogue, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """Somebody greets; the name is aiosmtpd's."""
        dialogue.host_name = name
        return [answers[0], "250-PIPELINING", *answers[1:]] if self.pipelining else answers

    async def handle_DATA(self, _server: SMTP, _dialogue: Dialogue, _envelope: Envelope) -> str:
        """A letter comes in; the name is aiosmtpd's."""
        return "250 taken"


def serve(*, pipelining: bool) -> None:
    """Be the mail server: say the port, take letters until standard input ends."""

    class Door(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it serves by now
            super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types

    door = Door(Taker(pipelining), hostname="127.0.0.1", port=0)
    door.start()
    print(door.port, flush=True)
    sys.stdin.read()
    door.stop()


@contextmanager
def mail_server(*, pipelining: bool) -> Iterator[int]:
    """The port of one in a process of its own."""
    command = [sys.executable, "-m", "bench.mailing", "--serve", *(["--pipelining"] if pipelining else [])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


@dataclass
class Found:
    """What was measured, a figure for each round; ``pages`` by their path."""

    raw: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    quiet: dict[str, list[float]] = field(default_factory=dict)
    pages: list[dict[str, list[float]]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Of a raw dialogue, in the same round."""
        return median(ours / raw for ours, raw in zip(self.ours, self.raw, strict=True))

    def slowest(self, path: str) -> float:
        """The slowest hundredth of a page while letters go."""
        return median(hundredth(each[path]) for each in self.pages)


def hundredth(waits: list[float]) -> float:
    """What 99 of 100 take at most."""
    return quantiles(waits, n=100)[98]


def rate_of_dialogue(port: int, raw: list[tuple[str, bytes]]) -> float:
    """Letters a second of a dialogue that hands over what is written already."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as dialogue:
        for recipient, letter in raw:
            dialogue.sendmail(DESK.sender.email, [recipient], letter)
    return len(raw) / (time.perf_counter() - begun)


def rate_of_outbox(database: Database, port: int, number: int) -> float:
    """Letters a second until the outbox is empty."""
    begun, sent, more = time.perf_counter(), 0, True
    while more:
        done = drain(database, MailServer(f"smtp://127.0.0.1:{port}"), DESK, lambda: NOW)
        sent, more = sent + done.sent, done.is_more
    took = time.perf_counter() - begun
    with database.read() as db:
        waits = select(func.count()).where(
            Delivery.subject == mailing.SUBJECT, col(Delivery.state) != DeliveryState.SENT
        )
        left = db.exec(waits).one()
    assert (sent, left) == (number, 0), f"{sent} of {number} letters went, {left} are left"
    return number / took


def furnish(database: Database) -> tuple[str, TestClient]:
    """A recap that everybody may read, and an organizer at the desk: its path, and their browser."""
    migrate(database)
    token = secret()
    with database.write() as db:
        recap = recaps.published(db, sessions.set_up(db))
        sessions.send(db)
        ada = make.organizer(db, "Ada")
        db.add(Login(token_hash=digest(token), person_id=ada.id, created_at=NOW, expires_at=NOW + timedelta(days=9)))
    app = build(Settings(public_url=PUBLIC_URL), database, clock=lambda: NOW)
    browser = TestClient(app, base_url=PUBLIC_URL, headers={"Accept": "text/html"})
    browser.cookies.set("__Host-login", token)
    return f"/recaps/{recap.slug}/en", browser


def waits(browser: TestClient, paths: list[str], goes_on: Callable[[], bool]) -> dict[str, list[float]]:
    """Milliseconds that each page took, again and again in turn while ``goes_on``."""
    found: dict[str, list[float]] = {path: [] for path in paths}
    while goes_on():
        for path in paths:
            begun = time.perf_counter()
            assert browser.get(path).status_code == 200
            found[path].append(1000 * (time.perf_counter() - begun))
            time.sleep(PAUSE)
    return found


def measure(database: Database, number: int, rounds: int, *, pipelining: bool) -> tuple[list[str], Found]:
    """The pages that were asked for, and what was found on one database."""
    recap, browser = furnish(database)
    paths, written, found = ["/desk", recap], mailing.letters(number), Found()
    raw = [(each.to_email, compose(each, DESK, key=f"raw-{n}", posted_at=NOW)) for n, each in enumerate(written)]
    with mail_server(pipelining=pipelining) as port:
        mailing.promise_all(database, written, 0)
        rate_of_dialogue(port, raw)
        rate_of_outbox(database, port, number)
        still = iter(range(QUIET))
        found.quiet = waits(browser, paths, lambda: next(still, None) is not None)
        for each in range(1, rounds + 1):
            found.raw.append(rate_of_dialogue(port, raw))
            mailing.promise_all(database, written, each)
            found.ours.append(rate_of_outbox(database, port, number))
            mailing.promise_all(database, written, rounds + each)
            sending = threading.Thread(target=rate_of_outbox, args=(database, port, number))
            sending.start()
            found.pages.append(waits(browser, paths, sending.is_alive))
            sending.join()
    return paths, found


def report(name: str, number: int, paths: list[str], found: Found) -> bool:
    """Print each figure beside its goal; whether all are reached."""
    each = ", ".join(f"{ours:.0f}/{raw:.0f}" for ours, raw in zip(found.ours, found.raw, strict=True))
    print(f"{name}, {number} letters; load {getloadavg()[0]:.1f} on {cpu_count()} cores; a second, of raw ones: {each}")
    lines = [("letters, in raw dialogues", found.ratio, "0.2f", f"at least {RATE_GOAL}", found.ratio >= RATE_GOAL)]
    for path in paths:
        slow, together = found.slowest(path), [wait for page in found.pages for wait in page[path]]
        told = f"{path}, ms: p50 {median(together):.0f}; quiet {median(found.quiet[path]):.0f}, p99"
        told += f" {hundredth(found.quiet[path]):.0f}; p99"
        lines.append((told, slow, ".0f", f"at most {PAGE_GOAL:.0f}", slow <= PAGE_GOAL))
    for what, figure, form, goal, is_reached in lines:
        print(f"  {what:60} {figure:{form}}  (goal: {goal}) {'reached' if is_reached else 'MISSED'}")
    return all(is_reached for *_, is_reached in lines)


def main() -> int:
    """Measure on each database, compare with the goals."""
    parser = argparse.ArgumentParser(description="Times the mailing of a recap beside a raw SMTP dialogue.")
    parser.add_argument("--letters", type=int, default=3400, help="how many readers there are")
    parser.add_argument("--rounds", type=int, default=3, help="how often each has its turn")
    parser.add_argument("--only", choices=KINDS, help="on one database")
    parser.add_argument("--pipelining", action="store_true", help="with a mail server that offers it")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(pipelining=chosen.pipelining)
        return 0
    print(said())
    is_reached = True
    with tempfile.TemporaryFile("w") as log:
        set_up_logs(log)
        for name in [chosen.only] if chosen.only else KINDS:
            with opened(name) as database:
                paths, found = measure(database, chosen.letters, chosen.rounds, pipelining=chosen.pipelining)
            is_reached = report(name, chosen.letters, paths, found) and is_reached
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
