"""The five steps of asking: what each one checks, and what its page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.availability.queries import closed
from medixchange.availability.windows import ClosedDays
from medixchange.errors import TooMany
from medixchange.intake import queries
from medixchange.intake.draft import STEPS
from medixchange.intake.models import RequestDraft, SessionRequest
from medixchange.intake.promise import DAYS, promised
from medixchange.intake.queries import Place
from medixchange.intake.steps import NEW, HospitalStep
from medixchange.intake.unsent import unsent
from medixchange.intake.windows import HORIZON_DAYS, WindowsStep, window_faults
from medixchange.matching.outlook import Outlook, outlook_of
from medixchange.messages import N_, Message, say
from medixchange.people.queries import hospital_by_code, hospitals
from medixchange.times.intervals import Interval
from medixchange.web.form import Filled, Typed, in_order, read
from medixchange.web.liaison import choices, hours, repeating
from medixchange.web.limits import machine
from medixchange.web.page import Reader, render

FIRST, *_ = STEPS
CHECK = "check"
LATER = "later"
OUTLOOKS_PER_MACHINE = "60/hour"
NAMES = {
    "hospital": N_("Hospital"),
    "topic": N_("Topic"),
    "times": N_("When"),
    "languages": N_("Languages"),
    CHECK: N_("Check answers"),
}


@dataclass(frozen=True)
class Asking:
    """One visit to a step: the page's transaction, reader and moment, and the draft (None before the first step)."""

    request: Request
    db: Session
    reader: Reader
    now: datetime
    draft: RequestDraft | None = None

    @property
    def place(self) -> Place | None:
        """The hospital, as far as it is known."""
        return queries.place_of(self.db, self.draft) if self.draft else None

    @property
    def base(self) -> str:
        """The address of the draft."""
        return f"/request/{self.request.path_params['token']}" if self.draft else "/request/new"

    def address(self, step: str) -> str:
        """The address of one of its steps."""
        return f"{self.base}/{step}" if self.draft else self.base

    def typed(self, step: str) -> Typed:
        """What was answered in this step before, or typed into it and not complete yet."""
        if self.draft is None:
            return Typed()
        return Typed.of(self.draft.unfinished.get(step) or self.draft.answers.get(step, {}))


def check(visit: Asking, step: str, typed: Typed) -> Filled[Any]:
    """Read one step as its model does, and compare it with what else is known: hospitals, days, clocks."""
    filled = read(STEPS[step], typed)
    errors: Mapping[str, Message] = {}
    if isinstance(filled.value, HospitalStep):
        errors = _hospital_faults(visit, filled.value)
    elif isinstance(filled.value, WindowsStep) and visit.place is not None:
        errors = window_faults(filled.value, visit.place.zone, now=visit.now)
        errors = errors or repeating.faults(visit.db, visit.draft, filled.value)
    return Filled(typed, None, in_order(STEPS[step], errors)) if errors else filled


def still_missing(visit: Asking, step: str) -> Mapping[str, Message]:
    """What a step that was left before it was complete still asks, by field."""
    left = visit.draft is not None and step in visit.draft.unfinished
    return check(visit, step, visit.typed(step)).errors if left else {}


def first_fault(visit: Asking) -> tuple[str, Filled[Any]] | None:
    """The first step of the draft that is not complete or holds no more, None where all is well."""
    for step in STEPS:
        filled = check(visit, step, visit.typed(step))
        if filled.value is None:
            return step, filled
    return None


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


def _hospital_faults(visit: Asking, step: HospitalStep) -> dict[str, Message]:
    if step.is_new:
        return {}
    known = hospital_by_code(visit.db, step.hospital)
    # Hospitals that were added by a form are offered to others once an organizer has approved them.
    own = visit.draft is not None and visit.draft.editing and visit.typed("hospital").one("hospital") == step.hospital
    if known is None or (known.approved_at is None and not own):
        return {"hospital": say("Choose your hospital, or that it is not in the list.")}
    return {}


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
        "days": hours.day_choices(place.zone, words, now=visit.now),
        "clock_hours": hours.hour_choices(place.zone, words, typed, now=visit.now),
        "overlaps": hours.overlaps(place.zone, now=visit.now),
        "windows": hours.typed_windows(typed, place, words, _closed(visit)),
        "lengths": hours.length_choices(typed, words),
        "windows_only": choices.said(choices.WINDOWS_ONLY, words),
        **repeating.offered(visit.db, visit.draft, words),
    }


def _closed(visit: Asking) -> ClosedDays:
    """The days closed while windows may be named."""
    return closed(visit.db, Interval(visit.now, visit.now + timedelta(days=HORIZON_DAYS)))


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
    windows = hours.typed_windows(answers["times"], place, words, _closed(visit))
    return {
        "answers": answers,
        "country": words.country(answers["hospital"].one("country")),
        "windows": windows,
        "outlook": _outlook(visit),
        "length": timedelta(minutes=int(answers["times"].one("minutes"))),
        **repeating.answered(visit.db, visit.draft, answers["times"], words),
        "late": _answered_late(visit, int(answers["topic"].one("urgency")), windows),
        "said": {
            "urgency": choices.URGENCIES,
            "windows_only": choices.WINDOWS_ONLY,
            "level": choices.LEVELS,
            "interpreting": choices.INTERPRETING,
            "bandwidth": choices.BANDWIDTH,
            "recording": choices.RECORDING,
        },
    }


def _outlook(visit: Asking) -> Outlook | None:
    """What would come of it now; None where it is not complete, is about topics that no list knows, or was looked at so
    often that somebody rather studies the experts' hours."""
    if visit.draft is None or visit.place is None or first_fault(visit) is not None:
        return None
    try:
        visit.request.app.state.limits.hit(OUTLOOKS_PER_MACHINE, "outlook", machine(visit.request))
    except TooMany:
        return None
    rows = unsent(visit.db, visit.draft, visit.place, now=visit.now)
    return outlook_of(visit.db, rows, now=visit.now) if rows.request.specialties else None


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
