"""What each reader of a recap was mailed, and what of it has reached them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, case, col, func, or_, select

from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import LIGHT, take_back
from medixchange.people.models import Person
from medixchange.recaps.models import ListMember, Recap, RecapReceipt
from medixchange.sessions.models import SessionAttendee


@dataclass(frozen=True)
class Standing:
    """How somebody stands who was written to: ``had`` is the number of the revision that they have, or may have, None
    for none; ``waits`` says whether their latest letter still goes."""

    receipt: RecapReceipt
    had: int | None
    waits: bool

    @property
    def latest(self) -> int | None:
        """The number of the revision that they have or get, None where every letter to them was stopped."""
        return self.receipt.number if self.waits else self.had


def standings(db: Session, recap: Recap, *, for_change: bool = False) -> list[Standing]:
    """Everybody who was written to about this recap, in that order; ``for_change`` lets none of their letters begin to
    go, and none be noted, until the transaction ends."""
    if for_change:
        mine = select(RecapReceipt.delivery_id).where(RecapReceipt.recap_id == recap.id)
        latest = select(Delivery.id).where(col(Delivery.id).in_(mine))
        db.exec(latest.order_by(col(Delivery.id)).with_for_update()).all()
    query = (
        select(RecapReceipt, Delivery)
        .join(Delivery, col(Delivery.id) == col(RecapReceipt.delivery_id))
        .where(RecapReceipt.recap_id == recap.id)
        .order_by(col(RecapReceipt.id))
        .options(LIGHT)
    )
    return [_standing(receipt, delivery) for receipt, delivery in db.exec(query)]


def _standing(receipt: RecapReceipt, letter: Delivery) -> Standing:
    # Whose lease has been left to it was taken back while a drain had it.
    has_gone = letter.state is DeliveryState.SENT or bool(letter.lease) or letter.in_doubt
    waits = letter.state not in (DeliveryState.SENT, DeliveryState.SUPERSEDED)
    return Standing(receipt, receipt.number if has_gone else receipt.had, waits)


def letters(db: Session, recap: Recap, *, most: int) -> list[tuple[Person, Delivery]]:
    """Those who were written to, with their latest letter, at most ``most``: what did not go comes first."""
    order = case(
        {DeliveryState.GIVEN_UP: 0, DeliveryState.FAILED: 1, DeliveryState.SENT: 3}, value=col(Delivery.state), else_=2
    )
    query = (
        select(Person, Delivery)
        .join(RecapReceipt, col(RecapReceipt.person_id) == col(Person.id))
        .join(Delivery, col(Delivery.id) == col(RecapReceipt.delivery_id))
        .where(RecapReceipt.recap_id == recap.id)
        .order_by(order, col(Person.name), col(Person.id))
        .limit(most)
        .options(LIGHT)
    )
    return list(db.exec(query))


def states(db: Session, recap: Recap) -> Mapping[DeliveryState, int]:
    """How many of the latest letters stand in each state."""
    query = (
        select(Delivery.state, func.count())
        .join(RecapReceipt, col(RecapReceipt.delivery_id) == col(Delivery.id))
        .where(RecapReceipt.recap_id == recap.id)
        .group_by(col(Delivery.state))
    )
    return {DeliveryState(state): number for state, number in db.exec(query)}


def by_seed(db: Session, seed: str) -> RecapReceipt | None:
    """Whose own link to a recap this is.

    That of somebody who was taken off the list of attendance, or whose entry there has another address by now, is
    nobody's.
    """
    query = (
        select(RecapReceipt)
        .join(SessionAttendee, col(SessionAttendee.id) == col(RecapReceipt.attendee_id), isouter=True)
        .where(RecapReceipt.seed == seed, or_(col(RecapReceipt.attendee_id).is_(None), ~_WAS_NOT_THERE))
    )
    return db.exec(query).one_or_none()


def stop_all(db: Session, recap: Recap) -> None:
    """None of its letters goes any more that has not gone."""
    _stop(db, RecapReceipt.recap_id == recap.id)


def stop_member(db: Session, member: ListMember) -> None:
    """No letter goes any more that would come by this place on a list."""
    _stop(db, RecapReceipt.member_id == member.id)


def stop_list(db: Session, list_id: int) -> None:
    """No letter goes any more that would come by any place on this list."""
    mine = select(ListMember.id).where(ListMember.list_id == list_id)
    _stop(db, col(RecapReceipt.member_id).in_(mine))


def stop_attendee(db: Session, attendee: SessionAttendee) -> None:
    """No letter goes any more that somebody who signed in does not want, was not there for, or would get at an address
    that they wrote by mistake; nor by the other entries of this person."""
    db.flush()
    entries = select(SessionAttendee.id).where(
        or_(col(SessionAttendee.id) == attendee.id, col(SessionAttendee.person_id) == attendee.person_id)
    )
    unwanted = or_(_WAS_NOT_THERE, col(SessionAttendee.left_at).is_not(None))
    joined = col(SessionAttendee.id) == col(RecapReceipt.attendee_id)
    _stop(db, col(RecapReceipt.attendee_id).in_(entries), select(SessionAttendee.id).where(joined, unwanted).exists())


_WAS_NOT_THERE = or_(
    col(SessionAttendee.removed_at).is_not(None), col(SessionAttendee.person_id) != col(RecapReceipt.person_id)
)


def _stop(db: Session, *which: Any) -> None:
    take_back(db, db.exec(select(RecapReceipt.delivery_id).where(*which)).all())


def stop(db: Session, receipts: Sequence[RecapReceipt]) -> None:
    """What these were promised last goes no more, where it has not gone."""
    take_back(db, [each.delivery_id for each in receipts])
