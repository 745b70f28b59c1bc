"""A calendar program that is subscribed to somebody's feed."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from medixchange.demo.letterbox import LetterBox
from medixchange.demo.moves import Entry, entries, sign_in, visitor, wait_for
from medixchange.demo.visitor import PATIENCE, Astray


@dataclass
class Subscription:
    """Asks for one feed again and again, as calendar programs do; ``etag`` is that of the last answer."""

    feed: str
    etag: str = ""

    def expect(self, wanted: Entry) -> None:
        """Wait until the feed holds ``wanted``, then ask once more: nothing new may come.

        Raises Astray when it does not, or when the program sends what the calendar has already.
        """
        wait_for(f"{wanted} in {self.feed}", lambda: wanted in self._refresh() or None)
        again = httpx.get(self.feed, headers={"If-None-Match": self.etag}, timeout=PATIENCE)
        if again.status_code != httpx.codes.NOT_MODIFIED:
            raise Astray(f"{self.feed} answered {again.status_code} to a calendar that has everything")

    def _refresh(self) -> list[Entry]:
        answer = httpx.get(self.feed, timeout=PATIENCE)
        if answer.status_code != httpx.codes.OK:
            raise Astray(f"{self.feed} answered {answer.status_code}: {answer.text[:300]}")
        self.etag = answer.headers["ETag"]
        return entries(answer.text)


def subscribe(address: str, letters: LetterBox, email: str) -> Subscription:
    """Sign in as ``email``, make the address of the feed and take it from the page, which shows it once."""
    with visitor(address) as person:
        sign_in(person, letters, email, onward="/me/feed")
        person.press("Make an address")
        shown = [link for link in person.links("/feed/") if link.startswith("http")]
        if not shown:
            raise Astray(f"no address of a feed on {person.address}: {person.text[:600]}")
        return Subscription(shown[0])
