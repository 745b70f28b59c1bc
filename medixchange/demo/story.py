"""Plays the demo's story over HTTP, as people at their browsers would, and checks each step."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medixchange.demo.letterbox import Kept, LetterBox
from medixchange.demo.telling import Telling
from medixchange.demo.visitor import Astray, Visitor
from medixchange.demo.world import ORGANIZER

PATIENCE = 30.0
PAUSE = 0.1

SIGN_IN_AS = (
    ("organizer", ORGANIZER),
    ("expert", "zhang.jia@fahzu.example.org"),
    ("interpreter", "keza@interpreters.example.org"),
    ("liaison of a hospital", "aline@king-faisal.example.org"),
)


def play(address: str, letters: LetterBox, telling: Telling) -> None:
    """The whole story. Raises StepFailed at the first step that does not do what it promises."""
    for role, email in SIGN_IN_AS:
        with telling.step(f"{email} ({role}) signs in by the link in a letter"), visitor(address) as person:
            sign_in(person, letters, email)


def guide(address: str, folder: Path) -> Iterator[str]:
    """Where to go from here, and as whom."""
    yield ""
    yield f"Open {address}"
    yield f"Every letter: {address}/demo/mailbox (as files under {folder / 'mail'})"
    yield f"To sign in, write one of these addresses at {address}/signin and follow the link in the letter box:"
    for role, email in SIGN_IN_AS:
        yield f"  {role}: {email}"


@contextmanager
def visitor(address: str, *, language: str = "en") -> Iterator[Visitor]:
    """Somebody at a browser of their own."""
    person = Visitor(address, language=language)
    try:
        yield person
    finally:
        person.close()


def sign_in(person: Visitor, letters: LetterBox, email: str) -> None:
    """Ask for a link, read the letter, follow it and press its button."""
    seen = len(letters.letters())
    person.open("/signin?next=/&lang=en")
    person.press("Send me a link", email=email)
    letter = await_letter(letters, email, after=seen)
    person.open(link_in(letter, "/signin/"))
    person.press("Sign in")
    person.expect("Sign out")


def await_letter(letters: LetterBox, recipient: str, *, after: int) -> Kept:
    """The first letter to ``recipient`` that came after the letter number ``after``.

    Raises Astray when none comes in time.
    """
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        for letter in letters.letters()[after:]:
            if letter.recipient == recipient:
                return letter
        time.sleep(PAUSE)
    raise Astray(f"no letter to {recipient} came within {PATIENCE:.0f} seconds")


def link_in(letter: Kept, part: str) -> str:
    """The first address in the letter's text that contains ``part``. Raises Astray where there is none."""
    for address in re.findall(r"https?://\S+", letter.text):
        if part in address:
            return str(address).rstrip(".,)")
    raise Astray(f"the letter “{letter.subject}” to {letter.recipient} has no link with {part}")
