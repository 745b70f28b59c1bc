"""Days on which nobody works in a country or at one hospital: recording them, and taking them back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from medixchange.availability.models import ClosedPeriod
from medixchange.availability.windows import anywhere, wrong_days
from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import record
from medixchange.messages import Message, Term, say
from medixchange.people.models import Hospital

MEANWHILE = say("Somebody else has closed these days in this very moment; reload the page.")


@dataclass(frozen=True)
class Closing:
    """What is closed: the local days, both included, what is kept then, and a country (ISO 3166) or one hospital."""

    first_day: date
    last_day: date
    name: str
    country: str | None = None
    hospital_id: int | None = None


def close(db: Session, what: Closing, *, actor: str, now: datetime) -> ClosedPeriod:
    """Nobody is planned there on these days; what the same row says already stays as it is.

    Raises Refusal where the days are none that can be closed, some of them are closed there already, or all are over.
    """
    wrong = wrong_days(what.first_day, what.last_day)
    if wrong is not None:
        raise Refusal(wrong)
    there = _there(db, what)
    if there is not None and all(getattr(there, name) == value for name, value in asdict(what).items()):
        return there
    if there is not None:
        raise Refusal(_already(there))
    stretch = anywhere(what.first_day, what.last_day)
    if stretch.end <= now:
        raise Refusal(say("These days are over; only days to come can be closed."))
    row = ClosedPeriod(**asdict(what), starts_at=stretch.start, ends_at=stretch.end, recorded_at=now, recorded_by=actor)
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise Refusal(MEANWHILE) from None
    days = {"first": row.first_day.isoformat(), "last": row.last_day.isoformat()}
    place = {"country": row.country} if row.country else {"hospital": row.hospital_id}
    record(db, actor=actor, verb="close-days", subject=f"closed:{row.id}", now=now, after={**days, **place})
    return row


def open_again(db: Session, row: ClosedPeriod, *, actor: str, now: datetime) -> None:
    """These days are worked after all; done twice it is done once."""
    db.refresh(row, with_for_update=True)
    if row.removed_at is None:
        row.removed_at = now
        db.add(row)
        db.flush()
        record(db, actor=actor, verb="open-days", subject=f"closed:{row.id}", now=now)


def by_id(db: Session, number: int) -> tuple[ClosedPeriod, Hospital | None]:
    """Closed days, and the hospital where they are one's own. Raises NotFound, also where they were taken back."""
    found = db.exec(_with_hospitals().where(ClosedPeriod.id == number)).one_or_none()
    if found is None:
        raise NotFound(say("These days are not closed any more."))
    return found


def ahead(db: Session, *, now: datetime, most: int) -> list[tuple[ClosedPeriod, Hospital | None]]:
    """Those that are not over everywhere, the next ones first, with the hospital where they are one's own."""
    query = _with_hospitals().where(col(ClosedPeriod.ends_at) > now)
    found = db.exec(query.order_by(col(ClosedPeriod.first_day), col(ClosedPeriod.id)).limit(most))
    return [(period, hospital) for period, hospital in found]


def _with_hospitals() -> Select[ClosedPeriod, Hospital]:
    mine = col(Hospital.id) == col(ClosedPeriod.hospital_id)
    return (
        select(ClosedPeriod, Hospital).join(Hospital, mine, isouter=True).where(col(ClosedPeriod.removed_at).is_(None))
    )


def _there(db: Session, what: Closing) -> ClosedPeriod | None:
    """What is closed at the same place on some of these days."""
    row = ClosedPeriod
    place = row.country == what.country if what.country else row.hospital_id == what.hospital_id
    days = (col(row.first_day) <= what.last_day, col(row.last_day) >= what.first_day)
    query = select(row).where(place, *days, col(row.removed_at).is_(None))
    return db.exec(query.order_by(col(row.first_day)).limit(1)).first()


def _already(there: ClosedPeriod) -> Message:
    first, last = (Term("day", day.isoformat()) for day in (there.first_day, there.last_day))
    return say(
        "Some of these days are closed there already: %(name)s, %(first)s to %(last)s.",
        name=there.name,
        first=first,
        last=last,
    )
