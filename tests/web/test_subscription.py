"""The address of a reader's calendar: made, shown once, seen to be used, replaced and revoked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from medixchange.db import Database
from medixchange.people.models import Person
from medixchange.tokens import digest
from tests.sessions.stage import NOW, Stage
from tests.web.conftest import PUBLIC_URL, Browser, Clock, text_of
from tests.web.invited import buttons, heading, stored


def address_on(html: str) -> str:
    """The address that a page shows to be copied, empty where it shows none."""
    found = re.search(r'<input id="address"[^>]* value="([^"]+)"', html)
    return found[1] if found else ""


def made(browser: Browser) -> str:
    """The path of a new address, taken from the page."""
    answer = browser.post("/me/feed")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/feed")
    return address_on(browser.get("/me/feed").text).removeprefix(PUBLIC_URL)


def test_an_address_is_made_shown_and_works(zhang: Browser, database: Database, held: Stage) -> None:
    before = zhang.get("/me/feed")
    path = made(zhang)

    page = zhang.get("/me/feed")
    assert buttons(before.text) == ["Make an address"]
    assert f'href="webcal://{PUBLIC_URL.partition("://")[2]}{path}"' in page.text
    assert page.text.count('class="qr"') == 1
    assert zhang.get(path, headers={"Accept-Encoding": "identity"}).content == stored(database, held).body


def test_an_address_is_kept_as_its_digest_only(zhang: Browser, database: Database, held: Stage) -> None:
    token = made(zhang).removeprefix("/feed/").removesuffix(".ics")

    assert stored(database, held).token_hash == digest(token)


def test_an_address_is_not_shown_to_another_browser_nor_after_the_cookie_has_gone(
    zhang: Browser, opened: Callable[..., Browser], database: Database, held: Stage
) -> None:
    made(zhang)
    other = opened(machine="203.0.113.9")
    with database.read() as db:
        person = db.get_one(Person, held.zhang.person_id)
    other.sign_in(database, person)

    page = other.get("/me/feed?lang=en")

    assert (address_on(page.text), buttons(page.text)) == ("", ["Make a new address"])
    assert "It was shown when it was made, and is kept nowhere." in text_of(page.text)


def test_a_planted_cookie_shows_nothing(zhang: Browser) -> None:
    made(zhang)
    zhang.cookies.delete("__Host-feed")
    zhang.cookies.set("__Host-feed", "A" * 43)

    assert address_on(zhang.get("/me/feed").text) == ""


def test_making_a_new_address_stops_the_old_one(zhang: Browser) -> None:
    first, second = made(zhang), made(zhang)

    assert [zhang.get(path).status_code for path in (first, second)] == [404, 200]


def test_revoking_asks_first_and_then_stops_the_address(zhang: Browser) -> None:
    path = made(zhang)

    asked = zhang.get("/me/feed/revoke")
    still = zhang.get(path).status_code
    answer = zhang.post("/me/feed/revoke")
    page = zhang.get(answer.headers["location"])

    assert (heading(asked.text), still, zhang.get(path).status_code) == ("Stop the calendar address", 200, 404)
    assert (address_on(page.text), buttons(page.text)) == ("", ["Make an address"])
    assert "The address works no more." in text_of(page.text)


def test_signing_out_forgets_the_address(zhang: Browser) -> None:
    made(zhang)

    zhang.post("/signout")

    assert "__Host-feed" not in zhang.cookies


def test_the_page_says_which_program_asked_last_and_a_second_poll_writes_nothing(
    zhang: Browser, database: Database, held: Stage, clock: Clock
) -> None:
    path = made(zhang)
    never = text_of(zhang.get("/me/feed").text)
    zhang.get(path, headers={"User-Agent": "Google-Calendar-Importer/1.0 (+https://example.org)"})
    zhang.get(path, headers={"User-Agent": "Thunderbird/140"})

    feed = stored(database, held)
    assert (feed.fetched_at, feed.fetched_by) == (NOW, "Google-Calendar-Importer")
    assert "Last asked for not yet" in never
    assert "Last asked for Mon, 23 Nov 2026, 16:00 (Beijing, UTC+8) Google-Calendar-Importer" in text_of(
        zhang.get("/me/feed").text
    )


def test_the_first_poll_of_a_new_address_is_noted_at_once(zhang: Browser, database: Database, held: Stage) -> None:
    zhang.get(made(zhang), headers={"User-Agent": "Thunderbird/140"})
    zhang.get(made(zhang), headers={"User-Agent": "Evolution/3"})

    assert stored(database, held).fetched_by == "Evolution"


def test_addresses_cannot_be_made_without_end(zhang: Browser) -> None:
    answers = [zhang.post("/me/feed").status_code for _ in range(21)]

    assert answers == [303] * 20 + [429]


@pytest.mark.parametrize("path", ["/me", "/me/profile", "/me/feed"])
def test_looking_writes_nothing(zhang: Browser, database: Database, held: Stage, path: str) -> None:
    before = stored(database, held).model_dump()

    zhang.get(path)

    assert stored(database, held).model_dump() == before
