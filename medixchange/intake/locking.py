"""Locks requests before they are changed, always in one order, so that no two transactions wait for each other."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, func, or_, select

from medixchange.intake.models import SessionRequest


def hold_still(db: Session, request_ids: Collection[int]) -> None:
    """Lock these requests until the transaction ends, with all that are answered in one session with them; what was
    read of them before is read again.

    They are locked in the order of their numbers, which never changes. Where another request has joined one of them
    while this transaction waited, it gives all of them back and begins again.
    """
    mine, joined = col(SessionRequest.id), col(SessionRequest.joined_id)
    leads = select(func.coalesce(joined, mine)).where(mine.in_(request_ids))
    together = or_(mine.in_(request_ids), mine.in_(leads), joined.in_(leads))
    locked = select(SessionRequest).where(together).order_by(mine).with_for_update()
    while True:
        attempt = db.begin_nested()
        held = {each.id for each in db.exec(locked, execution_options={"populate_existing": True})}
        if set(db.exec(select(mine).where(together))) <= held:
            attempt.commit()
            return
        attempt.rollback()
