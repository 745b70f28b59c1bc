"""Before the story's day: an agenda, a question that is sent ahead, and a file, which everybody who comes finds."""

from __future__ import annotations

from medixchange.demo.arranging import ERIC
from medixchange.demo.letterbox import Kept
from medixchange.demo.moves import link_in, visitor
from medixchange.demo.stage import Booked, Stage
from medixchange.demo.standing_in import INTERPRETERS
from medixchange.demo.visitor import Astray, Visitor

AGENDA = "10 min: the ward in Kigali\n30 min: whom to turn, when and how\n20 min: questions"
QUESTION = "May a patient lie prone who was fed an hour ago?"
ANSWER = "Wait two hours after a meal; with a tube, stop feeding an hour before."
FILE, CONTENT = "ward in Kigali.txt", b"24 beds, 6 of them with oxygen from the wall. 4 nurses by day, 2 by night.\n"


def prepare(stage: Stage, desk: Visitor, booked: Booked) -> None:
    """The desk and the hospital prepare the session of ``booked``, and each one who comes sees it."""
    with stage.telling.step("Ada writes the agenda; Eric sends a question ahead, and a file about his ward"):
        desk.open(booked.address)
        desk.follow("Agenda")
        desk.press("Save", agenda=AGENDA)
        send_ahead(stage, booked)
        for letter in booked.letters:
            check_prepared(stage, letter)


def send_ahead(stage: Stage, booked: Booked) -> None:
    """The liaison's question and file."""
    with visitor(stage.address) as eric:
        eric.open(page_of(the_liaison(booked)))
        eric.follow("Send a question ahead")
        eric.press("Send the question", text=QUESTION)
        eric.follow("Add a file")
        eric.send_file("Add", "file", FILE, CONTENT)
        eric.expect(FILE)


def check_prepared(stage: Stage, letter: Kept) -> None:
    """Agenda, question and file on the page that ``letter`` leads to. Raises Astray where one is missing."""
    with visitor(stage.address) as guest:
        guest.open(page_of(letter))
        guest.expect(*AGENDA.splitlines(), QUESTION, FILE)
        if guest.fetch(guest.links("/files/")[0]) != CONTENT:
            raise Astray(f"the file on the page of {letter.recipient} is not the one that was sent")


def page_of(letter: Kept) -> str:
    """The page of the session that a letter leads to, in English."""
    return f"{link_in(letter, '/answer/')}?lang=en"


def an_expert(booked: Booked) -> Kept:
    """The letter to one of the experts who came."""
    return next(each for each in booked.letters if not each.recipient.endswith((ERIC, INTERPRETERS)))


def the_liaison(booked: Booked) -> Kept:
    """The letter to the hospital's liaison."""
    return next(each for each in booked.letters if each.recipient == ERIC)
