"""A hospital's way from the first page to a request that stands in the queue, click by click."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.browser.house import House
from tests.browser.person import Answers, Person

TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
EARLIEST = 10
"""Days ahead of the first bookable one, so that everybody's notice is kept."""


@dataclass(frozen=True)
class Wish:
    """What a hospital asks for."""

    hospital: str
    email: str
    topic: str
    specialties: Sequence[str] = ("intensive-care", "respiratory")
    weekdays: Sequence[int] = (TUESDAY, WEDNESDAY)
    hours: tuple[str, str] = ("09:00", "12:00")
    windows_only: str = "open"
    language: str = "en"
    series: tuple[str, str] = ("once", "")


STEPS = ("hospital", "topic", "times", "languages", "check")


def begin(person: Person, wish: Wish, *, until: str = "check") -> None:
    """From the first page through the steps before ``until``."""
    person.open("/")
    person.follow("Ask for a session")
    for step in STEPS[: STEPS.index(until)]:
        person.fill(_answers(person, wish, step))
        person.press("Save and continue")


def look_at_times(person: Person, **changed: str) -> None:
    """On the page that asks for times: change some, and read what the page says of them by itself."""
    person.page.locator('[name="day1"]').wait_for()
    person.page.wait_for_load_state()  # its script listens from then on
    with person.page.expect_response(re.compile("/times/chances")):
        person.fill(changed)
    person.expect("How it looks now", "This is no promise: the organizers decide, and hours may be taken meanwhile.")


def send(person: Person, wish: Wish) -> None:
    """All five steps."""
    begin(person, wish)
    person.expect("Check your answers")
    person.press("Send the request")
    person.expect("Your request is sent")


def confirm(person: Person, house: House, wish: Wish, *, after: int) -> None:
    """Open the letter in the letter box, follow its link and press the button."""
    house.link(wish.email, "/confirm/", after=after)
    person.open(f"/demo/mailbox?to={wish.email}")
    person.page.locator("main .rows a").first.click()
    person.page.locator('main a[href*="/confirm/"]').click()
    person.press("Yes, this is my request")


def ask(person: Person, house: House, wish: Wish) -> str:
    """From the first page to the request's own page; gives its address."""
    seen = len(house.letters.letters())
    send(person, wish)
    confirm(person, house, wish, after=seen)
    person.expect("What comes next")
    return person.page.url


def _answers(person: Person, wish: Wish, step: str) -> Answers:
    if step == "hospital":
        new = {"name": "New Hospital", "city": "Huye", "country": "RW"} if wish.hospital == "new" else {}
        contact = {"contact_name": "Aline Example", "contact_role": "Liaison", "contact_email": wish.email}
        return {"hospital": wish.hospital, **new, **contact}
    if step == "topic":
        return {
            "topic": wish.topic,
            "specialties": list(wish.specialties),
            "audience": "Physicians and nurses of the unit",
            "audience_size": "25",
            "questions": "When do you move from nasal cannula to high flow?\nWhom do you prone?",
            "urgency": "2",
        }
    if step == "times":
        return _times(person, wish)
    return {
        "language1": wish.language,
        "level1": "5",
        "interpreting": "if-needed",
        "bandwidth": "good",
        "recording": "ask",
    }


def _times(person: Person, wish: Wish) -> Answers:
    person.page.locator('[name="day1"]').wait_for()
    person.page.wait_for_load_state("domcontentloaded")
    options = person.page.locator('[name="day1"] option').all()
    offered = [value for option in options if (value := option.get_attribute("value"))]
    answers = {"minutes": "60", "windows_only": wish.windows_only}
    answers |= dict(zip(("rhythm", "times"), wish.series, strict=True))
    for number, weekday in enumerate(wish.weekdays, start=1):
        day = next(day for day in offered[EARLIEST:] if date.fromisoformat(day).weekday() == weekday)
        answers |= {f"day{number}": day, f"from{number}": wish.hours[0], f"to{number}": wish.hours[1]}
    return answers
