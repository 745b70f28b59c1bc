"""Days on which a country or one hospital is closed, at the desk: those ahead, recording others, taking them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, Self

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, BeforeValidator, model_validator
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from medixchange.availability import closing
from medixchange.availability.closing import Closing
from medixchange.availability.models import ClosedPeriod
from medixchange.availability.windows import MOST_NAME, wrong_days
from medixchange.errors import Refusal
from medixchange.journal.record import by_person, person_of
from medixchange.languages.texts import Line, Wrong
from medixchange.messages import Message, say
from medixchange.people import queries as people
from medixchange.people.models import Hospital
from medixchange.records import cells_of_time
from medixchange.times.countries import COUNTRIES
from medixchange.web.access import Organizer, OrganizerActor, policy
from medixchange.web.form import Sent, Typed, read
from medixchange.web.liaison import choices
from medixchange.web.numbers import Number, number_in
from medixchange.web.page import Db, Now, Reading, render, see_other

PAGE = "/desk/closed"
MOST = 200
DONE: Mapping[str, Message] = {
    "closed": say(
        "The days are closed: nobody is planned there then. Proposals that lie on them are looked for anew, and the"
        " desk names the sessions that stand then."
    ),
    "open": say("The days are open again."),
}
CHOOSE_COUNTRY = say("Choose the country that is closed.")

router = APIRouter()


def known_country(code: str) -> str:
    """A country that keeps a clock. Raises Wrong."""
    if code not in COUNTRIES:
        raise Wrong(CHOOSE_COUNTRY)
    return code


class Days(BaseModel):
    """What is closed, of a country where no hospital is named; one day where there is no last one."""

    asks: ClassVar[Mapping[str, Message]] = {
        "name": say("Write what is kept on these days, such as National mourning."),
        "first": say("Choose the first day."),
    }

    hospital: int | None = None
    country: Annotated[str, AfterValidator(known_country)] = ""
    name: Annotated[str, Line(MOST_NAME)]
    first: Annotated[date, BeforeValidator(cells_of_time.day)]
    last: Annotated[date | None, BeforeValidator(cells_of_time.day)] = None

    @model_validator(mode="after")
    def _can_be_closed(self) -> Self:
        wrong = wrong_days(self.first, self.last or self.first)
        faults = {"last": wrong} if wrong else {}
        if self.hospital is None and not self.country:
            faults = {"country": CHOOSE_COUNTRY, **faults}
        if faults:
            raise Wrong.answers(faults)
        return self

    def meant(self) -> Closing:
        """The same for the action."""
        country = None if self.hospital is not None else self.country
        return Closing(self.first, self.last or self.first, self.name, country, self.hospital)


@router.get(PAGE, dependencies=[policy(Organizer)])
def show(request: Request, db: Db, now: Now, reader: Reading) -> Response:
    """The days ahead, and a form for others: of a country, or of the hospital that the address names."""
    return _page(request, db, reader, Typed(), now=now, hospital=_named(db, request.query_params.get("hospital", "")))


@router.post(PAGE)
def close(request: Request, db: Db, now: Now, reader: Reading, actor: OrganizerActor, sent: Sent) -> Response:
    """Nobody is planned there on these days."""
    hospital, filled = _named(db, sent.one("hospital")), read(Days, sent)
    if filled.value is None:
        return _page(request, db, reader, sent, now=now, hospital=hospital, errors=filled.errors)
    try:
        closing.close(db, filled.value.meant(), actor=actor.label, now=now)
    except Refusal as no:
        return _page(request, db, reader, sent, now=now, hospital=hospital, errors={"first": no.message})
    return see_other(f"{PAGE}?done=closed")


@router.get(f"{PAGE}/{{closed_id}}/remove", dependencies=[policy(Organizer)])
def before_opening(request: Request, db: Db, closed_id: Number) -> Response:
    """Ask first."""
    period, hospital = closing.by_id(db, closed_id)
    return render(request, "desk/closed_remove.html", period=period, hospital=hospital)


@router.post(f"{PAGE}/{{closed_id}}/remove")
def open_again(db: Db, now: Now, actor: OrganizerActor, closed_id: Number) -> Response:
    """These days are worked after all."""
    period, _ = closing.by_id(db, closed_id)
    closing.open_again(db, period, actor=actor.label, now=now)
    return see_other(f"{PAGE}?done=open")


def _named(db: Session, text: str) -> Hospital | None:
    """The hospital that an address or a form names. Raises NotFound where there is none of that number."""
    if not text:
        return None
    return people.hospital_by_id(db, number_in(text) or 0)


def _page(
    request: Request,
    db: Session,
    reader: Reading,
    typed: Typed,
    *,
    now: datetime,
    hospital: Hospital | None,
    errors: Mapping[str, Message] | None = None,
) -> Response:
    rows = closing.ahead(db, now=now, most=MOST)
    return render(
        request,
        "desk/closed.html",
        status=422 if errors else 200,
        rows=rows,
        most=MOST,
        names=_names(db, [period for period, _ in rows]),
        done=DONE.get(request.query_params.get("done", "")),
        hospital=hospital,
        countries=choices.countries(reader.words),
        typed=typed,
        errors=errors or {},
    )


def _names(db: Session, periods: list[ClosedPeriod]) -> Mapping[str, str]:
    """The names of those who recorded them, by actor."""
    numbers = {number for each in periods if (number := person_of(each.recorded_by)) is not None}
    return {by_person(number): person.name for number, person in people.persons(db, numbers).items()}
