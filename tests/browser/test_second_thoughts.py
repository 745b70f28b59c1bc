"""What people take back by clicking: an invitation, an answer of a form, a request, the address of a calendar."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from medixchange.i18n import nearest
from tests.browser import asking, deciding
from tests.browser.conftest import People, in_two_languages
from tests.browser.inviting import invitations, open_invitation, wished
from tests.browser.person import Person
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
OWNER = "chen.wu@fahzu.example.org"


@in_two_languages
def test_who_declines_says_why_and_may_accept_after_all(stage: Stage, people: People, language: str) -> None:
    wish = wished("Suction without spreading", language)
    organizer = people(language, role="organizer")
    asking.ask(people(language), stage.house, wish)
    seen = len(stage.house.letters.letters())
    session = deciding.approve(organizer, wish.topic)
    letter = invitations(stage, organizer, after=seen)[0]
    guest = people(str(nearest(letter.message["Content-Language"])))

    open_invitation(guest, letter)
    guest.page.locator("main summary").first.click()
    guest.fill({"reason": "I am on call that day."})
    guest.press("Decline")
    guest.expect("You cannot come to this session", "I am on call that day.")
    organizer.open(session)
    organizer.expect("Cannot come", "I am on call that day.")
    guest.press("Accept after all")

    guest.expect("You come to this session")
    organizer.open(session)
    organizer.expect("Comes")


@in_two_languages
def test_a_request_is_changed_and_withdrawn_by_its_hospital(stage: Stage, people: People, language: str) -> None:
    wish = wished("Masks that are used twice", language)
    liaison, organizer = people(language), people(language, role="organizer")
    status = asking.ask(liaison, stage.house, wish)
    deciding.open_request(organizer, wish.topic)
    desk = organizer.page.url

    liaison.follow("Change the request")
    liaison.press("Open the answers")
    liaison.page.locator('main a[href*="/topic#topic"]').click()
    liaison.fill({"topic": f"Masks and gowns ({language})"})
    liaison.press("Save and continue")
    liaison.page.locator('main a[href*="/times#day1"]').first.click()
    asking.look_at_times(liaison, to1="13:00")
    liaison.press("Save and continue")
    liaison.page.locator('main button[value="send"]').click()
    liaison.expect("What comes next", f"Masks and gowns ({language})")
    organizer.open(desk)
    organizer.expect(f"Masks and gowns ({language})")
    liaison.follow("Withdraw the request")
    liaison.fill({"reason": "A team of our own answered."})
    liaison.press("Withdraw the request")

    liaison.expect("What comes next", "A team of our own answered.")
    assert liaison.page.url == status
    organizer.open(desk)
    organizer.expect("Withdrawn", "A team of our own answered.")


@in_two_languages
def test_a_field_is_marked_while_what_was_chosen_cannot_be(people: People, language: str) -> None:
    liaison = people(language)
    asking.begin(liaison, wished("Nights without an hour", language), until="times")
    liaison.page.locator('main [name="day1"]').wait_for()
    liaison.page.wait_for_load_state()  # its script listens from then on
    day = liaison.page.locator('[name="day1"] option').nth(asking.EARLIEST).get_attribute("value") or ""

    liaison.fill({"day1": day, "from1": "12:00", "to1": "09:00"})
    liaison.expect("Window %(number)s ends before it begins; choose a later end or an earlier beginning.")
    wrong = marks(liaison)
    liaison.page.locator('main [name="to1"]').focus()
    liaison.fill({"to1": "13:00"})
    expect(liaison.page.locator("main .has-err")).to_have_count(0)

    assert wrong == [("to1", "true", "window1")]
    assert liaison.page.locator("main [aria-invalid], main select[aria-describedby]").count() == 0
    assert liaison.page.evaluate("document.activeElement.name") == "to1"


def marks(person: Person) -> list[tuple[str | None, ...]]:
    """The fields of the page that are marked as wrong: their names, their state, and what describes them."""
    names = ("name", "aria-invalid", "aria-describedby")
    found = person.page.locator("main .has-err select").all()
    return [tuple(field.get_attribute(name) for name in names) for field in found]


@in_two_languages
def test_an_address_of_a_calendar_is_replaced_and_stopped(people: People, language: str) -> None:
    owner = people(language, role=OWNER)
    owner.open("/me/feed")
    owner.page.locator('main form[method="post"] button').click()  # a first one, or a new one in place of an old one
    first = shown(owner)
    owner.press("Make a new address")
    owner.page.wait_for_function("old => document.querySelector('main input[readonly]')?.value !== old", arg=first)
    second = shown(owner)

    assert [answered(owner, address) for address in (first, second)] == [404, 200]
    owner.follow("Stop this address")
    owner.press("Stop the address")
    owner.expect("The address works no more.")
    assert answered(owner, second) == 404


def shown(owner: Person) -> str:
    """The address on the page."""
    return owner.page.locator("main input[readonly]").input_value()


def answered(owner: Person, address: str) -> int:
    """The status that a calendar program gets at ``address``."""
    return owner.page.request.get(address).status
