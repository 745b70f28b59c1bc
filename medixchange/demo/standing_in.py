"""The story's turn: an expert who had accepted cannot come, and somebody else takes over at the same hour."""

from __future__ import annotations

from dataclasses import replace

from medixchange.demo.arranging import ERIC, accept, names
from medixchange.demo.moves import await_letters, link_in, reload_until, visitor
from medixchange.demo.stage import Booked, Stage
from medixchange.demo.visitor import Astray, Visitor

INTERPRETERS = "@interpreters.example.org"
REASON = "I am on call that night."


def replace_one(stage: Stage, desk: Visitor, booked: Booked) -> Booked:
    """An expert declines after all; Ada approves the substitute, and nobody else is bothered."""
    leaving = next(each for each in booked.letters if not each.recipient.endswith((ERIC, INTERPRETERS)))
    with (
        stage.telling.step(f"{names([leaving])}, an expert, cannot come after all and says why"),
        visitor(stage.address) as expert,
    ):
        expert.open(link_in(leaving, "/answer/") + "?lang=en")
        expert.press("Decline", reason=REASON)
        expert.expect("The organizers know it")
    with stage.telling.step("The desk shows the best substitute at the same hour, and why this one"):
        desk.open(booked.address)
        reload_until(desk, "The best substitute at the same hour")
        desk.expect(REASON)
    with stage.telling.step("Ada approves; only who comes and who goes are told"):
        seen = stage.letters.count()
        desk.follow("Preview the letters: The best substitute at the same hour")
        desk.press("Replace at the same hour")
        coming = await_letters(stage.letters, 1, "REQUEST", after=seen)
        check_told(stage, {coming[0].recipient, leaving.recipient}, after=seen)
    with stage.telling.step(f"{names(coming)} accepts and stands in for the other"):
        accept(stage, coming)
        desk.open(booked.address)
        desk.expect("Confirmed")
    staying = [each for each in booked.letters if each.recipient != leaving.recipient]
    return replace(booked, letters=[*staying, *coming], gone=[*booked.gone, leaving])


def check_told(stage: Stage, expected: set[str], *, after: int) -> None:
    """Nobody but ``expected`` has got a letter about it. Raises Astray."""
    told = {each.recipient for each in stage.letters.letters(after)}
    if not told <= expected:
        raise Astray(f"letters went to {sorted(told)}, not only to {sorted(expected)}")
