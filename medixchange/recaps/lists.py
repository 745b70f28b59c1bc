"""Lists of readers: making one, putting people on it, and leaving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from medixchange.recaps.models import MOST_LIST_NAME, ListMember, ReaderList
from medixchange.tokens import seed

NOWHERE = "ZZ"
"""The country of somebody who was only ever written to (ISO 3166, user-assigned)."""
NO_READER = say("There is no such reader on this list.")


@dataclass(frozen=True)
class Added:
    """What became of readers who were put on a list: how many are on it from now on, were on it before, and had left it
    by the link of a letter, whom nobody puts on it again."""

    new: int
    there: int = 0
    left: int = 0


def create(db: Session, name: str, *, actor: str, now: datetime) -> ReaderList:
    """A new list. Raises Refusal where there is one of this name."""
    made = ReaderList(name=name, created_at=now)
    give_name(db, made, name)
    record(db, actor=actor, verb="create", subject=f"list:{made.id}", now=now)
    return made


def give_name(db: Session, of: ReaderList, name: str) -> None:
    """Write a list down by this name; one that was deleted gives it up. Raises Refusal where another one has it."""
    deleted = select(ReaderList).where(ReaderList.name == name, col(ReaderList.deleted_at).is_not(None))
    try:
        with db.begin_nested():
            for each in db.exec(deleted):
                number = f" ({each.id})"
                each.name = each.name[: MOST_LIST_NAME - len(number)] + number
                db.add(each)
            db.flush()
            of.name = name
            db.add(of)
    except IntegrityError:
        raise Refusal(say("There is a list of this name already.")) from None


def add(db: Session, to: ReaderList, readers: Sequence[TypedReader], *, actor: str, now: datetime) -> Added:
    """Put people on a list; who has left it is not put on it again, whom the desk took off is."""
    hold(db, to)  # a button pressed twice adds once
    # Whoever is leaving right now has left before they are looked at; locked in the order in which all lock them.
    mine = select(ListMember).where(ListMember.list_id == to.id).order_by(col(ListMember.id)).with_for_update()
    places = {each.person_id: each for each in db.exec(mine)}
    wanted = list({person.id: person for person in known(db, readers, now=now)})
    back = [place for each in wanted if (place := places.get(each)) and place.left_at and place.by_desk]
    for place in back:
        place.left_at, place.by_desk, place.added_at = None, False, now
    new = [
        ListMember(list_id=to.id, person_id=each, seed=seed(), added_at=now) for each in wanted if each not in places
    ]
    db.add_all([*back, *new])
    left = sum(1 for each in wanted if each in places and places[each].left_at is not None)
    added = Added(len(back) + len(new), len(wanted) - len(back) - len(new) - left, left)
    record(db, actor=actor, verb="add", subject=f"list:{to.id}", now=now, after={"readers": added.new})
    return added


def hold(db: Session, of: ReaderList) -> None:
    """Nobody else changes this list until the transaction ends. Raises NotFound where it was deleted."""
    db.refresh(of, with_for_update=True)
    if of.deleted_at is not None:
        raise NotFound(say("There is no such list."))


def remove(db: Session, member: ListMember, *, actor: str, now: datetime) -> None:
    """Somebody gets nothing by their list any more; done twice it is done once."""
    db.refresh(member, with_for_update=True)
    if member.left_at is None or member.by_desk:
        member.left_at, member.by_desk = member.left_at or now, False
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
        .where(col(ReaderList.deleted_at).is_(None))
        .group_by(col(ReaderList.id))
        .order_by(col(ReaderList.name))
    )
    return [(each, number) for each, number in db.exec(counted)]


def by_id(db: Session, list_id: int) -> ReaderList:
    """The list with this number. Raises NotFound, also where it was deleted."""
    found = db.get(ReaderList, list_id)
    if found is None or found.deleted_at is not None:
        raise NotFound(say("There is no such list."))
    return found


def members(db: Session, list_ids: Sequence[int], *, for_change: bool = False) -> list[tuple[ListMember, Person]]:
    """Those on the lists who have not left, by name; ``for_change`` lets none leave until the transaction ends."""
    on_them = (col(ListMember.list_id).in_(list_ids), col(ListMember.left_at).is_(None))
    if for_change:
        # In the order in which a list that is deleted locks them, or we and it could wait for each other.
        db.exec(select(ListMember.id).where(*on_them).order_by(col(ListMember.id)).with_for_update(read=True)).all()
    query = (
        select(ListMember, Person)
        .join(Person, col(Person.id) == col(ListMember.person_id))
        .where(*on_them)
        .order_by(col(Person.name), col(ListMember.id))
    )
    return list(db.exec(query))


def member_by_seed(db: Session, member_seed: str) -> ListMember:
    """The place on a list whose link this is. Raises NotFound."""
    found = db.exec(select(ListMember).where(ListMember.seed == member_seed)).one_or_none()
    if found is None:
        raise NotFound(say("There is no such list."))
    return found


def member_by_id(db: Session, list_id: int, member_id: int) -> tuple[ListMember, Person]:
    """The place with this number on a list, and whose it is, also where the desk took them off. Raises NotFound."""
    query = select(ListMember, Person).join(Person, col(Person.id) == col(ListMember.person_id))
    mine = query.where(ListMember.id == member_id, ListMember.list_id == by_id(db, list_id).id)
    found = db.exec(mine.where(col(ListMember.left_at).is_(None) | col(ListMember.by_desk))).one_or_none()
    if found is None:
        raise NotFound(NO_READER)
    return found


def names(db: Session, member_ids: Sequence[int]) -> Mapping[int, str]:
    """The names of the lists on which these places are."""
    query = select(ListMember.id, ReaderList.name).join(ReaderList, col(ReaderList.id) == col(ListMember.list_id))
    found: dict[int, str] = {}
    for some in in_parts(member_ids):
        found.update(db.exec(query.where(col(ListMember.id).in_(some))).all())
    return found
