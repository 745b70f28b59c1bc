"""An organizer's way at the desk, click by click."""

from __future__ import annotations

import re

from tests.browser.person import Person


def open_topic(organizer: Person, topic: str) -> None:
    """From the desk to the request, or the session, about ``topic``."""
    organizer.open("/desk")
    organizer.page.get_by_role("link", name=topic, exact=True).first.click()


def open_request(organizer: Person, topic: str) -> None:
    """From the desk to the request about ``topic``, once its proposals are there."""
    open_topic(organizer, topic)
    organizer.until("Preview and approve")


def approve(organizer: Person, topic: str) -> str:
    """Approve the best proposal after a look at the letters; gives the address of the session."""
    open_request(organizer, topic)
    organizer.follow("Preview and approve")
    organizer.expect("Approve and invite")
    organizer.page.locator("main form button").click()
    organizer.page.wait_for_url(re.compile(r"/desk/sessions/\d+"))
    return organizer.page.url.partition("?")[0]


def choose_part(organizer: Person, field: str, value: str) -> None:
    """On the page that exchanges parts: choose, and wait for what the page answers by itself."""
    organizer.page.wait_for_load_state()  # its script listens from then on
    with organizer.page.expect_response(lambda answer: f"{field}={value}" in answer.url):
        organizer.fill({field: value})
    organizer.page.wait_for_url(re.compile(rf"[?&]{field}={value}(&|$)"))


def empty_panel(organizer: Person) -> None:
    """Take everybody off the panel; who sat further back moves up."""
    while organizer.page.locator('[name="expert1"]').input_value():
        choose_part(organizer, "expert1", "")
    organizer.expect("This cannot be")


def exchange_expert(organizer: Person) -> str:
    """From a request to its first proposal with another expert on the first seat, put among the proposals; gives the
    name of who comes now."""
    organizer.follow("Exchange parts")
    name = _another_expert(organizer)
    organizer.press("Put among the proposals")
    organizer.page.wait_for_url(re.compile(r"/desk/requests/\d+#proposal-\d+"))
    return name


def preview_exchange(organizer: Person) -> str:
    """On the page that exchanges parts of a session: choose another expert and look at the letters; gives the
    address."""
    name = _another_expert(organizer)
    organizer.expect("What would change")
    organizer.press("Preview the letters")
    organizer.expect("What happens")
    organizer.expect(name)
    return organizer.page.url


def _another_expert(organizer: Person) -> str:
    """Choose another expert for the first seat who can come; gives the name."""
    other = organizer.page.locator('[name="expert1"] optgroup').first.locator("option:not([selected])").first
    value, name = str(other.get_attribute("value")), str(other.text_content())
    choose_part(organizer, "expert1", value)
    organizer.expect("This can be")
    return re.split("[:：]", name)[0].strip()


def let_join(organizer: Person, topic: str, hospital: str) -> None:
    """Have ``hospital``, which asks the same, take part in the session about ``topic``."""
    open_topic(organizer, topic)
    organizer.page.get_by_role("button", name=re.compile(f"Let them join.*{re.escape(hospital)}")).click()
    organizer.expect("Together in one session")


def preview_move(organizer: Person) -> str:
    """On the page that reschedules: choose the last hour that is offered and look at the letters."""
    hours = organizer.page.locator('[name="to"] option')
    hours.first.wait_for(state="attached")
    organizer.page.wait_for_load_state("domcontentloaded")
    organizer.fill({"to": str(hours.last.get_attribute("value"))})
    organizer.press("Preview the letters")
    organizer.expect("From now on")
    return organizer.page.url
