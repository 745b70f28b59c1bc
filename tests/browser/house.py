"""The program as the demo runs it, and the people who come to it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState
from pydantic import SecretStr

from medixchange.app import build
from medixchange.cli import demo, serving
from medixchange.cli.opened import setup_told
from medixchange.db import Database
from medixchange.demo.letterbox import LOOPBACK, Kept, LetterBox
from medixchange.demo.moves import link_in, wait_for
from medixchange.demo.organizer import ORGANIZER
from medixchange.schema import migrate
from medixchange.settings import Settings

PEOPLE = {
    "organizer": ORGANIZER,
    "expert": "zhang.jia@fahzu.example.org",
    "interpreter": "keza@interpreters.example.org",
    "liaison": "aline@king-faisal.example.org",
}
PATIENCE = 30.0
PAUSE = 0.1
ERRORS = "errors.txt"


@dataclass
class House:
    """The program at ``address``, its letters, its database, and the cookies of those who signed in."""

    address: str
    letters: LetterBox
    database: Database
    _cookies: dict[str, StorageState] = field(default_factory=dict)

    def link(self, email: str, part: str, *, about: str = "", after: int = 0) -> str:
        """The address with ``part`` in the first letter that has one, of those to ``email`` (empty: to anybody) after
        number ``after`` whose subject names ``about``."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            for letter in self.letters.letters(after):
                if email in ("", letter.recipient) and about in letter.subject and part in letter.text:
                    return link_in(letter, part)
            time.sleep(PAUSE)
        raise AssertionError(f"no letter with {part} came to {email}")

    def ask_for_link(self, browser: Browser, email: str) -> str:
        """The link to sign in that a letter brings to ``email``."""
        seen = len(self.letters.letters())
        with browser.new_context(base_url=self.address, locale="en-GB") as context:
            self._ask(context.new_page(), email)
        return self.link(email, "/signin/", after=seen)

    def cookies_of(self, browser: Browser, role: str) -> StorageState:
        """What the browser keeps of somebody who signed in by the link in a letter, once for each role or address."""
        if role not in self._cookies:
            with browser.new_context(locale="en-GB") as context:
                self._sign_in(context.new_page(), PEOPLE.get(role, role))
                self._cookies[role] = context.storage_state()
        return self._cookies[role]

    def keep_cookies(self, role: str, cookies: StorageState) -> None:
        """What the browser of this role keeps from now on."""
        self._cookies[role] = cookies

    def forget(self, role: str) -> None:
        """Sign in anew the next time: the login is too old."""
        self._cookies.pop(role, None)

    def _sign_in(self, page: Page, email: str) -> None:
        seen = len(self.letters.letters())
        self._ask(page, email)
        page.goto(self.link(email, "/signin/", after=seen))
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        # In whichever language their profile says.
        page.locator('form[action="/signout"]').wait_for()

    def _ask(self, page: Page, email: str) -> None:
        page.goto(f"{self.address}/signin?next=/")
        page.get_by_label("Your mail address").fill(email)
        page.get_by_role("button", name="Send me a link").click()
        page.get_by_role("heading", name="Look into your mail").wait_for()


def asked(house: House, *, after: int) -> Kept:
    """The first letter after number ``after`` that asks for an answer."""
    return wait_for(
        "an invitation", lambda: next((each for each in house.letters.letters(after) if "/answer/" in each.text), None)
    )


@contextmanager
def untouched(folder: Path) -> Iterator[str]:
    """The address that sets up a program in which nobody decides yet, while it serves its pages."""
    with serving.listen(LOOPBACK, 0) as door:
        port = door.getsockname()[1]
        settings = Settings(
            database_url=SecretStr(f"sqlite:///{folder / 'new.db'}"), public_url=f"http://{LOOPBACK}:{port}"
        )
        database = Database(settings.database_url.get_secret_value())
        migrate(database)
        told = setup_told(settings, database, now=datetime.now(UTC))
        server = serving.server(build(settings, database))
        thread = threading.Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        try:
            serving.wait_for(server, thread)
            yield told.splitlines()[-1]
        finally:
            server.should_exit = True
            thread.join()
            database.close()


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """The whole program over a new demo world in ``folder``, in a process of its own while the block runs."""
    with (folder / ERRORS).open("w") as errors:
        served = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.served", str(folder)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert served.stdin is not None
    assert served.stdout is not None
    database = Database(f"sqlite:///{folder / demo.DATABASE}")
    try:
        address = served.stdout.readline().strip()
        assert address, (folder / ERRORS).read_text("utf-8")
        yield House(address, LetterBox(folder / demo.MAIL), database)
    finally:
        database.close()
        served.stdin.close()
        try:
            served.wait(PATIENCE)
        finally:
            served.kill()
            served.stdout.close()
