"""The story's day: the clock is put ahead, everybody is reminded, the session takes place."""

from __future__ import annotations

from medixchange.demo.arranging import TOPIC, check_clocks
from medixchange.demo.moves import await_letter, entry_in, letters_saying, sign_in, visitor
from medixchange.demo.organizer import ORGANIZER
from medixchange.demo.stage import Booked, Stage
from medixchange.demo.visitor import Astray

KIGALI = "Africa/Kigali"
REMINDERS = {
    "24 hours before": "In 24 hours: %(topic)s with %(hospital)s",
    "1 hour before": "In an hour: %(topic)s with %(hospital)s",
}


def hold(stage: Stage, booked: Booked) -> None:
    """From the day before to the end of the session of ``booked``."""
    for moment, subject in REMINDERS.items():
        with stage.telling.step(f"The clock is put to {moment}: each one is reminded, in their language and clock"):
            remind(stage, booked, moment, subject)
    with stage.telling.step("The session has ended, and Ada is asked for its recap"):
        seen = stage.letters.count()
        put_clock(stage, "It ends")
        await_letter(stage.letters, ORGANIZER, after=seen)
    with visitor(stage.address) as desk, stage.telling.step("Ada notes that it was held"):
        sign_in(desk, stage.letters, ORGANIZER, onward="/desk")
        desk.open(booked.address)
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


def put_clock(stage: Stage, moment: str) -> None:
    """Put the demo's clock to a moment of the session about TOPIC, as it is named on the page."""
    with visitor(stage.address) as somebody:
        somebody.open("/demo/clock")
        somebody.press(f"{moment}: {TOPIC}")
        somebody.expect("The clock is put ahead")
