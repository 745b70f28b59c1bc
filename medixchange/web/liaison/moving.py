"""Another clock for a draft: what becomes of the hours that were written on the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from medixchange.i18n import Words
from medixchange.intake import drafting
from medixchange.intake.steps import HospitalStep
from medixchange.intake.windows import WindowsStep, hours_of, moved
from medixchange.messages import N_, Message, say
from medixchange.people.queries import hospital_by_code
from medixchange.times.intervals import Interval
from medixchange.web.form import read
from medixchange.web.liaison.visit import Asking

TIMES = "times"
FIELD = "clock"
KEEP_CLOCK, KEEP_MOMENT = "clock", "moment"


@dataclass(frozen=True)
class Move:
    """The clocks before and after, the first window as an example, and the answers that keep all moments."""

    before: str
    after: str
    example: Interval
    answers: dict[str, Any]

    @property
    def ask(self) -> dict[str, Message]:
        """What the form asks."""
        return {FIELD: say("Your hours were written on another clock. Choose what becomes of them.")}

    def choices(self, words: Words) -> list[tuple[str, str]]:
        """What may become of the hours, with an example."""
        was = {"clock": words.clock(self.example.start, self.before), "before": words.place(self.before)}
        then = {"there": words.clock(self.example.start, self.after), "after": words.place(self.after)}
        keep = N_("Keep the clock: %(clock)s in %(before)s becomes %(clock)s in %(after)s")
        move = N_("Keep the moment: %(clock)s in %(before)s becomes %(there)s in %(after)s")
        return [
            (KEEP_CLOCK, words.gettext(keep) % {**was, **then}),
            (KEEP_MOMENT, words.gettext(move) % {**was, **then}),
        ]


def move_of(visit: Asking, step: HospitalStep) -> Move | None:
    """The move of the hours that ``step`` brings, None where they mean the same as before."""
    draft, place = visit.draft, visit.place
    if draft is None or place is None or TIMES not in draft.answers:
        return None
    after = _zone(visit, step)
    kept = read(WindowsStep, visit.typed(TIMES)).value
    if kept is None or after is None or not kept.windows:
        return None
    answers = moved(kept, place.zone, after)
    example = hours_of(next(iter(kept.windows.values())), place.zone)
    if example is None or answers == moved(kept, place.zone, place.zone):
        return None
    return Move(place.zone, after, example, answers)


def carry_out(visit: Asking, move: Move, chosen: str, *, now: datetime) -> None:
    """Write the hours on the new clock; where no window can be said on it they are asked for again."""
    assert visit.draft is not None
    if chosen == KEEP_MOMENT and "day1" not in move.answers:
        drafting.forget(visit.db, visit.draft, TIMES, now=now)
    elif chosen == KEEP_MOMENT:
        drafting.keep(visit.db, visit.draft, TIMES, move.answers, now=now)


def _zone(visit: Asking, step: HospitalStep) -> str | None:
    if step.is_new:
        return step.zone
    known = hospital_by_code(visit.db, step.hospital)
    return known.zone if known else None
