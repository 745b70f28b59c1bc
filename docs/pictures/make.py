"""Makes match.png again: the proposals for a request at the desk, in the demo's world. Run by `make picture`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests import need
from tests.browser import deciding, house
from tests.browser.conftest import ARGUMENTS
from tests.browser.person import Person

PICTURE = Path(__file__).parent / "match.png"
TOPIC = "Escalating oxygen therapy when intensive care beds run short"
WINDOW: ViewportSize = {"width": 1280, "height": 900}


def draw(browser: Browser, home: house.House) -> None:
    """The page as an organizer sees it, down to the end of the first proposal."""
    cookies = home.cookies_of(browser, "organizer")
    # In a city of the picture, so that no third clock stands in it.
    with browser.new_context(
        base_url=home.address, locale="en-GB", storage_state=cookies, timezone_id="Asia/Shanghai", viewport=WINDOW
    ) as context:
        page = context.new_page()
        deciding.open_request(Person(page), TOPIC)
        first = page.locator("section.card").first.bounding_box()
        assert first is not None
        height = first["y"] + first["height"] + 24
        page.screenshot(path=PICTURE, full_page=True, clip={"x": 0, "y": 0, "width": WINDOW["width"], "height": height})


def main() -> None:
    """Start the demo's world, draw, and end it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=need.chromium(), args=ARGUMENTS)
        with house.running(Path(folder)) as home:
            draw(browser, home)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
