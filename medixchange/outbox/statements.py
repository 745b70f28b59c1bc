"""The statements of a drain, made once: putting one together takes longer than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, cast, or_, select, update

from medixchange.outbox.models import Delivery, DeliveryState
from medixchange.outbox.post import WAITING

LETTERS = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_NEXT = LETTERS.alias("following")
_ITS = and_(LETTERS.c.id == bindparam("its"), LETTERS.c.lease == bindparam("ours"))
_SHAPE = (LETTERS.c.id, LETTERS.c.key, LETTERS.c.kind, LETTERS.c.recipient, LETTERS.c.posted_at, LETTERS.c.attempt)


def _due(state: DeliveryState) -> Select[Any]:
    """The first letters in ``state`` that may go: found by their index alone, so that it takes as long however many are
    due."""
    hour = LETTERS.c.lease_until if state is DeliveryState.SENDING else LETTERS.c.due_at
    useful = or_(LETTERS.c.until.is_(None), LETTERS.c.until > bindparam("at"))
    return (
        select(LETTERS.c.due_at, LETTERS.c.id)
        .where(LETTERS.c.state == state, hour <= bindparam("at"), useful)
        .order_by(LETTERS.c.due_at, LETTERS.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


DUE = tuple(_due(state) for state in (*WAITING, DeliveryState.SENDING))

TAKE = select(*_SHAPE, cast(LETTERS.c.payload, Text).label("payload"))
"""What a drain reads of a letter; the payload stays the text that it is, since most letters of a batch say the same."""

LOOK = select(_NEXT.c.lease_until).where(
    _NEXT.c.id == bindparam("following"),
    _NEXT.c.lease == bindparam("ours"),
    _NEXT.c.state == DeliveryState.SENDING,
    _NEXT.c.lease_until > bindparam("at"),
)
"""Until when the following letter is ours."""

NOTE = (
    update(LETTERS)
    .where(_ITS)
    .values(state=DeliveryState.SENT, sent_at=bindparam("at"), failure=None, last_error="", lease="", lease_until=None)
    .returning(LOOK.scalar_subquery())
)
"""One has gone, and what LOOK says."""

HOLD = update(LETTERS).where(_ITS, LETTERS.c.state == DeliveryState.SENDING).values(lease_until=bindparam("longer"))
