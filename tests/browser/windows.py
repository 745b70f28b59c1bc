"""Windows that stay open: a new one is a process of its own in Chromium, which takes longer than the visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.watch import Watch

PATIENCE = 15_000.0  # milliseconds
HEIGHT = 900
ZONE = "America/New_York"
# The page stays until the next visitor comes: to leave it for one from elsewhere, even an empty one, is a new process.
LEAVE = """() => {
    stop();
    for (let timer = setTimeout(() => {}); timer; timer--) clearTimeout(timer);
    localStorage.clear();
    sessionStorage.clear();
}"""


class Kind(NamedTuple):
    """What cannot be changed in a window that is open."""

    language: str = "en"
    script: bool = True


class Windows:
    """Windows of one browser that are lent to one visitor after the other.

    Each visitor finds theirs as a new one: no cookies but their own, nothing stored, nothing noted, and a cache that is
    empty and stays so.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self._address = browser, address
        self._free: dict[Kind, list[Watch]] = defaultdict(list)

    @contextmanager
    def one(self, kind: Kind, kept: StorageState | None = None, *, width: int = 1280) -> Iterator[Watch]:
        """A window that nobody else has while the block runs, with the cookies that its visitor has ``kept``."""
        free = self._free[kind]
        window = free.pop() if free else self._new(kind)
        context = window.page.context
        if kept:
            context.add_cookies(kept["cookies"])  # type: ignore[arg-type]  # what is kept and what is set differ in name
        # Chosen as by the menu: what stands in a profile would win over the browser's language.
        context.add_cookies([{"name": "medixchange-language", "value": kind.language, "url": self._address}])
        window.page.set_viewport_size({"width": width, "height": HEIGHT})
        window.page.emulate_media(color_scheme="light")
        yield window
        if _is_new_again(window.page):
            window.forget()
            free.append(window)

    def _new(self, kind: Kind) -> Watch:
        context = self.browser.new_context(
            base_url=self._address, java_script_enabled=kind.script, locale=kind.language, timezone_id=ZONE
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        return Watch(page)


def _is_new_again(page: Page) -> bool:
    """Take away what the visitor left; a window that they closed, or opened another from, is given up."""
    context = page.context
    if context.pages != [page]:
        context.close()
        return False
    page.evaluate(LEAVE)
    context.clear_cookies()
    return True
