"""What the form asks and says of a series: once or again every few weeks, and how many times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from medixchange.i18n import Words
from medixchange.intake import queries
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.intake.series import FEWEST, MOST, RHYTHMS, out_of_turn, rhythm_words, too_far_apart
from medixchange.intake.series_rows import in_series, place_in_series, series_of
from medixchange.intake.windows import ONCE, WindowsStep
from medixchange.messages import Message, say
from medixchange.web.form import Typed, read

SINGLE = say("once")
GONE = (RequestState.WITHDRAWN, RequestState.DECLINED)
"""States of a request that holds no place in its series any more."""


def faults(db: Session, draft: RequestDraft | None, step: WindowsStep) -> dict[str, Message]:
    """What is wrong with the windows of a series, by field: that they lie too far apart for its rhythm, which a request
    in the queue keeps, as it does its place among the others."""
    asked = _in_queue(db, draft)
    weeks = _weeks(db, asked, step)
    wrong = too_far_apart(list(step.windows.values()), weeks) if weeks else None
    if wrong:
        last = max(step.windows, key=lambda number: step.windows[number].day)
        return {f"day{last}": wrong}
    after, before = _neighbours(db, asked) if asked else (None, None)
    told = {number: out_of_turn(window.day, after, before) for number, window in step.windows.items()}
    return {f"day{number}": words for number, words in told.items() if words}


def _weeks(db: Session, asked: SessionRequest | None, step: WindowsStep) -> int | None:
    if asked is None:
        return step.series[0] if step.series else None
    return next((each.weeks for each in series_of(db, [asked]).values()), None)


def _neighbours(db: Session, asked: SessionRequest) -> tuple[date | None, date | None]:
    """The last day that an earlier session of the series asks for, and the first that a later one does."""
    if asked.series_id is None or asked.series_place is None:
        return None, None
    others = [each for each in in_series(db, [asked.series_id])[asked.series_id] if each.state not in GONE]
    windows = queries.windows_of_all(db, [each.id for each in others])
    days = [(each.series_place or 0, window.day) for each in others for window in windows[each.id]]
    earlier = [day for place, day in days if place < asked.series_place]
    later = [day for place, day in days if place > asked.series_place]
    return max(earlier, default=None), min(later, default=None)


def offered(db: Session, draft: RequestDraft | None, words: Words) -> dict[str, Any]:
    """What there is to choose from; of a request in the queue nothing, but which of its series it is."""
    asked = _in_queue(db, draft)
    if asked is not None:
        return {"of_series": _place(db, asked), "rhythms": []}
    rhythms = [(ONCE, words.say(SINGLE)), *((str(weeks), words.say(told)) for weeks, told in RHYTHMS.items())]
    counts = [(str(number), words.number(number)) for number in range(FEWEST, MOST + 1)]
    return {"of_series": None, "rhythms": rhythms, "counts": counts}


def answered(db: Session, draft: RequestDraft | None, times: Typed, words: Words) -> dict[str, Any]:
    """What was answered, with the days of a series; of a request in the queue which of its series it is."""
    asked = _in_queue(db, draft)
    if asked is not None:
        return {"of_series": _place(db, asked), "rhythm": None}
    step = read(WindowsStep, times).value
    if step is None or step.series is None:
        return {"of_series": None, "rhythm": SINGLE, "series_days": []}
    weeks, number = step.series
    return {
        "of_series": None,
        "rhythm": rhythm_words(number, weeks),
        "series_days": _days(step.day1, weeks, number, words),
    }


def _days(first: date, weeks: int, number: int, words: Words) -> Sequence[str]:
    return [words.short_day(first + place * timedelta(weeks=weeks)) for place in range(number)]


def _in_queue(db: Session, draft: RequestDraft | None) -> SessionRequest | None:
    """The request that the draft changes, where it has reached the queue."""
    asked = db.get(SessionRequest, draft.request_id) if draft and draft.request_id else None
    return asked if asked and asked.submitted_at else None


def _place(db: Session, asked: SessionRequest) -> Message | None:
    return place_in_series(db, asked)
