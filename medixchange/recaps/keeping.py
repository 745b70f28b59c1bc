"""Looks after lists of readers at the desk: taking somebody off, correcting them, renaming and deleting."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, or_, select, update

from medixchange.errors import NotFound, Refusal
from medixchange.journal.record import record
from medixchange.messages import say
from medixchange.outbox import actions as outbox
from medixchange.people import actions as people
from medixchange.people.models import Expert, Interpreter, Liaison, Organizer, Person
from medixchange.recaps import lists, receipts
from medixchange.recaps.addressees import TypedReader
from medixchange.recaps.models import ListMember, ReaderList
from medixchange.sessions.models import SessionAttendee

MORE_THAN_A_READER = say(
    "This person is known as more than a reader, so their name, address and language are not changed here. To write to "
    "another address, take them off the list and put that address on it."
)


def take_off(db: Session, member: ListMember, *, actor: str, now: datetime) -> None:
    """Somebody gets nothing by this list any more, unless they are put on it again; done twice it is done once.

    Raises NotFound where they have left by the link of a letter.
    """
    db.refresh(member, with_for_update=True)
    if member.left_at is not None and not member.by_desk:
        raise NotFound(lists.NO_READER)
    if member.left_at is None:
        member.left_at, member.by_desk = now, True
        db.add(member)
        receipts.stop_member(db, member)
        told = {"person": member.person_id}
        record(db, actor=actor, verb="take-off", subject=f"list:{member.list_id}", now=now, before=told)


def only_reads(db: Session, person: Person) -> bool:
    """Whether somebody is known as a reader alone: what they or the records say of themselves is not the desk's."""
    places = (Expert.person_id, Interpreter.person_id, Liaison.person_id, Organizer.person_id)
    known = [select(place).where(place == person.id).exists() for place in (*places, SessionAttendee.person_id)]
    return person.country == lists.NOWHERE and not db.exec(select(or_(*known))).one()


def hold(db: Session, person: Person) -> None:
    """Nobody else changes this reader until the transaction ends. Raises Refusal where they are more than a reader."""
    # Whoever mails locks their places, in this order: a letter to the old address is there by now, or is not written.
    places = select(ListMember.id).where(ListMember.person_id == person.id).order_by(col(ListMember.id))
    db.exec(places.with_for_update()).all()
    db.refresh(person, with_for_update=True)
    if not only_reads(db, person):
        raise Refusal(MORE_THAN_A_READER)


def correct(db: Session, person: Person, meant: TypedReader, *, actor: str, now: datetime) -> None:
    """Somebody who only reads has another name, address or language, on every list; letters that wait go there, and
    greet them by that name.

    Raises Refusal where somebody else has the address, or they are more than a reader.
    """
    hold(db, person)
    if meant.email != person.email:
        people.change_address(db, person, meant.email, actor=actor, now=now)
    people.change_profile(db, person, language=meant.language, zone=person.zone, actor=actor, now=now)
    if meant.name != person.name:
        person.name = meant.name
        db.add(person)
        outbox.greet(db, person.id, meant.name)
        record(db, actor=actor, verb="rename", subject=f"person:{person.id}", now=now)


def rename(db: Session, of: ReaderList, name: str, *, actor: str, now: datetime) -> None:
    """Letters name the list so from now on. Raises Refusal where there is another one of this name."""
    lists.hold(db, of)
    if name != of.name:
        before = {"name": of.name}
        lists.give_name(db, of, name)
        record(db, actor=actor, verb="rename", subject=f"list:{of.id}", now=now, before=before, after={"name": name})


def delete(db: Session, of: ReaderList, *, actor: str, now: datetime) -> None:
    """Nobody gets anything by this list any more; what went to its readers stays, with its links. Raises NotFound where
    it was deleted already."""
    lists.hold(db, of)
    on_it = (col(ListMember.list_id) == of.id, col(ListMember.left_at).is_(None))
    # Whoever mails locks them in this order too, or we and it could wait for each other.
    db.exec(select(ListMember.id).where(*on_it).order_by(col(ListMember.id)).with_for_update()).all()
    gone = db.exec(update(ListMember).where(*on_it).values(left_at=now, by_desk=True))
    of.deleted_at = now
    db.add(of)
    receipts.stop_list(db, of.id)
    record(db, actor=actor, verb="delete", subject=f"list:{of.id}", now=now, before={"readers": gone.rowcount})
