"""Plays the demo's story over HTTP, as people at their browsers would, and checks each step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from medixchange.demo.arranging import ERIC, cancel_one, confirm_one, move_one
from medixchange.demo.holding import hold
from medixchange.demo.joining import YOUSSEF, bring_together
from medixchange.demo.moves import sign_in, visitor
from medixchange.demo.organizer import ORGANIZER
from medixchange.demo.preparing import prepare
from medixchange.demo.stage import Stage
from medixchange.demo.standing_in import replace_one
from medixchange.demo.writing_up import write_up

SIGN_IN_AS = (
    ("organizer", ORGANIZER),
    ("expert", "zhang.jia@fahzu.example.org"),
    ("interpreter", "yuting@interpreters.example.org"),
    ("liaison of a hospital", ERIC),
    ("liaison of a hospital whose session another one has joined", YOUSSEF),
)


def play(stage: Stage) -> None:
    """The whole story. Raises StepFailed at the first step that does not do what it promises."""
    with visitor(stage.address) as desk:
        with stage.telling.step("Ada, an organizer, signs in by the link in a letter"):
            sign_in(desk, stage.letters, ORGANIZER, onward="/desk")
        booked = replace_one(stage, desk, confirm_one(stage, desk))
        move_one(stage, desk)
        cancel_one(stage, desk)
        bring_together(stage, desk)
        prepare(stage, desk, booked)
    hold(stage, booked)
    write_up(stage, booked)


def guide(address: str, folder: Path) -> Iterator[str]:
    """Where to go from here, and as whom."""
    yield ""
    yield f"Open {address}"
    yield f"The desk, where the rest of the world waits: {address}/desk"
    yield f"Every letter: {address}/demo/mailbox (as files under {folder / 'mail'})"
    yield f"The clock, which can be put ahead: {address}/demo/clock"
    yield f"To sign in, write one of these addresses at {address}/signin and follow the link in the letter box:"
    for role, email in SIGN_IN_AS:
        yield f"  {role}: {email}"
    yield "Press Ctrl+C to end."
