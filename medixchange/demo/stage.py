"""Where the demo's story plays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from medixchange.demo.calendars import Subscription, subscribe
from medixchange.demo.letterbox import Kept, LetterBox
from medixchange.demo.telling import Telling


@dataclass(frozen=True)
class Booked:
    """A session that stands: its page at the desk, the newest letter to each one who comes, and the last one to those
    who were invited and do not come."""

    address: str
    letters: list[Kept]
    gone: list[Kept] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """Where the story plays: the program's address, its letter box, who tells it, the week of the sessions, the
    folder for what is printed, and the calendars that were subscribed so far, by mail address."""

    address: str
    letters: LetterBox
    telling: Telling
    week: date
    prints: Path
    calendars: dict[str, Subscription] = field(default_factory=dict)

    def calendar_of(self, email: str) -> Subscription:
        """The calendar of ``email``, subscribed now where it was not before."""
        if email not in self.calendars:
            self.calendars[email] = subscribe(self.address, self.letters, email)
        return self.calendars[email]
