"""The steps of a draft: each kept on the server, the last one makes one request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import NotFound
from medixchange.intake import actions, drafting, queries
from medixchange.intake.models import RequestDraft
from medixchange.intake.steps import HospitalStep
from medixchange.messages import say
from medixchange.web.access import ByLink, policy
from medixchange.web.form import Sent, Typed
from medixchange.web.liaison.linked import ask_matching, limit_letters, link
from medixchange.web.liaison.moving import FIELD, KEEP_CLOCK, KEEP_MOMENT, TIMES, carry_out, move_of
from medixchange.web.liaison.outlooks import chances
from medixchange.web.liaison.steps import CHECK, FIRST, NAMES, is_later, onward, show, windows
from medixchange.web.liaison.visit import Asking, check, first_fault, still_missing
from medixchange.web.page import Db, Now, Reading, render, see_other

Seed = Annotated[str, policy(ByLink("resume"))]

router = APIRouter()


@router.get("/request/{token}/{step}")
def page(request: Request, db: Db, now: Now, reader: Reading, step: str, seed: Seed) -> Response:
    """One step, with what was answered before; steps come in their order."""
    visit = Asking(request, db, reader, now, queries.draft_by_seed(db, seed))
    elsewhere = _elsewhere(visit, step)
    if elsewhere:
        return see_other(elsewhere)
    return show(visit, step, visit.typed(step), errors=still_missing(visit, step))


@router.get("/request/{token}/times/chances")
def look(request: Request, db: Db, now: Now, reader: Reading, seed: Seed) -> Response:
    """What the windows that are being chosen would give now: a part of the page that asks for them."""
    visit = Asking(request, db, reader, now, queries.draft_by_seed(db, seed))
    if visit.draft is None or visit.draft.is_sent or visit.place is None:
        raise NotFound(say("There is no such step; go back to the list of steps."))
    typed = Typed.of(dict(request.query_params))
    return render(
        request,
        "liaison/chances.html",
        zone=visit.place.zone,
        place=visit.place,
        errors={},
        windows=windows(visit, typed),
        chances=chances(visit, typed),
    )


@router.post("/request/{token}/{step}")
def save(request: Request, db: Db, now: Now, reader: Reading, sent: Sent, step: str, seed: Seed) -> Response:
    """Keep one step, or send the request from the last one."""
    draft = queries.draft_by_seed(db, seed, for_change=True)
    visit = Asking(request, db, reader, now, draft)
    elsewhere = _elsewhere(visit, step)
    if elsewhere:
        return see_other(elsewhere)
    if step == CHECK:
        return _submit(visit, draft)
    if step == FIRST and draft.editing:
        sent = _same_hospital(visit, sent)
    return _keep(visit, draft, step, sent)


def _keep(visit: Asking, draft: RequestDraft, step: str, sent: Typed) -> Response:
    """Keep the answers of a step that is complete; of another one what was typed, where it is finished later."""
    filled = check(visit, step, sent)
    move = move_of(visit, filled.value) if isinstance(filled.value, HospitalStep) else None
    chosen, said = sent.one(FIELD), visit.reader.words
    undecided = move is not None and chosen not in (KEEP_CLOCK, KEEP_MOMENT)
    if (filled.value is None or undecided) and is_later(sent):
        drafting.keep_unfinished(visit.db, draft, step, sent.fields, now=visit.now)
        return see_other(visit.base)
    if filled.value is None:
        return show(visit, step, sent, errors=filled.errors, status=422)
    if move is not None and undecided:
        return show(visit, step, sent, errors=move.ask, status=422, clocks=move.choices(said))
    answers = filled.value.model_dump(mode="json")
    drafting.keep(visit.db, draft, step, answers, now=visit.now)
    if move is not None:
        carry_out(visit, move, chosen, now=visit.now)
        return see_other(visit.address(TIMES))
    return see_other(onward(visit.base, draft, step, sent))


def _submit(visit: Asking, draft: RequestDraft) -> Response:
    """Send the request, or the changes of one that was sent before."""
    fault = first_fault(visit)
    if fault is not None:
        step, filled = fault
        return show(visit, step, filled.typed, errors=filled.errors, status=422)
    was_editing = draft.editing
    limit_letters(visit.request, visit.typed(FIRST).one("contact_email"))
    asked = actions.submit(visit.db, draft, language=visit.reader.words.language, now=visit.now)
    if not was_editing:
        return see_other(visit.base)
    ask_matching(visit.db, asked, now=visit.now)
    return see_other(link(visit.request, "status", asked.status_seed))


def _same_hospital(visit: Asking, sent: Typed) -> Typed:
    """A request that is changed stays its hospital's."""
    kept = {name: values for name, values in visit.typed(FIRST).fields.items() if not name.startswith("contact")}
    return Typed({**sent.fields, **kept})


def _elsewhere(visit: Asking, step: str) -> str | None:
    """Where to go instead of this step: the first one that is not answered, or what happens after sending."""
    if step not in NAMES:
        raise NotFound(say("There is no such step; go back to the list of steps."))
    draft = visit.draft
    assert draft is not None
    if draft.is_sent:
        return visit.base
    number = list(NAMES).index(step)
    if number > 0 and visit.place is None:
        return visit.address(FIRST)
    return visit.address(list(NAMES)[draft.complete]) if number > draft.complete else None
