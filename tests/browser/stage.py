"""What the pages are about, set up once by the people themselves: letters asked for, requests made, sessions held."""

from __future__ import annotations

from functools import cached_property

from playwright.sync_api import Browser

from tests.browser.house import House

SOMEBODY_ELSE = "li.yi@fahzu.example.org"


class Stage:
    """Addresses of pages that are not always there; each is made when the first test asks for it."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house = house
        self.browser = browser

    @cached_property
    def signin_link(self) -> str:
        """A link to sign in, asked for in another browser than the one that opens it."""
        return self.house.ask_for_link(self.browser, SOMEBODY_ELSE)

    @cached_property
    def letter(self) -> str:
        """The first letter in the letter box."""
        assert self.signin_link
        return "/demo/mailbox/1"
