"""The story's day: the clock is put ahead, everybody is reminded, the session takes place."""

from __future__ import annotations

from medixchange.demo.arranging import TOPIC, check_clocks, names
from medixchange.demo.moves import await_letter, entry_in, letters_saying, link_in, sign_in, visitor
from medixchange.demo.organizer import ORGANIZER
from medixchange.demo.preparing import ANSWER, QUESTION
from medixchange.demo.stage import Booked, Stage
from medixchange.demo.visitor import Astray, Visitor

KIGALI = "Africa/Kigali"
GRACE, GRACE_AT = "Grace Example", "grace@chuk.example.org"
REMINDERS = {
    "24 hours before": "In 24 hours: %(topic)s with %(hospital)s",
    "1 hour before": "In an hour: %(topic)s with %(hospital)s",
}


def hold(stage: Stage, booked: Booked) -> None:
    """From the day before to the end of the session of ``booked``."""
    for moment, subject in REMINDERS.items():
        with stage.telling.step(f"The clock is put to {moment}: each one is reminded, in their language and clock"):
            remind(stage, booked, moment, subject)
    with visitor(stage.address) as desk:
        with stage.telling.step("Ten minutes before, everybody finds the link to join, and Ada opens the session"):
            put_clock(stage, "10 minutes before")
            check_joining(booked)
            sign_in(desk, stage.letters, ORGANIZER, onward="/desk")
            desk.open(booked.address)
            desk.follow("Run sheet")
            desk.press("Open the session")
        with stage.telling.step("She reads a code out; Grace, a nurse who joins with her ward, signs in by it"):
            attend(stage, desk)
        with stage.telling.step("She calls the roll"):
            for letter in booked.letters:
                desk.press(f"Is there: {names([letter])}")
        with stage.telling.step("Eric's question is answered; she notes it on the run sheet, for the recap"):
            desk.press(f"Mark as answered: {QUESTION}", note=ANSWER)
            desk.expect(ANSWER)
        with stage.telling.step("The session has ended; Ada notes that it was held, and is asked for its recap"):
            seen = stage.letters.count()
            put_clock(stage, "It ends")
            await_letter(stage.letters, ORGANIZER, after=seen)
            desk.open(desk.address)
            desk.press("It was held")
            desk.expect("Held")


def remind(stage: Stage, booked: Booked, moment: str, subject: str) -> None:
    """Put the clock to ``moment``, and read the reminder of everybody who comes. Raises Astray where one is missing."""
    seen = stage.letters.count()
    put_clock(stage, moment)
    reminders = letters_saying(stage.letters, subject, len(booked.letters), after=seen)
    told, coming = sorted(each.recipient for each in reminders), sorted(each.recipient for each in booked.letters)
    if told != coming:
        raise Astray(f"{told} were reminded, not {coming}")
    check_clocks(reminders, entry_in(booked.letters[0]), zone=KIGALI)


def check_joining(booked: Booked) -> None:
    """Whoever comes finds on their page how to join. Raises Astray where one does not."""
    for letter in booked.letters:
        address = link_in(letter, "/answer/")
        with visitor(address) as guest:
            guest.open(f"{address}?lang=en")
            guest.expect("Join now")


def attend(stage: Stage, desk: Visitor) -> None:
    """Somebody who was not invited by name signs in by the code on the run sheet, and stands on it."""
    desk.press("Open the sign-in")
    with visitor(stage.address) as nurse:
        nurse.open(desk.links("/attend?code=")[0])
        nurse.press("I am here", name=GRACE, email=GRACE_AT, institution="CHUK", role="nurse", language="fr")
        nurse.expect("Thank you, you are on the list")
    desk.open(desk.address)
    desk.expect(GRACE)


def put_clock(stage: Stage, moment: str) -> None:
    """Put the demo's clock to a moment of the session about TOPIC, as it is named on the page."""
    with visitor(stage.address) as somebody:
        somebody.open("/demo/clock")
        somebody.press(f"{moment}: {TOPIC}")
        somebody.expect("The clock is put ahead")
