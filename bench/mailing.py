"""How fast a recap is mailed, beside a raw SMTP dialogue with the same letters, and how the desk answers meanwhile.

    python bench/mailing.py [--letters 3400] [--rounds 3] [--database URL]

The mail server runs in a process of its own and takes the letters in turns: by a raw dialogue, which only hands over
what was written before, and by the outbox, which claims each letter, writes it, hands it over and notes it as sent.
Web and worker share one process, as on SQLite. Ends with exit status 1 when the outbox is slower than GOAL raw ones.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Dialogue
from fastapi import FastAPI
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from medixchange.accounts.models import Login
from medixchange.app import build
from medixchange.calendars.meeting import Party
from medixchange.cli.serving import set_up_logs
from medixchange.db import Database
from medixchange.outbox.compose import Desk, compose
from medixchange.outbox.drain import drain
from medixchange.outbox.letters import Letter, Links
from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import Promise, post_all
from medixchange.outbox.smtp import MailServer
from medixchange.people import actions as people
from medixchange.recaps.about import About, Author
from medixchange.recaps.lettering import Addressee, letter_of, told
from medixchange.recaps.models import Recap, RecapRevision, RecapVersion
from medixchange.schema import migrate
from medixchange.settings import Settings
from medixchange.templating import environment
from medixchange.tokens import Mint, digest, secret, seed

GOAL = 0.5
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
PUBLIC_URL = "https://exchange.example.org"
DESK = Desk(environment(), Links(PUBLIC_URL, Mint("k" * 40)), Party("MediXchange", "mx@example.org"))
READ = ("en", "zh-Hans", "fr", "ar", "id", "sw")
"""What readers read, in turn; the recap is there in the first four."""
WRITTEN = READ[:4]
PAUSE = 0.02
QUIET = 200
"""How often the desk is asked while no letter goes."""


class Taker:
    """Takes every letter and keeps none."""

    async def handle_DATA(self, _server: SMTP, _dialogue: Dialogue, _envelope: Envelope) -> str:
        """A letter comes in; the name is aiosmtpd's."""
        return "250 taken"


