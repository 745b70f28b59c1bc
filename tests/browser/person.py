"""Somebody at a browser who reads the pages in a language of their own, and clicks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from medixchange.i18n import words

Answers = Mapping[str, "str | list[str]"]
PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s")
LOOKS = 120
PAUSE = 250.0  # milliseconds


@dataclass
class Person:
    """Reads ``page`` in ``language``; buttons, links and sentences are named by their English source."""

    page: Page
    language: str = "en"

    def open(self, address: str) -> None:
        """Go to ``address``."""
        self.page.goto(address)

    def fill(self, answers: Answers) -> None:
        """Answer the fields of the page by their names: texts are typed, lists and boxes chosen."""
        for name, answer in answers.items():
            fields = self.page.locator(f'main [name="{name}"]')
            for value in [answer] if isinstance(answer, str) else answer:
                self._answer(fields, value)

    def press(self, button: str, *, within: str = "main") -> None:
        """Press the first button with these words."""
        self.page.locator(within).get_by_role("button", name=self._pattern(button)).first.click()

    def follow(self, link: str, *, within: str = "main") -> None:
        """Follow the first link with these words."""
        self.page.locator(within).get_by_role("link", name=self._pattern(link)).first.click()

    def expect(self, *sentences: str) -> None:
        """Fail unless the page shows each sentence."""
        for sentence in sentences:
            expect(self.page.locator("main").get_by_text(self._pattern(sentence)).first).to_be_visible()

    def until(self, link: str) -> None:
        """Load the page again and again until it has a link with these words."""
        self._until(self.page.locator("main").get_by_role("link", name=self._pattern(link)), link)

    def until_said(self, sentence: str, *, times: int = 1) -> None:
        """Load the page again and again until it shows ``sentence``, or so many times."""
        self._until(self.page.locator("main").get_by_text(self._pattern(sentence)).nth(times - 1), sentence)

    def _until(self, wanted: Locator, told: str) -> None:
        for _ in range(LOOKS):
            if wanted.first.is_visible():
                return
            self.page.wait_for_timeout(PAUSE)
            self.page.reload()
        raise AssertionError(f"“{told}” never came on {self.page.url}: {self.page.inner_text('main')[:600]}")

    def _answer(self, fields: Locator, value: str) -> None:
        kind = fields.first.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            fields.and_(self.page.locator(f'[value="{value}"]')).check()
        elif kind == "select-one":
            fields.select_option(value)
        else:
            fields.fill(value)

    def said(self, text: str) -> str:
        """``text`` in this reader's language."""
        return words(self.language).gettext(text)

    def _pattern(self, text: str) -> re.Pattern[str]:
        """``text`` as this reader sees it, whatever its placeholders stand for."""
        return re.compile(PLACEHOLDER.sub(".+", re.escape(self.said(text))))
