"""Lists of readers: making one, putting people on it, and leaving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from medixchange.db import in_parts
from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.people import queries as people
from medixchange.people.actions import ensure_person
from medixchange.people.models import Person
from medixchange.recaps import receipts
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.models import ListMember, ReaderList
from medixchange.tokens import seed

NOWHERE = "ZZ"
"""The country of somebody who was only ever written to (ISO 3166, user-assigned)."""


def create(db: Session, name: str, *, actor: str, now: datetime) -> ReaderList:
    """A new list. Raises Refusal where there is one of this name."""
    made = ReaderList(name=name, created_at=now)
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        raise Refusal(say("There is a list of this name already.")) from None
    record(db, actor=actor, verb="create", subject=f"list:{made.id}", now=now)
    return made


def add(db: Session, to: ReaderList, readers: Sequence[TypedReader], *, actor: str, now: datetime) -> int:
    """Put people on a list and return how many are new to it; who has left it is not put on it again."""
    db.refresh(to, with_for_update=True)  # a button pressed twice adds once
    there = set(db.exec(select(ListMember.person_id).where(ListMember.list_id == to.id)))
    new = [person for person in known(db, readers, now=now) if person.id not in there]
    db.add_all([ListMember(list_id=to.id, person_id=person.id, seed=seed(), added_at=now) for person in new])
    record(db, actor=actor, verb="add", subject=f"list:{to.id}", now=now, after={"readers": len(new)})
    return len(new)


def remove(db: Session, member: ListMember, *, actor: str, now: datetime) -> None:
    """Somebody gets nothing by their list any more; done twice it is done once."""
    db.refresh(member, with_for_update=True)
    if member.left_at is None:
        member.left_at = now
        db.add(member)
        receipts.stop_member(db, member)
        record(db, actor=actor, verb="leave", subject=f"list:{member.list_id}", now=now)


def known(db: Session, readers: Sequence[TypedReader], *, now: datetime) -> list[Person]:
    """The people with these addresses; who was not known is from now on."""
    there = people.persons_by_email(db, [each.email for each in readers])
    new = [_person(each, now=now) for each in readers if each.email not in there]
    try:
        with db.begin_nested():
            db.add_all(new)
    except IntegrityError:
        # Somebody else made one of them in this very moment.
        return [_ensured(db, each, now=now) for each in readers]
    made = {person.email: person for person in new}
    return [there.get(each.email) or made[each.email] for each in readers]


def supposed(db: Session, readers: Sequence[TypedReader], *, now: datetime) -> list[Person]:
    """As ``known``, for a preview: who was not known is a person with a number below nought, and is not kept."""
    there = people.persons_by_email(db, [each.email for each in readers])
    return [there.get(each.email) or _person(each, now=now, id=-number) for number, each in enumerate(readers, start=1)]


def _person(of: TypedReader, *, now: datetime, **facts: Any) -> Person:
    return Person(
        name=of.name, email=of.email, language=of.language, zone="UTC", country=NOWHERE, created_at=now, **facts
    )


def _ensured(db: Session, of: TypedReader, *, now: datetime) -> Person:
    return ensure_person(db, name=of.name, email=of.email, language=of.language, zone="UTC", country=NOWHERE, now=now)


def all_lists(db: Session) -> list[tuple[ReaderList, int]]:
    """Every list with how many are on it, by name."""
    counted = (
        select(ReaderList, func.count(col(ListMember.id)))
        .join(
            ListMember,
            (col(ListMember.list_id) == col(ReaderList.id)) & col(ListMember.left_at).is_(None),
            isouter=True,
        )
        .group_by(col(ReaderList.id))
        .order_by(col(ReaderList.name))
    )
    return [(each, number) for each, number in db.exec(counted)]


def by_id(db: Session, list_id: int) -> ReaderList:
    """The list with this number. Raises NotFound."""
    found = db.get(ReaderList, list_id)
    if found is None:
        raise NotFound(say("There is no such list."))
    return found


def members(db: Session, list_ids: Sequence[int], *, for_change: bool = False) -> list[tuple[ListMember, Person]]:
    """Those on the lists who have not left, by name; ``for_change`` lets none leave until the transaction ends."""
    query = (
        select(ListMember, Person)
        .join(Person, col(Person.id) == col(ListMember.person_id))
        .where(col(ListMember.list_id).in_(list_ids), col(ListMember.left_at).is_(None))
        .order_by(col(Person.name), col(ListMember.id))
    )
    return list(db.exec(query.with_for_update(read=True, of=ListMember) if for_change else query))


def member_by_seed(db: Session, member_seed: str) -> ListMember:
    """The place on a list whose link this is. Raises NotFound."""
    found = db.exec(select(ListMember).where(ListMember.seed == member_seed)).one_or_none()
    if found is None:
        raise NotFound(say("There is no such list."))
    return found


def names(db: Session, member_ids: Sequence[int]) -> Mapping[int, str]:
    """The names of the lists on which these places are."""
    query = select(ListMember.id, ReaderList.name).join(ReaderList, col(ReaderList.id) == col(ListMember.list_id))
    found: dict[int, str] = {}
    for some in in_parts(member_ids):
        found.update(db.exec(query.where(col(ListMember.id).in_(some))).all())
    return found
