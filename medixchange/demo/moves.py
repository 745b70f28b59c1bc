"""What people of the demo's story do: sign in, wait for letters, follow their links, read calendars."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from icalendar import Calendar

from medixchange.demo.letterbox import Kept, LetterBox
from medixchange.demo.visitor import Astray, Visitor
from medixchange.i18n import words

PATIENCE = 60.0
PAUSE = 0.1
PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s")

Found = TypeVar("Found")


@dataclass(frozen=True)
class Entry:
    """One session as a calendar program reads it."""

    uid: str
    sequence: int
    status: str
    starts: datetime


@contextmanager
def visitor(address: str, *, language: str = "en") -> Iterator[Visitor]:
    """Somebody at a browser of their own."""
    person = Visitor(address, language=language)
    try:
        yield person
    finally:
        person.close()


def sign_in(person: Visitor, letters: LetterBox, email: str, *, onward: str = "/") -> None:
    """Ask for a link, read the letter, follow it and press its button."""
    seen = letters.count()
    person.open(f"/signin?next={onward}&lang=en")
    person.press("Send me a link", email=email)
    letter = await_letter(letters, email, after=seen)
    person.open(link_in(letter, "/signin/"))
    person.press("Sign in")
    person.expect("Sign out")


def await_letter(letters: LetterBox, recipient: str, *, after: int) -> Kept:
    """The first letter to ``recipient`` that came after the letter number ``after``.

    Raises Astray when none comes in time.
    """
    return wait_for(
        f"a letter to {recipient}",
        lambda: next((each for each in letters.letters(after) if each.recipient == recipient), None),
    )


def await_letters(letters: LetterBox, number: int, method: str, *, after: int) -> list[Kept]:
    """The next ``number`` letters after the letter number ``after`` whose calendar object says ``method``.

    Raises Astray when fewer come in time, or more than that are there.
    """

    def arrived() -> list[Kept] | None:
        found = [each for each in letters.letters(after) if each.calendar and f"METHOD:{method}" in each.calendar]
        if len(found) > number:
            raise Astray(f"{len(found)} letters with METHOD:{method} came, not {number}")
        return found if len(found) == number else None

    return wait_for(f"{number} letters with METHOD:{method}", arrived)


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """What ``look`` finds, looking again until it is there. Raises Astray when it does not come in time."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = look()
        if found is not None:
            return found
        time.sleep(PAUSE)
    raise Astray(f"{what} did not come within {PATIENCE:.0f} seconds")


def reload_until(person: Visitor, words: str, *, but: str = "") -> None:
    """Load the page again until it shows ``words``, and no longer ``but``. Raises Astray when it does not in time."""

    def look() -> bool | None:
        shown = person.open(person.address)
        return (words in shown and not (but and but in shown)) or None

    try:
        wait_for(f"“{words}”", look)
    except Astray:
        person.expect(words)


def link_in(letter: Kept, part: str) -> str:
    """The first address in the letter's text that contains ``part``. Raises Astray where there is none."""
    for address in re.findall(r"https?://\S+", letter.text):
        if part in address:
            return str(address).rstrip(".,)")
    raise Astray(f"the letter “{letter.subject}” to {letter.recipient} has no link with {part}")


def letters_saying(letters: LetterBox, subject: str, number: int, *, after: int) -> list[Kept]:
    """The next ``number`` letters after the letter number ``after`` whose subject says ``subject``, an English text of
    the catalogues, each in its own language.

    Raises Astray when fewer come in time.
    """

    def arrived() -> list[Kept] | None:
        found = [each for each in letters.letters(after) if says(each, subject)]
        return found if len(found) >= number else None

    return wait_for(f"{number} letters that say “{subject}”", arrived)


def says(letter: Kept, subject: str) -> bool:
    """Whether the letter's subject is ``subject`` in its own language, whatever its placeholders stand for."""
    said = words(str(letter.message["Content-Language"])).gettext(subject)
    wanted, found = (" ".join(text.split()) for text in (said, letter.subject))  # headers keep plain blanks only
    return re.fullmatch(PLACEHOLDER.sub(".+", re.escape(wanted)), found) is not None


def entries(calendar: str) -> list[Entry]:
    """The sessions in an iCalendar text."""
    return [
        Entry(str(event["UID"]), event.decoded("SEQUENCE"), str(event["STATUS"]), event.decoded("DTSTART"))
        for event in Calendar.from_ical(calendar).walk("VEVENT")
    ]


def entry_in(letter: Kept) -> Entry:
    """The one session that the letter puts into a calendar. Raises Astray where it is not one."""
    found = entries(letter.calendar or "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    if len(found) != 1:
        raise Astray(f"the letter “{letter.subject}” to {letter.recipient} holds {len(found)} sessions, not one")
    return found[0]


def same_entry(kept: list[Kept]) -> Entry:
    """The session that all of the letters hold alike. Raises Astray where they differ."""
    found = {entry_in(letter) for letter in kept}
    if len(found) != 1:
        raise Astray(f"letters to different people tell different sessions: {sorted(map(str, found))}")
    return found.pop()
