"""Every page of the program: the route it stands on, who sees it, and a way to its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from tests.browser.stage import Stage

Way = Callable[[Stage], str]


@dataclass(frozen=True)
class Place:
    """One page; ``name`` tells apart the pages of one route, ``status`` is what it answers."""

    route: str
    name: str
    way: Way
    role: str = ""
    status: int = 200


def at(address: str) -> Way:
    """An address that is always the same."""
    return lambda _stage: address


NOT_PAGES = {
    "/static/{name}": "style, script and pictures",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/demo/mailbox/{number}/html": "the HTML of a letter, in a sandbox",
    "/demo/mailbox/{number}/letter.eml": "a file",
}

PLACES = (
    Place("/", "first page", at("/")),
    Place("/", "first page of an organizer", at("/"), role="organizer"),
    Place("/signin", "sign in", at("/signin")),
    Place("/signin/{token}", "button behind the link", attrgetter("signin_link")),
    Place("", "not found", at("/nowhere"), status=404),
    Place("/demo/mailbox", "letter box", at("/demo/mailbox")),
    Place("/demo/mailbox/{number}", "letter", attrgetter("letter")),
)
