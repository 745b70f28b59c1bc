"""One program with the demo's world and one Chromium for all tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import need
from tests.browser import house as houses
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.stage import Stage
from tests.browser.windows import HEIGHT, PATIENCE, ZONE, Windows

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

Opens = Callable[..., Page]
People = Callable[..., Person]

in_two_languages = pytest.mark.parametrize("language", ["en", pytest.param("zh-Hans", marks=pytest.mark.sweep)])


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser; each visitor comes with an empty cache and no cookies."""
    path = need.chromium()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The program at work, with the people of the demo's world."""
    with houses.running(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="package")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that sets up another program, in which nobody decides yet."""
    with houses.untouched(tmp_path_factory.mktemp("untouched")) as address:
        yield address


@pytest.fixture(scope="package")
def stage(house: House, chromium: Browser, first_run: str) -> Stage:
    """What the pages are about, made once."""
    return Stage(house, Windows(chromium, house.address), first_run)


@pytest.fixture
def opens(chromium: Browser, house: House) -> Iterator[Opens]:
    """Opens a page of a new visitor: ``opens(role="expert", language="ar", width=390)``."""
    with ExitStack() as stack:

        def opening(*, role: str = "", language: str = "en", width: int = 1280) -> Page:
            context = chromium.new_context(
                base_url=house.address,
                locale=language,
                storage_state=house.cookies_of(chromium, role) if role else None,
                timezone_id=ZONE,
                viewport={"width": width, "height": HEIGHT},
            )
            context.set_default_timeout(PATIENCE)
            # Chosen as by the menu: what stands in a profile would win over the browser's language.
            context.add_cookies([{"name": "medixchange-language", "value": language, "url": house.address}])
            stack.callback(context.close)
            return context.new_page()

        yield opening


@pytest.fixture
def people(opens: Opens) -> People:
    """Somebody at a browser: ``people("zh-Hans", role="organizer")``."""
    return lambda language, **who: Person(opens(language=language, **who), language)
