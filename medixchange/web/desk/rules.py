"""The house rules at the desk: those in use, writing others, trying them on the requests that wait, using them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.errors import Refusal
from medixchange.journal.record import by_person, person_of
from medixchange.languages.tags import SPOKEN
from medixchange.languages.texts import Line, Paragraph
from medixchange.matching import ruling
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.plans import actions as plans
from medixchange.plans import queries as planned
from medixchange.plans.models import MatchPlan
from medixchange.policies import actions, queries
from medixchange.policies.entries import MOST_TEAMS, SECTIONS
from medixchange.policies.models import MatchingPolicy
from medixchange.policies.queries import SOURCE, InUse
from medixchange.policies.sheet import TEAMS, differences, read_sheet, sheet_of
from medixchange.policies.values import HouseRules
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.desk.figures import Measure, measures_of
from medixchange.web.desk.histories import history_of
from medixchange.web.desk.refused import refused
from medixchange.web.desk.said import PLANS, Tag
from medixchange.web.form import Sent, Typed, read
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, Reading, render, see_other

PAGE = "/desk/rules"
MOST = 25
SECONDS = 60
"""How long each of the two plans may take that try rules."""
AS_IT_COMES = "0"
"""The version before the first."""

router = APIRouter()


class Beside(BaseModel):
    """What is written beside the rules themselves."""

    asks: ClassVar[Mapping[str, Message]] = {
        "source": say("Write where the table of interpreters is from."),
        "note": say("Shorten this to %(most)s characters.", most=500),
    }

    source: Annotated[str, Line(200)]
    note: Annotated[str, Paragraph(500)] = ""


@dataclass(frozen=True)
class Tried:
    """A plan that tried rules, beside the one by the rules in use then."""

    plan: MatchPlan
    tag: Tag
    measures: list[Measure]


@router.get(PAGE, dependencies=[policy(Organizer)])
def show(request: Request, db: Db) -> Response:
    """The rules in use, every version, and a form that begins with those in use or with version ``from``."""
    current = queries.in_use(db)
    begin = _begin(db, current, request.query_params.get("from", ""))
    return _page(request, db, current, Typed.of({**sheet_of(begin.rules), "source": begin.source}))


@router.post(PAGE)
def write(request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent) -> Response:
    """Keep what was written as a version, which is not in use yet."""
    current = queries.in_use(db)
    rules, wrong = read_sheet({name: sent.one(name) for name in sent.fields}, current.rules)
    filled = read(Beside, sent)
    errors = {**wrong, **filled.errors}
    if rules is None or filled.value is None:
        return _page(request, db, current, sent, errors=errors)
    try:
        version = actions.write(
            db,
            rules,
            source=filled.value.source,
            note=filled.value.note,
            language=reader.words.language,
            actor=actor.label,
            now=now,
        )
    except Refusal as no:
        return _page(request, db, current, sent, errors={"": no.message})
    return see_other(f"{PAGE}/{version.id}")


@router.get(f"{PAGE}/{{rules_id}}", dependencies=[policy(Organizer)])
def show_one(request: Request, db: Db, now: Now, rules_id: Number) -> Response:
    """One version: what it changes, what trying it has shown, and putting it into use."""
    version, current = queries.by_id(db, rules_id), queries.in_use(db)
    is_used = current.version is not None and current.version.id == version.id
    before = _before(db, version) if version.used_from else current
    return render(
        request,
        "desk/rules_version.html",
        version=version,
        is_used=is_used,
        changes=differences(before.rules, queries.rules_of(version)),
        source_before=before.source,
        waiting=planned.waiting_requests(db, now=now)[0],
        tried=[_tried(db, plan) for plan in planned.tried(db, version)],
        writer=_names(db, [version]).get(version.made_by),
        history=history_of(db, f"rules:{version.id}"),
    )


@router.post(f"{PAGE}/{{rules_id}}/try")
def attempt(request: Request, db: Db, now: Now, actor: OrganizerActor, rules_id: Number) -> Response:
    """Plan the requests that wait by these rules and by those in use."""
    version = queries.by_id(db, rules_id)
    try:
        plan = plans.attempt(db, version, seconds=SECONDS, actor=actor.label, now=now)
    except Refusal as no:
        return _refused(request, rules_id, no.message)
    return see_other(f"/desk/plans/{plan.id}")


@router.post(f"{PAGE}/{{rules_id}}/use")
def use(request: Request, db: Db, now: Now, actor: OrganizerActor, rules_id: Number) -> Response:
    """Match by these rules from now on."""
    version = queries.by_id(db, rules_id)
    try:
        used = ruling.use(db, version, actor=actor.label, now=now)
    except Refusal as no:
        return _refused(request, rules_id, no.message)
    return see_other(f"{PAGE}/{used.id}")


def _begin(db: Session, current: InUse, text: str) -> InUse:
    """What the form begins with."""
    if text == AS_IT_COMES:
        return InUse(HouseRules(), SOURCE, None)
    number = number_in(text)
    if number is None:
        return current
    version = queries.by_id(db, number)
    return InUse(queries.rules_of(version), version.source, version)


def _before(db: Session, version: MatchingPolicy) -> InUse:
    """What was in use before ``version`` was."""
    found = queries.used_before(db, version)
    return InUse(queries.rules_of(found), found.source, found) if found else InUse(HouseRules(), SOURCE, None)


def _page(
    request: Request, db: Session, current: InUse, typed: Typed, *, errors: Mapping[str, Message] | None = None
) -> Response:
    versions = queries.latest(db, most=MOST)
    return render(
        request,
        "desk/rules.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        current=current,
        sections=SECTIONS,
        teams=[(f"{TEAMS}.{row}.0", f"{TEAMS}.{row}.1") for row in range(MOST_TEAMS)],
        spoken=SPOKEN,
        versions=versions,
        names=_names(db, versions),
        most=MOST,
    )


def _names(db: Session, versions: Sequence[MatchingPolicy]) -> Mapping[str, str]:
    """The names of those who wrote the versions, by actor."""
    numbers = {number for each in versions if (number := person_of(each.made_by)) is not None}
    return {by_person(number): person.name for number, person in people.persons(db, numbers).items()}


def _tried(db: Session, plan: MatchPlan) -> Tried:
    beside = planned.beside(db, plan)
    return Tried(plan, PLANS[plan.state], measures_of(beside, plan) if beside else [])


def _refused(request: Request, rules_id: int, why: Message) -> Response:
    told = say("Nothing was changed.")
    return refused(request, why, told=told, back=f"{PAGE}/{rules_id}", label=say("See these rules"))
