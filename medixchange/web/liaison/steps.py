"""The five steps of asking: what each one checks, and what its page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from medixchange.availability.queries import closed
from medixchange.intake.draft import STEPS
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.intake.promise import DAYS, promised
from medixchange.intake.steps import NEW
from medixchange.intake.windows import HORIZON_DAYS
from medixchange.messages import N_, Message
from medixchange.people.queries import hospitals
from medixchange.times.intervals import Interval
from medixchange.web.form import Typed
from medixchange.web.liaison import choices, hours, repeating
from medixchange.web.liaison.outlooks import chances, outlook
from medixchange.web.liaison.visit import Asking
from medixchange.web.page import render

FIRST, *_ = STEPS
CHECK = "check"
LATER = "later"
NAMES = {
    "hospital": N_("Hospital"),
    "topic": N_("Topic"),
    "times": N_("When"),
    "languages": N_("Languages"),
    CHECK: N_("Check answers"),
}


def show(
    visit: Asking,
    step: str,
    typed: Typed,
    *,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
    clocks: Sequence[tuple[str, str]] = (),
) -> Response:
    """The page of one step; ``clocks`` are what may become of hours that were written on another clock."""
    number = list(NAMES).index(step) + 1
    place = visit.place
    return render(
        visit.request,
        f"liaison/{step}.html",
        status=status,
        zone=place.zone if place else None,
        typed=typed,
        errors=errors or {},
        names=[visit.reader.words.gettext(name) for name in NAMES.values()],
        number=number,
        place=place,
        draft=visit.draft,
        base=visit.base,
        action=visit.address(step),
        back=_back(visit, number),
        clocks=clocks,
        **_OFFERS[step](visit, typed),
    )


def is_later(sent: Typed) -> bool:
    """Whether the button was the one that finishes later."""
    return sent.one("then") == LATER


def onward(base: str, draft: RequestDraft, step: str, sent: Typed) -> str:
    """After a step: the next one, or the last one where all were answered before; or as the button said."""
    if is_later(sent):
        return base
    if sent.one("then") == "again":
        return f"{base}/{step}"
    steps = list(NAMES)
    return f"{base}/{CHECK if draft.complete == len(STEPS) else steps[steps.index(step) + 1]}"


def _back(visit: Asking, number: int) -> str:
    if visit.draft is None:
        return "/"
    return visit.address(list(NAMES)[number - 2]) if number > 1 else visit.base


def _hospital(visit: Asking, typed: Typed) -> dict[str, Any]:
    words = visit.reader.words
    return {
        "new": NEW,
        "hospitals": choices.hospitals(hospitals(visit.db, approved=True), words),
        "countries": choices.countries(words),
        "zones": choices.zones(typed.one("country"), words, now=visit.now),
    }


def _topic(visit: Asking, _typed: Typed) -> dict[str, Any]:
    words = visit.reader.words
    return {"specialties": choices.specialties(words), "urgencies": choices.said(choices.URGENCIES, words)}


def _times(visit: Asking, typed: Typed) -> dict[str, Any]:
    words, place = visit.reader.words, visit.place
    assert place is not None  # the step before has been answered
    return {
        "days": hours.day_choices(place.zone, words, typed, now=visit.now),
        "clock_hours": hours.hour_choices(place.zone, words, typed, now=visit.now),
        "overlaps": hours.overlaps(place.zone, now=visit.now),
        "windows": windows(visit, typed),
        "lengths": hours.length_choices(typed, words),
        "chances": chances(visit, typed),
        "windows_only": choices.said(choices.WINDOWS_ONLY, words),
        **repeating.offered(visit.db, visit.draft, words),
    }


def windows(visit: Asking, typed: Typed) -> list[hours.TypedWindow]:
    """The windows as far as they were typed, judged by the days closed while windows may be named."""
    assert visit.place is not None  # the step before has been answered
    shut = closed(visit.db, Interval(visit.now, visit.now + timedelta(days=HORIZON_DAYS)))
    return hours.typed_windows(typed, visit.place, visit.reader.words, shut, now=visit.now)


def _languages(visit: Asking, typed: Typed) -> dict[str, Any]:
    words = visit.reader.words
    return {
        "tongues": choices.languages(words, typed),
        "levels": choices.said(choices.LEVELS, words),
        "interpreting": choices.said(choices.INTERPRETING, words),
        "bandwidth": choices.said(choices.BANDWIDTH, words),
        "recording": choices.said(choices.RECORDING, words),
    }


def _check(visit: Asking, _typed: Typed) -> dict[str, Any]:
    words, place = visit.reader.words, visit.place
    assert place is not None  # all steps before have been answered
    answers = {step: visit.typed(step) for step in STEPS}
    shown = windows(visit, answers["times"])
    return {
        "answers": answers,
        "country": words.country(answers["hospital"].one("country")),
        "windows": shown,
        "outlook": outlook(visit),
        "length": timedelta(minutes=int(answers["times"].one("minutes"))),
        **repeating.answered(visit.db, visit.draft, answers["times"], words),
        "late": _answered_late(visit, int(answers["topic"].one("urgency")), shown),
        "said": {
            "urgency": choices.URGENCIES,
            "windows_only": choices.WINDOWS_ONLY,
            "level": choices.LEVELS,
            "interpreting": choices.INTERPRETING,
            "bandwidth": choices.BANDWIDTH,
            "recording": choices.RECORDING,
        },
    }


def _answered_late(visit: Asking, urgency: int, windows: Sequence[hours.TypedWindow]) -> int | None:
    """Within how many days an answer is promised, where a window begins before that."""
    asked = visit.db.get(SessionRequest, visit.draft.request_id) if visit.draft and visit.draft.request_id else None
    answer = promised(urgency, (asked and asked.submitted_at) or visit.now)
    is_late = any(window.hours is not None and window.hours.start < answer for window in windows)
    return DAYS[urgency] if is_late else None


_OFFERS: Mapping[str, Callable[[Asking, Typed], dict[str, Any]]] = {
    "hospital": _hospital,
    "topic": _topic,
    "times": _times,
    "languages": _languages,
    CHECK: _check,
}