def serve() -> None:
    """Be the mail server: say the port, take letters until standard input ends."""

    class Door(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it serves by now
            super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types

    door = Door(Taker(), hostname="127.0.0.1", port=0)
    door.start()
    print(door.port, flush=True)
    sys.stdin.read()
    door.stop()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """One in a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield MailServer(f"smtp://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.stdin.close()
        process.wait()


def letters(number: int) -> list[Letter]:
    """Letters with the recap of the demo to readers of several languages, on a list that one can leave."""
    facts = About(
        1,
        "MX-2025",
        "Prone position",
        NOW,
        NOW + timedelta(hours=1),
        "CHUK",
        "Kigali",
        "RW",
        "Africa/Kigali",
        (Author("Li Yi 李乙", "The First Affiliated Hospital"),),
    )
    recap = Recap(id=1, session_id=1, slug="mx-2025", original="en", created_at=NOW)
    telling = {}
    for place, language in enumerate(WRITTEN, start=1):
        whole = files("medixchange.demo").joinpath("recap", f"{language}.md").read_text("utf-8")
        title, _, text = whole.partition("\n\n")
        version = RecapVersion(id=place, recap_id=1, language=language, published=1)
        revision = RecapRevision(version_id=place, number=1, title=title, text=text, author_id=1, at=NOW)
        telling[language] = told(recap, facts, version, revision, old=None, note="Thank you all.")
    made = []
    for place in range(number):
        language = READ[place % len(READ)]
        reader = Addressee(
            f"Reader {place} 读者", f"reader{place}@hospital{place % 90}.example.org", language, "Africa/Kigali"
        )
        gets = telling[language if language in WRITTEN else "en"]
        made.append(letter_of("recap", gets, reader, own=seed(), leave=seed(), list_name="Ministry of Health"))
    return made


def post(database: Database, written: list[Letter], number: int) -> None:
    """Promise the letters once more, in round ``number``."""
    with database.write() as db:
        reader = people.ensure_person(
            db, name="All", email="all@example.org", language="en", zone="UTC", country="RW", now=NOW
        )
        promises = [Promise(letter, f"recap-1-{place}-en-{number}", reader.id) for place, letter in enumerate(written)]
        post_all(db, promises, subject="recap:1", now=NOW)


def rate_of_dialogue(server: MailServer, written: list[Letter]) -> float:
    """Letters a second of a dialogue that hands over what is written already."""
    raw = [compose(each, DESK, key=f"raw-{place}", posted_at=NOW) for place, each in enumerate(written)]
    begun = time.perf_counter()
    with server.connect() as connection:
        for letter, bytes_ in zip(written, raw, strict=True):
            connection.send(DESK.sender.email, letter.to_email, bytes_)
    return len(written) / (time.perf_counter() - begun)


def rate_of_outbox(database: Database, server: MailServer, number: int) -> float:
    """Letters a second until the outbox is empty."""
    begun, sent, more = time.perf_counter(), 0, True
    while more:
        done = drain(database, server, DESK, lambda: NOW)
        sent, more = sent + done.sent, done.is_more
    took = time.perf_counter() - begun
    with database.read() as db:
        left = db.exec(select(func.count()).where(col(Delivery.state) != DeliveryState.SENT)).one()
    assert (sent, left) == (number, 0), f"{sent} of {number} letters went, {left} are left"
    return number / took


def organizer(app: FastAPI, database: Database) -> TestClient:
    """An organizer at the desk."""
    token = secret()
    with database.write() as db:
        ada = people.ensure_person(
            db, name="Ada", email="ada@example.org", language="en", zone="Africa/Kigali", country="RW", now=NOW
        )
        people.ensure_organizer(db, ada, actor="bench", now=NOW)
        db.add(Login(token_hash=digest(token), person_id=ada.id, created_at=NOW, expires_at=NOW + timedelta(days=9)))
    browser = TestClient(app, base_url=PUBLIC_URL, headers={"Accept": "text/html"})
    browser.cookies.set("__Host-login", token)
    return browser


def waits(browser: TestClient, goes_on: Callable[[], bool]) -> list[float]:
    """Milliseconds that the desk took to answer, again and again while ``goes_on``."""
    found = []
    while goes_on():
        begun = time.perf_counter()
        assert browser.get("/desk").status_code == 200
        found.append(1000 * (time.perf_counter() - begun))
        time.sleep(PAUSE)
    return found


def spread(found: list[float]) -> str:
    """The median and the slowest hundredth."""
    return f"p50 {median(found):.0f} ms, p99 {quantiles(found, n=100)[98]:.0f} ms"


def measure(database: Database, number: int, rounds: int) -> float:
    """Print what is found on one database; the outbox's rate in raw dialogues."""
    migrate(database)
    written = letters(number)
    app = build(Settings(public_url=PUBLIC_URL), database, clock=lambda: NOW)
    browser = organizer(app, database)
    raw, ours = list[float](), list[float]()
    with mail_server() as server:
        for each in range(rounds + 1):
            raw.append(rate_of_dialogue(server, written))
            post(database, written, each)
            ours.append(rate_of_outbox(database, server, number))
        still = iter(range(QUIET))
        quiet = waits(browser, lambda: next(still, None) is not None)
        post(database, written, rounds + 1)
        mailing = threading.Thread(target=rate_of_outbox, args=(database, server, number))
        mailing.start()
        busy = waits(browser, mailing.is_alive)
        mailing.join()
    # The first round warms up.
    ratio = median(ours[1:]) / median(raw[1:])
    print(
        f"{database.url.get_backend_name():>10}: outbox {median(ours[1:]):4.0f} letters a second, raw dialogue "
        f"{median(raw[1:]):4.0f}: {ratio:.2f} (goal {GOAL})"
    )
    print(f"{'':>10}  the desk: quiet {spread(quiet)}; while {number} letters go {spread(busy)}")
    return ratio


def main() -> int:
    """Measure on each database, compare with the goal."""
    parser = argparse.ArgumentParser(description="Times the mailing of a recap beside a raw SMTP dialogue.")
    parser.add_argument("--letters", type=int, default=3400, help="how many readers there are")
    parser.add_argument("--rounds", type=int, default=3, help="how often each has its turn")
    parser.add_argument("--database", action="append", default=[], help="an empty database; without it a SQLite file")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve()
        return 0
    with tempfile.TemporaryDirectory() as folder, open(Path(folder) / "log", "w") as log:
        set_up_logs(log)
        worst = 1.0
        for url in chosen.database or [f"sqlite:///{folder}/medixchange.db"]:
            database = Database(url)
            worst = min(worst, measure(database, chosen.letters, chosen.rounds))
            database.close()
    print(f"goal: at least {GOAL} raw dialogues; here {worst:.2f}: {'reached' if worst >= GOAL else 'MISSED'}")
    return 0 if worst >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
