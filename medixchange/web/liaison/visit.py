"""One visit to a step of asking, and what is wrong with what was answered in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session
from starlette.requests import Request

from medixchange.intake import queries
from medixchange.intake.draft import STEPS
from medixchange.intake.models import RequestDraft
from medixchange.intake.queries import Place
from medixchange.intake.steps import HospitalStep
from medixchange.intake.windows import WindowsStep, window_faults
from medixchange.messages import Message, say
from medixchange.people.queries import hospital_by_code
from medixchange.web.form import Filled, Typed, in_order, read
from medixchange.web.liaison import repeating
from medixchange.web.page import Reader


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


def _hospital_faults(visit: Asking, step: HospitalStep) -> dict[str, Message]:
    if step.is_new:
        return {}
    known = hospital_by_code(visit.db, step.hospital)
    # Hospitals that were added by a form are offered to others once an organizer has approved them.
    own = visit.draft is not None and visit.draft.editing and visit.typed("hospital").one("hospital") == step.hospital
    if known is None or (known.approved_at is None and not own):
        return {"hospital": say("Choose your hospital, or that it is not in the list.")}
    return {}
