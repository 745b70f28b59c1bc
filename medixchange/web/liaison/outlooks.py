"""How a draft looks as things stand: before it is sent, and while its windows are chosen."""

from __future__ import annotations

from medixchange.errors import TooMany
from medixchange.intake.unsent import unsent
from medixchange.matching.chances import Chances, chances_of
from medixchange.matching.outlook import Outlook, outlook_of
from medixchange.web.form import Typed
from medixchange.web.liaison.visit import Asking, check, first_fault
from medixchange.web.limits import machine

OUTLOOKS_PER_MACHINE = "60/hour"
"""Whoever looks more often rather studies the experts' hours."""
CHANCES_PER_MACHINE = "240/hour"
"""The same of windows that are being chosen: each change of one looks again, and a hospital may share its address."""
SUPPOSED = {"minutes": "60", "windows_only": "open"}
"""What is not chosen yet beside the windows."""
NOT_ASKED_YET = {
    "language1": "en",
    "level1": "5",
    "interpreting": "if-needed",
    "bandwidth": "good",
    "recording": "ask",
}


def outlook(visit: Asking) -> Outlook | None:
    """What would come of a draft now; None where it is not complete, is about topics that no list knows, or was looked
    at so often that somebody rather studies the experts' hours."""
    if visit.draft is None or visit.place is None or first_fault(visit) is not None:
        return None
    if not _may_look(visit, OUTLOOKS_PER_MACHINE, "outlook"):
        return None
    rows = unsent(visit.db, visit.draft, visit.place, now=visit.now)
    return outlook_of(visit.db, rows, now=visit.now) if rows.request.specialties else None


def chances(visit: Asking, typed: Typed) -> Chances | None:
    """What the windows that were typed would give now, the languages counting where they were answered; None where they
    are not complete, and as for the outlook."""
    draft, place = visit.draft, visit.place
    if draft is None or place is None or check(visit, "topic", visit.typed("topic")).value is None:
        return None
    times = check(visit, "times", Typed({**Typed.of(SUPPOSED).fields, **typed.fields})).value
    if times is None or not _may_look(visit, CHANCES_PER_MACHINE, "chances"):
        return None
    answered = check(visit, "languages", visit.typed("languages")).value is not None
    answers = {**draft.answers, "times": times.model_dump(mode="json")}
    rows = unsent(
        visit.db, draft, place, now=visit.now, answers=answers if answered else answers | {"languages": NOT_ASKED_YET}
    )
    if not answered:
        rows.request.languages = {}
    return chances_of(visit.db, rows, now=visit.now) if rows.request.specialties else None


def _may_look(visit: Asking, limit: str, what: str) -> bool:
    try:
        visit.request.app.state.limits.hit(limit, what, machine(visit.request))
    except TooMany:
        return False
    return True
