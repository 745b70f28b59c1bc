"""An organizer's way through a plan of many requests, click by click."""

from __future__ import annotations

import re

from tests.browser.person import Person

ROWS = "main .grid .rows > li"


def make_plan(organizer: Person, *, seconds: str) -> str:
    """Ask for a plan, see how far it is, and wait until it is ready; gives its address."""
    organizer.open("/desk")
    organizer.follow("Plan all")
    organizer.fill({"seconds": seconds})
    organizer.press("Make a plan")
    organizer.expect("How far it is", "Stop, and take the best plan so far")
    told = organizer.page.locator("#under-way").inner_text()
    organizer.page.wait_for_function("old => document.querySelector('#under-way')?.innerText !== old", arg=told)
    organizer.until_said("How good it is")
    return organizer.page.url.partition("?")[0]


def pills(organizer: Person) -> dict[str, int]:
    """How many requests the page says there are of each kind."""
    texts = organizer.page.locator("main nav .pills a").all_inner_texts()
    found = (re.fullmatch(r"(.+) \( ?(\d+) ?\)", " ".join(text.split())) for text in texts)
    return {each[1]: int(each[2]) for each in found if each}


def rows(organizer: Person, having: str = "") -> list[str]:
    """The words of each request on the page that says ``having``."""
    return organizer.page.locator(ROWS, has_text=having).all_inner_texts()


def refuse(organizer: Person, *topics: str) -> None:
    """Tick the requests about ``topics`` on the page, nothing else, and refuse them."""
    assert organizer.page.locator("main input:checked").count() == 0
    for topic in topics:
        organizer.page.locator(ROWS, has_text=topic).get_by_role("checkbox").check()
    organizer.press("Refuse those that are ticked")
    organizer.expect("Refused: these requests stay as they are.")


def topics(organizer: Person) -> list[str]:
    """What the requests on the page are about."""
    return organizer.page.locator(f"{ROWS} h2").all_inner_texts()


def find(organizer: Person, address: str, topic: str) -> None:
    """Turn the pages from ``address`` on until the request about ``topic`` is there."""
    organizer.open(address)
    while topic not in topics(organizer):
        pages = organizer.page.locator("nav .pills").last
        pages.locator("li:has([aria-current=page]) + li a").click()
