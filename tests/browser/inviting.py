"""What is asked for in the journeys, and the invitations that follow."""

from __future__ import annotations

import time

from medixchange.demo.letterbox import Kept
from tests.browser.asking import Wish
from tests.browser.house import PATIENCE, PAUSE
from tests.browser.person import Person
from tests.browser.stage import Stage


def wished(topic: str, language: str) -> Wish:
    """A wish in French, which experts and hospital have not in common: interpreters are needed."""
    return Wish(
        "king-faisal", f"lea.{language.lower()}@king-faisal.example.org", f"{topic} ({language})", language="fr"
    )


def everybody(organizer: Person) -> int:
    """How many belong to the session that the page shows."""
    return organizer.page.locator("section[aria-labelledby=who] > ul:first-of-type > li").count()


def invitations(stage: Stage, organizer: Person, *, after: int) -> list[Kept]:
    """The letters that ask for an answer, one to each who belongs to the session, since the letter number ``after``."""
    ends = time.monotonic() + PATIENCE
    found: list[Kept] = []
    while len(found) < everybody(organizer) and time.monotonic() < ends:
        time.sleep(PAUSE)
        found = [letter for letter in stage.house.letters.letters()[after:] if "/answer/" in letter.text]
    assert len({letter.recipient for letter in found}) == len(found) == everybody(organizer)
    return found


def open_invitation(somebody: Person, letter: Kept) -> None:
    """Read the letter in the letter box, and follow its link."""
    somebody.open(f"/demo/mailbox/{letter.number}")
    somebody.page.locator('main a[href*="/answer/"]').click()
