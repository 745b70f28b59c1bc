"""Where a letter stands at the desk: what it is, why it did not go, and the page of what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medixchange.messages import Message
from medixchange.outbox.actions import UNSENT
from medixchange.outbox.models import Delivery
from medixchange.outbox.why import Why, why_of
from medixchange.web.desk.said import LETTERS, Tag, kind_of

PAGES: Mapping[str, str] = {
    "request": "/desk/requests/{}",
    "session": "/desk/sessions/{}",
    "recap": "/desk/recaps/{}/mail",
}
"""The page of what a letter is about, by the word before the number of its subject."""


@dataclass(frozen=True)
class Row:
    """A letter, what it is, where it stands, the page of what it is about, whether it needs somebody, and why."""

    delivery: Delivery
    kind: Message
    tag: Tag
    about: str
    is_stuck: bool
    why: Why | None


def row_of(delivery: Delivery) -> Row:
    """The letter as a list shows it."""
    what, _, number = delivery.subject.partition(":")
    about = PAGES[what].format(number) if what in PAGES else ""
    is_stuck = delivery.state in UNSENT
    return Row(delivery, kind_of(delivery), LETTERS[delivery.state], about, is_stuck, why_of(delivery))
