"""The whole way by clicking: asked in Kigali, matched, approved, accepted by all, confirmed, and in the calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest
from icalendar import Calendar

from medixchange.demo.letterbox import Kept
from medixchange.i18n import nearest
from tests.browser import asking, deciding
from tests.browser.conftest import People, in_two_languages
from tests.browser.inviting import everybody, invitations, open_invitation, wished
from tests.browser.person import Person
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


@in_two_languages
def test_a_request_becomes_a_session_that_stands_in_everybodys_calendar(
    stage: Stage, people: People, language: str
) -> None:
    wish = wished("Proning outside intensive care", language)
    liaison, organizer = people(language), people(language, role="organizer")
    status = asking.ask(liaison, stage.house, wish)
    seen = len(stage.house.letters.letters())

    deciding.open_request(organizer, wish.topic)
    other = deciding.exchange_expert(organizer)
    organizer.expect(other)
    session = deciding.approve(organizer, wish.topic)
    for letter in invitations(stage, organizer, after=seen):
        accept(people(str(nearest(letter.message["Content-Language"]))), letter)

    organizer.open(session)
    organizer.expect("Confirmed")
    assert [each.inner_text() for each in organizer.page.locator("section[aria-labelledby=who] .tag").all()] == [
        organizer.said("Comes")
    ] * everybody(organizer)
    liaison.open(status)
    liaison.expect("certain")
    assert events(subscribed(people, wish.email)) == [("CONFIRMED", "1")]


@in_two_languages
def test_another_expert_takes_over_in_a_session_that_stands(stage: Stage, people: People, language: str) -> None:
    # One address asks for so many letters an hour: this one is not that of the other journeys.
    wish = replace(wished("Suction without a central supply", language), email="suction@hospital.example")
    organizer = people(language, role="organizer")
    asking.ask(people(language), stage.house, wish)
    session = deciding.approve(organizer, wish.topic)

    organizer.open(session)
    organizer.follow("Exchange parts")
    deciding.preview_exchange(organizer)
    organizer.press("Change the session")

    organizer.expect("Those who come and those who go are told; the others keep their answers.", "Held tentatively")


@in_two_languages
def test_a_session_that_moves_is_asked_about_anew(stage: Stage, people: People, language: str) -> None:
    wish = wished("Oxygen concentrators on a general ward", language)
    organizer = people(language, role="organizer")
    asking.ask(people(language), stage.house, wish)
    asked = len(stage.house.letters.letters())
    session = deciding.approve(organizer, wish.topic)
    seen = max(letter.number for letter in invitations(stage, organizer, after=asked))

    organizer.open(session)
    before = hours_shown(organizer)
    organizer.follow("Reschedule")
    deciding.preview_move(organizer)
    organizer.press("Reschedule the session")

    organizer.expect("Rescheduled. Those affected are told, and who stays is asked anew.", "Held tentatively")
    assert hours_shown(organizer) != before
    letter = invitations(stage, organizer, after=seen)[0]
    guest = people(str(nearest(letter.message["Content-Language"])))
    open_invitation(guest, letter)
    guest.expect("The session has moved", "Please answer for the new hour below.")


@in_two_languages
def test_a_session_that_is_cancelled_says_why_to_everybody(stage: Stage, people: People, language: str) -> None:
    wish = wished("Cleaning ventilator circuits", language)
    liaison, organizer = people(language), people(language, role="organizer")
    status = asking.ask(liaison, stage.house, wish)
    seen = len(stage.house.letters.letters())
    session = deciding.approve(organizer, wish.topic)
    guest = invitations(stage, organizer, after=seen)[0]

    organizer.open(session)
    organizer.follow("Cancel")
    organizer.fill({"reason": "The hospital closes that week.", "afterwards": "withdrawn"})
    organizer.press("Preview the letters")
    organizer.page.locator("main details.letter").first.wait_for()
    organizer.press("Cancel the session")

    organizer.expect("Cancelled. Everybody is told why.", "The hospital closes that week.")
    liaison.open(status)
    liaison.expect("The hospital closes that week.")
    invited = people(str(nearest(guest.message["Content-Language"])))
    invited.open(stage.house.link(guest.recipient, "/answer/", after=guest.number - 1))
    invited.expect("This session was cancelled", "The hospital closes that week.")


def hours_shown(organizer: Person) -> list[str | None]:
    """The moments that the page shows, in UTC."""
    return [each.get_attribute("datetime") for each in organizer.page.locator("main > .both time").all()]


def accept(somebody: Person, letter: Kept) -> None:
    """Read the letter in the letter box, follow its link, and accept."""
    open_invitation(somebody, letter)
    somebody.press("Accept")
    somebody.expect("You come to this session")


def subscribed(people: People, email: str) -> Calendar:
    """What a calendar program reads at the address that this person made for it."""
    somebody = people("en", role=email)
    somebody.open("/me")
    somebody.follow("Subscribe")
    somebody.press("Make an address")
    address = somebody.page.locator("main input[readonly]").input_value()
    answer = somebody.page.request.get(address)
    return Calendar.from_ical(answer.text())


def events(calendar: Calendar) -> list[tuple[str, str]]:
    """State and SEQUENCE of each event."""
    return [(str(event["STATUS"]), str(event["SEQUENCE"])) for event in calendar.walk("VEVENT")]
