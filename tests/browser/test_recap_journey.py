"""The way on by clicking: somebody steps in, reminders come, the session is held, its recap reaches its readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from medixchange.demo.letterbox import Kept
from medixchange.demo.moves import letters_saying
from medixchange.i18n import nearest
from tests.browser import asking, deciding, writing
from tests.browser import house as houses
from tests.browser.conftest import People, in_two_languages
from tests.browser.house import House
from tests.browser.inviting import everybody, invitations, open_invitation, wished
from tests.browser.person import Person
from tests.browser.stage import Stage
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

QUESTION = "How often do you turn somebody who is awake?"
REMINDED = {
    "24 hours before": "In 24 hours: %(topic)s with %(hospital)s",
    "1 hour before": "In an hour: %(topic)s with %(hospital)s",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: its clock is put ahead, and nothing in it is as early as elsewhere."""
    with houses.running(tmp_path_factory.mktemp("later")) as running:
        yield running


@pytest.fixture(scope="module")
def stage(house: House, chromium: Browser) -> Stage:
    return Stage(house, Windows(chromium, house.address), "")


@in_two_languages
def test_a_session_changes_hands_is_held_and_its_recap_reaches_everybody_it_concerns(
    stage: Stage, people: People, language: str
) -> None:
    wish = wished("Prone position on a general ward", language)
    stage.house.forget("organizer")
    organizer = people(language, role="organizer")
    asking.ask(people(language), stage.house, wish)
    seen = stage.house.letters.count()
    session = deciding.approve(organizer, wish.topic)
    coming = invitations(stage, organizer, after=seen)
    for letter in coming:
        guest = reader_of(people, letter)
        accept(guest, letter)
        if letter.recipient == wish.email:
            ask_ahead(guest)

    coming = somebody_steps_in(stage, people, organizer, session, coming)
    for moment, subject in REMINDED.items():
        seen = stage.house.letters.count()
        put_clock(people(language), moment, wish.topic)
        reminded = letters_saying(stage.house.letters, subject, len(coming), after=seen)
        assert addresses(reminded) == addresses(coming)
    put_clock(people(language), "10 minutes before", wish.topic)
    stage.house.forget("organizer")
    organizer = people(language, role="organizer")
    begin(organizer, session, coming=len(coming))
    nurse = sign_in(people(language, width=390), code_of(organizer), language)
    put_clock(people(language), "It ends", wish.topic)
    hold(organizer, session, attended=nurse)

    page = writing.write(organizer, session)
    seen = stage.house.letters.count()
    writing.make_list(organizer, f"Ministry of Health ({language})")
    writing.mail(organizer, page, f"Ministry of Health ({language})")
    first = letters_saying(stage.house.letters, "Recap: %(title)s", len(coming) + 3, after=seen)
    seen = stage.house.letters.count()
    writing.correct(organizer, page, "The first text said 1–6.")
    old = [each for each in first if "2–6" not in each.text and str(each.message["Content-Language"]) != "ar"]
    corrected = letters_saying(stage.house.letters, "Corrected recap: %(title)s", len(old), after=seen)
    assert addresses(corrected) == addresses(old)


def reader_of(people: People, letter: Kept) -> Person:
    """A browser in the language of the letter."""
    return people(str(nearest(letter.message["Content-Language"])))


def accept(somebody: Person, letter: Kept) -> None:
    open_invitation(somebody, letter)
    somebody.press("Accept")
    somebody.expect("You come to this session")


def addresses(letters: list[Kept]) -> list[str]:
    return sorted(each.recipient for each in letters)


def somebody_steps_in(stage: Stage, people: People, organizer: Person, session: str, coming: list[Kept]) -> list[Kept]:
    """An expert declines after all, the organizer takes the best substitute, who accepts; whoever comes now."""
    leaving = next(
        each
        for each in coming
        if each.recipient.endswith(("fahzu.example.org", "zhongnan.example.org", "sahzu.example.org"))
    )
    expert = reader_of(people, leaving)
    open_invitation(expert, leaving)
    expert.page.locator("main summary").first.click()
    expert.fill({"reason": "I am on call that day."})
    expert.press("Decline")
    expert.expect("You cannot come to this session")
    organizer.open(session)
    organizer.until_said("The best substitute at the same hour")
    organizer.expect("I am on call that day.")
    seen = stage.house.letters.count()
    organizer.page.locator('main a[href*="/substitute?match="]').click()
    organizer.press("Replace at the same hour")
    organizer.expect(
        "Replaced %(goes)s by %(comes)s.", "Those who come and those who go are told; the others keep their answers."
    )
    new = houses.asked(stage.house, after=seen)
    accept(reader_of(people, new), new)
    organizer.open(session)
    assert everybody(organizer) == len(coming)
    return [*(each for each in coming if each.recipient != leaving.recipient), new]


def put_clock(somebody: Person, moment: str, topic: str) -> None:
    """Put the demo's clock to a moment of the session about ``topic``."""
    somebody.open("/demo/clock")
    of = somebody.page.locator("main section", has_text=topic)
    of.get_by_role("button", name=somebody.said(moment)).click()
    somebody.expect("The clock is put ahead. What is due by now is done within a few seconds.")


def ask_ahead(somebody: Person) -> None:
    """From the page of the session: a question that waits for its answer."""
    somebody.follow("Send a question ahead")
    somebody.fill({"text": QUESTION})
    somebody.press("Send the question")
    somebody.expect(QUESTION)


def begin(organizer: Person, session: str, *, coming: int) -> None:
    """Open the session from its run sheet, begin the roll call of those who come, and note what was answered."""
    organizer.open(session)
    organizer.follow("Run sheet")
    organizer.press("Open the session")
    organizer.expect("The session is running.")
    places = [each.get_attribute("id") for each in organizer.page.locator("#roll ~ ul li").all()]
    assert len(places) == coming
    for place, answer in zip(places, ("present", "no-show"), strict=False):
        organizer.page.locator(f'#{place} button[value="{answer}"]').click()
        organizer.page.wait_for_url(f"**/run#{place}")
    asked = organizer.page.locator("#questions ~ ul li", has_text=QUESTION)
    asked.locator('[name="note"]').fill("Every two hours.")
    asked.get_by_role("button", name=organizer.said("Mark as answered")).click()
    organizer.expect("Save the note", "Every two hours.")


def code_of(organizer: Person) -> str:
    """The code that the run sheet shows once the sign-in is open."""
    organizer.press("Open the sign-in")
    return organizer.page.locator("main .code").inner_text()


def sign_in(nurse: Person, code: str, language: str) -> str:
    """Somebody who joins with her ward signs in on her phone, by the code that she heard; gives her name."""
    name = f"Grace ({language})"
    nurse.open("/attend")
    nurse.fill({"code": code, "name": name, "email": f"grace.{language.lower()}@chuk.example.org"})
    nurse.fill({"institution": "CHUK", "role": "nurse", "language": "fr"})
    nurse.press("I am here")
    nurse.expect("Thank you, you are on the list")
    return name


def hold(organizer: Person, session: str, *, attended: str) -> None:
    """Note on the run sheet that the session was held, once it names who ``attended``."""
    organizer.open(f"{session}/run")
    organizer.expect(attended)
    organizer.press("It was held")
    organizer.expect("Noted that it was held. Its recap can be published now.")
