"""Locks requests and drafts before they are changed, always in one order, so that no two transactions wait for each
other."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, func, or_, select

from medixchange.intake.models import RequestDraft, SessionRequest

ANEW = {"populate_existing": True}
"""What was read before is read again."""


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
        held = {each.id for each in db.exec(locked, execution_options=ANEW)}
        if set(db.exec(select(mine).where(together))) <= held:
            attempt.commit()
            return
        attempt.rollback()


def hold_draft_still(db: Session, seed: str) -> RequestDraft | None:
    """Lock the draft that a resume link opens until the transaction ends, None where there is none.

    The request that it has become is locked before it, as whoever opens a request for change does. Where it has become
    one while this transaction waited, it gives the draft back and begins again.
    """
    query = select(RequestDraft).where(RequestDraft.seed == seed)
    while True:
        found = db.exec(query, execution_options=ANEW).one_or_none()
        request_id = found.request_id if found is not None else None
        if request_id is not None:
            hold_still(db, [request_id])
        attempt = db.begin_nested()
        locked = db.exec(query.with_for_update(), execution_options=ANEW).one_or_none()
        if locked is None or locked.request_id == request_id:
            attempt.commit()
            return locked
        attempt.rollback()
