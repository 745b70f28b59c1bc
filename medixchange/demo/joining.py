"""Beside the story: two hospitals ask about the same, and one session is agreed for both; it lies ahead when the story
ends."""

from __future__ import annotations

from medixchange.demo.arranging import accept, approve, check_change, check_clocks, names
from medixchange.demo.letterbox import Kept
from medixchange.demo.moves import await_letter, await_letters, link_in, same_entry, visitor
from medixchange.demo.stage import Stage
from medixchange.demo.visitor import Visitor

CASABLANCA = "Organisation of a respiratory emergency department"
FANN = "Fann National University Hospital Centre"
YOUSSEF, AWA = "youssef@ibn-rochd.example.org", "awa@fann.example.org"
CASABLANCA_ZONE, DAKAR_ZONE = "Africa/Casablanca", "Africa/Dakar"


def bring_together(stage: Stage, desk: Visitor) -> None:
    """From two requests about emergency departments to one session that stands in the calendars of both hospitals."""
    with stage.telling.step("Casablanca and Dakar ask about the same; Ada lets Dakar join the session of Casablanca"):
        seen = stage.letters.count()
        desk.open("/desk")
        desk.follow(CASABLANCA)
        desk.press(f"Let them join: {FANN}")
        told = await_letter(stage.letters, AWA, after=seen)
    with stage.telling.step("She approves one session for both; each letter has its hour on the clock of either"):
        held = approve(stage, desk, CASABLANCA)
        for zone in (CASABLANCA_ZONE, DAKAR_ZONE):
            check_clocks(held, same_entry(held), zone=zone)
    with stage.telling.step(f"{names(held)} accept, and the session is confirmed for both hospitals"):
        seen = stage.letters.count()
        accept(stage, held)
        confirmed = await_letters(stage.letters, len(held), "REQUEST", after=seen)
        check_change(held, confirmed, status="CONFIRMED")
    with visitor(stage.address) as awa:
        awa.open(link_in(told, "/r/"))
        awa.expect("Your session takes place")
        stage.telling.say(f"The session of both at the desk: {desk.address}")
        stage.telling.say(f"The status page of Dakar: {awa.address}")
    for email in (YOUSSEF, AWA):
        stage.telling.say(f"The page of the session for {email}: {link_in(letter_to(email, confirmed), '/answer/')}")


def letter_to(email: str, letters: list[Kept]) -> Kept:
    """The one that ``email`` got."""
    return next(each for each in letters if each.recipient == email)
